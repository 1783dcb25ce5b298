package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQL as people and tools write it: answered exactly as DuckDB does, or refused by name. */
class DialectTest {
  private static Differential differential;

  @BeforeAll
  static void open() throws Exception {
    Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement setup = duckDb.createStatement()) {
      setup.execute("SET TimeZone = 'UTC'");
      setup.execute("SET threads = 1");
      for (String statement : lines("dialect-setup.sql")) {
        setup.execute(statement);
      }
    }
    differential = new Differential(duckDb);
  }

  @AfterAll
  static void close() throws Exception {
    differential.close();
  }

  static List<String> lines(String file) throws Exception {
    try (InputStream stream = DialectTest.class.getResourceAsStream("/dialect/" + file)) {
      String text =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).toList();
    }
  }

  /** The floors only rise: whoever widens the front end raises them. */
  @ParameterizedTest
  @CsvSource({
    "dialect-traps.txt,   149",
    "dialect-flavour.txt, 106",
    "dialect-bi.txt,      17",
    "dialect-more.txt,    19",
    "dialect-parameters.txt, 103",
    "dialect-wide.txt,    714",
    "dialect-review.txt,  59",
  })
  void isNeverDifferent(String file, int atLeastEqual) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    int equal = 0;
    for (String line : lines(file)) {
      String sql = line.substring(line.indexOf('|') + 1);
      String plain = sql.replaceAll("\\{fn ([^{}]*)}", "$1");
      Differential.Outcome outcome = differential.compare(sql, plain);
      switch (outcome.kind()) {
        case EQUAL -> equal++;
        case REFUSED -> refused.add(sql + "\n  " + outcome.detail());
        case DIFFERENT -> wrong.add(sql + "\n  " + outcome.detail());
      }
    }
    assertThat(wrong).as("silently different").isEmpty();
    assertThat(equal)
        .as("equal; refused: %s", String.join("\n", refused))
        .isGreaterThanOrEqualTo(atLeastEqual);
  }
}
