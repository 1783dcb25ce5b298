package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Asking;
import io.sallyport.policy.Judge;
import io.sallyport.policy.Policy;
import io.sallyport.policy.PolicyFile;
import io.sallyport.policy.PolicyProblems;
import io.sallyport.policy.Principal;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.engine.PublishedTable;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.SqlFront;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which queries are a published statement, by the plans that the real front end makes. */
final class TemplatesTest {
  private static final List<PublishedTable> TABLES =
      List.of(
          table(
              "visits",
              "visit_id BIGINT",
              "patient_id BIGINT",
              "ward VARCHAR",
              "cost DECIMAL(9,2)",
              "day DATE",
              "moment TIMESTAMP",
              "urgent BOOLEAN",
              "weight DOUBLE",
              "note VARCHAR"),
          table("wards", "ward VARCHAR", "beds INTEGER"));

  private static final String HEAD =
      """
      dataset: clinic
      owner: alice
      units: { patient: { tables: { visits: patient_id } } }
      tables: { wards: public }
      columns: { visits.note: hidden }
      """;

  private static final String POLICY =
      HEAD
          + """
          templates:
            costs:
              sql: SELECT ward, sum(cost) AS total FROM visits WHERE cost >= $least AND day = $day GROUP BY ward
              parameters:
                least: { type: "DECIMAL(9,2)", between: [0, 1000] }
                day: { type: DATE, between: [2026-01-01, 2026-12-31] }
            flags:
              sql: SELECT count(*) FROM visits WHERE urgent = $urgent AND ward = $ward AND beds > 3 AND moment < $at AND weight < $weight
              parameters:
                urgent: { type: BOOLEAN, values: [true] }
                ward: { type: VARCHAR, values: [A, "it's"] }
                at: { type: TIMESTAMP, between: ["2026-01-01 00:00:00", "2026-01-31 23:59:59"] }
                weight: { type: DOUBLE, between: [0.5, 250] }
            twice:
              sql: SELECT count(*) FROM visits v WHERE v.cost > $x AND EXISTS (SELECT 1 FROM wards w WHERE w.ward = v.ward AND w.beds < 9) OR v.cost < $x
              parameters: { x: { type: "DECIMAL(9,2)", values: [10, 20] } }
            first:
              sql: SELECT ward, count(*) AS n FROM visits GROUP BY ward ORDER BY n DESC LIMIT $n
              parameters: { n: { type: BIGINT, between: [1, 10] } }
          automatic: [ templates: [costs, flags, twice, first] ]
          """
              .replace(
                  "FROM visits WHERE urgent", "FROM visits JOIN wards USING (ward) WHERE urgent");

  private static Policy policy;
  private static SqlFront front;

  private static PublishedTable table(String name, String... columns) {
    return new PublishedTable(
        new TableName("clinic", name),
        Arrays.stream(columns)
            .map(column -> column.split(" ", 2))
            .map(parts -> new OutputColumn(parts[0], parts[1], true))
            .toList(),
        List.of());
  }

  private static Policy read(String text) {
    try (OwnersStatements statements = new OwnersStatements("clinic", TABLES)) {
      return PolicyFile.read(
          "p.yaml", text, TABLES.stream().map(PublishedTable::shape).toList(), statements);
    }
  }

  @BeforeAll
  static void open() {
    policy = read(POLICY);
    front =
        new SqlFront(
            new Catalog(TABLES.stream().map(t -> Publications.seen(t, policy.columns())).toList()));
  }

  @AfterAll
  static void close() {
    front.close();
  }

