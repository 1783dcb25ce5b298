package io.sallyport.proxy;

import io.sallyport.policy.plan.FloatingSums;
import io.sallyport.policy.plan.GuardedPlan;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/** Guarded plans of which floating sums are not rounded: {@code round(sum + …, places)} is sum. */
final class WithoutRounding {
  private WithoutRounding() {}

  static GuardedPlan of(GuardedPlan guarded) {
    RelNode plan = guarded.plan().accept(new Plans());
    return new GuardedPlan(
        plan, guarded.columnNames(), guarded.guards(), guarded.warnings(), guarded.question());
  }

  private static final class Plans extends RelHomogeneousShuttle {
    @Override
    public RelNode visit(RelNode other) {
      return super.visit(other).accept(new Sums());
    }
  }

  private static final class Sums extends RexShuttle {
    @Override
    public RexNode visitCall(RexCall call) {
      boolean rounds =
          call.getOperator().getName().equals("round")
              && call.toString().contains(FloatingSums.SECRET);
      return rounds
          ? ((RexCall) call.getOperands().get(0)).getOperands().get(0)
          : super.visitCall(call);
    }
  }
}
