package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SQL as people and tools write it: over each door the answer is DuckDB's own, or a refusal with
 * its reason.
 */
class DialectTest {
  @TempDir static Path directory;
  private static EverydayGateway gateway;
  private static Map<String, Door> doors;

  @BeforeAll
  static void open() throws Exception {
    gateway = EverydayGateway.start(directory);
    doors = Map.of("driver", gateway.driver(), "flight", gateway.flight());
  }

  @AfterAll
  static void close() throws Exception {
    doors.values().forEach(Door::close);
    gateway.close();
  }

  /** The floors only rise: whoever widens the front end raises them. */
  @ParameterizedTest
  @CsvSource({
    "driver, dialect-flavour.txt, 108",
    "flight, dialect-flavour.txt, 108",
    "driver, dialect-traps.txt,   149",
    "flight, dialect-traps.txt,   149",
    "driver, dialect-bi.txt,      17",
    "flight, dialect-bi.txt,      17",
    "driver, dialect-more.txt,    19",
    "flight, dialect-more.txt,    19",
    "driver, dialect-parameters.txt, 111",
    "flight, dialect-parameters.txt, 111",
    "driver, dialect-wide.txt,    714",
    "flight, dialect-wide.txt,    714",
    "driver, dialect-review.txt,  59",
    "flight, dialect-review.txt,  59",
  })
  void isAnsweredAsDuckDbDoesOrRefused(String door, String file, int atLeast) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    int equal = 0;
    for (String line : EverydayGateway.lines(file)) {
      String sql = line.substring(line.indexOf('|') + 1);
      String plain = numbered(sql.replaceAll("\\{fn ([^{}]*)}", "$1"));
      boolean same = true;
      for (List<@Nullable Object> values : values(plain)) {
        Outcome expected = plain(plain, values);
        Outcome given =
            Objects.requireNonNull(doors.get(door))
                .ask(EverydayGateway.BOB, inOurDataset(sql), values);
        if (given instanceof Outcome.Failed failed) {
          if (expected instanceof Outcome.Rows) {
            same = false;
            refused.add(failed.sqlState() + " " + failed.message() + " of " + sql + values);
          }
        } else if (!sorted(given, sql).equals(sorted(expected, sql))) {
          same = false;
          wrong.add(sql + values + "\n  wanted " + shown(expected) + "\n  but    " + shown(given));
        }
      }
      equal += same ? 1 : 0;
    }
    assertThat(wrong).as("silently different").isEmpty();
    assertThat(refused)
        .as("refused by name, in our words")
        .allMatch(said -> said.matches("(?s)(0A000|42804|22023) .*") && !said.contains("Error:"));
    assertThat(equal)
        .as("equal; refused: %s", String.join("\n", refused))
        .isGreaterThanOrEqualTo(atLeast);
  }

  /** What is DuckDB's main schema is a dataset of ours. */
  private static String inOurDataset(String sql) {
    return sql.replace("main.", EverydayGateway.DATASET + ".")
        .replace("\"main\"", EverydayGateway.DATASET);
  }

  /** DuckDB's driver binds by number alone. */
  private static String numbered(String sql) {
    return sql.replace("$name", "$1").replace("$other", "$2");
  }

  /** Values of every type that a client may send, each in all places. */
  private static List<List<@Nullable Object>> values(String sql) {
    int count;
    try (PreparedStatement statement = gateway.bare().prepareStatement(sql)) {
      count = statement.getParameterMetaData().getParameterCount();
    } catch (SQLException e) {
      count = 0;
    }
    List<@Nullable Object> each =
        Arrays.asList(
            "Oslo",
            30L,
            "30",
            new BigDecimal("1037.251"),
            1.5,
            LocalDate.of(1980, 5, 17),
            true,
            null);
    List<List<@Nullable Object>> values = new ArrayList<>();
    for (Object value : count == 0 ? each.subList(0, 1) : each) {
      values.add(Collections.nCopies(count, value));
    }
    return values;
  }

  private static Outcome plain(String sql, List<@Nullable Object> parameters) {
    try (PreparedStatement statement = gateway.bare().prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        return sent(JdbcDoor.read(rows, Cells.EVERY_DIGIT));
      }
    } catch (SQLException e) {
      return new Outcome.Failed("", "");
    }
  }

  /** Some types leave the gateway as texts. */
  private static Outcome.Rows sent(Outcome.Rows rows) {
    return new Outcome.Rows(
        rows.columns(),
        rows.types().stream()
            .map(type -> TypesTest.TEXTS.contains(type) ? "VARCHAR" : type)
            .toList(),
        rows.rows());
  }

  private static Outcome sorted(Outcome outcome, String sql) {
    if (sql.toLowerCase(Locale.ROOT).contains("order by")) {
      return outcome;
    }
    return outcome.fold(
        rows ->
            new Outcome.Rows(
                rows.columns(),
                rows.types(),
                rows.rows().stream()
                    .sorted((one, other) -> one.toString().compareTo(other.toString()))
                    .toList()),
        failed -> failed);
  }

  private static String shown(Outcome outcome) {
    String text = outcome.toString();
    return text.length() > 700 ? text.substring(0, 700) + "…" : text;
  }

  /** Nothing but the values tells the types, as it is for DuckDB's own driver. */
  @Test
  void valuesGiveParametersTheirTypes() throws SQLException {
    Map<Object, String> types = new LinkedHashMap<>();
    types.put(true, "BOOLEAN");
    types.put((byte) 7, "TINYINT");
    types.put((short) 7, "SMALLINT");
    types.put(7, "INTEGER");
    types.put(7L, "BIGINT");
    types.put(new BigInteger("7"), "HUGEINT");
    types.put(new BigDecimal("12.340"), "DECIMAL(5,3)");
    types.put(0.5f, "FLOAT");
    types.put(0.1, "DOUBLE");
    types.put("it's", "VARCHAR");
    types.put(LocalDate.of(2024, 2, 29), "DATE");
    types.put(LocalTime.of(12, 34, 56, 123_456_000), "TIME");
    types.put(LocalDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_000), "TIMESTAMP");
    types.put(
        OffsetDateTime.of(2024, 2, 29, 12, 34, 56, 123_456_000, ZoneOffset.UTC),
        "TIMESTAMP WITH TIME ZONE");
    types.put(UUID.fromString("00000000-0000-4000-8000-00000000002a"), "UUID");
    try (Connection connection = gateway.connect();
        PreparedStatement prepared = connection.prepareStatement("SELECT ? AS v")) {
      assertThat(prepared.getParameterMetaData().getParameterTypeName(1)).isEqualTo("UNKNOWN");
      for (Map.Entry<Object, String> value : types.entrySet()) {
        prepared.setObject(1, value.getKey());
        try (ResultSet rows = prepared.executeQuery()) {
          assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo(value.getValue());
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).isNotNull();
        }
      }
    }
  }

  /** As in DuckDB's own driver, a value becomes what its target type says. */
  @Test
  void aTargetTypeIsTheParametersType() throws SQLException {
    try (Connection ours = gateway.connect()) {
      for (Connection one : List.of(gateway.bare(), ours)) {
        try (PreparedStatement prepared = one.prepareStatement("SELECT ? AS v")) {
          assertThat(typed(prepared, "7", Types.INTEGER)).isEqualTo("INTEGER 7");
          assertThat(typed(prepared, 7, Types.BIGINT)).isEqualTo("BIGINT 7");
          assertThat(typed(prepared, 7, Types.VARCHAR)).isEqualTo("VARCHAR 7");
          assertThat(typed(prepared, 0.1, Types.REAL)).isEqualTo("FLOAT 0.1");
          assertThat(typed(prepared, "1.50", Types.DECIMAL)).isEqualTo("DECIMAL(3,2) 1.50");
          assertThat(typed(prepared, "true", Types.BOOLEAN)).isEqualTo("BOOLEAN true");
        }
      }
    }
  }

  private static String typed(PreparedStatement prepared, Object value, int type)
      throws SQLException {
    prepared.setObject(1, value, type);
    try (ResultSet row = prepared.executeQuery()) {
      row.next();
      return row.getMetaData().getColumnTypeName(1) + " " + row.getString(1);
    }
  }
}
