package io.sallyport.policy.plan;

import java.util.List;
import org.apache.calcite.rel.RelNode;

/**
 * A plan that may run: scans are guarded, units and contributors counted.
 *
 * @param plan its first {@code columnNames.size()} fields are the answer; guard columns follow
 * @param columnNames the answer's column names
 * @param guards the guard columns, which never leave
 * @param warnings sentences for the analyst, without data
 */
public record GuardedPlan(
    RelNode plan, List<String> columnNames, List<GuardColumn> guards, List<String> warnings) {
  public GuardedPlan {
    columnNames = List.copyOf(columnNames);
    guards = List.copyOf(guards);
    warnings = List.copyOf(warnings);
    if (plan.getRowType().getFieldCount() < columnNames.size() + guards.size()) {
      throw new IllegalArgumentException("a guarded plan carries its answer and its guards");
    }
  }
}
