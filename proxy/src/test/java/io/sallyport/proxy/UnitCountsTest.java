package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.AggregateOnly.Dominance;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardColumn;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.SqlFront;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However units are counted and weighed, the answer is that of {@code count(DISTINCT unit)} and of
 * contributions in their order.
 */
class UnitCountsTest {
  private static final TableName VISITS = new TableName("care", "visits");
  private static final TableName DAYS = new TableName("care", "days");

  private static final Dominance TWO = new Dominance(2, new BigDecimal("0.9"));

  /** Groups that few, some and many units visit, once and often, some dear; by the seed. */
  private static final String RANDOM =
      "CREATE OR REPLACE TABLE care.visits AS SELECT"
          + " CASE WHEN hash(i, 3, %1$d) %% 50 = 0 THEN NULL"
          + " ELSE (hash(i, 1, %1$d) %% (1 + hash(i // 60, %1$d) %% 40))::INTEGER END AS uid,"
          + " CASE WHEN i %% 97 = 0 THEN NULL ELSE i // 60 END AS g,"
          + " CASE WHEN hash(i, 5, %1$d) %% 7 = 0 THEN NULL"
          + " ELSE ((hash(i, 6, %1$d) %% 1000)::INTEGER - 90)"
          + " * CASE WHEN hash(i, 8, %1$d) %% 80 = 0 THEN 90000 ELSE 1 END END AS v,"
          + " (hash(i, 7, %1$d) %% 5)::INTEGER AS w,"
          + " CASE WHEN hash(i, 9, %1$d) %% 9 > 0 THEN (hash(i, 10, %1$d) %% 900)::DECIMAL(9, 2) / 7"
          + " - 30 END::DECIMAL(9, 2) AS p"
          + " FROM range(%2$d) r(i)";

  private static Connection engine;
  private static SqlFront front;

