package io.sallyport.policy.plan;

import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;

/**
 * Says whether rows may be made twice within one query: if they are surely the same, and cheap.
 *
 * <pre>
 * visits WHERE cost &gt; 5                            yes
 * visits v JOIN wards w ON …                        no: an engine would join first, then find that no row is wanted
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
    if (node instanceof SharedRows) {
      return true;
    }
    boolean plain =
        node instanceof GuardedScan
            || node instanceof LogicalValues
            || node instanceof LogicalUnion union && union.all
            || node instanceof LogicalFilter filter && is(filter.getCondition())
            || node instanceof LogicalProject project
                && project.getProjects().stream().allMatch(Repeatable::is);
    return plain && node.getInputs().stream().allMatch(Repeatable::is);
  }

  /** True if a function somewhere in the rows' making may answer otherwise each time. */
  static boolean drawsLots(RelNode node) {
    Search search = new Search();
    search.look(node);
    return search.drawsLots;
  }

  private static boolean is(RexNode expression) {
    Search search = new Search();
    expression.accept(search);
    return !search.drawsLots && !search.unsure;
  }

  private static final class Search extends RexVisitorImpl<Void> {
    private boolean drawsLots;
    private boolean unsure;

    Search() {
      super(true);
    }

    void look(RelNode node) {
      node.accept(
          new RexShuttle() {
            @Override
            public RexNode visitCall(RexCall call) {
              call.accept(Search.this);
              return call;
            }

            @Override
            public RexNode visitOver(RexOver over) {
              over.accept(Search.this);
              return over;
            }

            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
              query.accept(Search.this);
              return query;
            }
          });
      node.getInputs().forEach(this::look);
    }

    @Override
    public Void visitCall(RexCall call) {
      drawsLots |= FunctionList.STANDARD.drawsLots(call);
      return super.visitCall(call);
    }

    @Override
    public Void visitOver(RexOver over) {
      unsure = true;
      return super.visitOver(over);
    }

    @Override
    public Void visitSubQuery(RexSubQuery query) {
      unsure = true;
      look(query.rel);
      return super.visitSubQuery(query);
    }

    @Override
    public Void visitCorrelVariable(RexCorrelVariable variable) {
      unsure = true;
      return null;
    }
  }
}
