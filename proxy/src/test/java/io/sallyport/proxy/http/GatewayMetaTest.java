package io.sallyport.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache Avatica's own client, unmodified, over a socket. */
@Timeout(120)
class GatewayMetaTest {
  @TempDir static Path directory;
  private static OpenDoor door;

  @BeforeAll
  static void open() throws SQLException {
    door = new OpenDoor(directory);
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @AfterEach
  void nothingRuns() throws InterruptedException {
    door.assertNothingRuns();
  }

  private static List<List<Object>> rows(ResultSet rows) throws SQLException {
    List<List<Object>> all = new ArrayList<>();
    while (rows.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        row.add(rows.getObject(i));
      }
      all.add(row);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void readsAllRowsInFrames(String serialization) throws SQLException {
    for (int fetchSize : new int[] {-1, 0, 1, 100, 5000}) {
      try (Connection connection = door.stock(serialization);
          Statement statement = connection.createStatement()) {
        if (fetchSize >= 0) {
          statement.setFetchSize(fetchSize);
        }
        try (ResultSet rows =
            statement.executeQuery("SELECT id, price, name FROM clinic.visits ORDER BY id")) {
          for (int i = 0; i < 2500; i++) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(i);
            assertThat(rows.getBigDecimal(2))
                .isEqualByComparingTo(new BigDecimal("1.25").multiply(new BigDecimal(i)));
            assertThat(rows.getString(3)).isEqualTo("visit " + i);
          }
          assertThat(rows.next()).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void arrowConnectionReadsItsAnswerByFetchToo(String serialization) throws SQLException {
    try (Connection connection = door.stock(serialization, "arrow=true");
        Statement statement = connection.createStatement()) {
      // Some thirty frames; the stock client asks for frames of 100 rows otherwise.
      statement.setFetchSize(10_000);
      try (ResultSet rows =
          statement.executeQuery("SELECT range, 'x' || range FROM range(300000) ORDER BY 1")) {
        long count = 0;
        while (rows.next()) {
          assertThat(rows.getLong(1)).isEqualTo(count);
          count++;
        }
        assertThat(count).isEqualTo(300_000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void showsEveryType(String serialization) throws SQLException {
    String sql =
        "SELECT true b, 1::TINYINT t, -2::SMALLINT s, 3::INTEGER i, 4::BIGINT l, 255::UTINYINT ut,"
            + " 65535::USMALLINT us, 4294967295::UINTEGER ui, 18446744073709551615::UBIGINT ub,"
            + " 170141183460469231731687303715884105727::HUGEINT h, 1.50::DECIMAL(10,2) d,"
            + " 0.5::FLOAT f, 2.25::DOUBLE e, 'ü' v, '\\xAB\\x00'::BLOB blob,"
            + " DATE '2024-02-29' dt, TIME '12:34:56.789' tm,"
            + " TIMESTAMP '2024-02-29 12:34:56.789123' ts,"
            + " TIMESTAMPTZ '2024-02-29 12:34:56.789123+01' tz,"
            + " '6f1c1b8e-8d6c-4d5e-9c1a-0123456789ab'::UUID u, INTERVAL '1 month 2 days' iv,"
            + " 'a'::ENUM('a', 'b') en, [1, NULL, 3] li, ['x', 'y'] ls, {'k': 1, 'w': 'z'} st,"
            + " MAP {'k': 2} m, [DATE '2024-01-01'] ld, NULL n, [[1, 2], [3]] ll";
    try (Connection connection = door.stock(serialization);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean("b")).isTrue();
      assertThat(rows.getByte("t")).isEqualTo((byte) 1);
      assertThat(rows.getShort("s")).isEqualTo((short) -2);
      assertThat(rows.getInt("i")).isEqualTo(3);
      assertThat(rows.getLong("l")).isEqualTo(4);
      assertThat(rows.getInt("ut")).isEqualTo(255);
      assertThat(rows.getInt("us")).isEqualTo(65535);
      assertThat(rows.getLong("ui")).isEqualTo(4294967295L);
      assertThat(rows.getBigDecimal("ub")).isEqualByComparingTo("18446744073709551615");
      assertThat(rows.getBigDecimal("h"))
          .isEqualByComparingTo("170141183460469231731687303715884105727");
      assertThat(rows.getBigDecimal("d")).isEqualByComparingTo("1.50");
      assertThat(rows.getFloat("f")).isEqualTo(0.5f);
      assertThat(rows.getDouble("e")).isEqualTo(2.25);
      assertThat(rows.getString("v")).isEqualTo("ü");
      assertThat(rows.getBytes("blob")).isEqualTo(new byte[] {(byte) 0xAB, 0});
      assertThat(rows.getString("dt")).isEqualTo("2024-02-29");
      assertThat(rows.getString("tm")).startsWith("12:34:56");
      assertThat(rows.getTimestamp("ts")).isEqualTo(Timestamp.valueOf("2024-02-29 12:34:56.789"));
      assertThat(rows.getString("tz")).isEqualTo("2024-02-29 11:34:56.789123+00");
      assertThat(rows.getString("u")).isEqualTo("6f1c1b8e-8d6c-4d5e-9c1a-0123456789ab");
      assertThat(rows.getString("iv")).isEqualTo("1 month 2 days");
      assertThat(rows.getString("en")).isEqualTo("a");
      assertThat((Object[]) rows.getArray("ls").getArray()).containsExactly("x", "y");
      assertThat(Arrays.toString((Object[]) rows.getArray("li").getArray()))
          .isEqualTo("[1, null, 3]");
      assertThat(rows.getString("st")).isEqualTo("{'k': 1, 'w': z}");
      assertThat(rows.getString("m")).isEqualTo("{k=2}");
      assertThat(rows.getString("ld")).isEqualTo("[2024-01-01]");
      assertThat(rows.getObject("n")).isNull();
      assertThat(rows.next()).isFalse();
      ResultSetMetaData columns = rows.getMetaData();
      assertThat(columns.getColumnTypeName(11)).isEqualTo("DECIMAL(10,2)");
      assertThat(columns.getColumnType(11)).isEqualTo(Types.DECIMAL);
      assertThat(columns.getPrecision(11)).isEqualTo(10);
      assertThat(columns.getScale(11)).isEqualTo(2);
      assertThat(columns.getColumnTypeName(23)).isEqualTo("INTEGER[]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void bindsParameters(String serialization) throws SQLException {
    String sql =
        "SELECT ?::INTEGER, ?::VARCHAR, ?::DATE, ?::TIMESTAMP, ?::DOUBLE, ?::BOOLEAN, ?::BLOB,"
            + " ?::HUGEINT, ?::VARCHAR";
    try (Connection connection = door.stock(serialization);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      assertThat(statement.getParameterMetaData().getParameterCount()).isEqualTo(9);
      assertThat(statement.getParameterMetaData().getParameterTypeName(3)).isEqualTo("DATE");
      for (int run = 0; run < 3; run++) {
        statement.setInt(1, run);
        statement.setString(2, "it's");
        statement.setDate(3, Date.valueOf("2024-02-29"));
        statement.setString(4, "2024-02-29 01:02:03.456");
        statement.setDouble(5, 1.5);
        statement.setBoolean(6, true);
        statement.setBytes(7, new byte[] {1, 2});
        statement.setBigDecimal(8, new BigDecimal("123456789012345678901234567890"));
        statement.setNull(9, Types.VARCHAR);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(run);
          assertThat(rows.getString(2)).isEqualTo("it's");
          assertThat(rows.getDate(3)).isEqualTo(Date.valueOf("2024-02-29"));
          assertThat(rows.getTimestamp(4)).isEqualTo(Timestamp.valueOf("2024-02-29 01:02:03.456"));
          assertThat(rows.getDouble(5)).isEqualTo(1.5);
          assertThat(rows.getBoolean(6)).isTrue();
          assertThat(rows.getBytes(7)).isEqualTo(new byte[] {1, 2});
          assertThat(rows.getBigDecimal(8)).isEqualByComparingTo("123456789012345678901234567890");
          assertThat(rows.getString(9)).isNull();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void tellsTheCatalogue(String serialization) throws SQLException {
    try (Connection connection = door.stock(serialization)) {
      var metadata = connection.getMetaData();

      assertThat(rows(metadata.getCatalogs())).isEmpty();
      assertThat(rows(metadata.getSchemas()))
          .singleElement()
          .satisfies(row -> assertThat(row.get(0)).isEqualTo("clinic"));
      assertThat(rows(metadata.getTableTypes())).containsExactly(List.of("TABLE"));
      assertThat(rows(metadata.getTables(null, "CLINIC", "%", null)))
          .extracting(row -> row.get(2))
          .containsExactly("visits", "wards_2");
      assertThat(rows(metadata.getTables(null, null, "wards\\_2", new String[] {"TABLE"})))
          .hasSize(1);
      assertThat(rows(metadata.getTables(null, null, null, new String[] {"VIEW"}))).isEmpty();
      assertThat(rows(metadata.getColumns(null, "clinic", "visits", "%")))
          .extracting(row -> row.get(3) + " " + row.get(4) + " " + row.get(5) + " " + row.get(16))
          .containsExactly(
              "id " + Types.INTEGER + " INTEGER 1",
              "price " + Types.DECIMAL + " DECIMAL(10,2) 2",
              "name " + Types.VARCHAR + " VARCHAR 3");
      assertThat(rows(metadata.getTypeInfo()))
          .extracting(row -> row.get(0))
          .contains("DECIMAL", "VARCHAR", "TIMESTAMP");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void takesWhatPoolsSet(String serialization) throws SQLException {
    try (Connection connection = door.stock(serialization, "dataset=clinic")) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.commit();
      connection.rollback();
      assertThat(connection.getSchema()).isEqualTo("clinic");
      assertThat(connection.getAutoCommit()).isFalse();
      try (Statement statement = connection.createStatement()) {
        statement.setMaxRows(7);
        assertThat(rows(statement.executeQuery("SELECT * FROM range(100)"))).hasSize(7);
      }
      assertThat(connection.isReadOnly()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void refusesWithSqlState(String serialization) throws SQLException {
    try (Connection connection = door.stock(serialization);
        Statement statement = connection.createStatement()) {
      assertSqlState("0A000", () -> statement.execute("CREATE TABLE x (i INTEGER)"));
      assertSqlState("42P01", () -> statement.executeQuery("SELECT * FROM clinic.missing"));
      assertSqlState(
          "XX000",
          () ->
              statement.executeQuery(
                  "SELECT CAST(name AS INTEGER) FROM clinic.visits WHERE id = 7"));
      statement.addBatch("DELETE FROM clinic.visits");
      assertSqlState("0A000", statement::executeBatch);
      assertSqlState("22023", () -> door.stock(serialization, "colour=red"));
      assertThat(rows(statement.executeQuery("SELECT 1"))).hasSize(1);
    }
  }

  private interface Call {
    void make() throws Exception;
  }

  private static void assertSqlState(String state, Call call) {
    assertThatThrownBy(call::make)
        .satisfies(
            thrown -> {
              StringBuilder all = new StringBuilder();
              String found = "";
              for (Throwable t = thrown; t != null; t = t.getCause()) {
                all.append(t).append('\n');
                if (t instanceof SQLException sql && sql.getSQLState() != null) {
                  found = sql.getSQLState();
                } else if (t instanceof AvaticaClientRuntimeException a) {
                  found = a.getSqlState();
                  assertThat(a.getServerExceptions())
                      .singleElement(InstanceOfAssertFactories.STRING)
                      .isNotEmpty()
                      .doesNotContain("Exception");
                }
              }
              assertThat(found).as(all.toString()).isEqualTo(state);
              assertThat(all).doesNotContain("visit 7");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"protobuf", "json"})
  void closingAHalfReadAnswerEndsTheQuery(String serialization) throws Exception {
    try (Connection connection = door.stock(serialization);
        Statement statement = connection.createStatement()) {
      ResultSet rows = statement.executeQuery("SELECT * FROM range(100000000)");
      assertThat(rows.next()).isTrue();
      assertThat(door.engine.running()).isEqualTo(1);
    }
    door.assertNothingRuns();
  }
}
