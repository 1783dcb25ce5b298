package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
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

/** However units are counted, the answer is that of {@code count(DISTINCT unit)}. */
class UnitCountsTest {
  private static final TableName VISITS = new TableName("care", "visits");
  private static final TableName DAYS = new TableName("care", "days");

  /** Groups that few, some and many units visit, once and often; by the seed. */
  private static final String RANDOM =
      "CREATE OR REPLACE TABLE care.visits AS SELECT"
          + " CASE WHEN hash(i, 3, %1$d) %% 50 = 0 THEN NULL"
          + " ELSE (hash(i, 1, %1$d) %% (1 + hash(i // 60, %1$d) %% 40))::INTEGER END AS uid,"
          + " CASE WHEN i %% 97 = 0 THEN NULL ELSE i // 60 END AS g,"
          + " CASE WHEN hash(i, 5, %1$d) %% 7 = 0 THEN NULL"
          + " ELSE (hash(i, 6, %1$d) %% 1000)::INTEGER END AS v,"
          + " (hash(i, 7, %1$d) %% 5)::INTEGER AS w"
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
        "CREATE TABLE care.days AS SELECT (i % 5)::INTEGER AS w, i::INTEGER AS d FROM range(15) r(i)");
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    new Catalog.PublishedTable(
                        VISITS,
                        List.of(column("uid"), column("g"), column("v"), column("w")),
                        List.of()),
                    new Catalog.PublishedTable(
                        DAYS, List.of(column("w"), column("d")), List.of()))));
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

  private static GuardedPlan guarded(String sql, int least) {
    BoundQuery bound = front.bind(Optional.of("care"), sql);
    AggregateOnly release = new AggregateOnly(least, Set.of(), Optional.empty(), 1);
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

  private static void check(String from, String group, int least) throws SQLException {
    String keys = group.isEmpty() ? "" : group + ", ";
    String by = group.isEmpty() ? "" : " GROUP BY " + group;
    String units = "count(DISTINCT uid)";
    String enough = group.isEmpty() ? units + " >= " + least + " AND " : "";
    GuardedPlan guarded =
        guarded(
            "SELECT "
                + keys
                + "count(v), sum(v), sum(CASE WHEN w > 2 THEN v END), count(*) FILTER (WHERE w = 1)"
                + from
                + by,
            least);
    String figure =
        "CASE WHEN " + enough + units + " FILTER (WHERE %s) >= " + least + " THEN %s END";
    String exact =
        "SELECT "
            + keys
            + String.join(
                ", ",
                String.format(figure, "v IS NOT NULL", "count(v)"),
                String.format(figure, "v IS NOT NULL", "sum(v)"),
                String.format(figure, "w > 2 AND v IS NOT NULL", "sum(CASE WHEN w > 2 THEN v END)"),
                String.format(figure, "w = 1", "count(*) FILTER (WHERE w = 1)"))
            + from
            + (from.contains("WHERE") ? " AND" : " WHERE")
            + " uid IS NOT NULL"
            + by
            + (group.isEmpty() ? "" : " HAVING " + units + " >= " + least);
    assertThat(answer(guarded)).as(PlanPrinter.print(guarded).sql()).isEqualTo(bare(exact));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 60, 3_000})
  void countsAsDistinctDoes(int rows) throws SQLException {
    for (int seed = 1; seed <= 3; seed++) {
      execute(String.format(RANDOM, seed, rows));
      for (int least : new int[] {2, 5, 20, 40, 41}) {
        check(" FROM visits", "g", least);
        check(" FROM visits", "", least);
        check(" FROM visits JOIN days USING (w)", "g", least);
        check(" FROM visits WHERE w <> 4", "g", least);
      }
    }
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT r, count(*) FROM visits JOIN (SELECT w, random() < 0.5 AS r FROM days) d USING (w) GROUP BY r",
        "SELECT d, count(*) FROM visits JOIN (SELECT * FROM days LIMIT 3) t USING (w) GROUP BY d",
        "SELECT n, count(*) FROM visits JOIN (SELECT w, count(*) AS n FROM days GROUP BY w) t USING (w) GROUP BY n",
        "SELECT n, count(*) FROM visits JOIN (SELECT w, row_number() OVER () AS n FROM days) t USING (w) GROUP BY n",
        "SELECT d, count(*) FROM days WHERE d < (SELECT count(v) FROM visits WHERE visits.w > days.w) GROUP BY d"
      })
  void readsNoRowsTwiceThatMightDiffer(String sql) {
    assertThat(printed(sql)).doesNotContain("MATERIALIZED").contains("DISTINCT");
  }

  private static String printed(String sql) {
    return PlanPrinter.print(guarded(sql, 10)).sql();
  }
}
