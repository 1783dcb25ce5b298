package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From an analyst's text to guarded rows on a real DuckDB, against SQL written by hand, and against
 * databases that differ in one person.
 */
class GuardedQueryTest {
  private static GuardedPeople people;

  @BeforeAll
  static void open() throws Exception {
    people = new GuardedPeople();
  }

  @AfterAll
  static void close() throws Exception {
    people.close();
  }

  static Stream<GuardedPeople.Case> answered() throws Exception {
    return GuardedPeople.cases("/guard/answered.sql");
  }

  static Stream<GuardedPeople.Case> refused() throws Exception {
    return GuardedPeople.cases("/guard/refused.sql");
  }

  static Stream<GuardedPeople.Case> suppressed() throws Exception {
    return GuardedPeople.cases("/guard/suppressed.sql");
  }

  @ParameterizedTest
  @MethodSource("answered")
  void answersWhatSqlWrittenByHandAnswers(GuardedPeople.Case sample) throws Exception {
    assertThat(people.guarded(GuardedPeople.ALL, sample.query()))
        .as(people.printed(sample.query()))
        .isEqualTo(people.bare(GuardedPeople.ALL, sample.expected()));
  }

  @Test
  void roundsCountsAfterTheyHaveBeenChecked() throws Exception {
    AggregateOnly rounding = new AggregateOnly(GuardedPeople.K, Set.of(), Optional.empty(), 4);
    try (GuardedPeople rounded = new GuardedPeople(rounding)) {
      for (GuardedPeople.Case sample : GuardedPeople.cases("/guard/rounded.sql").toList()) {
        assertThat(rounded.guarded(GuardedPeople.ALL, sample.query()))
            .as(rounded.printed(sample.query()))
            .isEqualTo(rounded.bare(GuardedPeople.ALL, sample.expected()));
      }
      assertThat(
              rounded.refusal("SELECT sum(1), sum(CASE WHEN sick THEN 1 ELSE 0 END) FROM hr.emp"))
          .contains("where the policy rounds counts");
    }
  }

  @Test
  void putsSmallGroupsTogether() throws Exception {
    AggregateOnly merging =
        new AggregateOnly(
            GuardedPeople.K,
            Set.of(),
            AggregateOnly.DEFAULT.dominance(),
            1,
            AggregateOnly.SmallGroups.MERGE);
    try (GuardedPeople merged = new GuardedPeople(merging)) {
      for (GuardedPeople.Case sample : GuardedPeople.cases("/guard/merged.sql").toList()) {
        assertThat(merged.guarded(GuardedPeople.ALL, sample.query()))
            .as(merged.printed(sample.query()))
            .isEqualTo(merged.bare(GuardedPeople.ALL, sample.expected()));
      }
      assertThat(
              merged.refusal("SELECT dept, zip, count(*) FROM hr.emp GROUP BY ROLLUP (dept, zip)"))
          .contains("each set in a query of its own");
      assertThat(merged.rewrite("SELECT zip, count(*) FROM hr.emp GROUP BY zip").warnings())
          .singleElement()
          .asString()
          .contains("put together in one row without keys");
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesByName(GuardedPeople.Case sample) {
    assertThat(people.refusal(sample.query())).contains(sample.expected());
  }

  /** One person's values and one person's presence make no difference. */
  @ParameterizedTest
  @MethodSource("suppressed")
  void tellsNothingOfOnePerson(GuardedPeople.Case sample) throws Exception {
    List<String> answer = people.guarded(GuardedPeople.ALL, sample.query());
    assertThat(people.guarded(GuardedPeople.CHANGED, sample.query()))
        .as(people.printed(sample.query()))
        .isEqualTo(answer);
    assertThat(people.guarded(GuardedPeople.WITHOUT, sample.query())).isEqualTo(answer);
    assertThat(answer).isEqualTo(people.bare(GuardedPeople.ALL, sample.expected()));
  }
}
