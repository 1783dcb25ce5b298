package io.sallyport.proxy.sql;

import io.sallyport.proxy.sql.PrintedBlock.Column;
import io.sallyport.proxy.sql.PrintedBlock.Make;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rex.RexNode;

/**
 * Prints joins, plain and lateral.
 *
 * <pre>Join($0 = $2, left)  →  "d"."a" AS t0 LEFT JOIN "d"."b" AS t1 ON (t0."x" = t1."x")</pre>
 */
final class PrintedJoins {
  private final PlanPrinter plans;
  private final PrintedExpressions expressions;

  PrintedJoins(PlanPrinter plans, PrintedExpressions expressions) {
    this.plans = plans;
    this.expressions = expressions;
  }

  PrintedBlock join(LogicalJoin join) {
    JoinRelType type = join.getJoinType();
    String words =
        switch (type) {
          case INNER -> " INNER JOIN ";
          case LEFT -> " LEFT JOIN ";
          case RIGHT -> " RIGHT JOIN ";
          case FULL -> " FULL JOIN ";
          case SEMI -> " SEMI JOIN ";
          case ANTI -> " ANTI JOIN ";
          default -> throw PrintedExpressions.unsupported(type.lowerName + " join");
        };
    boolean padsLeft = type.generatesNullsOnLeft();
    PrintedBlock left = side(plans.block(join.getLeft()), padsLeft, !padsLeft);
    boolean rightFloats = type == JoinRelType.INNER || type == JoinRelType.RIGHT;
    PrintedBlock right =
        side(plans.block(join.getRight()), type.generatesNullsOnRight(), rightFloats);
    RexNode condition = join.getCondition();
    if (!join.getVariablesSet().isEmpty()) {
      left = plans.plain(left);
      right = plans.plain(right);
    }
    PrintedBlock both = both(left, right);
    PrintedBlock fitting = plans.copyable(both, List.of(condition));
    if (fitting != both) {
      left = plans.wrap(left);
      right = plans.wrap(right);
      both = both(left, right);
    }
    for (CorrelationId id : join.getVariablesSet()) {
      expressions.correlate(id, both.columns);
    }
    boolean cross = type == JoinRelType.INNER && condition.isAlwaysTrue();
    String items =
        left.leftItem()
            + (cross ? " CROSS JOIN " : words)
            + right.rightItem()
            + (cross ? "" : " ON " + expressions.print(condition, both.columns));
    List<String> conditions = new ArrayList<>(left.conditions());
    conditions.addAll(right.conditions());
    return PrintedBlock.joined(items, type.projectsRight() ? both.columns : left.columns)
        .where(conditions);
  }

  private static PrintedBlock both(PrintedBlock left, PrintedBlock right) {
    List<Column> columns = new ArrayList<>(left.columns);
    columns.addAll(right.columns);
    return PrintedBlock.from("", columns);
  }

  /** One side of a join: padded columns must be plain, and only some conditions may move up. */
  private PrintedBlock side(PrintedBlock block, boolean padded, boolean conditionsFloat) {
    boolean asIs =
        block.isJoinable()
            && (!padded || block.isOnly(Make.COLUMN))
            && (conditionsFloat || !block.isFiltered());
    return asIs ? block : plans.wrap(block);
  }

  PrintedBlock correlate(LogicalCorrelate correlate) {
    JoinRelType type = correlate.getJoinType();
    if (type != JoinRelType.INNER && type != JoinRelType.LEFT) {
      throw PrintedExpressions.unsupported(type.lowerName + " lateral join");
    }
    PrintedBlock left = plans.plain(side(plans.block(correlate.getLeft()), false, true));
    expressions.correlate(correlate.getCorrelationId(), left.columns);
    PrintedBlock right = plans.block(correlate.getRight());
    String alias = plans.alias();
    List<Column> columns = new ArrayList<>(left.columns);
    columns.addAll(PlanPrinter.positions(alias, right.columns.size()));
    String lateral = "LATERAL (" + right.select() + ") AS " + alias;
    return PrintedBlock.joined(
            left.leftItem()
                + (type == JoinRelType.INNER ? " CROSS JOIN " : " LEFT JOIN ")
                + lateral
                + (type == JoinRelType.INNER ? "" : " ON TRUE"),
            columns)
        .where(left.conditions());
  }
}