  @BeforeAll
  static void open() throws SQLException {
    engine = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = 1");
    execute("CREATE SCHEMA care");
    execute("SET search_path = 'care'");
    execute(
        "CREATE TABLE care.days AS SELECT (i % 5)::INTEGER AS w, i::INTEGER AS d FROM range(15)"
            + " r(i)");
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    new Catalog.PublishedTable(
                        VISITS,
                        List.of(
                            column("uid"),
                            column("g"),
                            column("v"),
                            column("w"),
                            new Catalog.Column("p", "DECIMAL(9,2)", Catalog.Sight.VISIBLE)),
                        List.of()),
                    new Catalog.PublishedTable(
                        DAYS, List.of(column("w"), column("d")), List.of(List.of("d"))))));
  }

  private static Catalog.Column column(String name) {
    return new Catalog.Column(name, "INTEGER", Catalog.Sight.VISIBLE);
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

  private static GuardedPlan guarded(String sql, int least, Optional<Dominance> dominance) {
    BoundQuery bound = front.bind(Optional.of("care"), sql);
    AggregateOnly release = new AggregateOnly(least, Set.of(), dominance, 1);
    Policy policy =
        new Policy(
            "care",
            "carol",
            "1",
            Map.of(VISITS, new PrivacyUnit("person", List.of("uid"))),
            Set.of(DAYS),
            Map.of(),
            new Policy.Release(
                List.of(release), Optional.empty(), Policy.Approvals.DEFAULT, Policy.Limits.NONE));
    return GuardRewrite.rewrite(
        bound,
        new Obligations(
            Map.of("care", new Obligations.Guard(policy, Optional.of(release))),
            OptionalLong.empty()));
  }

  /** The answer, as the last door lets it pass. */
  private static List<String> answer(GuardedPlan guarded) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement ask = engine.createStatement();
        ResultSet answer = ask.executeQuery(PlanPrinter.print(guarded).sql())) {
      while (answer.next()) {
        for (GuardColumn guard : guarded.guards()) {
          boolean enough = answer.getLong(guard.index() + 1) >= guard.atLeast();
          boolean shown =
              guard.figure().isEmpty() || answer.getObject(guard.figure().getAsInt() + 1) != null;
          assertThat(enough || !shown).as("the last door would stop a row").isTrue();
        }
        rows.add(row(answer, guarded.columnNames().size()));
      }
    }
    rows.sort(String::compareTo);
    return rows;
  }

  private static List<String> bare(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement ask = engine.createStatement();
        ResultSet answer = ask.executeQuery(sql)) {
      while (answer.next()) {
        rows.add(row(answer, answer.getMetaData().getColumnCount()));
      }
    }
    rows.sort(String::compareTo);
    return rows;
  }

  private static String row(ResultSet answer, int width) throws SQLException {
    List<String> cells = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      cells.add(String.valueOf(answer.getObject(i)));
    }
    return cells.toString();
  }

  private static void check(
      String from, String rows, String group, int least, Optional<Dominance> dominance)
      throws SQLException {
    check(from, rows, group, least, dominance, "");
  }

  /**
   * Checks figures in SQL as analysts write it and by hand.
   *
   * @param more a figure of {@code p}, with which so many are weighed that some rows prove them
   */
  private static void check(
      String from, String rows, String group, int least, Optional<Dominance> dominance, String more)
      throws SQLException {
    String keys = group.isEmpty() ? "" : group + ", ";
    String by = group.isEmpty() ? "" : " GROUP BY " + group;
    GuardedPlan guarded =
        guarded(
            "SELECT "
                + keys
                + "count(v), sum(v), sum(CASE WHEN w > 2 THEN v END), count(*) FILTER (WHERE w = 1)"
                + (more.isEmpty() ? "" : ", " + more)
                + from
                + by,
            least,
            dominance);
    String units = "count(DISTINCT uid)";
    String enough = group.isEmpty() ? units + " >= " + least + " AND " : "";
    String figure =
        "CASE WHEN " + enough + units + " FILTER (WHERE %s) >= " + least + "%s THEN %s END";
    String exact =
        "WITH rows AS ("
            + rows
            + "), ordered AS (SELECT g, u, a, b, c, row_number() OVER (PARTITION BY g ORDER BY a"
            + " DESC) AS ra, row_number() OVER (PARTITION BY g ORDER BY b DESC) AS rb,"
            + " row_number() OVER (PARTITION BY g ORDER BY c DESC) AS rc FROM (SELECT "
            + (group.isEmpty() ? "1" : group)
            + " AS g, uid AS u, coalesce(sum(abs(v)), 0)::DOUBLE AS a, coalesce(sum(abs(v)) FILTER"
            + " (WHERE w > 2), 0)::DOUBLE AS b, coalesce(sum(abs(p)), 0)::DOUBLE AS c FROM rows"
            + " WHERE uid IS NOT NULL GROUP BY ALL)),"
            + " weighed AS (SELECT g AS h, sum(a) FILTER (WHERE ra <= 2) <= 0.9::DOUBLE * sum(a) AS"
            + " oka, sum(b) FILTER (WHERE rb <= 2) <= 0.9::DOUBLE * sum(b) AS okb,"
            + " sum(c) FILTER (WHERE rc <= 2) <= 0.9::DOUBLE * sum(c) AS okc FROM ordered"
            + " GROUP BY g) SELECT "
            + keys
            + String.join(
                ", ",
                String.format(figure, "v IS NOT NULL", "", "count(v)"),
                String.format(
                    figure,
                    "v IS NOT NULL",
                    dominance.map(d -> " AND any_value(oka)").orElse(""),
                    "sum(v)"),
                String.format(
                    figure,
                    "w > 2 AND v IS NOT NULL",
                    dominance.map(d -> " AND any_value(okb)").orElse(""),
                    "sum(CASE WHEN w > 2 THEN v END)"),
                String.format(figure, "w = 1", "", "count(*) FILTER (WHERE w = 1)"))
            + (more.isEmpty()
                ? ""
                : ", "
                    + String.format(
                        figure,
                        "p IS NOT NULL",
                        dominance.map(d -> " AND any_value(okc)").orElse(""),
                        more))
            + " FROM rows LEFT JOIN weighed ON h IS NOT DISTINCT FROM "
            + (group.isEmpty() ? "1" : group)
            + by
            + (group.isEmpty() ? "" : " HAVING " + units + " >= " + least);
    assertThat(answer(guarded)).as(PlanPrinter.print(guarded).sql()).isEqualTo(bare(exact));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 60, 3_000})
  void countsAsDistinctDoes(int rows) throws SQLException {
    String known = "SELECT * FROM visits%s WHERE uid IS NOT NULL";
    for (int seed = 1; seed <= 3; seed++) {
      execute(String.format(RANDOM, seed, rows));
      for (int least : new int[] {2, 5, 20, 40, 41}) {
        for (Optional<Dominance> dominance :
            List.of(Optional.<Dominance>empty(), Optional.of(TWO))) {
          String all = String.format(known, "");
          check(" FROM visits", all, "g", least, dominance);
          check(" FROM visits", all, "g", least, dominance, "sum(p)");
          check(" FROM visits", all, "", least, dominance, "avg(p)");
          check(" FROM visits", all, "", least, dominance);
          check(" FROM visits WHERE w <> 4", all + " AND w <> 4", "g", least, dominance);
          check(
              " FROM visits WHERE w < 4 AND w >= 1",
              all + " AND w IN (1, 2, 3)",
              "g",
              least,
              dominance);
          check(
              " FROM visits CROSS JOIN (SELECT d FROM days) t",
              String.format(known, " CROSS JOIN (SELECT d FROM days) t"),
              "g",
              least,
              dominance);
          check(
              " FROM visits RIGHT JOIN (SELECT d FROM days) t ON g = d AND w < 4",
              String.format(
                  "SELECT * FROM (%s) v RIGHT JOIN (SELECT d FROM days) t ON g = d AND w < 4", all),
              "d",
              least,
              dominance);
        }
      }
    }
  }

  /** Many rows of few groups: one has too few units, and one is two units' for the most. */
  private static final String MANY_ROWS =
      "CREATE OR REPLACE TABLE care.visits AS SELECT (CASE WHEN i %% 4 = 3 THEN i %% 76 // 4"
          + " ELSE hash(i) %% 900 END)::INTEGER AS uid, (i %% 4)::INTEGER AS g,"
          + " CASE WHEN i %% 4 = 2 AND hash(i) %% 900 < 2 THEN 1000000 ELSE i %% 100 END::INTEGER"
          + " AS v, (hash(i, 1) %% 5)::INTEGER AS w, (i %% 700)::DECIMAL(9, 2) AS p"
          + " FROM range(%d) r(i)";

  @Test
  void someRowsProveWhatTheyShow() throws SQLException {
    execute(String.format(MANY_ROWS, 400_000));
    for (String group : List.of("g", "")) {
      check(" FROM visits", "SELECT * FROM visits", group, 20, Optional.of(TWO), "sum(p)");
    }
  }

  /**
   * DuckDB draws whole vectors of 2,048 rows by lot, and 15 % of few of them may be less than the
   * tenth that proves this; of 4,000,000 rows they are less once in a thousand million times.
   */
  @Test
  void someRowsSpareThePassByUnits() throws SQLException {
    execute(String.format(MANY_ROWS, 4_000_000));
    String proved =
        PlanPrinter.print(
                guarded(
                    "SELECT g, sum(v), sum(w), sum(p) FROM visits WHERE g < 2 GROUP BY g",
                    20,
                    Optional.of(TWO)))
            .sql();
    assertThat(proved).contains("TABLESAMPLE");
    assertThat(bare("SELECT \"$guard0\" FROM (" + proved + ") t"))
        .as("a bound by 64 parts, and not all 900 units")
        .hasSize(2)
        .allSatisfy(units -> assertThat(units).matches("\\[(2|3|4|5|6).\\]"));
  }

  /** Rows that belong to nobody fill no bucket. */
  @Test
  void nobodyIsNoUnit() throws SQLException {
    execute(
        "CREATE OR REPLACE TABLE care.visits AS SELECT (i % 9)::INTEGER AS uid, 1 AS g,"
            + " i::INTEGER AS v, 0 AS w, 1.5::DECIMAL(9, 2) AS p FROM range(90) r(i)");
    String sql = "SELECT count(*) FROM visits RIGHT JOIN (SELECT d FROM days) t ON g = d";
    assertThat(answer(guarded(sql, 9, Optional.empty()))).containsExactly("[104]");
    assertThat(answer(guarded(sql, 10, Optional.empty()))).containsExactly("[null]");
    assertThat(printed(sql)).contains("bit_or");
  }

  /** A test of the test: some groups have enough units, which fill too few buckets. */
  @Test
  void recountsSomeGroups() throws SQLException {
    execute(String.format(RANDOM, 1, 3_000));
    assertThat(
            bare(
                "SELECT g FROM care.visits GROUP BY g HAVING count(DISTINCT uid) >= 20"
                    + " AND bit_count(bit_or(1::UBIGINT << (hash(uid) % 64))) < 20"))
        .isNotEmpty();
    assertThat(printed("SELECT g, sum(v) FROM visits GROUP BY g"))
        .contains("bit_or", "MATERIALIZED");
  }

  /** Another: some groups are not dominated, and a part of their units brings too little. */
  @Test
  void weighsSomeGroupsAgain() throws SQLException {
    execute(String.format(RANDOM, 1, 3_000));
    String perUnit =
        "SELECT g, uid, sum(abs(v))::DOUBLE AS c FROM care.visits WHERE uid IS NOT NULL GROUP BY"
            + " ALL";
    assertThat(
            bare(
                "SELECT g FROM ("
                    + perUnit
                    + ") GROUP BY g HAVING list_sum(max(c, 2)) <= 0.9 * sum(c) AND"
                    + " sum(c) FILTER (WHERE hash(uid) & 192 = 0) < 0.1 * sum(c)"))
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT r, count(*) FROM visits JOIN (SELECT w, random() < 0.5 AS r FROM days) d ON true"
            + " GROUP BY r",
        "SELECT d, count(*) FROM visits JOIN (SELECT * FROM days LIMIT 3) t ON true GROUP BY d",
        "SELECT n, count(*) FROM visits JOIN (SELECT w, count(*) AS n FROM days GROUP BY w) t USING"
            + " (w) GROUP BY n",
        "SELECT n, count(*) FROM visits JOIN (SELECT w, row_number() OVER () AS n FROM days) t"
            + " ON true GROUP BY n"
      })
  void keepsRowsThatMightDiffer(String sql) {
    assertThat(printed(sql)).contains("MATERIALIZED").containsOnlyOnce("visits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"w = 3", "w BETWEEN 1 AND 2", "w IN (1, 2)", "w >= 1 AND 3 > w"})
  void keepsRowsThatSeemFew(String condition) {
    assertThat(printed("SELECT g, count(*) FROM visits WHERE " + condition + " GROUP BY g"))
        .contains("MATERIALIZED")
        .containsOnlyOnce("visits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "w <> 3", "w >= 1", "w >= 1 AND 3 < w", "w < 4 AND g > 1"})
  void readsManyRowsAgain(String condition) {
    assertThat(printed("SELECT g, count(*) FROM visits WHERE " + condition + " GROUP BY g"))
        .matches(sql -> sql.split("\"care\".\"visits\"", -1).length == 3);
  }

  @Test
  void countsEachUnitOfAnOuterRow() {
    assertThat(
            printed(
                "SELECT d, count(*) FROM days WHERE d < (SELECT count(v) FROM visits WHERE visits.w"
                    + " > days.w) GROUP BY d"))
        .doesNotContain("MATERIALIZED")
        .contains("DISTINCT");
  }

  @Test
  void makesOnceWhatStandsTwice() {
    String totals = "SELECT g, count(*) AS n FROM visits GROUP BY g";
    assertThat(
            printed("WITH t AS (" + totals + ") SELECT g FROM t WHERE n = (SELECT max(n) FROM t)"))
        .as("once for the bounds, and once for the groups that fail them")
        .matches(sql -> sql.split("\"care\".\"visits\"", -1).length == 3);
    String lots =
        totals.replace(
            "visits", "visits JOIN (SELECT w, random() AS r FROM days) d ON true WHERE r < 0.5");
    assertThat(printed("WITH t AS (" + lots + ") SELECT g FROM t WHERE n = (SELECT max(n) FROM t)"))
        .as("lots are drawn wherever they are written")
        .matches(sql -> sql.split("\"care\".\"visits\"", -1).length == 3);
  }

  private static String printed(String sql) {
    return PlanPrinter.print(guarded(sql, 10, Optional.of(TWO))).sql();
  }
}
