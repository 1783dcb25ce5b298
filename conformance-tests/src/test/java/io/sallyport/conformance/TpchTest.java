package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 22 queries of TPC-H with nothing protected: the answers are DuckDB's own. */
class TpchTest {
  @TempDir static Path directory;
  private static TpchGateway gateway;
  private static Connection ours;
  private static Connection bare;
  private static Door flight;

  @BeforeAll
  static void open() throws Exception {
    gateway = TpchGateway.start(directory);
    ours = gateway.connect(TpchGateway.OPEN);
    bare = gateway.bare();
    flight = gateway.flight();
  }

  @AfterAll
  static void close() throws Exception {
    flight.close();
    ours.close();
    bare.close();
    gateway.close();
  }

  static List<String> queries() {
    return TpchGateway.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void hasTheColumnsThatDuckDbHas(String name) throws Exception {
    String sql = TpchGateway.query(name);
    assertThat(columns(ours, sql)).isEqualTo(columns(bare, sql)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void givesTheRowsThatDuckDbGivesInTheirOrder(String name) throws Exception {
    String sql = TpchGateway.query(name);
    assertThat(rows(ours, sql)).isEqualTo(rows(bare, sql));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void givesTheSameOverFlight(String name) throws Exception {
    String sql = TpchGateway.query(name);
    Outcome outcome = flight.ask(TpchGateway.user(TpchGateway.OPEN), sql, List.of());
    Outcome.Rows expected;
    try (Statement statement = bare.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      expected = JdbcDoor.read(rows, Cells.TWELVE_DIGITS);
    }
    assertThat(outcome).isEqualTo(expected);
  }

  /**
   * Name, JDBC's type, the engine's type, and the digits of a decimal.
   *
   * <p>Two things are ours: a HUGEINT is NUMERIC, because OTHER tells a tool nothing, and the
   * digits of dates and doubles are those that JDBC defines.
   */
  private static List<String> columns(Connection connection, String sql) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      ResultSetMetaData meta = rows.getMetaData();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        String engine = meta.getColumnTypeName(i);
        int type = meta.getColumnType(i);
        boolean huge = engine.equals("HUGEINT") && type == Types.OTHER;
        columns.add(
            meta.getColumnLabel(i)
                + " "
                + JDBCType.valueOf(huge ? Types.NUMERIC : type)
                + " "
                + engine
                + (type == Types.DECIMAL
                    ? " of " + meta.getPrecision(i) + ", " + meta.getScale(i)
                    : ""));
      }
    }
    return columns;
  }

  /** Every digit of every cell. */
  private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
    List<List<String>> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(exact(rows.getObject(i)));
        }
        all.add(row);
      }
    }
    return all;
  }

  /** The class and every digit; dates and HUGEINT by the classes that JDBC names for them. */
  private static String exact(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    Object same = value;
    if (value instanceof LocalDate date) {
      same = Date.valueOf(date);
    } else if (value instanceof BigInteger number) {
      same = new BigDecimal(number);
    }
    return same.getClass().getSimpleName() + " " + same;
  }
}
