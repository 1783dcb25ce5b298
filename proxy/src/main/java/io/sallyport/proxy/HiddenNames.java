package io.sallyport.proxy;

import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.GuardedScan;
import java.util.List;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * Takes the names of hidden columns out of a guarded plan, so that it may be shown to an analyst.
 *
 * <pre>
 * before: GuardedScan(clinic.visits, [cost, patient_id])   -- patient_id is hidden
 * after:  GuardedScan(clinic.visits, [cost, $hidden])
 * </pre>
 *
 * <p>The plan is for reading only: it no longer fits its tables.
 */
final class HiddenNames extends RelHomogeneousShuttle {
  private static final String VEIL = "$hidden";

  private final Obligations obligations;

  private HiddenNames(Obligations obligations) {
    this.obligations = obligations;
  }

  static GuardedPlan veiled(GuardedPlan guarded, Obligations obligations) {
    return new GuardedPlan(
        guarded.plan().accept(new HiddenNames(obligations)),
        guarded.columnNames(),
        guarded.guards(),
        guarded.warnings());
  }

  @Override
  public RelNode visit(RelNode node) {
    RelNode below = node instanceof GuardedScan scan ? veiled(scan) : super.visit(node);
    return below.accept(
        new RexShuttle() {
          @Override
          public RexNode visitSubQuery(RexSubQuery query) {
            RexSubQuery outer = (RexSubQuery) super.visitSubQuery(query);
            return outer.clone(outer.rel.accept(HiddenNames.this));
          }
        });
  }

  private GuardedScan veiled(GuardedScan scan) {
    List<GuardedScan.Column> columns =
        scan.columns().stream()
            .map(
                column ->
                    isHidden(scan, column) ? new GuardedScan.Column(VEIL, column.wiped()) : column)
            .toList();
    return scan.of(columns);
  }

  private boolean isHidden(GuardedScan scan, GuardedScan.Column column) {
    Obligations.Guard guard = obligations.guards().get(scan.table().dataset());
    return guard == null
        || guard.policy().columns().get(new ColumnName(scan.table(), column.name()))
            instanceof ColumnRight.Hidden;
  }
}
