package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly.Dominance;
import io.sallyport.policy.plan.UnitSums.Weighed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rex.RexNode;

/**
 * Weighs what the largest units of each group bring to a figure against what all bring.
 *
 * <pre>
 * before: SELECT zip, sum(cost) FROM visits GROUP BY zip          -- two units, 90 %
 * after:  … LEFT JOIN (
 *           SELECT zip, list_sum(max(c, 2)) &lt;= 0.9 * sum(c) FROM (
 *             SELECT zip, patient_id, sum(abs(cost)) AS c FROM visits GROUP BY zip, patient_id)
 *           GROUP BY zip)
 * </pre>
 *
 * <p>It weighs absolute values as they stand in the aggregate: a constant that the analyst adds to
 * each of them makes the largest ones look smaller.
 */
final class LargestUnits {
  private final GuardedNodes nodes;
  private final Conditions make;
  private final GuardedNodes.Row row;
  private final SameGroups same;
  private final UnitSums sums;
  private final Map<Weighed, Integer> known = new LinkedHashMap<>();
  private final Map<Weighed, Set<Integer>> counts = new HashMap<>();

  LargestUnits(GuardedNodes nodes, Conditions make, GuardedNodes.Row row) {
    this.nodes = nodes;
    this.make = make;
    this.row = row;
    this.same = new SameGroups(make);
    this.sums = new UnitSums(nodes, make);
  }

  /**
   * The index of the check that a unit's contributions, at a column, do not dominate.
   *
   * @param count the count of the units that bring them
   */
  int of(Unit unit, int at, int contribution, Dominance limit, int count) {
    Weighed weighed = new Weighed(at, unit.once(), contribution, limit);
    counts.computeIfAbsent(weighed, w -> new LinkedHashSet<>()).add(count);
    return known.computeIfAbsent(weighed, w -> known.size());
  }

  /** Which counts say how many units bring what is weighed. */
  Set<Integer> counts(Weighed weighed) {
    return Objects.requireNonNull(counts.get(weighed));
  }

  /** What is weighed, in the order of the checks. */
  List<Weighed> weighed() {
    return List.copyOf(known.keySet());
  }

  /** Calls to make where the groups are made: where a unit has one row, rows can be weighed. */
  List<AggregateCall> calls() {
    List<AggregateCall> calls = new ArrayList<>();
    known.keySet().stream()
        .filter(Weighed::once)
        .forEach(w -> calls.addAll(sums.calls(w, w.contribution(), row)));
    return calls;
  }

  /**
   * The groups with a count for each check behind their columns, which is 1 where it holds.
   *
   * @param grouped begins with the keys, as the row does, and ends with the figures of {@link
   *     #calls()}
   */
  RelNode beside(RelNode grouped, int keys) {
    RelNode joined = grouped;
    int width = grouped.getRowType().getFieldCount() - calls().size();
    Map<Weighed, RexNode> checks = new LinkedHashMap<>();
    for (List<Weighed> together : byUnit()) {
      int first = joined.getRowType().getFieldCount() + keys;
      joined = joined(joined, checks(together, keys), keys);
      for (int i = 0; i < together.size(); i++) {
        checks.put(together.get(i), make.ref(joined, first + i));
      }
    }
    GuardedNodes.Row beside = nodes.new Row(joined);
    for (int i = 0; i < width; i++) {
      beside.add(make.ref(joined, i), joined.getRowType().getFieldNames().get(i));
    }
    int next = width;
    for (Weighed weighed : known.keySet()) {
      boolean once = weighed.once();
      RexNode check =
          once ? sums.check(joined, next, weighed) : Objects.requireNonNull(checks.get(weighed));
      beside.add(check, nodes.hiddenName());
      next += once ? 2 : 0;
    }
    return known.isEmpty() ? grouped : beside.project(Set.of());
  }

  /** What has to be added up for each unit first. */
  private Iterable<List<Weighed>> byUnit() {
    Map<Integer, List<Weighed>> units = new LinkedHashMap<>();
    known.keySet().stream()
        .filter(w -> !w.once())
        .forEach(w -> units.computeIfAbsent(w.unit(), unit -> new ArrayList<>()).add(w));
    return units.values();
  }

  /** The keys and the checks of one unit. */
  private RelNode checks(List<Weighed> together, int keys) {
    return sums.of(row.project(Set.of()), keys, together.get(0).unit(), List.of(), together);
  }

  /** A group that the right side does not know fails its checks, because they are NULL. */
  private RelNode joined(RelNode groups, RelNode checks, int keys) {
    List<RexNode> keysOfGroups = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      keysOfGroups.add(make.ref(groups, i));
    }
    return same.join(
        groups, keysOfGroups, checks, keys == 0 ? JoinRelType.INNER : JoinRelType.LEFT);
  }
}
