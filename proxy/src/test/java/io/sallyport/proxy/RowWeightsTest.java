package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.NotReleasedException;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.SqlFront;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * In every random join that is let through, people count as often as the tables say, up to a factor
 * that is the same for all, or not at all. DuckDB counts the rows.
 */
class RowWeightsTest {
  private static final int JOINS = 2_000;

  private static final TableName PEOPLE = new TableName("town", "people");
  private static final TableName CHILDREN = new TableName("town", "children");
  private static final TableName WARDS = new TableName("town", "wards");
  private static final TableName MARKETS = new TableName("town", "markets");

  private static Connection engine;
  private static SqlFront front;

  @BeforeAll
  static void open() throws SQLException {
    engine = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = 1");
    execute("CREATE SCHEMA town");
    execute("SET search_path = 'town'");
    execute(
        "CREATE TABLE people AS SELECT i::INTEGER AS id, (i % 5)::INTEGER AS g,"
            + " (i * 7 % 11)::INTEGER AS x FROM range(24) r(i)");
    execute(
        "CREATE TABLE children AS SELECT (100 + i)::INTEGER AS id, (i * 3 % 5)::INTEGER AS g,"
            + " (i % 7)::INTEGER AS x FROM range(17) r(i)");
    execute(
        "CREATE TABLE wards AS SELECT i::INTEGER AS g, (i * i % 4)::INTEGER AS x FROM range(5) r(i)");
    execute(
        "CREATE TABLE markets AS SELECT (i * i % 5)::INTEGER AS g, (i % 6)::INTEGER AS x FROM"
            + " range(13) r(i)");
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    table(PEOPLE, List.of("id", "g", "x"), List.of("id")),
                    table(CHILDREN, List.of("id", "g", "x"), List.of("id")),
                    table(WARDS, List.of("g", "x"), List.of("g")),
                    table(MARKETS, List.of("g", "x"), List.of()))));
  }

  private static Catalog.PublishedTable table(
      TableName name, List<String> columns, List<String> key) {
    return new Catalog.PublishedTable(
        name,
        columns.stream()
            .map(column -> new Catalog.Column(column, "INTEGER", Catalog.Sight.VISIBLE))
            .toList(),
        key.isEmpty() ? List.of() : List.of(key));
  }

  @AfterAll
  static void close() throws SQLException {
    front.close();
    engine.close();
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = engine.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void countsPeopleAsOftenAsTheTablesSay() throws SQLException {
    Random random = new Random(20261125);
    int passed = 0;
    int unequal = 0;
    for (int i = 0; i < JOINS; i++) {
      RandomJoin join = RandomJoin.of(random);
      for (String alias : join.people()) {
        String id = alias + ".id";
        boolean even = isEven(weights(id, join.from(true)), weights(id, join.from(false)));
        if (passes("SELECT sum(" + alias + ".x), count(*) " + join.from(true))) {
          passed++;
          assertThat(even).as(alias + ": " + join.from(true)).isTrue();
        } else if (!even) {
          unequal++;
        }
      }
    }
    assertThat(passed).as("joins that are let through").isGreaterThan(JOINS / 10);
    assertThat(unequal).as("joins that are refused for a reason").isGreaterThan(JOINS / 10);
  }

  /** True if the weights of those who are there have one ratio to what they are without choice. */
  private static boolean isEven(Map<Integer, Long> chosen, Map<Integer, Long> natural) {
    List<Long> more = new ArrayList<>();
    List<Long> less = new ArrayList<>();
    chosen.forEach(
        (person, weight) -> {
          more.add(weight);
          less.add(natural.getOrDefault(person, 0L));
        });
    for (int i = 1; i < more.size(); i++) {
      if (more.get(0) * less.get(i) != more.get(i) * less.get(0)) {
        return false;
      }
    }
    return true;
  }

  private static Map<Integer, Long> weights(String id, String from) throws SQLException {
    Map<Integer, Long> weights = new LinkedHashMap<>();
    try (Statement ask = engine.createStatement();
        ResultSet answer =
            ask.executeQuery(
                "SELECT " + id + ", count(*) " + from + " AND " + id + " IS NOT NULL GROUP BY 1")) {
      while (answer.next()) {
        weights.put(answer.getInt(1), answer.getLong(2));
      }
    }
    return weights;
  }

  private static boolean passes(String sql) {
    AggregateOnly release = new AggregateOnly(2, Set.of(), Optional.empty(), 1);
    PrivacyUnit unit = new PrivacyUnit("person", List.of("id"));
    Policy policy =
        new Policy(
            "town",
            "carol",
            "1",
            Map.of(PEOPLE, unit, CHILDREN, unit),
            Set.of(WARDS, MARKETS),
            Map.of(),
            new Policy.Release(
                List.of(release), Optional.empty(), Policy.Approvals.DEFAULT, Policy.Limits.NONE));
    Obligations demands =
        new Obligations(
            Map.of("town", new Obligations.Guard(policy, Optional.of(release))),
            OptionalLong.empty());
    try {
      GuardRewrite.rewrite(front.bind(Optional.of("town"), sql), demands);
      return true;
    } catch (NotReleasedException e) {
      return false;
    }
  }

  /** People joined to one or two other tables, in any way. */
  private record RandomJoin(List<Step> steps, List<Condition> where) {
    private record Step(String table, String alias, String kind, List<Condition> on) {}

    /**
     * @param natural true if it only sets columns equal, or names one row by its key
     */
    private record Condition(String sql, boolean natural) {}

    static RandomJoin of(Random random) {
      Map<String, String> tables = new LinkedHashMap<>(Map.of("a", "people"));
      List<Step> steps = new ArrayList<>();
      String last = random.nextBoolean() ? "b" : "c";
      for (String alias : last.equals("b") ? List.of("b") : List.of("b", "c")) {
        String table = pick(random, "people", "children", "wards", "markets");
        tables.put(alias, table);
        steps.add(
            new Step(
                table,
                alias,
                kind(random, alias.equals("b"), last.equals(alias)),
                conditions(random, tables, alias, random.nextInt(3))));
      }
      return new RandomJoin(steps, conditions(random, tables, "b", random.nextInt(3)));
    }

    /** Behind a comma, ON does not see what stands before it; USING finds one column, not two. */
    private static String kind(Random random, boolean first, boolean last) {
      String kind = pick(random, "JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "any");
      return !kind.equals("any") ? kind : last ? "," : first ? "USING" : "JOIN";
    }

    private static List<Condition> conditions(
        Random random, Map<String, String> tables, String alias, int count) {
      List<Condition> conditions = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String other = pick(random, tables.keySet().toArray(String[]::new));
        boolean rows =
            tables.getOrDefault(other, "").equals(tables.getOrDefault(alias, ""))
                && !other.equals(alias);
        boolean named =
            rows && !tables.getOrDefault(alias, "").equals("markets") && random.nextInt(3) == 0;
        if (named) {
          String key = tables.getOrDefault(alias, "").equals("wards") ? ".g" : ".id";
          conditions.add(new Condition(alias + key + " = " + other + key, true));
          continue;
        }
        String one = alias + "." + pick(random, "g", "g", "x");
        String two = other + "." + pick(random, "g", "g", "x");
        int number = random.nextInt(6);
        conditions.add(
            switch (random.nextInt(10)) {
              case 0, 1, 2, 3 -> new Condition(one + " = " + two, true);
              case 4 -> new Condition(one + " < " + number, false);
              case 5 ->
                  new Condition(
                      two + " = " + number,
                      tables.getOrDefault(other, "").equals("wards") && two.endsWith("g"));
              case 6 -> new Condition(one + " < " + two, false);
              case 7 ->
                  new Condition(
                      one + " IN (SELECT m.g FROM markets m WHERE m.x < " + number + ")", false);
              case 8 ->
                  new Condition(
                      (random.nextBoolean() ? "" : "NOT ")
                          + "EXISTS (SELECT 1 FROM markets m WHERE m.g = "
                          + one
                          + " AND m.x < "
                          + two
                          + ")",
                      false);
              default -> new Condition("(" + one + " = " + number + " OR " + two + " < 2)", false);
            });
      }
      return conditions;
    }

    private static String pick(Random random, String... all) {
      return all[random.nextInt(all.length)];
    }

    /** The aliases of tables that hold people. */
    List<String> people() {
      List<String> people = new ArrayList<>(List.of("a"));
      steps.stream()
          .filter(step -> Set.of("people", "children").contains(step.table()))
          .forEach(step -> people.add(step.alias()));
      return people;
    }

    /** The join as it is asked for, or with no choice of how many meet. */
    String from(boolean whole) {
      StringBuilder sql = new StringBuilder("FROM people a");
      List<Condition> conditions = new ArrayList<>(where);
      for (Step step : steps) {
        boolean plain = step.kind().equals(",") || step.kind().equals("USING");
        sql.append(step.kind().equals("USING") ? " JOIN" : " " + step.kind());
        sql.append(' ').append(step.table()).append(' ').append(step.alias());
        sql.append(step.kind().equals("USING") ? " USING (g)" : "");
        if (plain) {
          conditions.addAll(step.on());
        } else {
          sql.append(" ON ").append(all(step.on(), whole));
        }
      }
      return sql.append(" WHERE ").append(all(conditions, whole)).toString();
    }

    private static String all(List<Condition> conditions, boolean whole) {
      List<String> parts = new ArrayList<>();
      conditions.stream().filter(c -> whole || c.natural()).forEach(c -> parts.add(c.sql()));
      return parts.isEmpty() ? "true" : String.join(" AND ", parts);
    }
  }
}
