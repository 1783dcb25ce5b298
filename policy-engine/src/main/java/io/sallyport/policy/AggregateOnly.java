package io.sallyport.policy;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rule that only figures about groups leave, each group of at least so many privacy units.
 *
 * <pre>aggregate_only: { min_group_size: 10, functions: [median], round_to: 5 }</pre>
 *
 * <p>It does not stop two permitted answers from differing by one person.
 *
 * @param minGroupSize the least number of units, at least 2
 * @param functions aggregates beyond the automatic ones that the policy names, lower case, such as
 *     {@code median}
 * @param dominance how much of a sum few units may bring; empty: all of it
 * @param roundTo counts go to the nearest multiple of it; 1 leaves them as they are
 * @param smallGroups what becomes of smaller groups
 */
public record AggregateOnly(
    int minGroupSize,
    Set<String> functions,
    Optional<Dominance> dominance,
    int roundTo,
    SmallGroups smallGroups)
    implements Rule.Lasting {
  /** Nothing is rounded to a coarser multiple. */
  public static final int COARSEST = 1_000_000;

  /** What holds where a policy says nothing else. */
  public static final AggregateOnly DEFAULT = new AggregateOnly(10, Set.of());

  /** What becomes of groups of too few units. */
  public enum SmallGroups {
    /** They are not in the answer. */
    LEAVE_OUT,
    /** All of them together are one row of the answer, if they have units enough together. */
    MERGE,
    /** If there is one, nothing leaves before the owners have approved the whole answer. */
    ASK
  }

  /**
   * A figure to which so few units bring more than a share of the whole does not leave.
   *
   * @param units how many of the largest units are taken together
   * @param share the most that they may bring of all absolute contributions, such as {@code 0.9}
   */
  public record Dominance(int units, BigDecimal share) {
    public static final int MOST_UNITS = 100;
    public static final Dominance DEFAULT = new Dominance(2, new BigDecimal("0.9"));

    public Dominance {
      if (units < 1 || units > MOST_UNITS) {
        throw new IllegalArgumentException(
            "from 1 to " + MOST_UNITS + " units can dominate. Given: " + units);
      }
      if (share.signum() <= 0 || share.compareTo(BigDecimal.ONE) >= 0) {
        throw new IllegalArgumentException("a share lies between 0 and 1. Given: " + share);
      }
      share = share.stripTrailingZeros();
    }

    private Dominance stricter(Dominance other) {
      return new Dominance(Math.max(units, other.units), share.min(other.share));
    }

    private Dominance looser(Dominance other) {
      return new Dominance(Math.min(units, other.units), share.max(other.share));
    }
  }

  public AggregateOnly {
    if (minGroupSize < 2) {
      throw new IllegalArgumentException(
          "a group smaller than 2 hides nobody. Given: " + minGroupSize);
    }
    if (roundTo < 1 || roundTo > COARSEST) {
      throw new IllegalArgumentException(
          "counts are rounded to multiples of 1 to " + COARSEST + ". Given: " + roundTo);
    }
    functions = Set.copyOf(functions);
  }

  /** With the standard guard against dominance, and counts as they are. */
  public AggregateOnly(int minGroupSize, Set<String> functions) {
    this(minGroupSize, functions, Optional.of(Dominance.DEFAULT), 1);
  }

  /** Small groups are left out. */
  public AggregateOnly(
      int minGroupSize, Set<String> functions, Optional<Dominance> dominance, int roundTo) {
    this(minGroupSize, functions, dominance, roundTo, SmallGroups.LEAVE_OUT);
  }

  @Override
  public String name() {
    return "aggregate_only";
  }

  @Override
  public Decision decide(Question question) {
    return question
        .assess(this)
        .map(reason -> Decision.fails(this, reason))
        .orElseGet(() -> Decision.holds(this, Terms.of(this)));
  }

  /** True if an answer with small groups waits for the owners. */
  boolean asks() {
    return smallGroups == SmallGroups.ASK;
  }

  /** The same where nobody can be asked, or everybody has been: small groups are left out. */
  AggregateOnly unasked() {
    return asks() ? new AggregateOnly(minGroupSize, functions, dominance, roundTo) : this;
  }

  /** Both at once. */
  public AggregateOnly stricter(AggregateOnly other) {
    Set<String> both = new HashSet<>(functions);
    both.retainAll(other.functions);
    return new AggregateOnly(
        Math.max(minGroupSize, other.minGroupSize),
        both,
        Stream.of(dominance, other.dominance).flatMap(Optional::stream).reduce(Dominance::stricter),
        Math.max(roundTo, other.roundTo),
        smallGroups.compareTo(other.smallGroups) <= 0 ? smallGroups : other.smallGroups);
  }

  /** What either would let out. */
  AggregateOnly looser(AggregateOnly other) {
    Set<String> either = new HashSet<>(functions);
    either.addAll(other.functions);
    return new AggregateOnly(
        Math.min(minGroupSize, other.minGroupSize),
        either,
        dominance.flatMap(one -> other.dominance.map(one::looser)),
        Math.min(roundTo, other.roundTo),
        smallGroups.compareTo(other.smallGroups) >= 0 ? smallGroups : other.smallGroups);
  }
}
