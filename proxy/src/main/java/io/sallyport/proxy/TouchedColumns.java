package io.sallyport.proxy;

import io.sallyport.policy.plan.GuardedScan;
import java.util.List;
import java.util.TreeSet;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * The columns that a guarded plan reads, such as {@code clinic.visits.cost}, for owners to see.
 *
 * <p>A column that is scanned and dropped is not among them; where a step is not known, all its
 * columns are.
 */
final class TouchedColumns {
  private final TreeSet<String> found = new TreeSet<>();
  private final RexShuttle everySubQuery =
      new RexShuttle() {
        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
          whole(query.rel);
          return super.visitSubQuery(query);
        }
      };

  private TouchedColumns() {}

  static List<String> of(RelNode guarded) {
    TouchedColumns touched = new TouchedColumns();
    touched.whole(guarded);
    return List.copyOf(touched.found);
  }

  private void whole(RelNode node) {
    read(node, ImmutableBitSet.range(node.getRowType().getFieldCount()));
  }

  /**
   * @param used the node's columns that something above it needs
   */
  private void read(RelNode node, ImmutableBitSet used) {
    if (node instanceof GuardedScan scan) {
      for (int column : used) {
        GuardedScan.Column read = scan.columns().get(column);
        if (!read.wiped()) {
          found.add(scan.table() + "." + read.name());
        }
      }
    } else if (node instanceof Project project && !correlates(project)) {
      List<RexNode> kept = used.toList().stream().map(project.getProjects()::get).toList();
      subQueries(kept);
      read(project.getInput(), RelOptUtil.InputFinder.bits(kept, null));
    } else if (node instanceof Filter filter && !correlates(filter)) {
      subQueries(List.of(filter.getCondition()));
      read(filter.getInput(), used.union(RelOptUtil.InputFinder.bits(filter.getCondition())));
    } else if (node instanceof Join join && !correlates(join)) {
      ImmutableBitSet both = used.union(RelOptUtil.InputFinder.bits(join.getCondition()));
      int left = join.getLeft().getRowType().getFieldCount();
      int all = left + join.getRight().getRowType().getFieldCount();
      subQueries(List.of(join.getCondition()));
      read(join.getLeft(), both.intersect(ImmutableBitSet.range(left)));
      read(join.getRight(), both.intersect(ImmutableBitSet.range(left, all)).shift(-left));
    } else if (node instanceof Aggregate aggregate) {
      read(aggregate.getInput(), arguments(aggregate));
    } else if (node instanceof Sort sort) {
      read(sort.getInput(), used.union(ImmutableBitSet.of(sort.getCollation().getKeys())));
    } else {
      node.getInputs().forEach(this::whole);
      node.accept(everySubQuery);
    }
  }

  private static boolean correlates(RelNode node) {
    return !node.getVariablesSet().isEmpty();
  }

  private static ImmutableBitSet arguments(Aggregate aggregate) {
    ImmutableBitSet.Builder arguments = aggregate.getGroupSet().rebuild();
    for (AggregateCall call : aggregate.getAggCallList()) {
      arguments.addAll(call.getArgList());
      arguments.addAll(call.getCollation().getKeys());
      if (call.hasFilter()) {
        arguments.set(call.filterArg);
      }
    }
    return arguments.build();
  }

  private void subQueries(List<RexNode> expressions) {
    expressions.forEach(expression -> expression.accept(everySubQuery));
  }
}
