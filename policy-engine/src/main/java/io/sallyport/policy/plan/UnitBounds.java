package io.sallyport.policy.plan;

import io.sallyport.policy.plan.UnitCounts.Wanted;
import io.sallyport.policy.plan.UnitSums.Weighed;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    Bounds bounds = new Pass(keys, figures).bounds();
    RelNode few = ofUndecidedGroups(bounds, keys);
    RelNode joined = bounds.rel();
    Map<Integer, RexNode> counts = new HashMap<>();
    Map<Integer, RexNode> checks = new HashMap<>();
    for (int unit : unitsWithManyRows()) {
      List<Integer> counted = countsOf(unit);
      List<Integer> weights = weightsOf(unit);
      RelNode exact = sums.of(few, keys, unit, which(counted), these(weights));
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
      answer.add(known(joined, bounds.least().get(i), counts.get(i)), nodes.hiddenName());
    }
    for (int i = 0; i < weighed.size(); i++) {
      answer.add(known(joined, bounds.proofs().get(i), checks.get(i)), nodes.hiddenName());
    }
    return answer.project(Set.of());
  }

  /** The exact count where it was made, which is no less than the bound; else the bound. */
  private RexNode known(RelNode joined, int bound, @Nullable RexNode exact) {
    RexNode least = make.ref(joined, bound);
    return exact == null ? least : make.greater(least, exact);
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

  private List<Which> which(List<Integer> counts) {
    return counts.stream().map(i -> wanted.get(i).which()).toList();
  }

  private List<Weighed> these(List<Integer> weights) {
    return weights.stream().map(weighed::get).toList();
  }

  private List<RexNode> firstOf(RelNode rel, int keys) {
    return ImmutableBitSet.range(keys).asList().stream().map(key -> make.ref(rel, key)).toList();
  }

  /** The rows of the groups that the bounds leave open. */
  private RelNode ofUndecidedGroups(Bounds bounds, int keys) {
    RelNode undecided =
        LogicalFilter.create(bounds.rel(), make.ref(bounds.rel(), bounds.undecided()));
    RelNode groups = nodes.placed(undecided, ImmutableBitSet.range(keys).asList());
    RelNode joined = same.join(rows, firstOf(rows, keys), groups, JoinRelType.INNER);
    int width = rows.getRowType().getFieldCount();
    return nodes.placed(joined, ImmutableBitSet.range(width).asList());
  }

  /**
   * What the first pass knows of each group, behind the keys and the figures.
   *
   * @param least where it says how many there are of each count at least
   * @param most where it says how many there are at most: that many rows
   * @param proofs where it says, by 1, that a check is proved
   */
  private record Bounds(
      RelNode rel, List<Integer> least, List<Integer> most, List<Integer> proofs) {

    /** Where it says, in the last column, that a group may pass and that is not proved. */
    int undecided() {
      return rel.getRowType().getFieldCount() - 1;
    }
  }

  /**
   * The bounds with what they leave open.
   *
   * <pre>
   * n &gt;= 10 AND ((units &gt;= 10) IS NOT TRUE OR n_cost &gt;= 10 AND (units_cost &gt;= 10 AND …) IS NOT TRUE)
   * </pre>
   */
  private Bounds withUndecided(Bounds known) {
    Set<RexNode> needed = new LinkedHashSet<>();
    Map<RexNode, Set<RexNode>> proofs = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      RexNode mayPass = mayPass(known, i);
      if (wanted.get(i).which().isAll()) {
        needed.add(mayPass);
      }
      if (!wanted.get(i).once()) {
        RexNode least = make.ref(known.rel(), known.least().get(i));
        proofs
            .computeIfAbsent(mayPass, p -> new LinkedHashSet<>())
            .add(make.isAtLeast(least, wanted.get(i).atLeast()));
      }
    }
    for (int i = 0; i < weighed.size(); i++) {
      if (!weighed.get(i).once()) {
        Set<RexNode> enter = new LinkedHashSet<>();
        largest.counts(weighed.get(i)).forEach(count -> enter.add(mayPass(known, count)));
        RexNode proof = make.ref(known.rel(), known.proofs().get(i));
        proofs
            .computeIfAbsent(make.or(List.copyOf(enter)), p -> new LinkedHashSet<>())
            .add(make.isAtLeast(proof, 1));
      }
    }
    List<RexNode> open = new ArrayList<>();
    proofs.forEach(
        (mayPass, all) -> {
          RexNode unproved = make.isNotTrue(make.and(List.copyOf(all)));
          open.add(needed.contains(mayPass) ? unproved : make.and(List.of(mayPass, unproved)));
        });
    List<RexNode> undecided = new ArrayList<>(needed);
    undecided.add(make.or(open));
    GuardedNodes.Row all = nodes.new Row(known.rel());
    for (int i = 0; i < known.rel().getRowType().getFieldCount(); i++) {
      all.add(make.ref(known.rel(), i), nodes.hiddenName());
    }
    all.add(make.and(undecided), nodes.hiddenName());
    RelNode shared = new SharedRows(all.project(Set.of()), nodes.hiddenName());
    return new Bounds(shared, known.least(), known.most(), known.proofs());
  }

  private RexNode mayPass(Bounds known, int count) {
    return make.isAtLeast(
        make.ref(known.rel(), known.most().get(count)), wanted.get(count).atLeast());
  }

  /** The pass over all rows that makes the figures and the bounds. */
  private final class Pass {
    private final int keys;
    private final GuardedNodes.Row row = nodes.new Row(rows);
    private final List<AggregateCall> calls;
    private final int first;
    private final Map<List<Object>, Integer> made = new HashMap<>();

    /** Where the pass says how many rows count. */
    private final List<Integer> most = new ArrayList<>();

    /** Where it has the bits of a count's units, or how many of some rows' parts they fill. */
    private final Map<Integer, Integer> filled = new HashMap<>();

    /** Where it says what is brought to each weight: by all, and by those of each part. */
    private final Map<Integer, List<Integer>> brought = new HashMap<>();

    /** What all but the largest bring. */
    private final Map<Integer, Integer> rests = new HashMap<>();

    Pass(int keys, List<AggregateCall> figures) {
      this.keys = keys;
      this.calls = new ArrayList<>(figures);
      this.first = keys + figures.size();
      // Behind its values, a call wants a number as such: quantile(cost, 0.9).
      Set<Integer> behind = new HashSet<>();
      figures.forEach(call -> call.getArgList().stream().skip(1).forEach(behind::add));
      for (int i = 0; i < rows.getRowType().getFieldCount(); i++) {
        RexNode column = make.ref(rows, i);
        row.add(
            behind.contains(i) ? PlanNodes.known(column, rows) : column,
            rows.getRowType().getFieldNames().get(i));
      }
    }

    Bounds bounds() {
      for (int i = 0; i < wanted.size(); i++) {
        most.add(place(count(wanted.get(i))));
        if (fills(wanted.get(i)) && share.isEmpty()) {
          filled.put(i, place(bits(wanted.get(i))));
        }
      }
      for (int i = 0; i < weighed.size(); i++) {
        brought.put(i, brought(weighed.get(i)).stream().map(this::place).toList());
      }
      RelNode pass =
          LogicalAggregate.create(
              row.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, calls);
      RelNode grouped = share.map(some -> besideSomeRows(pass, some)).orElse(pass);
      GuardedNodes.Row bounds = nodes.new Row(grouped);
      for (int i = 0; i < first; i++) {
        bounds.add(make.ref(grouped, i), nodes.hiddenName());
      }
      List<Integer> least = new ArrayList<>();
      List<Integer> atMost = new ArrayList<>();
      List<Integer> proofs = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        least.add(bounds.at(units(grouped, i)));
        atMost.add(bounds.at(make.ref(grouped, most.get(i))));
      }
      for (int i = 0; i < weighed.size(); i++) {
        proofs.add(bounds.at(spread(grouped, i)));
      }
      return withUndecided(new Bounds(bounds.project(Set.of()), least, atMost, proofs));
    }

    /** Where a call's result is; the same is made once. */
    private int place(AggregateCall call) {
      return made.computeIfAbsent(
          List.of(
              call.getAggregation().getName(),
              call.isDistinct(),
              call.getArgList(),
              call.filterArg),
          k -> {
            calls.add(call);
            return keys + calls.size() - 1;
          });
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
            sums.rests(parts.project(Set.of()), keys, part, which(counted), these(weights));
        int next = joined.getRowType().getFieldCount() + keys;
        joined = same.join(joined, firstOf(joined, keys), shown, JoinRelType.LEFT);
        for (int i = 0; i < counted.size(); i++) {
          filled.put(counted.get(i), next + i);
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

    private static boolean fills(Wanted count) {
      return !count.once()
          && (count.which().isAll() || !count.which().most())
          && count.atLeast() <= MOST_BY_BITS;
    }

    /** How many rows count. */
    private AggregateCall count(Wanted count) {
      Which which = count.which();
      return !which.valued() && NeverNull.is(rows, count.unit())
          ? Calls.count(which.column(), make.bigint(), nodes.hiddenName())
          : which.count(count.unit(), make.bigint(), nodes.hiddenName());
    }

    private AggregateCall bits(Wanted count) {
      int bit = row.at(make.bit(hash(count.unit())));
      Which which = count.which();
      int filter =
          which.valued() ? row.at(make.isNotNull(make.ref(rows, which.column()))) : which.column();
      return Calls.union(bit, filter, make.someBits(), nodes.hiddenName());
    }

    /** A unit that brings no value has a row without one: so many units may be missing at most. */
    private RexNode units(RelNode grouped, int at) {
      Wanted count = wanted.get(at);
      RexNode rowsCounted = make.ref(grouped, most.get(at));
      if (count.once()) {
        return rowsCounted;
      }
      if (!count.which().isAll() && count.which().most()) {
        RexNode without = make.minus(make.ref(grouped, most.get(count.whole())), rowsCounted);
        return make.minus(units(grouped, count.whole()), without);
      }
      if (!fills(count)) {
        return make.number(0);
      }
      RexNode places = make.ref(grouped, Objects.requireNonNull(filled.get(at)));
      return share.isPresent() ? places : make.filledBits(places);
    }

    /** Calls for what all units bring, and what those in each part but the last do. */
    private List<AggregateCall> brought(Weighed one) {
      if (one.once()) {
        return sums.calls(one, one.contribution(), row);
      }
      List<AggregateCall> sumsOfParts = new ArrayList<>();
      if (!isProvable(one)) {
        return sumsOfParts;
      }
      sumsOfParts.add(Calls.sum(one.contribution(), -1, make.number(), nodes.hiddenName()));
      if (share.isPresent()) {
        return sumsOfParts;
      }
      long mask = (1L << partBits(one)) - 1 << FIRST_PART_BIT;
      for (long part = 0; part < one.limit().units(); part++) {
        int inPart = row.at(make.isPart(hash(one.unit()), mask, part << FIRST_PART_BIT));
        sumsOfParts.add(Calls.sum(one.contribution(), inPart, make.number(), nodes.hiddenName()));
      }
      return sumsOfParts;
    }

    /**
     * The largest units lie in as many parts at most, so that the rest brings at least what the
     * least part does. What a part without rows brings is NULL, and nothing is proved then.
     */
    private RexNode spread(RelNode grouped, int at) {
      Weighed one = weighed.get(at);
      List<Integer> places = Objects.requireNonNull(brought.get(at));
      if (one.once()) {
        return sums.check(grouped, places.get(0), one);
      }
      if (!isProvable(one)) {
        return make.number(0);
      }
      RexNode all = make.ref(grouped, places.get(0));
      if (share.isPresent()) {
        RexNode rest = make.ref(grouped, Objects.requireNonNull(rests.get(at)));
        return make.asCount(make.isAtMost(all, mostByRest(one), rest));
      }
      RexNode last = all;
      List<RexNode> each = new ArrayList<>();
      for (int part = 1; part <= one.limit().units(); part++) {
        RexNode some = make.ref(grouped, places.get(part));
        each.add(make.isAtMost(all, mostByRest(one), some));
        last = make.difference(last, some);
      }
      each.add(make.isAtMost(all, mostByRest(one), last));
      return make.asCount(make.and(each));
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
