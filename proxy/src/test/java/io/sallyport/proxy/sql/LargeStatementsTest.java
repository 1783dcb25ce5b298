package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.GatewayException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements that are long, deep, or short and ask for much: each is bound and printed, or refused
 * in our own words, and soon.
 */
class LargeStatementsTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** What only an engine or a library would say. */
  private static final List<String> FOREIGN =
      List.of("error:", "exception", "duckdb", "calcite", "java.", "org.", "line 1", "candidate");

  private static Differential differential;

  @BeforeAll
  static void open() throws Exception {
    Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement setup = duckDb.createStatement()) {
      for (String statement : DialectTest.lines("dialect-setup.sql")) {
        setup.execute(statement);
      }
    }
    differential = new Differential(duckDb);
  }

  @AfterAll
  static void close() throws Exception {
    differential.close();
  }

  /** Binds and prints, or says why not; anything else is thrown and fails the test. */
  private static void survives(String sql) {
    Instant begun = Instant.now();
    try {
      BoundQuery query = differential.front().bind(Optional.of("main"), sql);
      assertThat(differential.print(query).sql()).isNotEmpty();
    } catch (GatewayException e) {
      // The user's own words stand in backticks.
      String ours = e.getMessage().replaceAll("(?s)`.*`", "").toLowerCase(Locale.ROOT);
      assertThat(FOREIGN).as("%s: %s", sql, e.getMessage()).noneMatch(ours::contains);
    }
    assertThat(Duration.between(begun, Instant.now())).as(sql).isLessThan(SOON);
  }

  private static String list(int count, String form) {
    return IntStream.range(0, count)
        .mapToObj(i -> form.replace("#", Integer.toString(i)))
        .collect(Collectors.joining(", "));
  }

  private static String doubling(int times) {
    StringBuilder sql = new StringBuilder("WITH c0 AS (SELECT age AS x FROM people)");
    for (int i = 1; i <= times; i++) {
      String form = ", c%d AS (SELECT a.x + b.x AS x FROM c%d AS a, c%d AS b)";
      sql.append(form.formatted(i, i - 1, i - 1));
    }
    return sql + " SELECT x FROM c" + times;
  }

  static List<String> bombs() {
    return List.of(
        "SELECT " + "'a' || ".repeat(2_400) + "'a'",
        "SELECT " + "name || ".repeat(300) + "name FROM people",
        "SELECT " + "(".repeat(95) + "1" + ")".repeat(95),
        "SELECT " + "(".repeat(200_000) + "1" + ")".repeat(200_000),
        "SELECT " + "upper(".repeat(95) + "name" + ")".repeat(95) + " FROM people",
        "SELECT 1" + "::INT".repeat(2_000),
        "SELECT " + "NOT ".repeat(2_000) + "true",
        "SELECT " + "[".repeat(90) + "1" + "]".repeat(90),
        "SELECT "
            + "CASE WHEN age = 1 THEN 2 ELSE ".repeat(80)
            + "1"
            + " END".repeat(80)
            + " FROM people",
        "SELECT " + list(1_000, "age + #") + " FROM people",
        "SELECT id FROM people WHERE id IN (" + list(20_000, "#") + ")",
        "SELECT id FROM people WHERE id IN (" + list(100_000, "1#") + ")",
        "SELECT id FROM people WHERE id IN (" + list(50_000, "100000000000#") + ")",
        "SELECT " + list(5_000, "substring(name, #)") + " FROM people",
        "SELECT " + list(5_000, "'#'::INTEGER + #") + " FROM people",
        "SELECT " + list(400, "CAST(NULL AS STRUCT(a# INTEGER))"),
        "SELECT " + "(".repeat(10_000) + "1" + ")".repeat(10_000),
        "SELECT '" + "x".repeat(900_000) + "'",
        "SELECT 1" + " UNION ALL SELECT 1".repeat(300),
        "SELECT count(*) FROM people GROUP BY CUBE (" + list(12, "age + #") + ")",
        "SELECT x FROM "
            + "(SELECT x || x || x AS x FROM ".repeat(40)
            + "(SELECT name AS x FROM people)"
            + ")".repeat(40),
        doubling(50),
        "SELECT length(repeat('x', 1000000000))",
        "SELECT repeat(repeat(repeat('x', 9000), 9000), 9000)",
        "SELECT length(lpad('x', 1000000000, 'y'))",
        "SELECT length(printf('%1000000000d', 1))",
        "SELECT length(format('{:>1000000000}', 1))",
        "SELECT length(bitstring('1', 1000000000))");
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void survivesLargeStatements(String sql) {
    survives(sql);
  }
}
