package io.sallyport.policy.plan;

import java.util.function.Consumer;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * Goes through a plan from its root down, and through the sub-queries in its expressions.
 *
 * <pre>PlanNodes.visit(plan, node -&gt; …)   Filter, the nodes of its EXISTS, then its input</pre>
 */
public final class PlanNodes {
  private PlanNodes() {}

  public static void visit(RelNode plan, Consumer<RelNode> visitor) {
    visitor.accept(plan);
    plan.accept(
        new RexShuttle() {
          @Override
          public RexNode visitSubQuery(RexSubQuery query) {
            visit(query.rel, visitor);
            return super.visitSubQuery(query);
          }
        });
    plan.getInputs().forEach(input -> visit(input, visitor));
  }

  /** The literal that a column of these rows is, or the value itself. */
  static RexNode known(RexNode value, RelNode rows) {
    RelNode made = rows instanceof SharedRows shared ? shared.getInput() : rows;
    return value instanceof RexInputRef reference
            && made instanceof Project project
            && project.getProjects().get(reference.getIndex()) instanceof RexLiteral literal
        ? literal
        : value;
  }
}
