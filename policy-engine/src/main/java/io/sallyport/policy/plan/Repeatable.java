package io.sallyport.policy.plan;

import java.util.Locale;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;

/**
 * Says whether rows that are made twice within one query are surely the same.
 *
 * <pre>
 * visits v JOIN wards w ON … WHERE cost &gt; 5       yes
 * (SELECT random() &lt; 0.5 AS half FROM wards)       no
 * (SELECT * FROM wards LIMIT 3)                     no: which three?
 * </pre>
 *
 * <p>It knows a few steps to be so, and takes all others for not: aggregates too, whose sums of
 * inexact numbers depend on the order of rows.
 */
final class Repeatable {
  private Repeatable() {}

  static boolean is(RelNode node) {
    boolean plain =
        node instanceof GuardedScan
            || node instanceof LogicalValues
            || node instanceof LogicalUnion union && union.all
            || node instanceof LogicalFilter filter && is(filter.getCondition())
            || node instanceof LogicalJoin join && is(join.getCondition())
            || node instanceof LogicalProject project
                && project.getProjects().stream().allMatch(Repeatable::is);
    return plain && node.getInputs().stream().allMatch(Repeatable::is);
  }

  private static boolean is(RexNode expression) {
    Search search = new Search();
    expression.accept(search);
    return !search.varies;
  }

  private static final class Search extends RexVisitorImpl<Void> {
    private boolean varies;

    Search() {
      super(true);
    }

    @Override
    public Void visitCall(RexCall call) {
      String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
      varies |=
          FunctionList.STANDARD
              .find(name)
              .filter(function -> !function.overProtected())
              .isPresent();
      return super.visitCall(call);
    }

    @Override
    public Void visitOver(RexOver over) {
      varies = true;
      return null;
    }

    @Override
    public Void visitSubQuery(RexSubQuery query) {
      varies = true;
      return null;
    }

    @Override
    public Void visitCorrelVariable(RexCorrelVariable variable) {
      varies = true;
      return null;
    }
  }
}
