package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.plan.Checked.Count;
import io.sallyport.policy.plan.UnitCounts.Rereading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexNode;

/**
 * Puts the groups of too few units together in one row, if they have units enough together.
 *
 * <pre>
 * zip   n                 zip   n
 * Z1   40                 Z1   40
 * Z2   12       →         Z2   12
 * Z3    7                 NULL 12        -- Z3 and Z4: a remainder of fewer than 10 would be left out
 * Z4    5
 * </pre>
 *
 * <p>The remainder is guarded like any group: its own units, contributors and largest units count.
 * A group whose key is NULL stays a row of its own.
 */
final class SmallGroups {
  private final GuardedNodes nodes;
  private final Conditions make;
  private final ReleaseBoundary boundary;
  private final SameGroups same;

  SmallGroups(GuardedNodes nodes, Conditions make, ReleaseBoundary boundary) {
    this.nodes = nodes;
    this.make = make;
    this.boundary = boundary;
    this.same = new SameGroups(make);
  }

  /** What becomes of the small groups of such rows: the strictest policy concerned says. */
  static AggregateOnly.SmallGroups of(List<Unit> units) {
    return units.stream()
        .map(unit -> unit.release().smallGroups())
        .min(Comparator.naturalOrder())
        .orElse(AggregateOnly.SmallGroups.LEAVE_OUT);
  }

  /** True if they make one row. */
  static boolean areMerged(List<Unit> units) {
    return of(units) == AggregateOnly.SmallGroups.MERGE;
  }

  Checked release(AggregateStep step, List<String> fields) {
    AggregateStep again = step.over(kept(step));
    Checked shown = boundary.shown(again, fields);
    if (step.rereading() != Rereading.NEVER) {
      shown = over(new SharedRows(shown.rel(), nodes.hiddenName()), shown);
    }
    int keys = step.keys().size();
    AggregateStep rest =
        new AggregateStep(without(again, shown.rel()), step.scope(), List.of(), step.calls());
    Checked remainder = boundary.together(rest, fields.subList(keys, fields.size()));
    List<Count> counts = behind(shown, fields.size(), 0);
    if (!counts.equals(behind(remainder, fields.size(), keys))) {
      throw new NotReleasedException(
          step.dataset(), "these groups, where the policy merges small ones");
    }
    List<RelDataTypeField> types = shown.rel().getRowType().getFieldList();
    GuardedNodes.Row groups = nodes.new Row(shown.rel());
    GuardedNodes.Row small = nodes.new Row(remainder.rel());
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      RexNode value =
          i < keys
              ? make.nothing(make.nullable(types.get(i).getType()))
              : make.ref(remainder.rel(), i - keys);
      groups.add(make.ref(shown.rel(), i), fields.get(i));
      small.add(value, fields.get(i));
      columns.add(new Column(i, GuardedNodes.made()));
    }
    shown.counts().forEach(c -> groups.add(make.ref(groups.input(), c.at()), nodes.hiddenName()));
    remainder.counts().forEach(c -> small.add(make.ref(small.input(), c.at()), nodes.hiddenName()));
    RelNode union =
        LogicalUnion.create(List.of(groups.project(Set.of()), small.project(Set.of())), true);
    return new Checked(union, columns, Standing.RELEASED, counts);
  }

  /** The rows, which are read for the groups and again for the remainder. */
  private Checked kept(AggregateStep step) {
    return step.rereading() == Rereading.KEPT
        ? over(new SharedRows(step.input().rel(), nodes.hiddenName()), step.input())
        : step.input();
  }

  private static Checked over(RelNode rel, Checked rows) {
    return new Checked(rel, rows.columns(), rows.standing(), rows.counts());
  }

  /** The rows that no shown group holds. */
  private Checked without(AggregateStep step, RelNode shown) {
    Checked rows = step.input();
    List<RexNode> keys = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int key : step.keys()) {
      places.add(keys.size());
      keys.add(make.ref(rows.rel(), rows.columns().get(key).at()));
    }
    RelNode groups = nodes.placed(shown, places);
    return Checked.of(
        same.join(rows.rel(), keys, groups, JoinRelType.ANTI), rows.columns(), rows.standing());
  }

  /**
   * Where the counts stand in the row of both.
   *
   * @param shift how many columns are in front of the figures that the counts do not know of
   */
  private static List<Count> behind(Checked part, int width, int shift) {
    List<Count> counts = new ArrayList<>();
    for (Count count : part.counts()) {
      OptionalInt figure =
          count.figure().isPresent()
              ? OptionalInt.of(count.figure().getAsInt() + shift)
              : OptionalInt.empty();
      counts.add(new Count(width + counts.size(), count.atLeast(), figure));
    }
    return counts;
  }
}
