package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.GuardedScan;
import io.sallyport.policy.plan.SharedRows;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.sql.PrintedBlock.Column;
import io.sallyport.proxy.sql.PrintedBlock.Make;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalIntersect;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalMinus;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Prints a guarded plan as DuckDB's SQL: the only maker of SQL that runs on data.
 *
 * <pre>Aggregate(group={0}, count())          SELECT CAST(t0."zip" AS VARCHAR) AS "zip",
 *   GuardedScan(clinic.patients, [zip])  →   CAST(count(*) AS BIGINT) AS "n"
 *                                          FROM "clinic"."patients" AS t0 GROUP BY t0."zip"</pre>
 *
 * <p>It reads tables only through {@link GuardedScan}; an unguarded scan, and any node, operator or
 * literal that it does not know, is refused.
 */
public final class PlanPrinter {
  private static final String WIPED = "CAST('*' AS VARCHAR)";

  /** Types whose Arrow form loses something: they leave as text. */
  private static final Set<String> AS_TEXT =
      Set.of("BIT", "BIGNUM", "TIME WITH TIME ZONE", "TIME_NS");

  private final PrintedExpressions expressions = new PrintedExpressions(this);
  private final Map<String, String> shared = new LinkedHashMap<>();
  private int aliases;

  private PlanPrinter() {}

