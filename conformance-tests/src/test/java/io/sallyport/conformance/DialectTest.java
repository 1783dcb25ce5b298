package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
  })
  void isAnsweredAsDuckDbDoesOrRefused(String door, String file, int atLeast) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    int equal = 0;
    for (String line : EverydayGateway.lines(file)) {
      String sql = line.substring(line.indexOf('|') + 1);
      List<Object> parameters = parameters(sql);
      Outcome expected = plain(sql.replaceAll("\\{fn ([^{}]*)}", "$1"), parameters);
      Outcome given =
          Objects.requireNonNull(doors.get(door))
              .ask(EverydayGateway.BOB, inOurDataset(sql), parameters);
      if (given instanceof Outcome.Failed failed) {
        if (expected instanceof Outcome.Failed) {
          equal++;
        } else {
          refused.add(failed.sqlState() + " " + failed.message() + " of " + sql);
        }
      } else if (sorted(given, sql).equals(sorted(expected, sql))) {
        equal++;
      } else {
        wrong.add(sql + "\n  wanted " + shown(expected) + "\n  but    " + shown(given));
      }
    }
    assertThat(wrong).as("silently different").isEmpty();
    assertThat(refused)
        .as("refused by name, in our words")
        .allMatch(said -> said.startsWith("0A000 ") && !said.contains("Error:"));
    assertThat(equal)
        .as("equal; refused: %s", String.join("\n", refused))
        .isGreaterThanOrEqualTo(atLeast);
  }

  /** What is DuckDB's main schema is a dataset of ours. */
  private static String inOurDataset(String sql) {
    return sql.replace("main.", EverydayGateway.DATASET + ".")
        .replace("\"main\"", EverydayGateway.DATASET);
  }

  private static List<Object> parameters(String sql) {
    List<Object> values = new ArrayList<>();
    try (PreparedStatement statement = gateway.bare().prepareStatement(sql)) {
      ParameterMetaData meta = statement.getParameterMetaData();
      for (int i = 1; i <= meta.getParameterCount(); i++) {
        values.add(meta.getParameterTypeName(i).equals("VARCHAR") ? "Oslo" : (Object) 30L);
      }
    } catch (SQLException e) {
      return List.of();
    }
    return values;
  }

  private static Outcome plain(String sql, List<Object> parameters) {
    try (PreparedStatement statement = gateway.bare().prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        return JdbcDoor.read(rows);
      }
    } catch (SQLException e) {
      return new Outcome.Failed("", "");
    }
  }

  private static Outcome sorted(Outcome outcome, String sql) {
    if (sql.toLowerCase(Locale.ROOT).contains("order by")) {
      return outcome;
    }
    return outcome.fold(
        rows ->
            new Outcome.Rows(
                rows.columns(),
                rows.rows().stream()
                    .sorted((one, other) -> one.toString().compareTo(other.toString()))
                    .toList()),
        failed -> failed);
  }

  private static String shown(Outcome outcome) {
    String text = outcome.toString();
    return text.length() > 700 ? text.substring(0, 700) + "…" : text;
  }
}
