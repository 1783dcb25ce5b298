package io.sallyport.policy.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Counts the units of each group, and of those the ones that bring something to a figure.
 *
 * <pre>
 * a unit has one row at most          count(unit)
 * rows that may be read twice         see {@link UnitBounds}
 * rows that may come out otherwise,   the same, over rows that are kept for the second pass
 *   or that seem few
 * rows of a correlated sub-query      count(DISTINCT unit)
 * </pre>
 */
final class UnitCounts {
  /** How rows may be had a second time. */
  enum Rereading {
    /** They may not. */
    NEVER,
    /** By keeping them. */
    KEPT,
    /** By making them again, which surely gives the same. */
    AGAIN
  }

  /**
   * One count.
   *
   * @param unit the unit's column
   * @param once true if no unit has two rows
   * @param which the rows that count
   * @param whole the count of the same unit in all rows
   */
  record Wanted(int unit, boolean once, Which which, long atLeast, int whole) {}

  private final GuardedNodes nodes;
  private final Conditions make;
  private final GuardedNodes.Row row;
  private final Rereading rereading;
  private final Map<List<Object>, Integer> known = new LinkedHashMap<>();
  private final List<Wanted> wanted = new ArrayList<>();
  private final List<RexNode> conditions = new ArrayList<>();

  /**
   * @param row the rows that are grouped
   */
  UnitCounts(GuardedNodes nodes, Conditions make, GuardedNodes.Row row, Rereading rereading) {
    this.nodes = nodes;
    this.make = make;
    this.row = row;
    this.rereading = rereading;
  }

  /** The index of the count of a unit in all rows of a group. */
  int of(Unit unit, int at) {
    return of(unit, at, Which.ALL, make.always(), wanted.size());
  }

  /**
   * The index of the count of a unit in rows that meet a condition.
   *
   * @param value what is NULL in just the rows that do not meet it, if the row has such a thing
   * @param most true if most rows seem to meet it
   */
  int of(Unit unit, int at, RexNode condition, Optional<RexNode> value, boolean most) {
    int whole = of(unit, at);
    Which which =
        value
            .map(v -> Which.having(row.at(make.onlyIfKnown(row.input(), unit.at(), v)), most))
            .orElseGet(() -> Which.where(row.at(make.asFilter(condition))));
    return of(unit, at, which, condition, whole);
  }

  private int of(Unit unit, int at, Which which, RexNode condition, int whole) {
    return known.computeIfAbsent(
        List.of(at, which),
        k -> {
          wanted.add(new Wanted(at, unit.once(), which, unit.atLeast(), whole));
          conditions.add(condition);
          return wanted.size() - 1;
        });
  }

  /** How many counts there are. */
  int size() {
    return wanted.size();
  }

  /**
   * Groups by the first columns of the row.
   *
   * @param keys how many they are
   * @param largest what is to be weighed in each group
   * @return the keys, then the figures, then the counts, then the checks of the largest units
   */
  RelNode grouped(int keys, List<AggregateCall> figures, LargestUnits largest) {
    boolean once =
        wanted.stream().allMatch(Wanted::once)
            && largest.weighed().stream().allMatch(UnitSums.Weighed::once);
    if (!once && rereading != Rereading.NEVER) {
      RelNode rows = row.project(Set.of());
      if (rereading == Rereading.KEPT) {
        rows = new SharedRows(rows, nodes.hiddenName());
      }
      return new UnitBounds(nodes, make, rows, wanted, largest).grouped(keys, figures);
    }
    List<AggregateCall> calls = new ArrayList<>(figures);
    for (int i = 0; i < wanted.size(); i++) {
      calls.add(count(wanted.get(i), conditions.get(i)));
    }
    calls.addAll(largest.calls());
    RelNode grouped =
        LogicalAggregate.create(
            row.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, calls);
    return largest.beside(grouped, keys);
  }

  private AggregateCall count(Wanted count, RexNode condition) {
    if (count.once()) {
      return count.which().count(count.unit(), make.bigint(), nodes.hiddenName());
    }
    int filter = condition.isAlwaysTrue() ? -1 : row.at(make.asFilter(condition));
    return Calls.count(true, count.unit(), filter, make.bigint(), nodes.hiddenName());
  }
}
