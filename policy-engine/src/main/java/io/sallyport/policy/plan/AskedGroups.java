package io.sallyport.policy.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/**
 * Gathers the question that must be asked before an answer leaves, where a policy says {@code
 * small_groups: ask}: is there a group, at any release boundary, of which something may not be
 * seen?
 *
 * <pre>
 * SELECT zip, count(*) FROM visits GROUP BY zip HAVING count(*) &gt; 100
 * asks: SELECT 1 FROM visits GROUP BY zip HAVING NOT count(DISTINCT patient_id) &gt;= 10
 * </pre>
 *
 * <p>The question comes before HAVING and whatever else stands above the boundary: else a condition
 * on the figures of small groups could search for them.
 */
final class AskedGroups {
  private final List<RelNode> unseen = new ArrayList<>();

  /**
   * Adds the groups of one boundary.
   *
   * @param groups a row for each that may not be seen
   */
  void add(String dataset, RelNode groups) {
    if (namesOuterRow(groups)) {
      throw new NotReleasedException(
          dataset,
          "groups in a sub-query that names a row outside, where the policy asks about small groups;"
              + " join the groups instead, or tie the sub-query by the unit key");
    }
    unseen.add(groups);
  }

  /** A plan that has a row just if one of them does. */
  Optional<RelNode> question() {
    return unseen.size() > 1
        ? Optional.of(LogicalUnion.create(unseen, true))
        : unseen.stream().findFirst();
  }

  /** Then there is no such group before there is an outer row. */
  private static boolean namesOuterRow(RelNode groups) {
    Set<CorrelationId> named = new HashSet<>();
    Set<CorrelationId> own = new HashSet<>();
    PlanNodes.visit(
        groups,
        node -> {
          own.addAll(node.getVariablesSet());
          node.accept(
              new RexShuttle() {
                @Override
                public RexNode visitCorrelVariable(RexCorrelVariable variable) {
                  named.add(variable.id);
                  return variable;
                }
              });
        });
    return !own.containsAll(named);
  }
}
