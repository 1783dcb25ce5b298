package io.sallyport.policy;

import java.util.HashSet;
import java.util.Set;

/**
 * The rule that only figures about groups leave, each group of at least so many privacy units.
 *
 * <pre>aggregate_only: { min_group_size: 10, functions: [median] }</pre>
 *
 * <p>It does not stop two permitted answers from differing by one person.
 *
 * @param minGroupSize the least number of units, at least 2
 * @param functions aggregates beyond the automatic ones that the policy names, lower case, such as
 *     {@code median}
 */
public record AggregateOnly(int minGroupSize, Set<String> functions) implements Rule {
  /** What holds where a policy says nothing else. */
  public static final AggregateOnly DEFAULT = new AggregateOnly(10, Set.of());

  public AggregateOnly {
    if (minGroupSize < 2) {
      throw new IllegalArgumentException(
          "a group smaller than 2 hides nobody. Given: " + minGroupSize);
    }
    functions = Set.copyOf(functions);
  }

  @Override
  public String name() {
    return "aggregate_only";
  }

  @Override
  public Decision decide(Question question) {
    var found = question.assess(this);
    return found.released()
        ? Decision.holds(this, Terms.of(this))
        : Decision.fails(this, found.reason());
  }

  /** Both at once. */
  AggregateOnly stricter(AggregateOnly other) {
    Set<String> both = new HashSet<>(functions);
    both.retainAll(other.functions);
    return new AggregateOnly(Math.max(minGroupSize, other.minGroupSize), both);
  }

  /** What either would let out. */
  AggregateOnly looser(AggregateOnly other) {
    Set<String> either = new HashSet<>(functions);
    either.addAll(other.functions);
    return new AggregateOnly(Math.min(minGroupSize, other.minGroupSize), either);
  }
}
