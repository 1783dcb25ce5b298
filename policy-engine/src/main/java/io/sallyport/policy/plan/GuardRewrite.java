package io.sallyport.policy.plan;

import io.sallyport.policy.Obligations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalSort;

/**
 * Makes a plan safe to run: scans are guarded, and at release boundaries units and contributors are
 * counted.
 *
 * <pre>
 * before: SELECT zip, count(*) FROM patients GROUP BY zip
 * after:  SELECT zip, count(*), count(DISTINCT patient_id) AS guard FROM patients
 *         WHERE patient_id IS NOT NULL GROUP BY zip HAVING count(DISTINCT patient_id) &gt;= 10
 * </pre>
 *
 * <p>It trusts no earlier assessment: a plan that is not released throws {@link
 * NotReleasedException}. It adds no noise.
 */
public final class GuardRewrite {
  private GuardRewrite() {}

  /** The plan that may run in place of the analyst's. */
  public static GuardedPlan rewrite(BoundQuery query, Obligations obligations) {
    return guard(query, obligations.guards());
  }

  static GuardedPlan guard(BoundQuery query, Map<String, Obligations.Guard> guards) {
    GuardedNodes nodes = new GuardedNodes(query.plan(), guards);
    Optional<RelNode> free = nodes.free(query.plan());
    if (free.isPresent()) {
      return new GuardedPlan(free.get(), query.columnNames(), List.of(), List.of());
    }
    Checked root = nodes.answer(query.plan());
    if (root.standing().isProtected()) {
      Unit unit = root.standing().units().get(0);
      throw new NotReleasedException(
          unit.dataset(),
          "the answer would hold rows of `"
              + unit.table()
              + "`; figures about groups pass, such as count(*) with group by");
    }
    List<GuardColumn> columns = new ArrayList<>();
    List<Integer> riding = riding(root);
    for (Checked.Count count : root.counts()) {
      int at = root.columns().size() + riding.indexOf(count.at());
      columns.add(new GuardColumn(at, count.atLeast(), count.figure()));
    }
    String where = root.counts().isEmpty() ? "in an inner query, " : "";
    List<String> warnings = nodes.warnings().stream().map(warning -> where + warning).toList();
    return new GuardedPlan(
        answer(root, nodes), query.columnNames(), columns, warnings, nodes.question());
  }

  /** Where the counts stand, of which one may be behind several figures. */
  private static List<Integer> riding(Checked root) {
    return root.counts().stream().map(Checked.Count::at).distinct().toList();
  }

  /** The analyst's columns in front, the counts behind them, under the order of the rows. */
  private static RelNode answer(Checked root, GuardedNodes nodes) {
    List<Integer> places = new ArrayList<>();
    root.columns().forEach(column -> places.add(column.at()));
    places.addAll(riding(root));
    if (root.rel() instanceof LogicalSort sort) {
      List<Integer> all = new ArrayList<>(places);
      List<RelFieldCollation> keys = new ArrayList<>();
      for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
        if (!all.contains(key.getFieldIndex())) {
          return nodes.placed(sort, places);
        }
        keys.add(key.withFieldIndex(all.indexOf(key.getFieldIndex())));
      }
      return LogicalSort.create(
          nodes.placed(sort.getInput(), places), RelCollations.of(keys), sort.offset, sort.fetch);
    }
    return nodes.placed(root.rel(), places);
  }
}
