package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly.Dominance;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.PlanShape;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of privacy.md section 2, for rules of any shape. */
final class JudgeLawsTest {
  private static final BoundQuery CLINIC = SampleQueries.query("SELECT zip FROM clinic.patients");
  private static final BoundQuery BOTH =
      SampleQueries.query(
          "SELECT p.zip FROM clinic.patients p JOIN sales.orders o ON p.shop = o.shop");
  private static final Asking ASKING = SampleQueries.asking("bob", "nurse");
  private static final Rule BROKEN =
      new Rule.Custom(
          new CustomRules.Named(
              "broken",
              question -> {
                throw new IllegalStateException();
              }),
          Map.of());

  private static Arbitrary<Rule> leaf() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            new Rule.Always(),
            new Rule.Never(),
            new Rule.RoleIn(Set.of("nurse")),
            new Rule.UserIn(Set.of("eve")),
            new Rule.PurposeIn(Set.of("research")),
            new Rule.PurposeIn(Set.of("sales")),
            new Rule.TablesIn(Set.of(SampleQueries.PATIENTS)),
            new Rule.TablesIn(Set.of(SampleQueries.WARDS)),
            published("SELECT zip FROM clinic.patients"),
            published("SELECT shop FROM clinic.patients"),
            until("2026-11-25T10:00:00Z"),
            until("2026-11-25T10:00:01Z")),
        Arbitraries.longs().between(1, 9).map(Rule.MaxRows::new),
        Combinators.combine(
                Arbitraries.integers().between(2, 9),
                Arbitraries.of("min", "max", "median").set().ofMaxSize(3),
                Combinators.combine(
                        Arbitraries.integers().between(1, 3), Arbitraries.integers().between(1, 9))
                    .as((units, tenths) -> new Dominance(units, BigDecimal.valueOf(tenths, 1)))
                    .optional(),
                Arbitraries.integers().between(1, 9),
                Arbitraries.of(AggregateOnly.SmallGroups.values()))
            .as(AggregateOnly::new));
  }

  private static Rule published(String sql) {
    return new Templates(
        List.of(new Template("it", PlanShape.of(SampleQueries.query(sql).plan()), List.of())));
  }

  private static Rule until(String moment) {
    return new Between(Optional.empty(), Optional.of(Instant.parse(moment)), Optional.empty());
  }

  private static Arbitrary<Rule> rule(int depth, boolean negation) {
    if (depth == 0) {
      return leaf();
    }
    Arbitrary<Rule> inner = rule(depth - 1, negation);
    Arbitrary<List<Rule>> some = inner.list().ofMinSize(1).ofMaxSize(4);
    Arbitrary<Rule> combined =
        Arbitraries.oneOf(
            some.map(Combination::allOf),
            some.map(Combination::anyOf),
            some.flatMap(
                rules ->
                    Arbitraries.integers()
                        .between(1, rules.size())
                        .map(least -> Combination.atLeast(least, rules))));
    return negation
        ? Arbitraries.oneOf(leaf(), combined, inner.map(Rule.Not::new))
        : Arbitraries.oneOf(leaf(), combined);
  }

  @Provide
  static Arbitrary<Rule> rules() {
    return rule(3, true);
  }

  @Provide
  static Arbitrary<Rule> positive() {
    return rule(3, false);
  }

  @Provide
  static Arbitrary<List<Rule>> lists() {
    return rules().list().ofMinSize(1).ofMaxSize(4);
  }

  @Provide
  static Arbitrary<Optional<List<Rule>>> approvals() {
    return lists().optional();
  }

  /** What a rule says where groups of up to 5 units are released. */
  private static Optional<Terms> terms(Rule rule) {
    Question question =
        new Question(
            ASKING,
            CLINIC,
            Set.of(SampleQueries.PATIENTS),
            release -> release.minGroupSize() <= 5 ? Optional.empty() : Optional.of("rows"));
    return rule.ask(question).fold(holds -> Optional.of(holds.terms()), fails -> Optional.empty());
  }

  private static Verdict judge(BoundQuery query, Policy... policies) {
    Map<String, Policy> byName = new LinkedHashMap<>();
    for (Policy policy : policies) {
      byName.put(policy.dataset(), policy);
    }
    return Judge.judge(ASKING, query, byName);
  }

  private static int strictness(Verdict verdict) {
    return verdict.fold(granted -> 0, held -> 1, refused -> 2);
  }

  private static Rule shuffled(Rule rule, Random random) {
    if (rule instanceof Combination combination) {
      List<Rule> parts = new ArrayList<>(combination.of());
      parts.replaceAll(part -> shuffled(part, random));
      Collections.shuffle(parts, random);
      return new Combination(combination.name(), combination.least(), parts);
    }
    return rule instanceof Rule.Not not ? new Rule.Not(shuffled(not.rule(), random)) : rule;
  }

  @Property(tries = 500)
  void orderNeverMattersWithinARule(@ForAll("rules") Rule rule, @ForAll Random random) {
    assertThat(terms(shuffled(rule, random))).isEqualTo(terms(rule));
  }

  @Property(tries = 200)
  void orderNeverMattersAmongRulesAndPolicies(
      @ForAll("lists") List<Rule> automatic,
      @ForAll("approvals") Optional<List<Rule>> approval,
      @ForAll("lists") List<Rule> others,
      @ForAll Random random) {
    Verdict one =
        judge(
            BOTH, SampleQueries.clinic(automatic, approval), SampleQueries.sales(others, approval));
    List<Rule> mixed = new ArrayList<>(automatic);
    Collections.shuffle(mixed, random);
    Verdict other =
        judge(BOTH, SampleQueries.sales(others, approval), SampleQueries.clinic(mixed, approval));
    assertThat(strictness(other)).isEqualTo(strictness(one));
    assertThat(essence(other)).isEqualTo(essence(one));
  }

  /** All of a verdict but its words. */
  private static Object essence(Verdict verdict) {
    return verdict.fold(
        granted -> List.of(releases(granted.obligations()), granted.obligations().resultRows()),
        held ->
            List.of(releases(held.obligations()), held.obligations().resultRows(), held.datasets()),
        refused -> "refused");
  }

  private static Map<String, Optional<AggregateOnly>> releases(Obligations obligations) {
    Map<String, Optional<AggregateOnly>> releases = new LinkedHashMap<>();
    obligations.guards().forEach((name, guard) -> releases.put(name, guard.release()));
    return releases;
  }

  @Property(tries = 500)
  void aRuleAddedToAllOfNeverLoosensTheTerms(
      @ForAll("lists") List<Rule> rules, @ForAll("rules") Rule more) {
    Optional<Terms> before = terms(Combination.allOf(rules));
    Optional<Terms> after = terms(Combination.allOf(with(rules, more)));
    if (after.isPresent()) {
      assertThat(before).isPresent();
      assertThat(before.orElseThrow().and(after.orElseThrow())).isEqualTo(after.orElseThrow());
    }
  }

  @Property(tries = 200)
  void aRuleAddedToASectionNeverMakesTheVerdictMoreGenerous(
      @ForAll("lists") List<Rule> automatic,
      @ForAll("approvals") Optional<List<Rule>> approval,
      @ForAll("rules") Rule more) {
    int before = strictness(judge(CLINIC, SampleQueries.clinic(automatic, approval)));
    int after = strictness(judge(CLINIC, SampleQueries.clinic(with(automatic, more), approval)));
    assertThat(after).isGreaterThanOrEqualTo(before);
    approval.ifPresent(
        rules ->
            assertThat(
                    strictness(
                        judge(
                            CLINIC,
                            SampleQueries.clinic(automatic, Optional.of(with(rules, more))))))
                .isGreaterThanOrEqualTo(before));
  }

  @Property(tries = 500)
  void aRuleAddedDeepInsideNeverMakesItHoldUnlessNegated(
      @ForAll("positive") Rule rule, @ForAll("positive") Rule more, @ForAll Random random) {
    Rule narrowed = narrowed(rule, more, random);
    assertThat(terms(rule).isPresent() || terms(narrowed).isEmpty()).isTrue();
  }

  /** The rule with one of its leaves joined to another rule. */
  private static Rule narrowed(Rule rule, Rule more, Random random) {
    if (rule instanceof Combination combination) {
      List<Rule> parts = new ArrayList<>(combination.of());
      int at = random.nextInt(parts.size());
      parts.set(at, narrowed(parts.get(at), more, random));
      return new Combination(combination.name(), combination.least(), parts);
    }
    return Combination.allOf(List.of(rule, more));
  }

  private static List<Rule> with(List<Rule> rules, Rule more) {
    List<Rule> all = new ArrayList<>(rules);
    all.add(more);
    return all;
  }

  @Property(tries = 200)
  void aRuleThatThrowsRefusesHoweverDeepItStands(
      @ForAll("rules") Rule rule, @ForAll Random random) {
    Policy policy =
        SampleQueries.clinic(
            List.of(withBroken(rule, random)), Optional.of(List.of(new Rule.Always())));
    assertThat(judge(CLINIC, policy)).isInstanceOf(Verdict.Refused.class);
  }

  private static Rule withBroken(Rule rule, Random random) {
    if (rule instanceof Combination combination) {
      List<Rule> parts = new ArrayList<>(combination.of());
      int at = random.nextInt(parts.size());
      parts.set(at, withBroken(parts.get(at), random));
      return new Combination(combination.name(), combination.least(), parts);
    }
    return rule instanceof Rule.Not not ? new Rule.Not(withBroken(not.rule(), random)) : BROKEN;
  }

  @Property(tries = 200)
  void theStrictestPolicyWins(
      @ForAll("lists") List<Rule> clinic,
      @ForAll("approvals") Optional<List<Rule>> approval,
      @ForAll("lists") List<Rule> sales) {
    Policy one = SampleQueries.clinic(clinic, approval);
    Policy other =
        SampleQueries.sales(sales, Optional.of(List.of(new Rule.RoleIn(Set.of("nurse")))));
    List<Rule> always = List.of(new Rule.Always());
    int strictest =
        Math.max(
            strictness(judge(BOTH, one, SampleQueries.sales(always, Optional.empty()))),
            strictness(judge(BOTH, SampleQueries.clinic(always, Optional.empty()), other)));
    assertThat(strictness(judge(BOTH, one, other))).isEqualTo(strictest);
  }

  @Property(tries = 300)
  void termsJoinInAnyOrderAndTwiceIsOnce(@ForAll("lists") List<Rule> rules) {
    List<Terms> terms = rules.stream().flatMap(rule -> terms(rule).stream()).toList();
    for (Terms one : terms) {
      assertThat(one.and(one)).isEqualTo(one);
      assertThat(one.and(Terms.FREE)).isEqualTo(one);
      for (Terms other : terms) {
        assertThat(one.and(other)).isEqualTo(other.and(one));
        assertThat(one.and(other).and(other)).isEqualTo(one.and(other));
      }
    }
  }
}
