package io.sallyport.proxy.http;

import io.sallyport.policy.Principal;
import io.sallyport.proxy.Answer;
import io.sallyport.proxy.CatalogTable;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.RunOptions;
import io.sallyport.proxy.Session;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.Engine;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * A gateway without a policy: the text runs on DuckDB as it is, so that doors can be tested with
 * real rows. It must never leave the tests.
 */
final class PlainGateway implements GatewayService {
  private static final Pattern QUERY = Pattern.compile("(?is)\\s*(SELECT|WITH|VALUES|FROM)\\b.*");
  private static final Pattern PARAMETER = Pattern.compile("\\?::([A-Z ]+)");
  static final String WARNED = "/* warned */";

  private final DuckDbEngine engine;
  final AtomicInteger passwordChecks = new AtomicInteger();
  final Map<String, Session> sessions = new ConcurrentHashMap<>();

  PlainGateway(DuckDbEngine engine) {
    this.engine = engine;
  }

  @Override
  public Principal authenticate(Login login) {
    passwordChecks.incrementAndGet();
    if (login instanceof Login.Password one && one.password().equals(one.user() + "'s password")) {
      return new Principal(one.user(), Set.of("analyst"));
    }
    if (login instanceof Login.Token one && one.token().equals("token-of-tina")) {
      return new Principal("tina", Set.of("analyst"));
    }
    throw new GatewayException(ErrorCode.WRONG_CREDENTIALS, "wrong user or password");
  }

  @Override
  public Session open(Principal principal, Map<String, String> properties) {
    Session session =
        new Session(
            UUID.randomUUID().toString(),
            principal,
            Optional.ofNullable(properties.get("dataset")),
            Optional.ofNullable(properties.get("purpose")));
    sessions.put(session.id(), session);
    return session;
  }

  @Override
  public void close(Session session) {
    sessions.remove(session.id());
  }

  @Override
  public Prepared prepare(Session session, String sql) {
    List<String> types = new ArrayList<>();
    Matcher parameters = PARAMETER.matcher(sql);
    while (parameters.find()) {
      types.add(parameters.group(1).strip());
    }
    return new Prepared(sql, columns(sql), types);
  }

  private List<OutputColumn> columns(String sql) {
    if (!QUERY.matcher(sql).matches()) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED, "only queries are supported; the gateway changes nothing");
    }
    String known = PARAMETER.matcher(sql).replaceAll("CAST(NULL AS $1)");
    List<OutputColumn> columns = new ArrayList<>();
    try (Engine.Run run =
        engine.run("DESCRIBE " + known, List.of(), Instant.now().plusSeconds(20))) {
      ArrowReader batches = run.batches();
      while (batches.loadNextBatch()) {
        VectorSchemaRoot rows = batches.getVectorSchemaRoot();
        for (int i = 0; i < rows.getRowCount(); i++) {
          columns.add(
              new OutputColumn(
                  rows.getVector(0).getObject(i).toString(),
                  rows.getVector(1).getObject(i).toString(),
                  true));
        }
      }
    } catch (GatewayException | IOException e) {
      throw new GatewayException(ErrorCode.UNKNOWN_TABLE, "unknown table or column");
    }
    return columns;
  }

  @Override
  public Answer run(
      Session session,
      String sql,
      List<? extends @Nullable Object> parameters,
      RunOptions options) {
    List<OutputColumn> columns = columns(sql);
    String limited =
        options.maxRows().isPresent()
            ? "SELECT * FROM (" + sql + ") LIMIT " + options.maxRows().getAsLong()
            : sql;
    Engine.Run run =
        engine.run(
            limited,
            Collections.unmodifiableList(new ArrayList<>(parameters)),
            Instant.now().plusSeconds(100));
    List<String> warnings = sql.contains(WARNED) ? List.of("small groups are left out") : List.of();
    return new EngineAnswer(columns, warnings, run);
  }

  private record EngineAnswer(List<OutputColumn> columns, List<String> warnings, Engine.Run run)
      implements Answer {
    @Override
    public ArrowReader batches() {
      return run.batches();
    }

    @Override
    public void cancel() {
      run.cancel();
    }

    @Override
    public void close() {
      try {
        run.batches().close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      run.close();
    }
  }

  @Override
  public List<CatalogTable> catalog(Session session) {
    return Arrays.asList(
        new CatalogTable(
            "clinic",
            "visits",
            List.of(
                new OutputColumn("id", "INTEGER", false),
                new OutputColumn("price", "DECIMAL(10,2)", true),
                new OutputColumn("name", "VARCHAR", true)),
            List.of("id")),
        new CatalogTable(
            "clinic", "wards_2", List.of(new OutputColumn("beds", "BIGINT", true)), List.of()));
  }
}
