package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CombinationTest {
  private static final Rule ALWAYS = new Rule.Always();
  private static final Rule NEVER = new Rule.Never();
  private static final Rule ROWS_9 = new Rule.MaxRows(9);
  private static final Rule ROWS_5 = new Rule.MaxRows(5);
  private static final Rule TEN = new AggregateOnly(10, Set.of("median", "max"));
  private static final Rule TWENTY = new AggregateOnly(20, Set.of("median", "min"));

  private static Decision decide(Rule rule) {
    return rule.ask(
        new Question(
            SampleQueries.asking("bob"),
            SampleQueries.query("SELECT 1"),
            Set.of(),
            release -> Optional.empty()));
  }

  private static Terms terms(Rule rule) {
    Decision decision = decide(rule);
    assertThat(decision).isInstanceOf(Decision.Holds.class);
    return ((Decision.Holds) decision).terms();
  }

  private static Optional<String> objection(Rule rule) {
    return decide(rule).objection();
  }

  @Test
  void allOfJoinsAllTerms() {
    Terms terms = terms(Combination.allOf(List.of(TEN, ROWS_9, ALWAYS, TWENTY, ROWS_5)));
    assertThat(terms)
        .isEqualTo(Terms.of(new AggregateOnly(20, Set.of("median"))).and(Terms.ofRows(5)));
    assertThat(objection(Combination.allOf(List.of(ALWAYS, NEVER, ROWS_5))))
        .contains("`never`: it never holds");
  }

  @Test
  void anyOfIsFreeIfOneIs() {
    assertThat(terms(Combination.anyOf(List.of(TEN, ALWAYS))).free()).isTrue();
    assertThat(terms(Combination.anyOf(List.of(NEVER, ALWAYS))).free()).isTrue();
  }

  @Test
  void anyOfJoinsTheTermsOfAllThatHoldIfNoneIsFree() {
    assertThat(terms(Combination.anyOf(List.of(ROWS_9, NEVER, ROWS_5)))).isEqualTo(Terms.ofRows(5));
    assertThat(objection(Combination.anyOf(List.of(NEVER, new Rule.Not(ALWAYS)))))
        .contains(
            "at least 1 of these must hold: `never`: it never holds; `not`: `always` holds and"
                + " must not");
  }

  @Test
  void atLeastCounts() {
    assertThat(terms(Combination.atLeast(2, List.of(ALWAYS, ROWS_5, ALWAYS))).free()).isTrue();
    assertThat(terms(Combination.atLeast(2, List.of(ALWAYS, ROWS_5, NEVER))))
        .isEqualTo(Terms.ofRows(5));
    assertThat(objection(Combination.atLeast(2, List.of(ALWAYS, NEVER, NEVER)))).isPresent();
  }

  @Test
  void notCarriesNoTerms() {
    Rule neither = new Rule.Not(Combination.allOf(List.of(ROWS_5, NEVER)));
    assertThat(terms(neither).free()).isTrue();
  }

  @Test
  void countsWithinItsRules() {
    assertThatIllegalArgumentException().isThrownBy(() -> Combination.allOf(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Combination.anyOf(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Combination.atLeast(0, List.of(ALWAYS)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Combination.atLeast(2, List.of(ALWAYS)))
        .withMessage("of 1 rules, from 1 to 1 can hold. Given: 2");
  }

  @Test
  void theStricterOfEachTermHolds() {
    Rule coarse = new AggregateOnly(10, Set.of(), dominance(1, "0.8"), 5);
    Rule fine = new AggregateOnly(10, Set.of(), dominance(3, "0.95"), 2);
    Rule open = new AggregateOnly(10, Set.of(), Optional.empty(), 1);
    Terms strict = Terms.of(new AggregateOnly(10, Set.of(), dominance(3, "0.8"), 5));
    assertThat(terms(Combination.allOf(List.of(coarse, open, fine)))).isEqualTo(strict);
    assertThat(terms(Combination.allOf(List.of(fine, coarse, open)))).isEqualTo(strict);
    assertThat(strict).hasToString("groups of at least 10 units; counts in multiples of 5");
  }

  private static Optional<AggregateOnly.Dominance> dominance(int units, String share) {
    return Optional.of(new AggregateOnly.Dominance(units, new BigDecimal(share)));
  }

  @Test
  void findsEveryAggregateOnlyInside() {
    assertThat(
            new Rule.Not(Combination.anyOf(List.of(TEN, Combination.allOf(List.of(TWENTY)))))
                .aggregates())
        .map(rule -> (Rule) rule)
        .containsExactly(TEN, TWENTY);
  }
}
