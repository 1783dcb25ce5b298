package io.sallyport.policy.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/**
 * Guesses whether conditions leave few of a table's rows, so that keeping these costs less than
 * reading the table again.
 *
 * <pre>
 * day = DATE '2024-01-01'      day BETWEEN … AND …      day &gt;= … AND day &lt; …       few
 * day &gt;= …                     cost &lt;&gt; 0                 no condition               many
 * </pre>
 *
 * <p>A wrong guess costs time or memory, and no answer hangs on it.
 */
final class FewRows {
  private static final Set<String> NARROW = Set.of("in", "between");

  private final Set<Integer> above = new HashSet<>();
  private final Set<Integer> below = new HashSet<>();
  private boolean narrow;

  private FewRows() {}

  static boolean are(RelNode rows) {
    if (rows instanceof LogicalProject project) {
      return are(project.getInput());
    }
    return rows instanceof LogicalFilter filter
        && (of(filter.getCondition()) || are(filter.getInput()));
  }

  private static boolean of(RexNode condition) {
    FewRows few = new FewRows();
    RelOptUtil.conjunctions(condition).forEach(few::meet);
    few.above.retainAll(few.below);
    return few.narrow || !few.above.isEmpty();
  }

  private void meet(RexNode condition) {
    List<Integer> columns = RelOptUtil.InputFinder.bits(condition).asList();
    if (columns.size() != 1 || !(condition instanceof RexCall call)) {
      return;
    }
    boolean first = !RelOptUtil.InputFinder.bits(call.getOperands().get(0)).isEmpty();
    SqlKind kind = first ? call.getKind() : call.getKind().reverse();
    switch (kind) {
      case GREATER_THAN, GREATER_THAN_OR_EQUAL -> above.addAll(columns);
      case LESS_THAN, LESS_THAN_OR_EQUAL -> below.addAll(columns);
      case EQUALS -> narrow = true;
      default -> narrow |= NARROW.contains(call.getOperator().getName().toLowerCase(Locale.ROOT));
    }
  }
}
