package io.sallyport.policy.plan;

import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * Guards a plan that reads no row about people: hidden columns are not named, wiped ones are {@code
 * '*'}, and nothing else changes.
 *
 * <pre>
 * before: Correlate(Scan(clinic.wards), …)   after: Correlate(GuardedScan(clinic.wards, […]), …)
 * </pre>
 *
 * <p>Every step is let through, those too that {@link GuardedNodes} does not know: there is nobody
 * to protect. A table that nobody may read counts as one about people, so it never comes here.
 */
final class FreePlan extends RelHomogeneousShuttle {
  private final GuardedTables tables;

  private FreePlan(GuardedTables tables) {
    this.tables = tables;
  }

  static RelNode of(RelNode plan, GuardedTables tables) {
    return plan.accept(new FreePlan(tables));
  }

  @Override
  public RelNode visit(TableScan scan) {
    return GuardedTables.isOwnRows(scan) ? scan : tables.scan(scan).rel();
  }

  @Override
  public RelNode visit(RelNode node) {
    return super.visit(node)
        .accept(
            new RexShuttle() {
              @Override
              public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery outer = (RexSubQuery) super.visitSubQuery(query);
                return outer.clone(outer.rel.accept(FreePlan.this));
              }
            });
  }
}
