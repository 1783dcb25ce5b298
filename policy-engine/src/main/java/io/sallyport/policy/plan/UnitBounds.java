package io.sallyport.policy.plan;

import io.sallyport.policy.plan.UnitCounts.Wanted;
import io.sallyport.policy.plan.UnitSums.Weighed;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Proves in the pass that makes the figures that a group has units enough and that few of them do
 * not bring most; only the groups of which that cannot be proved are counted, unit by unit.
 *
 * <pre>
 * units                  at least   bit_count(bit_or(1 &lt;&lt; hash(unit) &amp; 63))
 * units with a value     at least   that, less count(*) - count(value)
 * what the rest brings   at least   the least of a few parts into which hash(unit) divides the units,
 *                                   one part more than there are largest units
 * </pre>
 *
 * <p>Where many figures are weighed, the proofs are made apart, from some of the rows: what those
 * show is there, whatever the others hold.
 *
 * <pre>
 * what the rest brings   at least   what these rows bring, in 64 parts, less the largest parts
 * </pre>
 *
 * <p>A count is the real one or less; one that does not reach what it must is the real one, or a
 * bound in a group that has not even so many rows. No proof is ever taken from an estimate.
 */
final class UnitBounds {
  /** More units than this rarely fill as many of 64 bits, so that trying would be in vain. */
  private static final long MOST_BY_BITS = 40;

  /** The bits of the hash behind those that count. */
  private static final int FIRST_PART_BIT = 6;

  private static final int MOST_PARTS = 8;

  /** From so many on, weights are cheaper to prove by some rows than in the pass. */
  private static final int MANY_WEIGHTS = 3;

  /** So many times what is to be proved must be read, and not more of all rows than that. */
  private static final BigDecimal ENOUGH_ROWS = new BigDecimal("1.5");

  private static final BigDecimal MOST_ROWS = new BigDecimal("0.5");

  /** Sums of DOUBLEs are inexact by far less than this. */
  private static final BigDecimal MARGIN = new BigDecimal("1.01");

  private final GuardedNodes nodes;
  private final Conditions make;
  private final RelNode rows;
  private final List<Wanted> wanted;
  private final LargestUnits largest;
  private final List<Weighed> weighed;
  private final SameGroups same;
  private final UnitSums sums;
  private final Optional<BigDecimal> share;

  /**
   * @param rows the rows that are grouped; they are read twice
   */
  UnitBounds(
      GuardedNodes nodes,
      Conditions make,
      RelNode rows,
      List<Wanted> wanted,
      LargestUnits largest) {
    this.nodes = nodes;
    this.make = make;
    this.rows = rows;
    this.wanted = wanted;
    this.largest = largest;
    this.weighed = largest.weighed();
    this.same = new SameGroups(make);
    this.sums = new UnitSums(nodes, make);
    this.share = SomeRows.areOf(rows) ? shareOfRows() : Optional.empty();
  }

  /** How many of the rows prove enough; empty if the pass over all had better do so. */
  private Optional<BigDecimal> shareOfRows() {
    List<Weighed> together = weighed.stream().filter(w -> !w.once()).toList();
    return together.stream()
        .map(w -> BigDecimal.ONE.subtract(w.limit().share()).multiply(ENOUGH_ROWS))
        .max(Comparator.naturalOrder())
        .filter(most -> together.size() >= MANY_WEIGHTS && most.compareTo(MOST_ROWS) <= 0);
  }

