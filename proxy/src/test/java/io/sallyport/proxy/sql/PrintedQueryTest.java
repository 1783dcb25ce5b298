package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From text to plan to printed text: both texts must give the same on a real DuckDB. */
class PrintedQueryTest {
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE emp(id INTEGER, boss INTEGER, nm VARCHAR)",
          "INSERT INTO emp VALUES (1,NULL,'root'), (2,1,'a'), (3,1,'b'), (4,2,'c'), (5,4,'d')",
          "CREATE TABLE visits(visit_id BIGINT, person_id BIGINT, tm TIMESTAMP, dur INTEGER,"
              + " kind VARCHAR, cost DECIMAL(8,2))",
          "INSERT INTO visits SELECT i, i * 31 % 7, TIMESTAMP '2024-01-01' + to_hours(i * 5),"
              + " i * 13 % 90, ['in','out','phone'][1 + i % 3], i % 97 * 1.25 FROM range(300) r(i)");

  private static Differential differential;

  @BeforeAll
  static void open() throws Exception {
    Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement make = duckDb.createStatement()) {
      for (String table : TABLES) {
        make.execute(table);
      }
    }
    differential = new Differential(duckDb);
  }

  @AfterAll
  static void close() throws Exception {
    differential.close();
  }

  static Stream<String> queries() throws Exception {
    try (InputStream file = PrintedQueryTest.class.getResourceAsStream("/printer/queries.sql")) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      return text
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("queries")
  void givesWhatItsTextGives(String sql) {
    Differential.Outcome outcome = differential.compare(sql);
    assertThat(outcome.kind()).as(outcome.detail()).isEqualTo(Differential.Kind.EQUAL);
  }
}
