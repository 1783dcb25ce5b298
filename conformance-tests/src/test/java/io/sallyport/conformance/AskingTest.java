package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.RunOptions;
import io.sallyport.proxy.Session;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The question of {@code small_groups: ask}: what it costs, and who may end it while it runs. */
class AskingTest {
  private static final String SMALL = "SELECT count(*) AS n FROM emp WHERE id < 3";

  private static final String LARGE = "SELECT count(*) AS n FROM emp WHERE id < 61";

  /** The question runs as long: rows of people are compared with a count of 27,000,000,000. */
  private static final String HOURS =
      "SELECT count(*) AS n FROM emp WHERE id <> (SELECT count(*) FROM tariffs a, tariffs b,"
          + " tariffs c WHERE (a.tariff * b.tariff + c.tariff) % 11 = 10)";

  @TempDir Path directory;
  private final ExecutorService other = Executors.newSingleThreadExecutor();
  private TestGateway gateway;

  @BeforeEach
  void open() throws Exception {
    gateway = TestGateway.startWith(directory, "asking", "limits: { queries: 5 per day }\n");
  }

  @AfterEach
  void close() throws Exception {
    other.shutdownNow();
    gateway.close();
  }

  private Session session(String approval) {
    GatewayService service = gateway.server().gateway();
    return service.open(
        service.authenticate(new Login.Password("bob", TestGateway.PASSWORD)),
        Map.of("dataset", "asking", "approval", approval));
  }

  private String state(Session session, String sql) {
    try (var answer = gateway.server().gateway().run(session, sql, List.of(), RunOptions.NONE)) {
      return "answered " + answer.batches().loadNextBatch();
    } catch (GatewayException e) {
      return e.code().sqlState();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void costsOneQueryWhetherItsAnswerLeavesOrWaits() {
    Session session = session("request");
    assertThat(state(session, LARGE)).as("the first of five").isEqualTo("answered true");
    assertThat(state(session, SMALL)).as("the second").isEqualTo("PV001");
    for (int i = 0; i < 7; i++) {
      assertThat(state(session, SMALL)).as("asked again while it waits").isEqualTo("PV001");
      assertThat(state(session, "EXPLAIN POLICY FOR " + LARGE)).isEqualTo("answered true");
    }
    Session silent = session("refuse");
    for (int i = 0; i < 7; i++) {
      assertThat(state(silent, LARGE)).as("nobody would be asked").isEqualTo("42501");
    }
    assertThat(state(session, SMALL.replace("3", "2"))).as("the third").isEqualTo("PV001");
    assertThat(state(session, LARGE)).as("the fourth").isEqualTo("answered true");
    assertThat(state(session, LARGE)).as("the fifth").isEqualTo("answered true");
    assertThat(state(session, LARGE)).isEqualTo("PV002");
    assertThat(state(session, SMALL.replace("3", "4"))).as("unknown by now").isEqualTo("PV002");
    assertThat(state(session, SMALL)).as("it waits for nothing more").isEqualTo("PV001");
    GatewayService service = gateway.server().gateway();
    service.close(session);
    service.close(silent);
  }

  @Test
  void aClientsCancelReachesItThroughTheDriver() throws Exception {
    try (Connection connection =
            TestGateway.connect(gateway.server(), gateway.user("bob", "", "asking"));
        Statement statement = connection.createStatement()) {
      Future<?> asked = begun(() -> statement.executeQuery(HOURS));
      statement.cancel();
      assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
      awaitRunning(0);
    }
  }

  @Test
  void aClientsCancelReachesItThroughFlight() throws Exception {
    try (FlightClientDoor door = (FlightClientDoor) gateway.flight(gateway.server().flightPort())) {
      Door.User bob = gateway.user("bob", "", "asking");
      Future<?> asked = begun(() -> door.execute(bob, HOURS));
      // An interrupted client cancels its call.
      asked.cancel(true);
      awaitRunning(0);
    }
  }

  @Test
  void theEndOfItsSessionReachesIt() throws Exception {
    Session session = session("request");
    Future<?> asked =
        begun(() -> gateway.server().gateway().run(session, HOURS, List.of(), RunOptions.NONE));
    gateway.server().gateway().close(session);
    assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    awaitRunning(0);
  }

  /** A question under way in the engine. */
  private Future<?> begun(Callable<?> ask) throws Exception {
    Future<?> asked = other.submit(ask);
    awaitRunning(1);
    // By now it is with the engine, or just before: a cancel must hit it in both cases.
    Thread.sleep(300);
    return asked;
  }

  private void awaitRunning(int queries) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (gateway.server().runningQueries() != queries && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(gateway.server().runningQueries()).isEqualTo(queries);
  }
}
