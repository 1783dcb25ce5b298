package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.GatewayException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements nobody would write: whatever the text, it is bound and printed, or refused in our own
 * words, and soon.
 *
 * <p>{@code -Dfuzz.runs=100000 -Dfuzz.seed=7} breaks others, and more.
 */
class SqlFrontFuzzTest {
  private static final int RUNS = Integer.getInteger("fuzz.runs", 1_500);
  private static final long SEED = Long.getLong("fuzz.seed", 1L);
  private static final Duration SOON = Duration.ofSeconds(60);

  /** What only an engine or a library would say. */
  private static final List<String> FOREIGN =
      List.of("error:", "exception", "duckdb", "calcite", "java.", "org.", "line 1", "candidate");

  private static Differential differential;
  private static List<List<String>> seeds;

  @BeforeAll
  static void open() throws Exception {
    Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement setup = duckDb.createStatement()) {
      for (String statement : DialectTest.lines("dialect-setup.sql")) {
        setup.execute(statement);
      }
    }
    differential = new Differential(duckDb);
    seeds = new ArrayList<>();
    for (String file : List.of("traps", "flavour", "bi", "more")) {
      for (String line : DialectTest.lines("dialect-" + file + ".txt")) {
        seeds.add(tokens(line.substring(line.indexOf('|') + 1)));
      }
    }
  }

  @AfterAll
  static void close() throws Exception {
    differential.close();
  }

  private static List<String> tokens(String sql) {
    List<String> tokens = new ArrayList<>();
    int end;
    for (int i = 0; i < sql.length(); i = end) {
      end = SqlText.tokenEnd(sql, i);
      tokens.add(sql.substring(i, end));
    }
    return tokens;
  }

  private static String mutant(Random random) {
    List<String> tokens = new ArrayList<>(pick(seeds, random));
    for (int i = random.nextInt(4); i >= 0 && !tokens.isEmpty(); i--) {
      mutate(tokens, random);
    }
    return String.join("", tokens);
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static void mutate(List<String> tokens, Random random) {
    int at = random.nextInt(tokens.size());
    int to = at + random.nextInt(Math.min(8, tokens.size() - at)) + 1;
    List<String> part = List.copyOf(tokens.subList(at, to));
    switch (random.nextInt(9)) {
      case 0 -> tokens.subList(at, to).clear();
      case 1 -> tokens.addAll(at, part);
      case 2 -> tokens.set(at, pick(pick(seeds, random), random));
      case 3 -> tokens.addAll(at, List.of(" ", pick(pick(seeds, random), random), " "));
      case 4 -> tokens.addAll(at, pick(seeds, random));
      case 5 ->
          tokens.set(
              at,
              pick(
                  List.of(
                      "0",
                      "-1",
                      "1e400",
                      "99999999999999999999999999999999999999999",
                      "''",
                      "NULL",
                      "'\u0000'",
                      "*",
                      "$1",
                      "?",
                      "{fn ",
                      "/*",
                      "\"",
                      "\uD800",
                      "💥"),
                  random));
      case 6 -> {
        tokens.add(to, ")".repeat(1 + random.nextInt(40)));
        tokens.add(at, "(".repeat(1 + random.nextInt(40)));
      }
      case 7 -> {
        for (int i = random.nextInt(200); i > 0; i--) {
          tokens.addAll(at, part);
        }
      }
      default -> tokens.subList(at, tokens.size()).clear();
    }
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

  @Test
  void survivesBrokenStatements() {
    Random random = new Random(SEED);
    for (int i = 0; i < RUNS; i++) {
      survives(mutant(random));
    }
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