  /** Why the query is none of the templates; empty if it is one. */
  private static String objection(String sql, Object... values) {
    BoundQuery query = front.bind(Optional.of("clinic"), sql);
    List<Object> parameters = new ArrayList<>(Arrays.asList(values));
    Asking asking =
        new Asking(new Principal("bob", Set.of()), Optional.empty(), Instant.EPOCH, parameters);
    Verdict verdict = Judge.judge(asking, query, Map.of("clinic", policy));
    return verdict.fold(
        granted -> "", held -> "held", refused -> refused.explanation().steps().get(0).reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ward, sum(cost) AS total FROM visits WHERE cost >= 5 AND day = DATE '2026-03-01' GROUP BY ward",
        "select V.WARD w, SUM(v.cost)\n from clinic.visits V -- all\n where DAY = date '2026-03-01' and 5.5 <= v.COST group by v.ward",
        "WITH v AS (SELECT * FROM visits) SELECT ward, sum(cost) FROM v WHERE cost >= 1000 AND DATE '2026-12-31' = day GROUP BY 1",
        "SELECT * FROM (SELECT ward, sum(cost) AS total FROM visits WHERE cost >= 0 AND day = '2026-03-01'::DATE GROUP BY ward) t",
      })
  void aliasesLayoutCasingAndOrderOfEqualThingsDoNotMatter(String sql) {
    assertThat(objection(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ward, sum(cost) FROM visits WHERE cost > 5 AND day = DATE '2026-03-01' GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost <= 5 AND day = DATE '2026-03-01' GROUP BY ward",
        "SELECT ward, avg(cost) FROM visits WHERE cost >= 5 AND day = DATE '2026-03-01' GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost >= 5 OR day = DATE '2026-03-01' GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost >= 5 GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost >= 5 AND day = DATE '2026-03-01' AND urgent GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost >= 5 + 1 AND day = DATE '2026-03-01' GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost >= (SELECT min(beds) FROM wards) AND day = DATE '2026-03-01' GROUP BY ward",
        "SELECT ward, sum(cost) FROM visits WHERE cost >= 5 AND day = DATE '2026-03-01' GROUP BY ward LIMIT 3",
        "SELECT ward, sum(DISTINCT cost) FROM visits WHERE cost >= 5 AND day = DATE '2026-03-01' GROUP BY ward",
        "SELECT sum(cost) FROM visits WHERE cost >= 5 AND day = DATE '2026-03-01'",
        "SELECT count(*) FROM visits",
      })
  void anotherShapeIsNone(String sql) {
    assertThat(objection(sql))
        .isEqualTo(
            "it is none of the published statements `costs`, `flags`, `twice`, `first`; ask one of"
                + " them, with values in the places of its parameters");
  }

  private static String costs(String least, String day) {
    return "SELECT ward, sum(cost) FROM visits WHERE cost >= "
        + least
        + " AND day = "
        + day
        + " GROUP BY ward";
  }

  @Test
  void aValueOutsideItsRangeIsToldTheRange() {
    for (String least : List.of("1000.01", "-1", "-0.01", "1001")) {
      assertThat(objection(costs(least, "DATE '2026-03-01'")))
          .isEqualTo("`least` of `costs` is from 0 to 1000");
    }
    assertThat(objection(costs("2000", "DATE '2027-01-01'")))
        .isEqualTo(
            "`least` of `costs` is from 0 to 1000;"
                + " `day` of `costs` is from 2026-01-01 to 2026-12-31");
  }

  @Test
  void aValueOfAnotherTypeIsToldTheType() {
    String wanted = "`least` of `costs` is a value of type DECIMAL(9,2)";
    for (String least : List.of("'5'", "5.001", "CAST('5' AS DECIMAL(9,2))", "CAST(5 AS BIGINT)")) {
      assertThat(objection(costs(least, "DATE '2026-03-01'"))).as(least).isEqualTo(wanted);
    }
    for (String day :
        List.of(
            "'2026-03-01'",
            "DATE '2026-3-1'",
            "CAST('2026-03-01' AS TIMESTAMP)",
            "TRY_CAST('2026-03-01' AS DATE)")) {
      assertThat(objection(costs("5", day)))
          .as(day)
          .isEqualTo("`day` of `costs` is a value of type DATE");
    }
  }

  @Test
  void valuesOfPreparedParametersAreLookedAtToo() {
    String sql = costs("?", "?");
    LocalDate march = LocalDate.of(2026, 3, 1);
    assertThat(objection(sql, 5L, march)).isEmpty();
    assertThat(objection(sql, new BigDecimal("999.99"), march)).isEmpty();
    assertThat(objection(sql, BigInteger.TEN, "2026-03-01")).isEmpty();
    assertThat(objection(costs("$1", "$2"), 5L, march)).isEmpty();
    assertThat(objection(costs("5", "$d"), march)).isEmpty();
    assertThat(objection(sql, 1001L, march)).isEqualTo("`least` of `costs` is from 0 to 1000");
    assertThat(objection(sql, 5L, march.plusYears(1)))
        .isEqualTo("`day` of `costs` is from 2026-01-01 to 2026-12-31");
    for (Object wrong : Arrays.asList("5", 5.0, true, null, new BigDecimal("5.001"))) {
      assertThat(objection(sql, wrong, march))
          .isEqualTo("`least` of `costs` is a value of type DECIMAL(9,2)");
    }
    assertThat(objection(sql, 5L, "March 1st"))
        .isEqualTo("`day` of `costs` is a value of type DATE");
  }

  private static String flags(String urgent, String ward, String beds, String at, String weight) {
    return "SELECT count(*) FROM visits JOIN wards USING (ward) WHERE urgent = "
        + urgent
        + " AND ward = "
        + ward
        + " AND beds > "
        + beds
        + " AND moment < "
        + at
        + " AND weight < "
        + weight;
  }

  @Test
  void everyTypeHasItsValues() {
    String at = "TIMESTAMP '2026-01-02 10:00:00'";
    assertThat(objection(flags("true", "'A'", "3", at, "1.5"))).isEmpty();
    assertThat(objection(flags("true", "'it''s'", "3", at, "1e2"))).isEmpty();
    assertThat(objection(flags("?", "?", "3", "?", "?"), true, "A", "2026-01-02 10:00:00", 70.5))
        .isEmpty();
    assertThat(objection(flags("false", "'A'", "3", at, "1")))
        .isEqualTo("`urgent` of `flags` is one of true");
    assertThat(objection(flags("true", "'a'", "3", at, "1")))
        .isEqualTo("`ward` of `flags` is one of A, it's");
    assertThat(objection(flags("true", "'A'", "3", "TIMESTAMP '2026-02-01 00:00:00'", "1")))
        .startsWith("`at` of `flags` is from 2026-01-01T00:00");
    assertThat(objection(flags("true", "'A'", "3", at, "251")))
        .isEqualTo("`weight` of `flags` is from 0.5 to 250");
    assertThat(objection(flags("?", "'A'", "3", at, "?"), true, Double.NaN))
        .isEqualTo("`weight` of `flags` is a value of type DOUBLE");
    assertThat(objection(flags("true", "'A'", "4", at, "1"))).startsWith("it is none");
    assertThat(objection(flags("true", "'A'", "?", at, "1"), 3L)).startsWith("it is none");
  }

  @Test
  void aParameterHasOneValueInAllItsPlaces() {
    String sql =
        "SELECT count(*) FROM visits WHERE cost < %s OR EXISTS (SELECT 1 FROM wards WHERE beds < 9"
            + " AND wards.ward = visits.ward) AND cost > %s";
    assertThat(objection(sql.formatted("10", "10.0"))).isEmpty();
    assertThat(objection(sql.formatted("$a", "$a"), 20L)).isEmpty();
    assertThat(objection(sql.formatted("10", "20")))
        .isEqualTo("`x` of `twice` has one value in all its places");
    assertThat(
            objection(
                sql.replace("wards.ward = visits.ward", "wards.ward = visits.ward || 'x'")
                    .formatted("10", "10")))
        .startsWith("it is none");
  }

  @Test
  void nullIsNoValue() {
    String bare = costs("NULL", "DATE '2026-03-01'");
    assertThat(front.bind(Optional.of("clinic"), bare).probe()).as("yields no row").isTrue();
    assertThat(objection(costs("CAST(NULL AS DECIMAL(9,2))", "DATE '2026-03-01'"))).isNotEmpty();
    assertThat(objection(costs("5", "CAST(NULL AS DATE)"))).isNotEmpty();
  }

  @Test
  void aLimitMayBeAParameter() {
    String sql = "SELECT ward, count(*) AS n FROM visits GROUP BY ward ORDER BY n DESC LIMIT ";
    assertThat(objection(sql + "10")).isEmpty();
    assertThat(objection(sql + "?", 3L)).isEmpty();
    assertThat(objection(sql + "11")).isEqualTo("`n` of `first` is from 1 to 10");
    assertThat(objection(sql.replace(" DESC", "") + "10")).startsWith("it is none");
    assertThat(objection(sql.replace("LIMIT", "OFFSET") + "3")).startsWith("it is none");
    assertThat(objection(sql + "3 OFFSET 3")).startsWith("it is none");
  }

  @Test
  void anOwnerIsToldEverythingThatIsWrong() {
    assertThatThrownBy(
            () ->
                read(
                    HEAD
                        + """
                        templates:
                          a: { sql: SELECT note FROM visits }
                          b: { sql: SELECT count(*) FROM visits WHERE cost > $x AND day < $y, parameters: { x: { type: BIGINT, values: [1] }, z: { type: DATE, values: [2026-01-01] } } }
                          c: { sql: SELECT 1, parameters: { } }
                          d: { sql: SELECT 1, parameters: { x: { type: DATE, between: [2026-01-02, 2026-01-01] } } }
                        automatic: [ templates: [e] ]
                        """))
        .isInstanceOf(PolicyProblems.class)
        .hasMessage(
            """
            p.yaml:7:13: nobody could ask this: unknown column `note`
            p.yaml:8:8: `$x` has the type DECIMAL(9,2) where it stands; declare that
            p.yaml:8:8: `$y` is not among the `parameters`; declare it with its type, DATE
            p.yaml:8:8: the statement has no parameter `$z`
            p.yaml:10:8: the statement has no parameter `$x`
            p.yaml:10:63: `between` goes from the least to the greatest value
            p.yaml:11:26: the policy publishes no template `e`; did you mean `a`?""");
  }
}
