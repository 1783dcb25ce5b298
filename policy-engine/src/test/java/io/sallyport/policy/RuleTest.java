package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.plan.BoundQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RuleTest {
  private static final BoundQuery QUERY =
      SampleQueries.query("SELECT p.zip FROM clinic.patients p, clinic.wards w");

  private static Question question(Asking asking, boolean released) {
    return new Question(
        asking,
        QUERY,
        Set.of(SampleQueries.PATIENTS, SampleQueries.WARDS),
        release -> released ? Optional.empty() : Optional.of("rows would leave"));
  }

  private static Optional<String> objection(Rule rule) {
    return rule.ask(question(SampleQueries.asking("bob", "nurse"), false)).objection();
  }

  @Test
  void userIn() {
    assertThat(objection(new Rule.UserIn(Set.of("bob", "ann")))).isEmpty();
    assertThat(objection(new Rule.UserIn(Set.of("Bob"))))
        .contains("you are not among the users that it names");
  }

  @Test
  void roleIn() {
    assertThat(objection(new Rule.RoleIn(Set.of("doctor", "nurse")))).isEmpty();
    assertThat(objection(new Rule.RoleIn(Set.of("surgeon", "doctor"))))
        .contains("it asks for one of the roles `doctor`, `surgeon`");
  }

  @Test
  void purposeIn() {
    assertThat(objection(new Rule.PurposeIn(Set.of("research")))).isEmpty();
    assertThat(objection(new Rule.PurposeIn(Set.of("billing"))))
        .contains("state the purpose `billing`");
    Asking silent =
        new Asking(
            new Principal("bob", Set.of()), Optional.empty(), SampleQueries.asking("bob").at());
    assertThat(new Rule.PurposeIn(Set.of("research")).ask(question(silent, true)).objection())
        .contains("state the purpose `research`");
  }

  @Test
  void maxRows() {
    assertThat(new Rule.MaxRows(9).ask(question(SampleQueries.asking("bob"), false)))
        .isEqualTo(Decision.holds(new Rule.MaxRows(9), Terms.ofRows(9)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Rule.MaxRows(0));
  }

  @Test
  void tablesIn() {
    assertThat(objection(new Rule.TablesIn(Set.of(SampleQueries.PATIENTS, SampleQueries.WARDS))))
        .isEmpty();
    assertThat(objection(new Rule.TablesIn(Set.of(SampleQueries.WARDS))))
        .contains("it does not name `clinic.patients`; leave that out");
  }

  @Test
  void alwaysAndNeverAndNot() {
    assertThat(objection(new Rule.Always())).isEmpty();
    assertThat(objection(new Rule.Never())).contains("it never holds");
    assertThat(objection(new Rule.Not(new Rule.Never()))).isEmpty();
    assertThat(objection(new Rule.Not(new Rule.Always()))).contains("`always` holds and must not");
  }

  @Test
  void aggregateOnlyAsksThePlan() {
    Rule rule = AggregateOnly.DEFAULT;
    assertThat(objection(rule)).contains("rows would leave");
    assertThat(rule.ask(question(SampleQueries.asking("bob"), true)))
        .isEqualTo(Decision.holds(rule, Terms.of(AggregateOnly.DEFAULT)));
  }

  @Test
  void customRulesObjectInTheirOwnWords() {
    Rule only = new Rule.Custom(new CustomRules.OnlyFor(), Map.of("user", "bob"));
    assertThat(objection(only)).isEmpty();
    assertThat(objection(new Rule.Custom(new CustomRules.OnlyFor(), Map.of())))
        .contains("it is for another user");
    assertThat(only.name()).isEqualTo("custom: only_for");
  }

  @Test
  @SuppressWarnings("NullAway") // a rule written by others may return null
  void whateverARuleThrowsIsNamedAndNothingElse() {
    for (Rule rule :
        List.of(
            custom(new CustomRules.Named("mine", q -> null)),
            custom(
                new CustomRules.Named(
                    "mine",
                    q -> {
                      throw new StackOverflowError("deep");
                    })),
            new Rule.Not(
                custom(
                    new CustomRules.Named(
                        "mine",
                        q -> {
                          throw new IllegalStateException("secret");
                        }))))) {
      assertThatThrownBy(() -> objection(rule))
          .isInstanceOf(BrokenRuleException.class)
          .hasMessage("the rule custom: mine failed");
    }
  }

  private static Rule custom(CustomRule rule) {
    return new Rule.Custom(rule, Map.of());
  }
}