  /** The keys, the figures, the counts and the checks. */
  RelNode grouped(int keys, List<AggregateCall> figures) {
    int first = keys + figures.size();
    SharedRows bounds = new SharedRows(new Pass(keys, figures).bounds(), nodes.hiddenName());
    RelNode few = ofUndecidedGroups(bounds, keys, first);
    RelNode joined = bounds;
    Map<Integer, RexNode> counts = new HashMap<>();
    Map<Integer, RexNode> checks = new HashMap<>();
    for (int unit : unitsWithManyRows()) {
      List<Integer> counted = countsOf(unit);
      List<Integer> weights = weightsOf(unit);
      RelNode exact =
          sums.of(
              few,
              keys,
              unit,
              counted.stream().map(i -> wanted.get(i).filter()).toList(),
              weights.stream().map(weighed::get).toList());
      int next = joined.getRowType().getFieldCount() + keys;
      joined = same.join(joined, firstOf(joined, keys), exact, JoinRelType.LEFT);
      for (int i = 0; i < counted.size(); i++) {
        counts.put(counted.get(i), make.ref(joined, next + i));
      }
      for (int i = 0; i < weights.size(); i++) {
        checks.put(weights.get(i), make.ref(joined, next + counted.size() + i));
      }
    }
    GuardedNodes.Row answer = nodes.new Row(joined);
    for (int i = 0; i < first; i++) {
      answer.add(make.ref(joined, i), nodes.hiddenName());
    }
    for (int i = 0; i < wanted.size(); i++) {
      answer.add(known(joined, least(first, i), counts.get(i)), nodes.hiddenName());
    }
    for (int i = 0; i < weighed.size(); i++) {
      answer.add(known(joined, proof(first, i), checks.get(i)), nodes.hiddenName());
    }
    return answer.project(Set.of());
  }

  /** The exact count where it was made, which is no less than the bound; else the bound. */
  private RexNode known(RelNode joined, int bound, @Nullable RexNode exact) {
    RexNode least = make.ref(joined, bound);
    return exact == null ? least : make.greater(least, exact);
  }

  /** Where the first pass says how many there are at least. */
  private static int least(int first, int count) {
    return first + count;
  }

  /** Where it says how many there are at most: that many rows. */
  private int most(int first, int count) {
    return first + wanted.size() + count;
  }

  /** Where it says whether a check is proved. */
  private int proof(int first, int check) {
    return first + 2 * wanted.size() + check;
  }

  private Set<Integer> unitsWithManyRows() {
    Set<Integer> units = new LinkedHashSet<>();
    wanted.stream().filter(count -> !count.once()).forEach(count -> units.add(count.unit()));
    return units;
  }

  private List<Integer> countsOf(int unit) {
    return ImmutableBitSet.range(wanted.size()).asList().stream()
        .filter(i -> wanted.get(i).unit() == unit && !wanted.get(i).once())
        .toList();
  }

  private List<Integer> weightsOf(int unit) {
    return ImmutableBitSet.range(weighed.size()).asList().stream()
        .filter(i -> weighed.get(i).unit() == unit && !weighed.get(i).once())
        .toList();
  }

  private List<RexNode> firstOf(RelNode rel, int keys) {
    return ImmutableBitSet.range(keys).asList().stream().map(key -> make.ref(rel, key)).toList();
  }

  /** Where it says whether a group may pass, and that is not proved. */
  private int undecided(int first) {
    return proof(first, weighed.size());
  }

  /** The rows of the groups that the bounds leave open. */
  private RelNode ofUndecidedGroups(RelNode bounds, int keys, int first) {
    RelNode undecided = LogicalFilter.create(bounds, make.ref(bounds, undecided(first)));
    RelNode groups = nodes.placed(undecided, ImmutableBitSet.range(keys).asList());
    RelNode joined = same.join(rows, firstOf(rows, keys), groups, JoinRelType.INNER);
    int width = rows.getRowType().getFieldCount();
    return nodes.placed(joined, ImmutableBitSet.range(width).asList());
  }

