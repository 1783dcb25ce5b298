package io.sallyport.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Obligations.Guard;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.SampleQueries;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.junit.jupiter.api.Test;

class StandingPassTest {
  private static final Policy CLINIC =
      SampleQueries.clinic(List.of(new Rule.Always()), Optional.empty());
  private static final Map<String, Guard> GUARDED =
      Map.of("clinic", new Guard(CLINIC, Optional.of(new AggregateOnly(10, Set.of()))));
  private static final Map<String, Guard> OPEN =
      Map.of("clinic", new Guard(CLINIC, Optional.empty()));

  private static StandingPass.Assessment assess(String sql, Map<String, Guard> guards) {
    return StandingPass.assess(SampleQueries.query(sql), guards);
  }

  private static GuardedPlan rewrite(String sql, Map<String, Guard> guards) {
    return GuardRewrite.rewrite(
        SampleQueries.query(sql), new Obligations(guards, OptionalLong.empty()));
  }

  @Test
  void rowsOfPeopleAreNotReleased() {
    StandingPass.Assessment rows = assess("SELECT zip FROM clinic.patients", GUARDED);
    assertThat(rows.released()).isFalse();
    assertThat(rows.dataset()).isEqualTo("clinic");
    assertThat(rows.reason())
        .startsWith("the answer would hold rows of `clinic.patients`")
        .doesNotContain("Logical");
    assertThatThrownBy(() -> rewrite("SELECT zip FROM clinic.patients", GUARDED))
        .isInstanceOf(NotReleasedException.class);
  }

  @Test
  void rowsMayLeaveWhereTheGuardSaysSo() {
    assertThat(assess("SELECT zip FROM clinic.patients", OPEN).released()).isTrue();
    assertThat(RelOptUtil.toString(rewrite("SELECT zip FROM clinic.patients", OPEN).plan()))
        .contains("GuardedScan(table=[clinic.patients]")
        .doesNotContain("LogicalTableScan");
  }

  @Test
  void figuresAboutGroupsAreReleasedAndCounted() {
    GuardedPlan guarded =
        rewrite("SELECT zip, count(*) AS n FROM clinic.patients GROUP BY zip", GUARDED);
    assertThat(guarded.columnNames()).containsExactly("zip", "n");
    assertThat(guarded.guards())
        .singleElement()
        .satisfies(
            guard -> {
              assertThat(guard.index()).isEqualTo(2);
              assertThat(guard.atLeast()).isEqualTo(10);
              assertThat(guard.figure()).isEmpty();
            });
    assertThat(RelOptUtil.toString(guarded.plan()))
        .contains("bit_or")
        .contains("LogicalAggregate(group=[{0, 1}])")
        .contains(">=($2, 10)");
    assertThat(guarded.warnings())
        .singleElement()
        .asString()
        .startsWith("groups of fewer than 10 of kind `person` are left out");
  }

  @Test
  void publicRowsAreFree() {
    assertThat(assess("SELECT ward FROM clinic.wards ORDER BY ward LIMIT 3", GUARDED).released())
        .isTrue();
  }

  @Test
  void aTableThatThePolicyDoesNotKnowIsNotPublic() {
    assertThat(assess("SELECT count(*) FROM clinic.drafts", GUARDED).reason())
        .contains("says neither whom its rows are about nor that it is public");
  }

  @Test
  void aDatasetWithoutAGuardAnswersNothing() {
    StandingPass.Assessment assessment = assess("SELECT shop FROM sales.shops", GUARDED);
    assertThat(assessment.released()).isFalse();
    assertThat(assessment.dataset()).isEqualTo("sales");
  }
}
