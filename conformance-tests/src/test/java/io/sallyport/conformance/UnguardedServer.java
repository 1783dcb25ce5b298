package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.http.HttpDoor;
import io.sallyport.proxy.http.HttpSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * The real HTTP door before a real DuckDB, with no policy between: whatever a driver must read,
 * cancel or wait for can be asked in DuckDB's own words.
 */
final class UnguardedServer implements GatewayService, AutoCloseable {
  /** A query with this comment is held as often as {@link #heldTimes} says. */
  static final String HELD = "/* held */";

  static final String WARNED = "/* warned */";
  private static final Pattern PARAMETER =
      Pattern.compile("\\?::(TIMESTAMP WITH TIME ZONE|[A-Z]+(?:\\([\\d,]+\\))?)");

  final AtomicInteger heldTimes = new AtomicInteger();
  final AtomicInteger runs = new AtomicInteger();
  volatile Map<String, String> lastProperties = Map.of();
  private final DuckDbEngine engine;
  private final HttpDoor door;

  UnguardedServer(Path directory) {
    this.engine =
        DuckDbEngine.open(
            new EngineSettings(512L << 20, 2, directory.resolve("spill"), 256L << 20), List.of());
    this.door = HttpDoor.start(HttpSettings.of("localhost", 0, Optional.empty()), this, List.of());
  }

  int port() {
    return door.port();
  }

  String url() {
    return "jdbc:sallyport://localhost:" + door.port();
  }

  /** Within a second nothing runs any more. */
  void assertNothingRuns() throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (engine.running() > 0 && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    assertThat(engine.running()).isZero();
  }

  @Override
  public Principal authenticate(Login login) {
    if (login instanceof Login.Password one && one.password().equals("pass word:ü")) {
      return new Principal(one.user(), Set.of("analyst"));
    }
    if (login instanceof Login.Token one && one.token().equals("a-token")) {
      return new Principal("tina", Set.of("analyst"));
    }
    throw new GatewayException(ErrorCode.WRONG_CREDENTIALS, "wrong user or password");
  }

  @Override
  public Session open(Principal principal, Map<String, String> properties) {
    lastProperties = Map.copyOf(properties);
    return new Session(
        UUID.randomUUID().toString(),
        principal,
        Optional.ofNullable(properties.get("dataset")),
        Optional.ofNullable(properties.get("purpose")),
        true);
  }

  @Override
  public void close(Session session) {}

  @Override
  public Prepared prepare(Session session, String sql) {
    List<String> types = new ArrayList<>();
    Matcher parameters = PARAMETER.matcher(sql);
    while (parameters.find()) {
      types.add(parameters.group(1));
    }
    return new Prepared(sql, columns(sql), types);
  }

  private List<OutputColumn> columns(String sql) {
    String known = PARAMETER.matcher(sql).replaceAll("CAST(NULL AS $1)");
    List<OutputColumn> columns = new ArrayList<>();
    try (Engine.Run run =
        engine.run("DESCRIBE " + known, List.of(), Instant.now().plusSeconds(20))) {
      ArrowReader batches = run.batches();
      while (batches.loadNextBatch()) {
        VectorSchemaRoot rows = batches.getVectorSchemaRoot();
        for (int i = 0; i < rows.getRowCount(); i++) {
          String name = rows.getVector(0).getObject(i).toString();
          columns.add(new OutputColumn(name, rows.getVector(1).getObject(i).toString(), true));
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
    runs.incrementAndGet();
    if (sql.contains(HELD) && heldTimes.getAndDecrement() > 0) {
      throw new GatewayException(ErrorCode.HELD, "request 7 waits for the owner of `clinic`");
    }
    List<OutputColumn> columns = columns(sql);
    List<String> warnings = sql.contains(WARNED) ? List.of("small groups are left out") : List.of();
    return new EngineAnswer(
        columns,
        warnings,
        engine.run(
            sql,
            Collections.unmodifiableList(new ArrayList<>(parameters)),
            Instant.now().plusSeconds(200)));
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
      run.close();
    }
  }

  @Override
  public List<CatalogTable> catalog(Session session) {
    return List.of(
        new CatalogTable(
            "clinic",
            "visits",
            List.of(
                new OutputColumn("visit_id", "BIGINT", false),
                new OutputColumn("cost", "DECIMAL(10,2)", true),
                new OutputColumn("Note", "VARCHAR", true),
                new OutputColumn("at", "TIMESTAMP", true)),
            List.of("visit_id")),
        new CatalogTable(
            "clinic", "visitsX", List.of(new OutputColumn("beds", "UBIGINT", true)), List.of()),
        new CatalogTable(
            "shop", "orders", List.of(new OutputColumn("id", "UUID", false)), List.of("id")));
  }

  @Override
  public void close() {
    door.close();
    engine.close();
  }
}
