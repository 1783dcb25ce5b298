package io.sallyport.policy.plan;

import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * Makes a plan safe to run: scans are guarded, and at release boundaries units are counted.
 *
 * <p>It trusts no earlier assessment: a plan that is not released throws {@link
 * NotReleasedException}.
 */
public final class GuardRewrite {
  private GuardRewrite() {}

  /** The plan that may run in place of the analyst's. */
  public static GuardedPlan rewrite(BoundQuery query, Obligations obligations) {
    return guard(query, obligations.guards());
  }

  static GuardedPlan guard(BoundQuery query, Map<String, Obligations.Guard> guards) {
    RelNode plan = scansGuarded(query.plan(), guards);
    return new GuardedPlan(plan, query.columnNames(), List.of(), List.of());
  }

  private static RelNode scansGuarded(RelNode plan, Map<String, Obligations.Guard> guards) {
    return plan.accept(
        new RelHomogeneousShuttle() {
          @Override
          public RelNode visit(RelNode other) {
            return super.visit(other)
                .accept(
                    new RexShuttle() {
                      @Override
                      public RexNode visitSubQuery(RexSubQuery query) {
                        RexSubQuery inner = (RexSubQuery) super.visitSubQuery(query);
                        return inner.clone(scansGuarded(inner.rel, guards));
                      }
                    });
          }

          @Override
          public RelNode visit(TableScan scan) {
            return guarded(scan, guards);
          }
        });
  }

  private static GuardedScan guarded(TableScan scan, Map<String, Obligations.Guard> guards) {
    ScannedTable table = scan.getTable().unwrap(ScannedTable.class);
    if (table == null) {
      throw new NotReleasedException("", "a table that no dataset publishes");
    }
    Obligations.Guard guard = guards.get(table.name().dataset());
    if (guard == null) {
      throw new NotReleasedException(table.name().dataset(), "a dataset without a policy");
    }
    Policy policy = guard.policy();
    if (guard.release().isPresent() && !policy.publicTables().contains(table.name())) {
      throw new NotReleasedException(
          table.name().dataset(), "rows of `" + table.name() + "` are protected");
    }
    List<GuardedScan.Column> columns = new ArrayList<>();
    for (String column : scan.getRowType().getFieldNames()) {
      ColumnRight right = policy.columns().get(new ColumnName(table.name(), column));
      if (right instanceof ColumnRight.Hidden) {
        throw new NotReleasedException(table.name().dataset(), "a column that does not exist");
      }
      columns.add(new GuardedScan.Column(column, right instanceof ColumnRight.Wiped));
    }
    return new GuardedScan(
        scan.getCluster(), scan.getTraitSet(), table.name(), columns, scan.getRowType());
  }
}
