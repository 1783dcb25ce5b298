package io.sallyport.proxy.sql;

import io.sallyport.proxy.GatewayException;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
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

  private static GatewayException refused() {
    return Ast.unsupported(
        "an aggregate in a sub-query over columns of the outer query alone",
        "it in the outer query");
  }

  /**
   * What refuses a statement that DuckDB binds where Calcite finds, planning a sub-query of a
   * grouped query, a column that is not grouped: in an aggregate of the outer query it need not be.
   */
  static Optional<GatewayException> refused(Throwable planning) {
    return Optional.ofNullable(planning.getMessage())
        .filter(message -> message.endsWith("is not a group expr"))
        .map(message -> refused());
  }

  private static void checkCalls(Aggregate aggregate) {
    if (!(aggregate.getInput() instanceof Project project)) {
      return;
    }
    for (AggregateCall call : aggregate.getAggCallList()) {
      if (isOuter(call, project.getProjects())) {
        throw refused();
      }
    }
  }

  /**
   * True if DuckDB would take an aggregate for one of an outer query, were what its input computes
   * written into it.
   */
  static boolean isIn(Aggregate aggregate) {
    RelNode input = aggregate.getInput();
    List<RexNode> values =
        aggregate.getCluster().getRexBuilder().identityProjects(input.getRowType());
    while (input instanceof Project || input instanceof Filter) {
      if (input instanceof Project project) {
        values = RelOptUtil.pushPastProject(values, project);
      }
      input = input.getInput(0);
    }
    List<RexNode> computed = values;
    return aggregate.getAggCallList().stream().anyMatch(call -> isOuter(call, computed));
  }

  private static boolean isOuter(AggregateCall call, List<RexNode> values) {
    Names names = new Names();
    call.getArgList().forEach(argument -> values.get(argument).accept(names));
    if (call.hasFilter()) {
      values.get(call.filterArg).accept(names);
    }
    return names.outer && !names.own;
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
