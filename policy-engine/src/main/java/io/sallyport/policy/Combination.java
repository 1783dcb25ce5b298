package io.sallyport.policy;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Rules of which a number must hold: {@code all_of}, {@code any_of} and {@code at_least}.
 *
 * <p>Every rule inside is always asked, so neither order nor luck decides whether one that throws
 * is met. If enough of them hold freely the whole is free; else the terms of all that hold are
 * joined, the stricter of each.
 *
 * @param name as the policy writes it
 * @param least how many must hold
 */
public record Combination(String name, int least, List<Rule> of) implements Rule {
  public Combination {
    of = List.copyOf(of);
    if (least < 1 || least > of.size()) {
      throw new IllegalArgumentException(
          "of " + of.size() + " rules, from 1 to " + of.size() + " can hold. Given: " + least);
    }
  }

  /** Holds if every rule does. */
  public static Combination allOf(List<Rule> rules) {
    return new Combination("all_of", rules.size(), rules);
  }

  /** Holds if a rule does. */
  public static Combination anyOf(List<Rule> rules) {
    return new Combination("any_of", 1, rules);
  }

  /** Holds if so many rules do. */
  public static Combination atLeast(int least, List<Rule> rules) {
    return new Combination("at_least", least, rules);
  }

  @Override
  public List<Rule> parts() {
    return of;
  }

  @Override
  public Decision decide(Question question) {
    List<Decision> parts = of.stream().map(rule -> rule.ask(question)).toList();
    List<Terms> holding =
        parts.stream()
            .filter(Decision.Holds.class::isInstance)
            .map(part -> ((Decision.Holds) part).terms())
            .toList();
    if (holding.size() < least) {
      return new Decision.Fails(this, reason(parts), parts);
    }
    boolean free = holding.stream().filter(Terms::free).count() >= least;
    Terms terms = free ? Terms.FREE : holding.stream().reduce(Terms.FREE, Terms::and);
    return new Decision.Holds(this, terms, parts);
  }

  private String reason(List<Decision> parts) {
    String failing =
        parts.stream()
            .flatMap(
                part ->
                    part.objection().map(why -> "`" + part.rule().name() + "`: " + why).stream())
            .collect(Collectors.joining("; "));
    return (least == of.size() ? "" : "at least " + least + " of these must hold: ") + failing;
  }
}
