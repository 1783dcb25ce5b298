package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's statements through the real HTTP door to a real DuckDB. */
class DriverQueryTest {
  private static final String MANY = "SELECT range AS n FROM range(1000000000)";
  private static final String SLOW =
      "SELECT sum(a.range * b.range % 7) AS x FROM range(200000) a, range(200000) b";

  @TempDir static Path directory;
  private static UnguardedServer server;

  @BeforeAll
  static void start() {
    server = new UnguardedServer(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(server.url(), "ann", "pass word:ü");
  }

  @Test
  void asksAndReads() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 42 AS answer, 'text' AS t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt("ANSWER")).isEqualTo(42);
      assertThat(rows.getString(2)).isEqualTo("text");
      assertThat(rows.next()).isFalse();
      assertThat(rows.getStatement()).isSameAs(statement);
    }
  }

  @Test
  void readsEveryTypeThatDuckDbHas() throws SQLException {
    String sql =
        """
        SELECT true AS "BOOLEAN", (-128)::TINYINT AS "TINYINT", 255::UTINYINT AS "UTINYINT",
          65535::USMALLINT AS "USMALLINT", 4294967295::UINTEGER AS "UINTEGER",
          18446744073709551615::UBIGINT AS "UBIGINT", 9223372036854775807 AS "BIGINT",
          (-170141183460469231731687303715884105727)::HUGEINT AS "HUGEINT",
          340282366920938463463374607431768211455::UHUGEINT AS "UHUGEINT",
          1.50::DECIMAL(4,2) AS "DECIMAL(4,2)", 1.25::FLOAT AS "FLOAT", 0.1::DOUBLE AS "DOUBLE",
          'ü🙂' AS "VARCHAR", '\\xAA'::BLOB AS "BLOB", DATE '2024-02-29' AS "DATE",
          TIME '12:34:56.123456' AS "TIME", TIMESTAMP '2024-02-29 12:34:56.123456' AS "TIMESTAMP",
          '2024-02-29 12:34:56'::TIMESTAMP_S AS "TIMESTAMP_S",
          '2024-02-29 12:34:56.123'::TIMESTAMP_MS AS "TIMESTAMP_MS",
          '2024-02-29 12:34:56.123456789'::TIMESTAMP_NS AS "TIMESTAMP_NS",
          '2024-02-29 12:34:56.123456+00'::TIMESTAMPTZ AS "TIMESTAMP WITH TIME ZONE",
          INTERVAL '1 month 2 days 3 seconds' AS "INTERVAL",
          '00000000-0000-4000-8000-00000000002a'::UUID AS "UUID",
          [1, NULL, 3] AS "INTEGER[]", [1, 2]::INTEGER[2] AS "INTEGER[2]",
          {'a': 1, 'b': 'x'} AS "STRUCT(a INTEGER, b VARCHAR)",
          MAP {'k': 1} AS "MAP(VARCHAR, INTEGER)", 'b'::ENUM('a', 'b') AS "ENUM"
        """;
    List<String> texts =
        List.of(
            "true",
            "-128",
            "255",
            "65535",
            "4294967295",
            "18446744073709551615",
            "9223372036854775807",
            "-170141183460469231731687303715884105727",
            "340282366920938463463374607431768211455",
            "1.50",
            "1.25",
            "0.1",
            "ü🙂",
            "AA",
            "2024-02-29",
            "12:34:56.123456",
            "2024-02-29 12:34:56.123456",
            "2024-02-29 12:34:56",
            "2024-02-29 12:34:56.123",
            "2024-02-29 12:34:56.123456789",
            "2024-02-29 12:34:56.123456+00",
            "1 month 2 days 00:00:03",
            "00000000-0000-4000-8000-00000000002a",
            "[1, NULL, 3]",
            "[1, 2]",
            "{'a': 1, 'b': x}",
            "{k=1}",
            "b");
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement(sql);
        ResultSet rows = prepared.executeQuery()) {
      ResultSetMetaData before = prepared.getMetaData();
      ResultSetMetaData after = rows.getMetaData();
      assertThat(rows.next()).isTrue();
      for (int i = 1; i <= texts.size(); i++) {
        String name = after.getColumnLabel(i);
        assertThat(after.getColumnTypeName(i)).as(name).isEqualTo(name);
        assertThat(before.getColumnType(i)).as(name).isEqualTo(after.getColumnType(i));
        assertThat(before.getColumnClassName(i)).as(name).isEqualTo(after.getColumnClassName(i));
        assertThat(before.getPrecision(i)).as(name).isEqualTo(after.getPrecision(i));
        assertThat(rows.getString(i)).as(name).isEqualTo(texts.get(i - 1));
        assertThat(rows.getObject(i)).as(name).isInstanceOf(classOf(after.getColumnClassName(i)));
      }
    }
  }

  @Test
  void parametersOfEveryKindComeBackAsTheyWent() throws SQLException {
    List<Object> values =
        Arrays.asList(
            true,
            7L,
            new BigDecimal("-17014118346046923173168730371588410572"),
            new BigDecimal("12.34"),
            0.1,
            "it's ü",
            new byte[] {0, -1},
            LocalDate.of(2024, 2, 29),
            LocalTime.of(12, 34, 56, 123_456_000),
            LocalDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_000),
            OffsetDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_000, ZoneOffset.UTC),
            UUID.fromString("00000000-0000-4000-8000-00000000002a"));
    String sql =
        "SELECT ?::BOOLEAN AS a, ?::BIGINT AS b, ?::HUGEINT AS c, ?::DECIMAL(10,2) AS d,"
            + " ?::DOUBLE AS e, ?::VARCHAR AS f, ?::BLOB AS g, ?::DATE AS h, ?::TIME AS i,"
            + " ?::TIMESTAMP AS j, ?::TIMESTAMP WITH TIME ZONE AS k, ?::UUID AS l";
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement(sql)) {
      assertThat(prepared.getParameterMetaData().getParameterCount()).isEqualTo(values.size());
      assertThat(prepared.getParameterMetaData().getParameterType(4)).isEqualTo(Types.DECIMAL);
      assertThat(prepared.getParameterMetaData().getPrecision(4)).isEqualTo(10);
      for (int i = 0; i < values.size(); i++) {
        prepared.setObject(i + 1, values.get(i));
      }
      try (ResultSet rows = prepared.executeQuery()) {
        assertThat(rows.next()).isTrue();
        for (int i = 0; i < values.size(); i++) {
          Object value = values.get(i);
          assertThat((Object) rows.getObject(i + 1, value.getClass())).isEqualTo(value);
        }
      }
      for (int i = 0; i < values.size(); i++) {
        prepared.setNull(i + 1, Types.NULL);
      }
      try (ResultSet rows = prepared.executeQuery()) {
        assertThat(rows.next()).isTrue();
        for (int i = 0; i < values.size(); i++) {
          assertThat(rows.getObject(i + 1)).isNull();
          assertThat(rows.wasNull()).isTrue();
        }
      }
    }
  }

  @Test
  void timestampsOfJdbcComeBackAsTheyWent() throws SQLException {
    Timestamp when = Timestamp.valueOf("2024-02-29 12:34:56.123456");
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement("SELECT ?::TIMESTAMP AS t")) {
      prepared.setTimestamp(1, when);
      try (ResultSet rows = prepared.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getTimestamp("t")).isEqualTo(when);
      }
    }
  }

  @Test
  void aParameterWithoutValueIsAnError() throws SQLException {
    try (Connection connection = connect();
        PreparedStatement prepared =
            connection.prepareStatement("SELECT ?::BIGINT AS a, ?::BIGINT AS b")) {
      prepared.setLong(1, 1);
      assertFails(prepared::executeQuery, "07002", "parameter 2 has no value");
      assertFails(
          () -> prepared.setLong(3, 1), "07009", "the statement has parameters 1 to 2. Given: 3");
    }
  }

  @Test
  void streamsTwentyMillionRowsInLittleMemory() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT range AS n, range * 0.5 AS d FROM range(20000000)")) {
      long sum = 0;
      long count = 0;
      long early = 0;
      long most = 0;
      while (rows.next()) {
        sum += rows.getLong(1);
        if (++count % 4_000_000 == 0) {
          most = Math.max(most, StreamingTest.memory());
          early = early == 0 ? most : early;
        }
      }
      assertThat(count).isEqualTo(20_000_000);
      assertThat(sum).isEqualTo(20_000_000L * 19_999_999L / 2);
      assertThat(most - early).as("MiB more than at row 4,000,000").isLessThan(32);
    }
  }

  @Test
  void closingEarlyEndsTheServersQuery() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery(MANY)) {
        assertThat(rows.next()).isTrue();
      }
      server.assertNothingRuns();
      try (ResultSet again = statement.executeQuery("SELECT 1")) {
        assertThat(again.next()).isTrue();
      }
    }
  }

  @Test
  void cancelFromAnotherThreadEndsAQueryThatHasNoRowsYet() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      Thread canceller = inAWhile(statement::cancel);
      long start = System.nanoTime();
      assertThatThrownBy(() -> drain(statement.executeQuery(SLOW)))
          .isInstanceOf(SQLException.class)
          .extracting("SQLState")
          .isEqualTo("57014");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      canceller.join();
      server.assertNothingRuns();
      assertThat(drain(statement.executeQuery("SELECT 1 AS x"))).isEqualTo(1);
    }
  }

  @Test
  void cancelEndsAQueryInMidStream() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(MANY)) {
      Thread canceller = inAWhile(statement::cancel);
      assertThatThrownBy(() -> drain(rows)).extracting("SQLState").isEqualTo("57014");
      canceller.join();
      server.assertNothingRuns();
    }
  }

  @Test
  void aQueryThatTakesTooLongTimesOut() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      long start = System.nanoTime();
      assertThatThrownBy(() -> drain(statement.executeQuery(SLOW)))
          .isInstanceOf(SQLTimeoutException.class)
          .hasMessage("the query took longer than the 1 s that it was allowed")
          .extracting("SQLState")
          .isEqualTo("57014");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
      server.assertNothingRuns();
      assertThatThrownBy(() -> drain(statement.executeQuery(MANY)))
          .isInstanceOf(SQLTimeoutException.class);
      server.assertNothingRuns();
    }
  }

  @Test
  void maxRowsHoldsForPreparedStatementsToo() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement(MANY)) {
      statement.setMaxRows(10);
      statement.setFetchSize(0);
      assertThat(drain(statement.executeQuery(MANY))).isEqualTo(10);
      prepared.setMaxRows(70_000);
      prepared.setFetchSize(Integer.MIN_VALUE);
      assertThat(drain(prepared.executeQuery())).isEqualTo(70_000);
      prepared.setMaxRows(0);
    }
    server.assertNothingRuns();
  }

  @Test
  void warningsReachResultAndStatement() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1 " + UnguardedServer.WARNED)) {
      for (SQLWarning warning : List.of(rows.getWarnings(), statement.getWarnings())) {
        assertThat(warning.getMessage()).isEqualTo("small groups are left out");
        assertThat(warning.getSQLState()).isEqualTo("01000");
      }
      statement.clearWarnings();
      assertThat((Throwable) rows.getWarnings()).isNull();
    }
  }

  @Test
  void whatWouldChangeDataIsRefused() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("SELECT 1")) {
      assertFails(
          () -> statement.executeUpdate("DELETE FROM t"), "0A000", "an update is not supported");
      assertFails(() -> statement.addBatch("x"), "0A000", "a batch is not supported");
      assertFails(prepared::executeUpdate, "0A000", "an update is not supported");
      assertFails(prepared::addBatch, "0A000", "a batch is not supported");
      assertFails(
          statement::getGeneratedKeys, "0A000", "returning generated keys is not supported");
      assertThatThrownBy(() -> connection.prepareCall("x"))
          .isInstanceOf(SQLFeatureNotSupportedException.class);
    }
  }

  @Test
  void errorsComeAsTheServerTellsThem() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertFails(
          () -> statement.executeQuery("SELECT * FROM nowhere"),
          "42P01",
          "unknown table or column");
      assertFails(
          () -> connection.prepareStatement("SELECT * FROM nowhere"),
          "42P01",
          "unknown table or column");
    }
  }

  @Test
  void anApprovalThatIsNotAwaitedIsAnError() throws SQLException {
    server.heldTimes.set(1);
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertFails(
          () -> statement.executeQuery("SELECT 1 " + UnguardedServer.HELD),
          "PV001",
          "request 7 waits for the owner of `clinic`");
    }
  }

  @Test
  void anApprovalIsAwaited() throws SQLException {
    server.heldTimes.set(2);
    try (Connection connection =
            DriverManager.getConnection(server.url() + "?approval=wait", "ann", "pass word:ü");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 5 AS x " + UnguardedServer.HELD)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(5);
      assertThat(server.lastProperties).containsEntry("approval", "request");
    }
  }

  @Test
  void anApprovalIsAwaitedNoLongerThanAsked() throws Exception {
    server.heldTimes.set(1000);
    try (Connection connection =
            DriverManager.getConnection(
                server.url() + "?approval=wait&approvalTimeout=1", "ann", "pass word:ü");
        Statement statement = connection.createStatement()) {
      Instant start = Instant.now();
      String sql = "SELECT 1 " + UnguardedServer.HELD;
      assertThatThrownBy(() -> statement.executeQuery(sql))
          .extracting("SQLState")
          .isEqualTo("PV001");
      assertThat(Duration.between(start, Instant.now()))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
    } finally {
      server.heldTimes.set(0);
    }
  }

  @Test
  void cancelEndsTheWaitForAnApproval() throws Exception {
    server.heldTimes.set(1000);
    try (Connection connection =
            DriverManager.getConnection(server.url() + "?approval=wait", "ann", "pass word:ü");
        Statement statement = connection.createStatement()) {
      Thread canceller = inAWhile(statement::cancel);
      String sql = "SELECT 1 " + UnguardedServer.HELD;
      assertThatThrownBy(() -> statement.executeQuery(sql))
          .extracting("SQLState")
          .isEqualTo("57014");
      canceller.join();
    } finally {
      server.heldTimes.set(0);
    }
  }

  private static Class<?> classOf(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static long drain(ResultSet rows) throws SQLException {
    long count = 0;
    while (rows.next()) {
      count++;
    }
    return count;
  }

  private interface Call {
    void run() throws SQLException;
  }

  private static Thread inAWhile(Call call) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Thread.sleep(700);
                call.run();
              } catch (InterruptedException | SQLException e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    return thread;
  }

  private static void assertFails(Call call, String sqlState, String message) {
    List<SQLException> failures = new ArrayList<>();
    try {
      call.run();
    } catch (SQLException e) {
      failures.add(e);
    }
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0).getMessage()).isEqualTo(message);
    assertThat(failures.get(0).getSQLState()).isEqualTo(sqlState);
  }
}
