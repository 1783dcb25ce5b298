package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.plan.Checked.Count;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Guards ROLLUP from the finest groups to the total, so that no group can be had by subtraction.
 *
 * <pre>
 * GROUP BY ROLLUP (ward, zip)
 *   (ward, zip)   groups that pass
 *   (ward)        groups that pass, if what no shown (ward, zip) holds is nothing or passes itself
 *   ()            the same, of what neither a shown (ward, zip) nor a shown (ward) holds
 * </pre>
 *
 * <p>A row is shown whole or not at all. Sets of which none contains the other, as CUBE has them,
 * are refused: there is more than one way to subtract.
 */
final class GroupingSets {
  private static final int MOST_SETS = 4;

  private final GuardedNodes nodes;
  private final Conditions make;
  private final ReleaseBoundary boundary;
  private final SameGroups same;
  private final Set<String> warnings;

  GroupingSets(
      GuardedNodes nodes, Conditions make, ReleaseBoundary boundary, Set<String> warnings) {
    this.nodes = nodes;
    this.make = make;
    this.boundary = boundary;
    this.same = new SameGroups(make);
    this.warnings = warnings;
  }

  Checked release(Aggregate aggregate, Checked input, Scope scope) {
    List<AggregateCall> figures = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      if (call.getAggregation().getKind() != SqlKind.GROUPING) {
        figures.add(call);
      }
    }
    refuseMerging(input);
    List<ImmutableBitSet> sets = finestFirst(aggregate, input);
    List<RelNode> shownRows = new ArrayList<>();
    Set<List<Count>> riding = new HashSet<>();
    Checked rest = input;
    for (ImmutableBitSet set : sets) {
      AggregateStep step = new AggregateStep(input, scope, set.asList(), figures);
      boundary.ask(step);
      Checked whole = boundary.whole(step);
      RelNode shown = whole.rel();
      if (rest != input) {
        RelNode failing = boundary.failing(step.over(rest));
        shown = same.join(shown, keysOf(shown, set), failing, JoinRelType.ANTI);
      }
      shownRows.add(row(aggregate, set, shown, whole.counts()));
      riding.add(behind(whole.counts(), aggregate));
      rest = without(rest, set, shown);
    }
    if (riding.size() != 1) {
      throw new NotReleasedException(
          input.standing().units().get(0).dataset(), "these grouping sets over protected rows");
    }
    warnings.add(
        SmallGroups.of(input.standing().units()) == AggregateOnly.SmallGroups.ASK
            ? "an answer with a group of too few units, or of too few contributors to a figure,"
                + " waits for its owners"
            : "groups of too few units, and totals from which such groups could be told, are left"
                + " out");
    RelNode union = LogicalUnion.create(shownRows, true);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < aggregate.getRowType().getFieldCount(); i++) {
      columns.add(new Column(i, GuardedNodes.made()));
    }
    return new Checked(union, columns, Standing.RELEASED, riding.iterator().next());
  }

  /** One row for the small groups of several sets would be more than one way to subtract. */
  private static void refuseMerging(Checked input) {
    List<Unit> units = input.standing().units();
    if (SmallGroups.areMerged(units)) {
      throw new NotReleasedException(
          units.get(0).dataset(),
          "rollup or other grouping sets where the policy merges small groups; ask for each set in"
              + " a query of its own");
    }
  }

  private static List<ImmutableBitSet> finestFirst(Aggregate aggregate, Checked input) {
    List<ImmutableBitSet> sets = new ArrayList<>(aggregate.getGroupSets());
    sets.sort(Comparator.comparingInt(ImmutableBitSet::cardinality).reversed());
    String dataset = input.standing().units().get(0).dataset();
    for (int i = 1; i < sets.size(); i++) {
      if (!sets.get(i - 1).contains(sets.get(i))) {
        throw new NotReleasedException(
            dataset,
            "grouping sets of which neither contains the other, as in cube, over protected rows:"
                + " groups could be told by subtraction; rollup passes");
      }
    }
    if (sets.size() > MOST_SETS) {
      throw new NotReleasedException(
          dataset, "more than " + MOST_SETS + " grouping sets over protected rows");
    }
    return sets;
  }

  private List<RexNode> keysOf(RelNode groups, ImmutableBitSet set) {
    List<RexNode> keys = new ArrayList<>();
    for (int i = 0; i < set.cardinality(); i++) {
      keys.add(make.ref(groups, i));
    }
    return keys;
  }

  /** The rows that no shown group holds. */
  private Checked without(Checked rows, ImmutableBitSet set, RelNode shown) {
    List<RexNode> keys = new ArrayList<>();
    set.forEach(key -> keys.add(make.ref(rows.rel(), rows.columns().get(key).at())));
    RelNode groups = nodes.placed(shown, ImmutableBitSet.range(set.cardinality()).asList());
    return Checked.of(
        same.join(rows.rel(), keys, groups, JoinRelType.ANTI), rows.columns(), rows.standing());
  }

  /** The aggregate's row: keys outside the set are NULL, then the figures, then the counts. */
  private RelNode row(Aggregate aggregate, ImmutableBitSet set, RelNode shown, List<Count> counts) {
    List<RelDataType> types =
        aggregate.getRowType().getFieldList().stream().map(f -> f.getType()).toList();
    List<String> names = aggregate.getRowType().getFieldNames();
    GuardedNodes.Row row = nodes.new Row(shown);
    int next = 0;
    int field = 0;
    for (int key : aggregate.getGroupSet()) {
      row.add(
          set.get(key) ? make.ref(shown, next++) : make.nothing(make.nullable(types.get(field))),
          names.get(field));
      field++;
    }
    for (AggregateCall call : aggregate.getAggCallList()) {
      boolean tells = call.getAggregation().getKind() == SqlKind.GROUPING;
      row.add(
          tells ? make.number(grouping(call, set), types.get(field)) : make.ref(shown, next++),
          names.get(field));
      field++;
    }
    for (Count count : counts) {
      row.add(make.ref(shown, count.at()), nodes.hiddenName());
    }
    return row.project(Set.of());
  }

  /** One bit for each argument, which is set if the set leaves the argument out. */
  private static BigDecimal grouping(AggregateCall call, ImmutableBitSet set) {
    long bits = 0;
    for (int argument : call.getArgList()) {
      bits = bits << 1 | (set.get(argument) ? 0 : 1);
    }
    return BigDecimal.valueOf(bits);
  }

  /** Where the counts are in the aggregate's row. */
  private static List<Count> behind(List<Count> counts, Aggregate aggregate) {
    List<Count> shifted = new ArrayList<>();
    for (Count count : counts) {
      int at = aggregate.getRowType().getFieldCount() + shifted.size();
      shifted.add(new Count(at, count.atLeast(), OptionalInt.empty()));
    }
    return shifted;
  }
}
