package io.sallyport.proxy.sql;

import java.util.List;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;

/**
 * Refuses an aggregate in a sub-query over columns of an outer query alone: to DuckDB it is one of
 * the outer query, to Calcite one of the sub-query.
 *
 * <pre>SELECT (SELECT sum(t.a) FROM u) FROM t</pre>
 */
final class OuterAggregates {
  private OuterAggregates() {}

  static void check(RelNode plan) {
    plan.accept(
        new RelHomogeneousShuttle() {
          @Override
          public RelNode visit(RelNode node) {
            if (node instanceof Aggregate aggregate) {
              checkCalls(aggregate);
            }
            node.accept(
                new RexShuttle() {
                  @Override
                  public RexNode visitSubQuery(RexSubQuery query) {
                    check(query.rel);
                    return super.visitSubQuery(query);
                  }
                });
            return super.visit(node);
          }
        });
  }

  private static void checkCalls(Aggregate aggregate) {
    if (!(aggregate.getInput() instanceof Project project)) {
      return;
    }
    for (AggregateCall call : aggregate.getAggCallList()) {
      List<RexNode> arguments = call.getArgList().stream().map(project.getProjects()::get).toList();
      Names names = new Names();
      arguments.forEach(argument -> argument.accept(names));
      if (names.outer && !names.own) {
        throw Ast.unsupported(
            "an aggregate in a sub-query over columns of the outer query alone",
            "it in the outer query");
      }
    }
  }

  private static final class Names extends RexVisitorImpl<Void> {
    private boolean own;
    private boolean outer;

    Names() {
      super(true);
    }

    @Override
    public Void visitInputRef(RexInputRef ref) {
      own = true;
      return super.visitInputRef(ref);
    }

    @Override
    public Void visitCorrelVariable(RexCorrelVariable variable) {
      outer = true;
      return super.visitCorrelVariable(variable);
    }
  }
}
