package io.sallyport.policy.plan;

import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;

/**
 * A plan that may run: scans are guarded, units and contributors counted.
 *
 * @param plan its first {@code columnNames.size()} fields are the answer; guard columns follow
 * @param columnNames the answer's column names
 * @param guards what must hold of the guard columns, which never leave
 * @param warnings sentences for the analyst, without data
 * @param question a plan that has a row just if something in the answer would be left out or NULL,
 *     where a policy wants its owner asked then; empty: whatever it is, the rest may leave
 */
public record GuardedPlan(
    RelNode plan,
    List<String> columnNames,
    List<GuardColumn> guards,
    List<String> warnings,
    Optional<RelNode> question) {
  public GuardedPlan {
    columnNames = List.copyOf(columnNames);
    guards = List.copyOf(guards);
    warnings = List.copyOf(warnings);
    int fields = plan.getRowType().getFieldCount();
    if (fields < columnNames.size() || guards.stream().anyMatch(g -> g.index() >= fields)) {
      throw new IllegalArgumentException("a guarded plan carries its answer and its guards");
    }
  }

  /** One that asks nothing. */
  public GuardedPlan(
      RelNode plan, List<String> columnNames, List<GuardColumn> guards, List<String> warnings) {
    this(plan, columnNames, guards, warnings, Optional.empty());
  }
}
