package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Scope.Surroundings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelFieldCollation.Direction;
import org.apache.calcite.rel.RelFieldCollation.NullDirection;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * Puts released rows in an order that they decide themselves: which group an engine met first, and
 * so which of two rows it shows first, may depend on one person's row.
 *
 * <pre>
 * before: SELECT zip, count(*) AS n … GROUP BY zip ORDER BY n LIMIT 5
 * after:  SELECT zip, count(*) AS n … GROUP BY zip ORDER BY n, zip LIMIT 5
 * </pre>
 *
 * @see OrderedAggregates
 * @see OrderedWindows
 */
final class TotalOrder {
  private final GuardedNodes nodes;
  private final Conditions make;

  TotalOrder(GuardedNodes nodes, Conditions make) {
    this.nodes = nodes;
    this.make = make;
  }

  /** True if the order in which an engine has the rows could tell of a person. */
  static boolean tells(Checked rows, Surroundings around) {
    return !rows.standing().isProtected()
        && (rows.standing() instanceof Standing.Released
            || around.insideProtected()
            || around.outers().values().stream()
                .anyMatch(outer -> outer.standing() instanceof Standing.Released));
  }

  /**
   * The rows in an order without ties.
   *
   * @param keys the analyst's, as columns of the guarded row
   */
  Checked sorted(
      Checked rows,
      List<RelFieldCollation> keys,
      @Nullable RexNode offset,
      @Nullable RexNode fetch) {
    List<RelFieldCollation> order = new ArrayList<>();
    Set<Integer> ordered = new HashSet<>();
    keys.stream().filter(key -> ordered.add(key.getFieldIndex())).forEach(order::add);
    RelNode rel = rows.rel();
    if (!rows.order().isEmpty()) {
      rows.order().stream().filter(key -> ordered.add(key.getFieldIndex())).forEach(order::add);
    } else {
      GuardedNodes.Row row = nodes.new Row(rel);
      int width = rel.getRowType().getFieldCount();
      for (int i = 0; i < width; i++) {
        row.add(make.ref(rel, i), rel.getRowType().getFieldNames().get(i));
      }
      ties(rows, ordered).forEach(tie -> order.add(ascending(row.at(tie))));
      rel = row.size() == width ? rel : row.project(Set.of());
    }
    if (order.isEmpty() && offset == null && fetch == null) {
      return rows;
    }
    return new Checked(
        LogicalSort.create(rel, RelCollations.of(order), offset, fetch),
        rows.columns(),
        rows.standing(),
        rows.counts(),
        rows.rows(),
        order);
  }

  static RelFieldCollation ascending(int at) {
    return new RelFieldCollation(at, Direction.ASCENDING, NullDirection.LAST);
  }

  /**
   * What orders rows that are alike in some columns, so that only rows are left as equals that
   * nothing tells apart; none if no two rows are alike there.
   *
   * @param ordered columns of the guarded row
   */
  List<RexNode> ties(Checked rows, Set<Integer> ordered) {
    List<Integer> known = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < rows.columns().size(); i++) {
      (ordered.contains(rows.columns().get(i).at()) ? known : others).add(i);
    }
    List<RexNode> ties = new ArrayList<>();
    if (rows.rows().areToldApartBy(joined(known, others))) {
      for (int column : needed(rows.rows(), known, others)) {
        ties.add(make.ref(rows.rel(), rows.columns().get(column).at()));
      }
      return ties;
    }
    for (int column : others) {
      ties.add(make.ref(rows.rel(), rows.columns().get(column).at()));
    }
    for (Column column : rows.columns()) {
      RexNode value = make.ref(rows.rel(), column.at());
      if (!GroupKeys.areAlike(value.getType())) {
        ties.add(make.text(value));
      }
    }
    return ties;
  }

  /** Of columns that together tell all rows apart, those without which they would not. */
  private static List<Integer> needed(RowSources rows, List<Integer> known, List<Integer> others) {
    List<Integer> needed = new ArrayList<>(others);
    for (int i = others.size() - 1; i >= 0; i--) {
      Integer column = others.get(i);
      needed.remove(column);
      if (!rows.areToldApartBy(joined(known, needed))) {
        needed.add(column);
      }
    }
    needed.sort(null);
    return needed;
  }

  private static List<Integer> joined(List<Integer> one, List<Integer> other) {
    List<Integer> both = new ArrayList<>(one);
    both.addAll(other);
    return both;
  }
}
