package io.sallyport.conformance;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.RunOptions;
import io.sallyport.proxy.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * A gateway over the fixtures' data in which one person is different, and all that it tells an
 * analyst.
 *
 * <pre>
 * Neighbour.start(directory, "absent", Neighbour.ABSENT)
 * </pre>
 */
final class Neighbour implements AutoCloseable {
  /** What is known of a statement from outside: two neighbours must not be told apart by it. */
  record Told(List<String> columns, List<List<String>> rows, List<String> warnings, String error) {
    /** What is told besides figures. */
    Told withoutRows() {
      return new Told(columns, List.of(), warnings, error);
    }
  }

  /** What makes the database one without the victim. */
  static final List<String> ABSENT =
      List.of("DELETE FROM emp WHERE id = 999", "DELETE FROM visits WHERE uid = 'U999'");

  private record Asker(String user, String purpose, String dataset) {}

  private final String name;
  private final TestGateway gateway;
  private final GatewayService service;
  private final Map<Asker, Session> sessions = new HashMap<>();

  private Neighbour(String name, TestGateway gateway) {
    this.name = name;
    this.gateway = gateway;
    this.service = gateway.server().gateway();
  }

  /**
   * Starts one.
   *
   * @param changes statements on the owners' tables
   */
  static Neighbour start(Path directory, String name, List<String> changes) throws Exception {
    Path place = Files.createDirectories(directory.resolve(name));
    return new Neighbour(name, TestGateway.start(place, changes, false));
  }

  String name() {
    return name;
  }

  List<List<String>> bare(String sql) throws Exception {
    return gateway.bare(sql);
  }

  /** Prepares and runs a case's statement as its user. */
  Told tells(Case one) {
    return tells(new Asker(one.user(), one.purpose(), one.dataset()), one.sql(), one.parameters());
  }

  /** The same for bob, in one dataset. */
  Told tells(String dataset, String sql) {
    return tells(new Asker("bob", "", dataset), sql, List.of());
  }

  private Told tells(Asker asker, String sql, List<@Nullable Object> parameters) {
    List<String> columns = new ArrayList<>();
    try {
      Session session = sessions.computeIfAbsent(asker, this::open);
      Prepared prepared = service.prepare(session, sql);
      prepared.columns().forEach(column -> columns.add(column.toString()));
      columns.addAll(prepared.parameterTypes());
      try (Answer answer = service.run(session, sql, parameters, RunOptions.NONE)) {
        answer.columns().forEach(column -> columns.add(column.toString()));
        return new Told(columns, rows(answer), answer.warnings(), "");
      }
    } catch (GatewayException e) {
      return new Told(
          columns, List.of(), List.of(), e.code().sqlState() + " " + masked(e.getMessage()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An incident's number is random, and a request's counts those that were made before. */
  private static String masked(@Nullable String message) {
    return String.valueOf(message)
        .replaceAll("incident [0-9a-f]+", "incident *")
        .replaceAll("request [0-9]+", "request *");
  }

  private static List<List<String>> rows(Answer answer) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    ArrowReader batches = answer.batches();
    while (batches.loadNextBatch()) {
      VectorSchemaRoot root = batches.getVectorSchemaRoot();
      for (int i = 0; i < root.getRowCount(); i++) {
        List<String> row = new ArrayList<>();
        for (FieldVector vector : root.getFieldVectors()) {
          row.add(Cells.TWELVE_DIGITS.text(ArrowCells.value(batches, vector, i)));
        }
        rows.add(row);
      }
    }
    return Collections.unmodifiableList(rows);
  }

  private Session open(Asker asker) {
    Door.User user = gateway.user(asker.user(), asker.purpose(), asker.dataset());
    return service.open(
        service.authenticate(new Login.Password(user.name(), user.password())), user.properties());
  }

  @Override
  public void close() throws Exception {
    sessions.values().forEach(service::close);
    gateway.close();
  }
}