  private RexNode isUndecided(RelNode bounds, int first) {
    List<RexNode> all = new ArrayList<>();
    List<RexNode> any = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Wanted count = wanted.get(i);
      RexNode enough = make.isAtLeast(make.ref(bounds, least(first, i)), count.atLeast());
      if (count.filter() < 0) {
        all.add(mayPass(bounds, first, i));
      }
      if (!count.once()) {
        any.add(make.and(List.of(mayPass(bounds, first, i), make.isNotTrue(enough))));
      }
    }
    for (int i = 0; i < weighed.size(); i++) {
      RexNode proof = make.isAtLeast(make.ref(bounds, proof(first, i)), 1);
      if (!weighed.get(i).once()) {
        List<RexNode> enter =
            largest.counts(weighed.get(i)).stream().map(c -> mayPass(bounds, first, c)).toList();
        any.add(make.and(List.of(make.or(enter), make.isNotTrue(proof))));
      }
    }
    all.addAll(RelOptUtil.conjunctions(make.or(any)));
    return make.and(all);
  }

  private RexNode mayPass(RelNode bounds, int first, int count) {
    return make.isAtLeast(make.ref(bounds, most(first, count)), wanted.get(count).atLeast());
  }

  /** The pass over all rows that makes the figures and the bounds. */
  private final class Pass {
    private final int keys;
    private final GuardedNodes.Row row = nodes.new Row(rows);
    private final List<AggregateCall> calls;
    private final int first;
    private final Map<Integer, Integer> places = new HashMap<>();
    private final Map<Integer, Integer> rests = new HashMap<>();

    Pass(int keys, List<AggregateCall> figures) {
      this.keys = keys;
      this.calls = new ArrayList<>(figures);
      this.first = keys + figures.size();
      for (int i = 0; i < rows.getRowType().getFieldCount(); i++) {
        row.add(make.ref(rows, i), rows.getRowType().getFieldNames().get(i));
      }
    }

    RelNode bounds() {
      for (Wanted count : wanted) {
        calls.add(count(count));
      }
      for (int i = 0; i < wanted.size(); i++) {
        if (fills(wanted.get(i)) && share.isEmpty()) {
          places.put(least(first, i), keys + calls.size());
          int bit = row.at(make.bit(hash(wanted.get(i).unit())));
          calls.add(Calls.union(bit, wanted.get(i).filter(), make.someBits(), nodes.hiddenName()));
        }
      }
      for (int i = 0; i < weighed.size(); i++) {
        places.put(proof(first, i), keys + calls.size());
        calls.addAll(
            weighed.get(i).once()
                ? sums.calls(weighed.get(i), weighed.get(i).contribution(), row)
                : parts(weighed.get(i)));
      }
      RelNode pass =
          LogicalAggregate.create(
              row.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, calls);
      RelNode grouped = share.map(some -> besideSomeRows(pass, some)).orElse(pass);
      GuardedNodes.Row bounds = nodes.new Row(grouped);
      for (int i = 0; i < first; i++) {
        bounds.add(make.ref(grouped, i), nodes.hiddenName());
      }
      for (int i = 0; i < wanted.size(); i++) {
        bounds.add(units(grouped, i), nodes.hiddenName());
      }
      for (int i = 0; i < wanted.size(); i++) {
        bounds.add(make.ref(grouped, first + i), nodes.hiddenName());
      }
      for (int i = 0; i < weighed.size(); i++) {
        bounds.add(spread(grouped, i), nodes.hiddenName());
      }
      RelNode known = bounds.project(Set.of());
      GuardedNodes.Row all = nodes.new Row(known);
      for (int i = 0; i < undecided(first); i++) {
        all.add(make.ref(known, i), nodes.hiddenName());
      }
      all.add(isUndecided(known, first), nodes.hiddenName());
      return all.project(Set.of());
    }

    /** What some of the rows show of each group; a group may have none of them. */
    private RelNode besideSomeRows(RelNode pass, BigDecimal some) {
      RelNode joined = pass;
      RelNode sample = SomeRows.of(rows, some);
      for (int unit : unitsWithManyRows()) {
        GuardedNodes.Row parts = nodes.new Row(sample);
        for (int i = 0; i < sample.getRowType().getFieldCount(); i++) {
          parts.add(make.ref(sample, i), nodes.hiddenName());
        }
        int part = parts.at(make.place(make.hash(sample, unit)));
        List<Integer> counted = countsOf(unit).stream().filter(i -> fills(wanted.get(i))).toList();
        List<Integer> weights = weightsOf(unit);
        RelNode shown =
            sums.rests(
                parts.project(Set.of()),
                keys,
                part,
                counted.stream().map(i -> wanted.get(i).filter()).toList(),
                weights.stream().map(weighed::get).toList());
        int next = joined.getRowType().getFieldCount() + keys;
        joined = same.join(joined, firstOf(joined, keys), shown, JoinRelType.LEFT);
        for (int i = 0; i < counted.size(); i++) {
          places.put(least(first, counted.get(i)), next + i);
        }
        for (int i = 0; i < weights.size(); i++) {
          rests.put(weights.get(i), next + counted.size() + i);
        }
      }
      return joined;
    }

    private RexNode hash(int unit) {
      return make.hash(rows, unit);
    }

    private boolean fills(Wanted count) {
      return !count.once() && count.value().isEmpty() && count.atLeast() <= MOST_BY_BITS;
    }

    /** How many rows count. */
    private AggregateCall count(Wanted count) {
      boolean plain = count.value().isPresent();
      return Calls.count(
          false,
          plain ? count.value().getAsInt() : count.unit(),
          plain ? -1 : count.filter(),
          make.bigint(),
          nodes.hiddenName());
    }

    /** A unit that brings no value has a row without one: so many units may be missing at most. */
    private RexNode units(RelNode grouped, int at) {
      Wanted count = wanted.get(at);
      if (count.once()) {
        return make.ref(grouped, first + at);
      }
      if (count.value().isPresent()) {
        RexNode without =
            make.minus(make.ref(grouped, first + count.whole()), make.ref(grouped, first + at));
        return make.minus(units(grouped, count.whole()), without);
      }
      if (!fills(count)) {
        return make.number(0);
      }
      RexNode places = make.ref(grouped, place(least(first, at)));
      return share.isPresent() ? places : make.filledBits(places);
    }

    private int place(int bound) {
      return Objects.requireNonNull(places.get(bound));
    }

    /** What all units bring, and what those in each part but the last do. */
    private List<AggregateCall> parts(Weighed one) {
      List<AggregateCall> sumsOfParts = new ArrayList<>();
      if (!isProvable(one)) {
        return sumsOfParts;
      }
      sumsOfParts.add(Calls.sum(one.contribution(), make.number(), nodes.hiddenName()));
      if (share.isPresent()) {
        return sumsOfParts;
      }
      long mask = (1L << partBits(one)) - 1 << FIRST_PART_BIT;
      for (long part = 0; part < one.limit().units(); part++) {
        RexNode inPart = make.part(hash(one.unit()), mask, part << FIRST_PART_BIT);
        int brought = row.at(make.product(make.ref(rows, one.contribution()), inPart));
        sumsOfParts.add(Calls.sum(brought, make.number(), nodes.hiddenName()));
      }
      return sumsOfParts;
    }

    /**
     * The largest units lie in as many parts at most, so that the rest brings at least what the
     * least part does.
     */
    private RexNode spread(RelNode grouped, int at) {
      Weighed one = weighed.get(at);
      int sum = place(proof(first, at));
      if (one.once()) {
        return sums.check(grouped, sum, one);
      }
      if (!isProvable(one)) {
        return make.number(0);
      }
      RexNode all = make.ref(grouped, sum);
      if (share.isPresent()) {
        RexNode rest = make.ref(grouped, Objects.requireNonNull(rests.get(at)));
        return make.asCount(make.isAtMost(all, mostByRest(one), rest));
      }
      RexNode last = all;
      List<RexNode> brought = new ArrayList<>();
      for (int part = 1; part <= one.limit().units(); part++) {
        brought.add(make.ref(grouped, sum + part));
        last = make.difference(last, make.ref(grouped, sum + part));
      }
      brought.add(last);
      // None of them is NULL where all together are not.
      return make.asCount(make.isAtMost(all, mostByRest(one), make.least(brought)));
    }

    private static int partBits(Weighed one) {
      return 64 - Long.numberOfLeadingZeros(one.limit().units());
    }

    private static boolean isProvable(Weighed one) {
      return one.limit().units() < MOST_PARTS
          && mostByRest(one).compareTo(BigDecimal.valueOf(1L << partBits(one))) > 0;
    }

    /** All bring at most so many times what must be left to the rest. */
    private static BigDecimal mostByRest(Weighed one) {
      BigDecimal rest = BigDecimal.ONE.subtract(one.limit().share()).multiply(MARGIN);
      return BigDecimal.ONE.divide(rest, MathContext.DECIMAL64);
    }
  }
}
