package io.sallyport.policy;

import static io.sallyport.policy.SampleQueries.asking;
import static io.sallyport.policy.SampleQueries.clinic;
import static io.sallyport.policy.SampleQueries.limited;
import static io.sallyport.policy.SampleQueries.query;
import static io.sallyport.policy.SampleQueries.sales;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.BoundQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JudgeTest {
  private static final Rule ALWAYS = new Rule.Always();
  private static final Rule NEVER = new Rule.Never();
  private static final Rule STAFF = new Rule.RoleIn(Set.of("staff"));
  private static final Rule BROKEN =
      new Rule.Custom(
          new CustomRules.Named(
              "broken",
              question -> {
                throw new IllegalStateException("secret text of the rule");
              }),
          Map.of());

  private static final BoundQuery ROWS = query("SELECT zip FROM clinic.patients");
  private static final BoundQuery BOTH =
      query("SELECT p.zip FROM clinic.patients p JOIN sales.orders o ON p.shop = o.shop");

  private static Verdict judge(BoundQuery query, Policy... policies) {
    return judge(asking("bob"), query, policies);
  }

  private static Verdict judge(Asking asking, BoundQuery query, Policy... policies) {
    Map<String, Policy> byName = new java.util.HashMap<>();
    for (Policy policy : policies) {
      byName.put(policy.dataset(), policy);
    }
    return Judge.judge(asking, query, byName);
  }

  private static Optional<List<Rule>> approval(Rule... rules) {
    return Optional.of(List.of(rules));
  }

  private static Obligations granted(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Granted.class);
    return ((Verdict.Granted) verdict).obligations();
  }

  private static Verdict.Held held(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Held.class);
    return (Verdict.Held) verdict;
  }

  private static String refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return verdict.explanation().sentence();
  }

  @Test
  void grantsIfAllAutomaticRulesHold() {
    Policy policy = clinic(List.of(STAFF, new Rule.MaxRows(7)), Optional.empty());
    Verdict verdict = judge(asking("bob", "staff"), ROWS, policy);
    Obligations obligations = granted(verdict);
    assertThat(obligations.resultRows()).isEqualTo(OptionalLong.of(7));
    assertThat(obligations.guards())
        .containsExactly(Map.entry("clinic", new Obligations.Guard(policy, Optional.empty())));
    assertThat(verdict.explanation().sentence())
        .isEqualTo("every automatic rule of dataset `clinic` holds");
  }

  @Test
  void holdsIfOnlyTheApprovalRulesDo() {
    Policy policy = clinic(List.of(STAFF), approval(new Rule.MaxRows(5)));
    Verdict.Held held = held(judge(ROWS, policy));
    assertThat(held.datasets()).containsExactly("clinic");
    assertThat(held.obligations().resultRows()).isEqualTo(OptionalLong.of(5));
    assertThat(held.explanation().sentence())
        .isEqualTo(
            "the owner of dataset `clinic` must approve this first: `role_in` of dataset `clinic`"
                + " does not let this out: it asks for the role `staff`");
  }

  @Test
  void refusesIfNeitherDo() {
    assertThat(refusal(judge(ROWS, clinic(List.of(NEVER), Optional.empty()))))
        .isEqualTo("`never` of dataset `clinic` does not let this out: it never holds");
    assertThat(refusal(judge(ROWS, clinic(List.of(NEVER), approval(STAFF)))))
        .isEqualTo(
            "`never` of dataset `clinic` does not let this out: it never holds; `role_in` under its"
                + " `approval` does not either: it asks for the role `staff`");
  }

  @Test
  void asksAboutSmallGroupsOnlyWhomTheApprovalRulesLetAsk() {
    BoundQuery groups = query("SELECT zip, count(*) FROM clinic.patients GROUP BY zip");
    AggregateOnly asks =
        new AggregateOnly(5, Set.of(), Optional.empty(), 1, AggregateOnly.SmallGroups.ASK);
    Policy policy = clinic(List.of(asks), approval(STAFF));

    Verdict.Granted granted = (Verdict.Granted) judge(asking("bob", "staff"), groups, policy);
    assertThat(granted.plan().question()).isPresent();
    assertThat(granted.otherwise().orElseThrow().datasets()).containsExactly("clinic");
    assertThat(granted.otherwise().orElseThrow().obligations().guards())
        .containsExactly(Map.entry("clinic", new Obligations.Guard(policy, Optional.empty())));
    assertThat(granted.explanation().sentence())
        .endsWith("holds; if a group is too small, it waits for the owner of dataset `clinic`");

    Verdict.Granted leftOut = (Verdict.Granted) judge(asking("eve"), groups, policy);
    assertThat(leftOut.otherwise()).isEmpty();
    assertThat(leftOut.plan().question()).isEmpty();
    AggregateOnly leaves = new AggregateOnly(5, Set.of(), Optional.empty(), 1);
    assertThat(leftOut.obligations().guards())
        .containsExactly(Map.entry("clinic", new Obligations.Guard(policy, Optional.of(leaves))));
  }

  @Test
  void aDatasetWithoutAPolicyAnswersNothing() {
    assertThat(refusal(judge(BOTH, clinic(List.of(ALWAYS), Optional.empty()))))
        .isEqualTo("the dataset `sales` has no policy, and so answers nothing");
  }

  @Test
  void aTableThatThePolicyDoesNotNameIsNotPublished() {
    assertThat(
            refusal(
                judge(
                    query("SELECT * FROM clinic.drafts"),
                    clinic(List.of(ALWAYS), Optional.empty()))))
        .isEqualTo("the table `clinic.drafts` is not published; leave it out");
  }

  @Test
  void whatIsNoPublishedTableIsRefused() {
    assertThat(
            refusal(
                judge(
                    query("SELECT * FROM clinic.`foreign`".replace('`', '"')),
                    clinic(List.of(ALWAYS), Optional.empty()))))
        .isEqualTo("the query reads something that no dataset publishes; leave that out");
  }

  @Test
  void tablesOfSubQueriesCount() {
    BoundQuery hidden =
        query(
            "SELECT ward FROM clinic.wards WHERE zip IN (SELECT zip FROM sales.shops WHERE EXISTS"
                + " (SELECT 1 FROM clinic.drafts))");
    assertThat(
            refusal(
                judge(
                    hidden,
                    clinic(List.of(ALWAYS), Optional.empty()),
                    sales(List.of(ALWAYS), Optional.empty()))))
        .isEqualTo("the table `clinic.drafts` is not published; leave it out");
  }

  @Test
  void aQueryOfNoTableIsGranted() {
    assertThat(granted(judge(query("SELECT 1"))).guards()).isEmpty();
  }

  @Test
  void theStrictestVerdictWins() {
    Policy grants = clinic(List.of(ALWAYS), Optional.empty());
    Policy holds = sales(List.of(NEVER), approval(ALWAYS));
    Policy refuses = sales(List.of(NEVER), Optional.empty());
    held(judge(BOTH, grants, holds));
    assertThat(refusal(judge(BOTH, grants, refuses))).contains("of dataset `sales`");
    assertThat(refusal(judge(BOTH, clinic(List.of(NEVER), approval(ALWAYS)), refuses)))
        .contains("of dataset `sales`")
        .doesNotContain("of dataset `clinic`");
  }

  @Test
  void everyOwnerWhosePeopleAreInTheAnswerIsAsked() {
    Policy grants = clinic(List.of(ALWAYS), Optional.empty());
    Policy holds = sales(List.of(NEVER), approval(ALWAYS));
    assertThat(held(judge(BOTH, grants, holds)).datasets()).containsExactly("clinic", "sales");

    BoundQuery openWards =
        query("SELECT w.ward FROM clinic.wards w JOIN sales.orders o ON w.zip = o.shop");
    assertThat(held(judge(openWards, grants, holds)).datasets()).containsExactly("sales");
  }

  @Test
  void obligationsOfAllDatasetsAreJoined() {
    Policy hundred = clinic(List.of(new Rule.MaxRows(100)), Optional.empty());
    Policy fifty = limited(sales(List.of(ALWAYS), Optional.empty()), 50);
    Obligations obligations = granted(judge(BOTH, hundred, fifty));
    assertThat(obligations.resultRows()).isEqualTo(OptionalLong.of(50));
    assertThat(obligations.guards()).containsOnlyKeys("clinic", "sales");
  }

  @Test
  void aRuleThatThrowsRefusesWhereverItStands() {
    for (Rule rule :
        List.of(
            BROKEN,
            Combination.anyOf(List.of(ALWAYS, BROKEN)),
            Combination.anyOf(List.of(BROKEN, ALWAYS)),
            Combination.allOf(List.of(NEVER, BROKEN)),
            new Rule.Not(BROKEN))) {
      String sentence = refusal(judge(ROWS, clinic(List.of(rule), approval(ALWAYS))));
      assertThat(sentence)
          .isEqualTo(
              "the rule `custom: broken` of dataset `clinic` failed, and a rule that fails lets"
                  + " nothing out; tell the owner");
    }
    Policy broken = clinic(List.of(NEVER), approval(BROKEN));
    assertThat(refusal(judge(ROWS, broken))).contains("failed");
    assertThat(
            refusal(
                judge(
                    BOTH,
                    clinic(List.of(BROKEN), Optional.empty()),
                    sales(List.of(ALWAYS), Optional.empty()))))
        .contains("failed");
  }

  @Test
  void aProbeIsGrantedWhereATableIsPublished() {
    BoundQuery probe = query("SELECT zip FROM clinic.patients WHERE 1 = 0", true);
    Policy policy = clinic(List.of(NEVER), Optional.empty());
    assertThat(granted(judge(probe, policy)).guards())
        .containsExactly(Map.entry("clinic", new Obligations.Guard(policy, Optional.empty())));
    refusal(judge(probe));
    refusal(judge(query("SELECT zip FROM clinic.drafts WHERE 1 = 0", true), policy));
  }

  @Test
  void publicTablesNeedNoAggregate() {
    Policy policy = clinic(List.of(AggregateOnly.DEFAULT, STAFF), Optional.empty());
    BoundQuery wards = query("SELECT ward FROM clinic.wards");
    granted(judge(asking("bob", "staff"), wards, policy));
    assertThat(refusal(judge(wards, policy)))
        .isEqualTo(
            "`role_in` of dataset `clinic` does not let this out: it asks for the role `staff`");
  }

  @Test
  void rowsOfPeopleDoNotMeetAggregateOnly() {
    Policy policy = clinic(List.of(AggregateOnly.DEFAULT), approval(ALWAYS));
    Verdict.Held held = held(judge(ROWS, policy));
    assertThat(held.obligations().guards().get("clinic"))
        .isEqualTo(new Obligations.Guard(policy, Optional.empty()));
    assertThat(held.explanation().sentence())
        .startsWith(
            "the owner of dataset `clinic` must approve this first: `aggregate_only` of dataset"
                + " `clinic` does not let this out: ");
  }

  @Test
  void explainsRuleByRule() {
    Policy policy =
        clinic(List.of(Combination.anyOf(List.of(STAFF, new Rule.MaxRows(3)))), approval(ALWAYS));
    assertThat(judge(ROWS, policy).explanation().steps())
        .containsExactly(
            new Explanation.Step("clinic", "automatic", "any_of", true, "at most 3 rows"),
            new Explanation.Step(
                "clinic", "automatic", "any_of / role_in", false, "it asks for the role `staff`"),
            new Explanation.Step(
                "clinic", "automatic", "any_of / max_rows", true, "at most 3 rows"));
  }
}
