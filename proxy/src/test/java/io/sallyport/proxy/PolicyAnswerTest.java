package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Asking;
import io.sallyport.policy.Judge;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.Principal;
import io.sallyport.policy.Rule;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.Catalog.Sight;
import io.sallyport.proxy.sql.SqlFront;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The unit key of {@code clinic.visits} is hidden: no row may name it. */
class PolicyAnswerTest {
  private static final TableName VISITS = new TableName("clinic", "visits");
  private static final Policy POLICY =
      new Policy(
          "clinic",
          "alice",
          "1",
          Map.of(VISITS, new PrivacyUnit("patient", List.of("secret_id"))),
          Set.of(),
          Map.of(new ColumnName(VISITS, "secret_id"), new ColumnRight.Hidden()),
          new Policy.Release(
              List.of(new AggregateOnly(7, Set.of())),
              Optional.of(List.of(new Rule.MaxRows(100))),
              Policy.Approvals.DEFAULT,
              new Policy.Limits(
                  Optional.of(new Policy.QueryRate(200, Duration.ofDays(1))),
                  OptionalInt.empty(),
                  OptionalLong.of(5000))));

  private static SqlFront front;

  @BeforeAll
  static void open() {
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    new Catalog.PublishedTable(
                        VISITS,
                        List.of(
                            new Catalog.Column("zip", "VARCHAR", Sight.VISIBLE),
                            new Catalog.Column("cost", "INTEGER", Sight.VISIBLE),
                            new Catalog.Column("secret_id", "BIGINT", Sight.HIDDEN)),
                        List.of()))));
  }

  @AfterAll
  static void close() {
    front.close();
  }

  /** The rows as the SQL that makes them. */
  private static String told(String sql, Map<String, Policy> policies) {
    BoundQuery bound = front.bind(Optional.of("clinic"), sql);
    Asking asking =
        new Asking(new Principal("bob", Set.of("analyst")), Optional.empty(), Instant.EPOCH);
    return PolicyAnswer.of(Judgement.of(bound, Judge.judge(asking, bound, policies)))
        .printed()
        .sql();
  }

  private static String told(String sql) {
    return told(sql, Map.of("clinic", POLICY));
  }

  @Test
  void tellsWhatIsGranted() {
    assertThat(
            told(
                "SELECT zip, sum(cost) FROM visits WHERE zip IN (SELECT zip FROM visits) GROUP BY 1"))
        .as("a sub-query ties nothing, so this one is held")
        .contains("'held'");
    assertThat(told("SELECT zip, sum(cost) FROM visits GROUP BY zip"))
        .contains("'granted', TRUE, 'every automatic rule of dataset `clinic` holds'")
        .contains("'automatic', 'aggregate_only', TRUE, 'groups of at least 7 units'")
        .contains("'outline'", ">= 7", "$hidden")
        .contains("'limit'", "5000 rows")
        .contains("'charge'", "one of 200 queries in 24 hours");
  }

  @Test
  void tellsWhoIsAskedFirst() {
    assertThat(told("SELECT zip FROM visits"))
        .contains("'held', FALSE, 'the owner of dataset `clinic` must approve this first")
        .contains("'approval', 'max_rows', TRUE");
  }

  @Test
  void tellsWhatIsRefusedAndChargesNothing() {
    assertThat(told("SELECT zip FROM visits", Map.of()))
        .contains("'refused', FALSE, 'the dataset `clinic` has no policy, and so answers nothing'")
        .contains("nothing: a refused query is not charged")
        .doesNotContain("outline");
  }

  @Test
  void namesNoHiddenColumn() {
    for (String sql :
        List.of(
            "SELECT zip, sum(cost) FROM visits GROUP BY zip",
            "SELECT zip FROM visits",
            "SELECT zip, count(*) FROM visits GROUP BY zip"
                + " HAVING count(*) > (SELECT count(*) FROM visits)")) {
      assertThat(told(sql)).doesNotContainIgnoringCase("secret");
    }
  }

  @Test
  void hasTheColumnsThatWerePromised() {
    BoundQuery bound = front.bind(Optional.empty(), "SELECT 1");
    Asking asking = new Asking(new Principal("bob", Set.of()), Optional.empty(), Instant.EPOCH);
    Judgement.Ready told =
        PolicyAnswer.of(Judgement.of(bound, Judge.judge(asking, bound, Map.of())));
    assertThat(told.columns()).isEqualTo(PolicyAnswer.COLUMNS);
    assertThat(told.plan().columnNames())
        .isEqualTo(PolicyAnswer.COLUMNS.stream().map(OutputColumn::name).toList());
    assertThat(told.plan().plan().getRowType().toString())
        .contains("INTEGER step")
        .contains("BOOLEAN holds");
  }
}
