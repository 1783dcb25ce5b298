package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type of DuckDB at its extremes, nested and NULL, through each door to the last digit. */
class TypesTest {
  private static final String REFUSED = "0A000";

  /** Texts for clients, which DuckDB's own driver gives another class or none. */
  static final Set<String> TEXTS =
      Set.of("BIT", "BIGNUM", "TIME WITH TIME ZONE", "TIME_NS", "UHUGEINT");

  @TempDir static Path directory;
  private static EverydayGateway gateway;
  private static Connection driver;
  private static Connection protobuf;
  private static Connection json;
  private static Door flight;

  /** A line of the table. */
  private record Value(String sql, String driver, String avatica) {
    String query() {
      return "SELECT " + sql + " AS v";
    }
  }

  /** What DuckDB says of a value, with no gateway between. */
  private record Plain(String type, @Nullable String text, @Nullable Object value) {}

  @BeforeAll
  static void open() throws Exception {
    gateway = EverydayGateway.start(directory);
    driver = gateway.connect();
    protobuf = gateway.avatica("protobuf");
    json = gateway.avatica("json");
    flight = gateway.flight();
  }

  @AfterAll
  static void close() throws Exception {
    driver.close();
    protobuf.close();
    json.close();
    flight.close();
    gateway.close();
  }

  static List<Value> values() throws Exception {
    try (InputStream stream = TypesTest.class.getResourceAsStream("/dialect/types.txt")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", -1))
          .map(cells -> new Value(cells[0], cells[1], cells[2]))
          .toList();
    }
  }

  private static Plain plain(Value value) throws SQLException {
    String sql = "SELECT typeof(v), CAST(v AS VARCHAR), v FROM (" + value.query() + ")";
    try (Statement statement = gateway.bare().createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new Plain(row.getString(1), row.getString(2), row.getObject(3));
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void arrivesAtOurDriver(Value value) throws SQLException {
    assertText(driver, value, value.driver());
  }

  @ParameterizedTest
  @MethodSource("values")
  void arrivesAtAvaticasDriver(Value value) throws SQLException {
    assertText(protobuf, value, value.avatica());
    if (!value.sql().equals("'-0.0'::DOUBLE") && !value.sql().startsWith("1.79")) {
      assertText(json, value, value.avatica());
    }
  }

  private static void assertText(Connection connection, Value value, String wanted)
      throws SQLException {
    if (wanted.equals("?")) {
      return;
    }
    Plain plain = plain(value);
    String got;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(value.query())) {
      assertThat(row.next()).isTrue();
      got = String.valueOf(row.getString(1));
      boolean jsonHasNone = connection == json && value.sql().matches("'(NaN|-?inf)'.*");
      assertThatCode(jsonHasNone ? () -> {} : () -> row.getObject(1)).doesNotThrowAnyException();
    } catch (SQLException e) {
      assertThat(wanted).as(e.getMessage()).isEqualTo(REFUSED);
      assertThat(e.getMessage()).containsAnyOf("to VARCHAR");
      return;
    }
    assertThat(got).isEqualTo(wanted.equals("=") ? String.valueOf(plain.text()) : wanted);
  }

  @ParameterizedTest
  @MethodSource("values")
  void arrivesOverFlight(Value value) throws SQLException {
    Plain plain = plain(value);
    Outcome outcome = flight.ask(EverydayGateway.BOB, value.query(), List.of());
    if (value.driver().equals(REFUSED)) {
      assertThat(outcome).isInstanceOf(Outcome.Failed.class);
      return;
    }
    Object wanted = TEXTS.contains(plain.type()) ? plain.text() : plain.value();
    String got = outcome.fold(rows -> rows.rows().get(0).get(0), failed -> failed.toString());
    assertThat(got).isEqualTo(Cells.EVERY_DIGIT.text(wanted));
  }

  /** As DuckDB's own driver tells it; what leaves as a text is a text. */
  @ParameterizedTest
  @MethodSource("values")
  void itsTypeHasDuckDbsName(Value value) throws SQLException {
    if (value.driver().equals(REFUSED)) {
      return;
    }
    String wanted = described(gateway.bare(), value);
    String told = described(driver, value);
    assertThat(told).isEqualTo(TEXTS.contains(wanted) ? "VARCHAR" : wanted);
    try (PreparedStatement prepared = driver.prepareStatement(value.query())) {
      assertThat(prepared.getMetaData().getColumnTypeName(1)).isEqualTo(told);
    }
    List<String> overFlight =
        flight
            .ask(EverydayGateway.BOB, value.query(), List.of())
            .fold(Outcome.Rows::types, failed -> List.of(failed.message()));
    assertThat(overFlight).containsExactly(told);
  }

  private static String described(Connection connection, Value value) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(value.query())) {
      ResultSetMetaData meta = row.getMetaData();
      assertThat(meta.isNullable(1)).isEqualTo(ResultSetMetaData.columnNullable);
      return meta.getColumnTypeName(1);
    }
  }

  /** A text as a parameter becomes the same value, or is refused before the query runs. */
  @ParameterizedTest
  @MethodSource("values")
  void comesBackAsAParameter(Value value) throws SQLException {
    Plain plain = plain(value);
    String type = plain.type().replace("c \"NULL\"", "c INTEGER");
    boolean hasNoName = type.contains("\"NULL\"") || type.startsWith("TUPLE(");
    if (value.driver().equals(REFUSED) || value.driver().equals("?") || hasNoName) {
      return;
    }
    String sql = "SELECT CAST(? AS " + type + ") AS v";
    try (PreparedStatement statement = driver.prepareStatement(sql)) {
      statement.setString(1, plain.text());
      try (ResultSet row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
        String wanted = value.driver().equals("=") ? String.valueOf(plain.text()) : value.driver();
        assertThat(String.valueOf(row.getString(1))).isEqualTo(wanted);
      }
    } catch (SQLException e) {
      assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("22023");
      assertThat(e.getMessage()).contains("parameter").doesNotContain(String.valueOf(plain.text()));
    }
  }

  /** Numbers as they are, so that no digit is rounded away. */
  @ParameterizedTest
  @MethodSource("values")
  void numbersKeepEveryDigit(Value value) throws SQLException {
    Plain plain = plain(value);
    if (!(plain.value() instanceof BigDecimal || plain.value() instanceof BigInteger)
        || value.driver().equals(REFUSED)
        || TEXTS.contains(plain.type())) {
      return;
    }
    try (Statement statement = driver.createStatement();
        ResultSet row = statement.executeQuery(value.query())) {
      assertThat(row.next()).isTrue();
      assertThat(row.getBigDecimal(1)).isEqualByComparingTo(plain.value().toString());
    }
  }
}