  /** The plan's columns in order: the answer's under their names, then {@code $guard0} …. */
  public static PrintedQuery print(GuardedPlan guarded) {
    // INVARIANT (only the printer makes SQL): no other class writes a query over data.
    try {
      PlanPrinter printer = new PlanPrinter();
      PrintedBlock block = printer.block(guarded.plan());
      String sql = printer.shared() + block.select(printer.answer(block, guarded));
      return new PrintedQuery(sql, printer.expressions.parameters());
    } catch (IllegalArgumentException e) {
      throw PrintedExpressions.unsupported("this type");
    } catch (StackOverflowError e) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE, "the statement is nested too deeply; split it into smaller parts");
    }
  }

  private List<String> answer(PrintedBlock block, GuardedPlan guarded) {
    List<RelDataTypeField> fields = guarded.plan().getRowType().getFieldList();
    int answered = guarded.columnNames().size();
    List<String> items = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      String name = i < answered ? guarded.columnNames().get(i) : "$guard" + (i - answered);
      items.add(
          typed(block.columns.get(i).sql(), fields.get(i).getType())
              + " AS "
              + CallSyntax.identifier(name));
    }
    return items;
  }

  private static String typed(String sql, RelDataType type) {
    if (type.getSqlTypeName() == SqlTypeName.NULL) {
      return sql;
    }
    String name = DuckDbTypes.sql(type);
    return "CAST(" + sql + " AS " + (AS_TEXT.contains(name) ? "VARCHAR" : name) + ")";
  }

  PrintedBlock block(RelNode node) {
    if (node instanceof GuardedScan scan) {
      return scan(scan);
    }
    if (node instanceof LogicalFilter filter) {
      return filter(filter);
    }
    if (node instanceof LogicalProject project) {
      return project(project);
    }
    if (node instanceof LogicalJoin join) {
      return join(join);
    }
    if (node instanceof LogicalCorrelate correlate) {
      return correlate(correlate);
    }
    if (node instanceof LogicalAggregate aggregate) {
      return aggregate(aggregate);
    }
    if (node instanceof LogicalSort sort) {
      return sort(sort);
    }
    if (node instanceof LogicalUnion union) {
      return setOperation(union, "UNION");
    }
    if (node instanceof LogicalIntersect intersect) {
      return setOperation(intersect, "INTERSECT");
    }
    if (node instanceof LogicalMinus minus) {
      return setOperation(minus, "EXCEPT");
    }
    if (node instanceof LogicalValues values) {
      return values(values);
    }
    if (node instanceof SharedRows rows) {
      return shared(rows);
    }
    throw new GatewayException(
        ErrorCode.NOT_SUPPORTED, "the statement needs a step that is not supported");
  }

  private String alias() {
    return "t" + aliases++;
  }

  /** The block as a sub-query whose columns are plain. */
  private PrintedBlock wrap(PrintedBlock block) {
    return wrap(block.select(), block.columns.size());
  }

  private PrintedBlock wrap(String query, int columns) {
    String alias = alias();
    return PrintedBlock.from("(" + query + ") AS " + alias, positions(alias, columns));
  }

  private static List<Column> positions(String alias, int columns) {
    List<Column> plain = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      plain.add(Column.of(alias + ".c" + i, Make.COLUMN));
    }
    return plain;
  }

  private PrintedBlock plain(PrintedBlock block) {
    return block.isOnly(Make.COLUMN) && !block.isGrouped() ? block : wrap(block);
  }

  /** Makes the row known to sub-queries; what they name must be plain columns. */
  private PrintedBlock correlated(Set<CorrelationId> ids, PrintedBlock block) {
    if (ids.isEmpty()) {
      return block;
    }
    PrintedBlock row = plain(block);
    ids.forEach(id -> expressions.correlate(id, row.columns));
    return row;
  }

  /** The block itself if the expressions may be written over its columns, else a sub-query. */
  private PrintedBlock copyable(PrintedBlock block, List<? extends RexNode> nodes) {
    if (block.isGrouped() && PrintedExpressions.tries(nodes)) {
      return wrap(block);
    }
    int[] uses = PrintedExpressions.uses(block, nodes);
    for (int i = 0; i < uses.length; i++) {
      if (!block.copies(i, uses[i])) {
        return wrap(block);
      }
    }
    return block;
  }

  private PrintedBlock scan(GuardedScan scan) {
    String alias = alias();
    List<Column> columns = new ArrayList<>();
    for (GuardedScan.Column column : scan.columns()) {
      columns.add(
          column.wiped()
              ? Column.of(WIPED, Make.CONSTANT)
              : Column.of(alias + "." + CallSyntax.identifier(column.name()), Make.COLUMN));
    }
    return PrintedBlock.from(
        CallSyntax.identifier(scan.table().dataset())
            + "."
            + CallSyntax.identifier(scan.table().table())
            + " AS "
            + alias,
        columns);
  }

  private PrintedBlock shared(SharedRows rows) {
    String name = CallSyntax.identifier(rows.name());
    if (!shared.containsKey(name)) {
      String query = block(rows.getInput()).select();
      shared.put(name, query);
    }
    String alias = alias();
    return PrintedBlock.from(
        name + " AS " + alias, positions(alias, rows.getRowType().getFieldCount()));
  }

  /** What several steps read, before the query itself. */
  private String shared() {
    return shared.entrySet().stream()
        .map(rows -> rows.getKey() + " AS MATERIALIZED (" + rows.getValue() + ")")
        .reduce((one, other) -> one + ", " + other)
        .map(all -> "WITH " + all + " ")
        .orElse("");
  }

  private PrintedBlock filter(LogicalFilter filter) {
    PrintedBlock input = block(filter.getInput());
    RexNode condition = filter.getCondition();
    if (input.isLimited() || input.has(Make.DELICATE)) {
      input = wrap(input);
    }
    if (input.isGrouped() && RexUtil.SubQueryFinder.find(condition) != null) {
      input = wrap(input);
    }
    input = correlated(filter.getVariablesSet(), input);
    input = copyable(input, List.of(condition));
    String printed = expressions.print(condition, input.columns);
    return input.isGrouped() ? input.having(printed) : input.where(printed);
  }

  private PrintedBlock project(LogicalProject project) {
    PrintedBlock input = block(project.getInput());
    List<RexNode> nodes = project.getProjects();
    boolean delicate =
        nodes.stream()
            .anyMatch(
                node -> RexOver.containsOver(node) || RexUtil.SubQueryFinder.find(node) != null);
    if (delicate && (input.isGrouped() || input.isLimited())) {
      input = wrap(input);
    }
    input = correlated(project.getVariablesSet(), input);
    if (!isRenaming(nodes)) {
      input = copyable(input, nodes);
    } else if (repeatsDelicate(input, nodes)) {
      input = wrap(input);
    }
    List<Column> columns = new ArrayList<>();
    for (RexNode node : nodes) {
      columns.add(expressions.column(node, input));
    }
    return input.with(columns);
  }

  private static boolean isRenaming(List<RexNode> nodes) {
    return nodes.stream().allMatch(RexInputRef.class::isInstance);
  }

  private static boolean repeatsDelicate(PrintedBlock input, List<RexNode> nodes) {
    int[] uses = PrintedExpressions.uses(input, nodes);
    for (int i = 0; i < uses.length; i++) {
      if (uses[i] > 1 && !input.copies(i, uses[i])) {
        return true;
      }
    }
    return false;
  }

  private PrintedBlock join(LogicalJoin join) {
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
    PrintedBlock left = side(block(join.getLeft()), padsLeft, !padsLeft);
    boolean rightFloats = type == JoinRelType.INNER || type == JoinRelType.RIGHT;
    PrintedBlock right = side(block(join.getRight()), type.generatesNullsOnRight(), rightFloats);
    RexNode condition = join.getCondition();
    if (!join.getVariablesSet().isEmpty()) {
      left = plain(left);
      right = plain(right);
    }
    PrintedBlock both = both(left, right);
    PrintedBlock fitting = copyable(both, List.of(condition));
    if (fitting != both) {
      left = wrap(left);
      right = wrap(right);
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
    return asIs ? block : wrap(block);
  }

  private PrintedBlock correlate(LogicalCorrelate correlate) {
    JoinRelType type = correlate.getJoinType();
    if (type != JoinRelType.INNER && type != JoinRelType.LEFT) {
      throw PrintedExpressions.unsupported(type.lowerName + " lateral join");
    }
    PrintedBlock left = plain(side(block(correlate.getLeft()), false, true));
    expressions.correlate(correlate.getCorrelationId(), left.columns);
    PrintedBlock right = block(correlate.getRight());
    String alias = alias();
    List<Column> columns = new ArrayList<>(left.columns);
    columns.addAll(positions(alias, right.columns.size()));
    String lateral = "LATERAL (" + right.select() + ") AS " + alias;
    return PrintedBlock.joined(
            left.leftItem()
                + (type == JoinRelType.INNER ? " CROSS JOIN " : " LEFT JOIN ")
                + lateral
                + (type == JoinRelType.INNER ? "" : " ON TRUE"),
            columns)
        .where(left.conditions());
  }

  private PrintedBlock aggregate(LogicalAggregate aggregate) {
    PrintedBlock input = block(aggregate.getInput());
    if (!fitsAggregate(input, aggregate)) {
      input = withConstants(wrap(input), input, aggregate.getGroupSet());
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

  /** Constants stay what they are, because some arguments of aggregates must be constant. */
  private static PrintedBlock withConstants(
      PrintedBlock wrapped, PrintedBlock inner, ImmutableBitSet keys) {
    List<Column> columns = new ArrayList<>(wrapped.columns);
    for (int i = 0; i < columns.size(); i++) {
      if (inner.columns.get(i).make() == Make.CONSTANT && !keys.get(i)) {
        columns.set(i, inner.columns.get(i));
      }
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

  private String aggregateCall(AggregateCall call, PrintedBlock input) {
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

  private static List<String> orders(RelCollation collation, PrintedBlock input) {
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

  private PrintedBlock sort(LogicalSort sort) {
    PrintedBlock input = block(sort.getInput());
    boolean ordersDelicate =
        sort.getCollation().getFieldCollations().stream()
            .anyMatch(f -> input.columns.get(f.getFieldIndex()).make() == Make.DELICATE);
    PrintedBlock sorted = input.isLimited() || ordersDelicate ? wrap(input) : input;
    List<String> orders = orders(sort.getCollation(), sorted);
    if (!orders.isEmpty()) {
      sorted = sorted.ordered(orders);
    }
    String limit = count(sort.fetch);
    String offset = count(sort.offset);
    return limit == null && offset == null ? sorted : sorted.limited(limit, offset);
  }

  private @Nullable String count(@Nullable RexNode rows) {
    return rows == null ? null : expressions.print(rows, List.of());
  }

  private PrintedBlock setOperation(SetOp operation, String word) {
    List<RelNode> inputs = operation.getInputs();
    String joint = word + (operation.all ? " ALL" : "");
    StringBuilder query = new StringBuilder(select(inputs.get(0)));
    for (int i = 1; i < inputs.size(); i++) {
      if (i > 1 && !(operation instanceof LogicalUnion)) {
        query.insert(0, '(').append(')');
      }
      query.append(' ').append(joint).append(' ').append(select(inputs.get(i)));
    }
    return wrap(query.toString(), operation.getRowType().getFieldCount());
  }

  private String select(RelNode input) {
    return "(" + block(input).select() + ")";
  }

  private PrintedBlock values(LogicalValues values) {
    List<RelDataTypeField> fields = values.getRowType().getFieldList();
    if (values.getTuples().isEmpty()) {
      List<Column> none = new ArrayList<>();
      for (RelDataTypeField field : fields) {
        none.add(Column.of(typed("NULL", field.getType()), Make.CONSTANT));
      }
      return PrintedBlock.row(none).where("FALSE");
    }
    PrintedBlock nothing = PrintedBlock.row(List.of());
    if (values.getTuples().size() == 1) {
      List<Column> row = new ArrayList<>();
      for (RexLiteral literal : values.getTuples().get(0)) {
        row.add(expressions.column(literal, nothing));
      }
      return PrintedBlock.row(row);
    }
    List<String> rows = new ArrayList<>();
    for (List<RexLiteral> tuple : values.getTuples()) {
      List<String> cells = new ArrayList<>();
      for (RexLiteral literal : tuple) {
        cells.add(PrintedLiteral.of(literal));
      }
      rows.add("(" + String.join(", ", cells) + ")");
    }
    String alias = alias();
    List<Column> columns = positions(alias, fields.size());
    List<String> names = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      names.add("c" + i);
    }
    return PrintedBlock.from(
        "(VALUES "
            + String.join(", ", rows)
            + ") AS "
            + alias
            + "("
            + String.join(", ", names)
            + ")",
        columns);
  }
}
