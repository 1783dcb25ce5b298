package io.sallyport.proxy;

import io.sallyport.policy.plan.GuardedScan;
import java.util.List;
import java.util.TreeSet;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/** The columns that a guarded plan reads, such as {@code clinic.visits.cost}, for owners to see. */
final class TouchedColumns {
  private final TreeSet<String> found = new TreeSet<>();

  private TouchedColumns() {}

  static List<String> of(RelNode guarded) {
    TouchedColumns touched = new TouchedColumns();
    touched.visit(guarded);
    return List.copyOf(touched.found);
  }

  private void visit(RelNode plan) {
    plan.accept(
        new RelHomogeneousShuttle() {
          @Override
          public RelNode visit(RelNode node) {
            if (node instanceof GuardedScan scan) {
              for (GuardedScan.Column column : scan.columns()) {
                if (!column.wiped()) {
                  found.add(scan.table() + "." + column.name());
                }
              }
            }
            node.accept(
                new RexShuttle() {
                  @Override
                  public RexNode visitSubQuery(RexSubQuery query) {
                    TouchedColumns.this.visit(query.rel);
                    return super.visitSubQuery(query);
                  }
                });
            return super.visit(node);
          }
        });
  }
}
