package io.sallyport.policy.plan;

import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/**
 * Proves that a column is never NULL, from a condition below that says so.
 *
 * <pre>
 * Project(patient_id)  Filter(patient_id IS NOT NULL)  GuardedScan     proved
 * the padded side of an outer join of it                               not proved
 * </pre>
 *
 * <p>It believes no type: plans of an analyst's query do not tell what a source promises.
 */
final class NeverNull {
  private NeverNull() {}

  static boolean is(RelNode node, int column) {
    if (node instanceof LogicalFilter filter) {
      return RelOptUtil.conjunctions(filter.getCondition()).stream()
              .anyMatch(condition -> saysSo(condition, column))
          || is(filter.getInput(), column);
    }
    if (node instanceof LogicalProject project) {
      return project.getProjects().get(column) instanceof RexInputRef reference
          && is(project.getInput(), reference.getIndex());
    }
    if (node instanceof LogicalJoin join) {
      return isOfJoin(join, column);
    }
    if (node instanceof LogicalAggregate aggregate
        && aggregate.getGroupType() == Aggregate.Group.SIMPLE) {
      return column < aggregate.getGroupCount()
          && is(aggregate.getInput(), aggregate.getGroupSet().nth(column));
    }
    if (node instanceof LogicalUnion || node instanceof SharedRows) {
      return node.getInputs().stream().allMatch(input -> is(input, column));
    }
    return false;
  }

  private static boolean saysSo(RexNode condition, int column) {
    return condition.isA(SqlKind.IS_NOT_NULL)
        && ((RexCall) condition).getOperands().get(0) instanceof RexInputRef reference
        && reference.getIndex() == column;
  }

  private static boolean isOfJoin(LogicalJoin join, int column) {
    JoinRelType type = join.getJoinType();
    int left = join.getLeft().getRowType().getFieldCount();
    return column < left
        ? !type.generatesNullsOnLeft() && is(join.getLeft(), column)
        : !type.generatesNullsOnRight() && is(join.getRight(), column - left);
  }
}
