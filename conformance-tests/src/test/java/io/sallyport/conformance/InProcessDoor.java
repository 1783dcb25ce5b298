package io.sallyport.conformance;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.RunOptions;
import io.sallyport.proxy.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** The gateway's own port, without a wire. */
final class InProcessDoor implements Door {
  private final GatewayService gateway;
  private final Map<User, Session> sessions = new HashMap<>();

  InProcessDoor(GatewayService gateway) {
    this.gateway = gateway;
  }

  @Override
  public String name() {
    return "in process";
  }

  @Override
  public Outcome ask(User user, String sql, List<? extends @Nullable Object> parameters) {
    try {
      Session session = sessions.computeIfAbsent(user, this::open);
      try (Answer answer = gateway.run(session, sql, parameters, RunOptions.NONE)) {
        return read(answer);
      }
    } catch (GatewayException e) {
      return new Outcome.Failed(e.code().sqlState(), e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Session open(User user) {
    return gateway.open(
        gateway.authenticate(new Login.Password(user.name(), user.password())), user.properties());
  }

  private static Outcome read(Answer answer) throws IOException {
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
    List<OutputColumn> columns = answer.columns();
    return new Outcome.Rows(
        columns.stream().map(OutputColumn::name).toList(),
        columns.stream().map(column -> Outcome.type(column.type(), column.nullable())).toList(),
        rows);
  }

  @Override
  public void close() {
    sessions.values().forEach(gateway::close);
  }
}
