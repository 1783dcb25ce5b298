package io.sallyport.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one dataset's policy says of a question, by its two sets of rules: all of {@code automatic},
 * else all of {@code approval}, else no.
 *
 * @param terms free if refused
 * @param asked the terms once the owner has approved an answer with small groups; empty if it is
 *     granted whatever its groups are, or not granted
 * @param sentence which rules did not hold and what would pass; empty if granted
 */
record Opinion(
    Policy policy,
    Kind kind,
    Terms terms,
    Optional<Terms> asked,
    String sentence,
    List<Explanation.Step> steps) {
  enum Kind {
    GRANTED,
    HELD,
    REFUSED
  }

  Opinion {
    steps = List.copyOf(steps);
  }

  private Opinion(
      Policy policy, Kind kind, Terms terms, String sentence, List<Explanation.Step> steps) {
    this(policy, kind, terms, Optional.empty(), sentence, steps);
  }

  /** The same if nobody is asked about small groups. */
  Opinion unasked() {
    return new Opinion(policy, kind, terms.unasked(), Optional.empty(), sentence, steps);
  }

  /** What it says of an answer that has small groups. */
  Opinion ofSmallGroups() {
    return asked
        .map(
            approved ->
                new Opinion(
                    policy,
                    Kind.HELD,
                    approved,
                    "`aggregate_only` of dataset `"
                        + policy.dataset()
                        + "` asks where a group has too few units or a figure too few, or large,"
                        + " contributors, and some do here; which, is not told",
                    steps))
        .orElseGet(this::unasked);
  }

  static Opinion of(Policy policy, Question question) {
    List<Explanation.Step> steps = new ArrayList<>();
    try {
      return of(policy, question, steps);
    } catch (BrokenRuleException broken) {
      String sentence =
          "the rule `"
              + broken.rule()
              + "` of dataset `"
              + policy.dataset()
              + "` failed, and a rule that fails lets nothing out; tell the owner";
      steps.add(
          new Explanation.Step(policy.dataset(), "", broken.rule(), false, "the rule failed"));
      return new Opinion(policy, Kind.REFUSED, Terms.FREE, sentence, steps);
    }
  }

  private static Opinion of(Policy policy, Question question, List<Explanation.Step> steps) {
    Decision automatic = Combination.allOf(policy.release().automatic()).ask(question);
    record(policy, "automatic", "", automatic.parts(), steps);
    if (automatic instanceof Decision.Holds holds) {
      Optional<Terms> asked =
          holds.terms().release().filter(AggregateOnly::asks).flatMap(r -> asked(policy, question));
      Opinion granted = new Opinion(policy, Kind.GRANTED, holds.terms(), asked, "", steps);
      return asked.isPresent() ? granted : granted.unasked();
    }
    String failing =
        failing("of dataset `" + policy.dataset() + "` does not let this out", automatic);
    Optional<List<Rule>> rules = policy.release().approval();
    if (rules.isEmpty()) {
      return new Opinion(policy, Kind.REFUSED, Terms.FREE, failing, steps);
    }
    Decision approval = Combination.allOf(rules.get()).ask(question);
    record(policy, "approval", "", approval.parts(), steps);
    return approval.fold(
        holds -> new Opinion(policy, Kind.HELD, holds.terms(), failing, steps),
        fails ->
            new Opinion(
                policy,
                Kind.REFUSED,
                Terms.FREE,
                failing + "; " + failing("under its `approval` does not either", approval),
                steps));
  }

  /** On which terms the owner may approve it; empty if the rules do not let the owner be asked. */
  private static Optional<Terms> asked(Policy policy, Question question) {
    return policy
        .release()
        .approval()
        .map(rules -> Combination.allOf(rules).ask(question))
        .flatMap(
            approval ->
                approval.fold(holds -> Optional.of(holds.terms()), fails -> Optional.empty()));
  }

  private static String failing(String where, Decision decision) {
    return decision.parts().stream()
        .flatMap(
            part ->
                part
                    .objection()
                    .map(why -> "`" + part.rule().name() + "` " + where + ": " + why)
                    .stream())
        .collect(Collectors.joining("; "));
  }

  private static void record(
      Policy policy,
      String section,
      String outer,
      List<Decision> decisions,
      List<Explanation.Step> steps) {
    for (Decision decision : decisions) {
      String path = outer + decision.rule().name();
      steps.add(
          decision.fold(
              holds ->
                  new Explanation.Step(
                      policy.dataset(), section, path, true, holds.terms().toString()),
              fails ->
                  new Explanation.Step(policy.dataset(), section, path, false, fails.reason())));
      record(policy, section, path + " / ", decision.parts(), steps);
    }
  }
}
