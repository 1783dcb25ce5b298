package io.sallyport.policy;

import java.util.Set;

/**
 * The rule that only figures about groups leave, each group of at least so many privacy units.
 *
 * @param minGroupSize the least number of units, at least 2
 * @param functions aggregates beyond the automatic ones that the policy names, lower case, such as
 *     {@code median}
 */
public record AggregateOnly(int minGroupSize, Set<String> functions) {
  public AggregateOnly {
    if (minGroupSize < 2) {
      throw new IllegalArgumentException(
          "a group smaller than 2 hides nobody. Given: " + minGroupSize);
    }
    functions = Set.copyOf(functions);
  }
}
