package io.sallyport.policy;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one rule says of one question: it holds on some terms, or it does not, for a reason.
 *
 * <p>A decision releases nothing; the {@link Judge} makes a verdict of all of them.
 */
public sealed interface Decision {
  Rule rule();

  /** What the rules inside said, in the policy's order; empty unless the rule combines others. */
  List<Decision> parts();

  /** The rule holds if its terms are kept. */
  record Holds(Rule rule, Terms terms, List<Decision> parts) implements Decision {
    public Holds {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The rule does not hold.
   *
   * @param reason what stopped it and what would pass; no data, no full stop
   */
  record Fails(Rule rule, String reason, List<Decision> parts) implements Decision {
    public Fails {
      parts = List.copyOf(parts);
    }
  }

  static Decision holds(Rule rule, Terms terms) {
    return new Holds(rule, terms, List.of());
  }

  static Decision fails(Rule rule, String reason) {
    return new Fails(rule, reason, List.of());
  }

  /** Holds freely if the condition is true. */
  static Decision when(boolean condition, Rule rule, String otherwise) {
    return condition ? holds(rule, Terms.FREE) : fails(rule, otherwise);
  }

  /** Why it does not hold; empty if it does. */
  default Optional<String> objection() {
    return fold(holds -> Optional.empty(), fails -> Optional.of(fails.reason()));
  }

  /** One arm for each decision, so that a forgotten one does not compile. */
  default <T> T fold(Function<Holds, T> holds, Function<Fails, T> fails) {
    if (this instanceof Holds decision) {
      return holds.apply(decision);
    }
    return fails.apply((Fails) this);
  }
}
