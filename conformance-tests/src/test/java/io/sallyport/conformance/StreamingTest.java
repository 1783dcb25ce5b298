package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long answers, many clients, and clients that go away, at both doors of one gateway. */
@Timeout(600)
class StreamingTest {
  private static final long ROWS = 20_000_000;
  private static final String MANY_ROWS =
      "SELECT CAST(a.n + 100 * b.n + 10000 * c.n AS BIGINT) AS x, d.n AS y"
          + " FROM numbers a, numbers b, numbers c, numbers d WHERE d.n <= 20";
  private static final String HOURS =
      "SELECT count(*) FROM numbers a, numbers b, numbers c, numbers d, numbers e, numbers f"
          + " WHERE (a.n * b.n * c.n + d.n * e.n + f.n) % 7 = 3";

  @TempDir static Path directory;
  private static TestGateway gateway;

  @BeforeAll
  static void open() throws Exception {
    gateway = TestGateway.start(directory);
  }

  @AfterAll
  static void close() throws Exception {
    gateway.close();
  }

  private static Connection connect() throws SQLException {
    return TestGateway.connect(gateway.server(), gateway.user("bob", "", "lab"));
  }

  /** What the JVM holds beside and in its heap after a collection, in MiB. */
  static long memory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return (heap + direct) >> 20;
  }

  @Test
  void streamsTwentyMillionRowsThroughTheDriverInConstantMemory() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(MANY_ROWS)) {
      long count = 0;
      long sum = 0;
      long early = 0;
      while (rows.next()) {
        sum += rows.getLong(1) + rows.getInt(2);
        if (++count == ROWS / 10) {
          early = memory();
        }
        if (count == ROWS - ROWS / 10) {
          assertThat(memory()).as("MiB late").isLessThan(early + 200);
        }
      }
      assertThat(count).isEqualTo(ROWS);
      assertThat(sum).isEqualTo(expectedSum());
    }
  }

  @Test
  void streamsTwentyMillionRowsThroughFlightInConstantMemory() throws Exception {
    try (FlightClientDoor door = (FlightClientDoor) gateway.flight(gateway.server().flightPort())) {
      FlightInfo info = door.execute(gateway.user("bob", "", "lab"), MANY_ROWS);
      long count = 0;
      long sum = 0;
      long early = 0;
      try (FlightStream stream = door.stream(gateway.user("bob", "", "lab"), info)) {
        while (stream.next()) {
          int size = stream.getRoot().getRowCount();
          BigIntVector x = (BigIntVector) stream.getRoot().getVector(0);
          org.apache.arrow.vector.IntVector y =
              (org.apache.arrow.vector.IntVector) stream.getRoot().getVector(1);
          for (int i = 0; i < size; i++) {
            sum += x.get(i) + y.get(i);
          }
          count += size;
          if (early == 0 && count > ROWS / 10) {
            early = memory();
          }
        }
        assertThat(memory()).as("MiB late").isLessThan(early + 200);
      }
      assertThat(count).isEqualTo(ROWS);
      assertThat(sum).isEqualTo(expectedSum());
    }
  }

  /** Each of a, b and c runs over 1 to 100 and d over 1 to 20. */
  private static long expectedSum() {
    long perCube = 50 * 101L * 100 * 100;
    long x = 20 * perCube * (1 + 100 + 10_000);
    long y = 1_000_000L * 210;
    return x + y;
  }

  @Test
  void fiftyClientsForAMinuteLoseNothing() throws Exception {
    int clients = 50;
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    AtomicLong answered = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int client = i;
        running.add(
            pool.submit(
                () -> {
                  try (Connection connection = connect();
                      Statement statement = connection.createStatement()) {
                    while (System.nanoTime() < end) {
                      int rows = 1 + (int) ((answered.get() + client) % 2_000);
                      try (ResultSet result =
                          statement.executeQuery(
                              "SELECT a.n + 100 * b.n AS x FROM numbers a, numbers b"
                                  + " ORDER BY x LIMIT "
                                  + rows)) {
                        int count = 0;
                        int expected = 101;
                        while (result.next()) {
                          assertThat(result.getInt(1)).isEqualTo(expected++);
                          count++;
                        }
                        assertThat(count).isEqualTo(rows);
                      }
                      answered.incrementAndGet();
                    }
                  }
                  return null;
                }));
      }
      Thread.sleep(Duration.ofSeconds(20).toMillis());
      long early = memory();
      for (Future<?> one : running) {
        one.get();
      }
      assertThat(memory()).as("MiB after").isLessThan(early + 200);
      assertThat(answered.get()).isGreaterThan(clients * 10L);
      assertThat(gateway.server().runningQueries()).isZero();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void cancelEndsTheEnginesWorkWithinASecond() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      ExecutorService other = Executors.newSingleThreadExecutor();
      try {
        Future<String> failed = other.submit(() -> sqlState(statement, HOURS));
        awaitRunning(1);
        statement.cancel();
        long cancelled = System.nanoTime();
        assertThat(failed.get()).isEqualTo("57014");
        awaitRunning(0);
        assertThat(Duration.ofNanos(System.nanoTime() - cancelled))
            .isLessThan(Duration.ofSeconds(1));
      } finally {
        other.shutdownNow();
      }
    }
  }

  @Test
  void timeOutEndsTheEnginesWork() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      long began = System.nanoTime();
      assertThat(sqlState(statement, HOURS)).isEqualTo("57014");
      awaitRunning(0);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aResultSetClosedInMidStreamLeavesNothingRunning() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery(MANY_ROWS)) {
        assertThat(rows.next()).isTrue();
        assertThat(gateway.server().runningQueries()).isEqualTo(1);
      }
      awaitRunning(0);
    }
  }

  @Test
  void aFlightStreamClosedInMidStreamLeavesNothingRunning() throws Exception {
    try (FlightClientDoor door = (FlightClientDoor) gateway.flight(gateway.server().flightPort())) {
      FlightInfo info = door.execute(gateway.user("bob", "", "lab"), MANY_ROWS);
      try (FlightStream stream = door.stream(gateway.user("bob", "", "lab"), info)) {
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
      }
      awaitRunning(0);
    }
  }

  private static String sqlState(Statement statement, String sql) {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return "answered " + rows.next();
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    }
  }

  private static void awaitRunning(int queries) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (gateway.server().runningQueries() != queries && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(gateway.server().runningQueries()).isEqualTo(queries);
  }
}
