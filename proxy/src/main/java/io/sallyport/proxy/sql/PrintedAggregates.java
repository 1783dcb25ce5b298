package io.sallyport.proxy.sql;

import io.sallyport.proxy.sql.PrintedBlock.Column;
import io.sallyport.proxy.sql.PrintedBlock.Make;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Prints GROUP BY and the aggregates over it.
 *
 * <pre>Aggregate(group={0}, sum($1) FILTER $2)
 * →  SELECT t0."a", "sum"(t0."b") FILTER (WHERE t0."c") … GROUP BY t0."a"</pre>
 */
final class PrintedAggregates {
  private final PlanPrinter plans;

  PrintedAggregates(PlanPrinter plans) {
    this.plans = plans;
  }

  PrintedBlock aggregate(LogicalAggregate aggregate) {
    PrintedBlock input = plans.block(aggregate.getInput());
    if (!fitsAggregate(input, aggregate) || OuterAggregates.isIn(aggregate)) {
      input = apart(input, aggregate);
    }
    List<Column> columns = new ArrayList<>();
    for (int key : aggregate.getGroupSet()) {
      columns.add(input.columns.get(key));
    }
    for (AggregateCall call : aggregate.getAggCallList()) {
      columns.add(Column.of(aggregateCall(call, input), Make.AGGREGATE));
    }
    return input.grouped(groupBy(aggregate, input), columns);
  }

  /** As a sub-query; what must be constant, such as a separator, stays beside the aggregates. */
  private PrintedBlock apart(PrintedBlock input, Aggregate aggregate) {
    IntPredicate isBeside =
        i -> input.columns.get(i).make() == Make.CONSTANT && !aggregate.getGroupSet().get(i);
    int width = input.columns.size();
    PrintedBlock wrapped = plans.wrap(input.selectBut(isBeside), width);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add((isBeside.test(i) ? input : wrapped).columns.get(i));
    }
    return wrapped.with(columns);
  }

  private static boolean fitsAggregate(PrintedBlock input, Aggregate aggregate) {
    if (input.isGrouped() || input.isLimited() || input.isOrdered() || input.has(Make.DELICATE)) {
      return false;
    }
    for (int key : aggregate.getGroupSet()) {
      if (input.columns.get(key).make() != Make.COLUMN) {
        return false;
      }
    }
    int[] uses = new int[input.columns.size()];
    for (AggregateCall call : aggregate.getAggCallList()) {
      call.getArgList().forEach(argument -> uses[argument]++);
      if (call.hasFilter()) {
        uses[call.filterArg]++;
      }
    }
    for (int i = 0; i < uses.length; i++) {
      if (!input.copies(i, uses[i])) {
        return false;
      }
    }
    return true;
  }

  private static String groupBy(Aggregate aggregate, PrintedBlock input) {
    if (aggregate.getGroupType() == Aggregate.Group.SIMPLE) {
      return aggregate.getGroupSet().isEmpty() ? "()" : keys(aggregate.getGroupSet(), input);
    }
    List<String> sets = new ArrayList<>();
    for (ImmutableBitSet set : aggregate.getGroupSets()) {
      sets.add("(" + keys(set, input) + ")");
    }
    return "GROUPING SETS (" + String.join(", ", sets) + ")";
  }

  private static String keys(ImmutableBitSet set, PrintedBlock input) {
    List<String> keys = new ArrayList<>();
    for (int key : set) {
      keys.add(input.columns.get(key).sql());
    }
    return String.join(", ", keys);
  }

  private static String aggregateCall(AggregateCall call, PrintedBlock input) {
    List<String> arguments = new ArrayList<>();
    for (int argument : call.getArgList()) {
      arguments.add(input.columns.get(argument).sql());
    }
    if (call.getAggregation().getKind() == SqlKind.GROUPING) {
      return "GROUPING(" + String.join(", ", arguments) + ")";
    }
    if (!call.rexList.isEmpty() || call.distinctKeys != null || call.ignoreNulls()) {
      throw PrintedExpressions.unsupported("an aggregate with WITHIN DISTINCT or IGNORE NULLS");
    }
    String name = PrintedExpressions.aggregateName(call.getAggregation().getName());
    StringBuilder sql = new StringBuilder(CallSyntax.identifier(name)).append('(');
    sql.append(call.isDistinct() ? "DISTINCT " : "");
    sql.append(name.equals("count") && arguments.isEmpty() ? "*" : String.join(", ", arguments));
    List<String> orders = orders(call.collation, input);
    if (!orders.isEmpty()) {
      sql.append(" ORDER BY ").append(String.join(", ", orders));
    }
    sql.append(')');
    if (call.hasFilter()) {
      sql.append(" FILTER (WHERE ").append(input.columns.get(call.filterArg).inside()).append(')');
    }
    return sql.toString();
  }

  /** Sort keys, with the direction and the place of NULLs always written. */
  static List<String> orders(RelCollation collation, PrintedBlock input) {
    List<String> orders = new ArrayList<>();
    for (RelFieldCollation field : collation.getFieldCollations()) {
      Column column = input.columns.get(field.getFieldIndex());
      // A constant orders nothing, and bare it would be a column's position.
      if (column.make() != Make.CONSTANT) {
        orders.add(
            column.inside()
                + PrintedExpressions.direction(field.direction)
                + PrintedExpressions.nulls(field.nullDirection));
      }
    }
    return orders;
  }
}
