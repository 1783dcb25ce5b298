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
import java.util.regex.Pattern;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalIntersect;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalMinus;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalRepeatUnion;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalTableFunctionScan;
import org.apache.calcite.rel.logical.LogicalTableScan;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.type.SqlTypeName;
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
      Set.of("BIT", "BIGNUM", "TIME WITH TIME ZONE", "TIME_NS", "UHUGEINT");

  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");

  /** Of VARIANT, Arrow knows an encoding alone. */
  private static final Pattern NEVER_SENT =
      DuckDbTypes.within("VARIANT|" + String.join("|", AS_TEXT));

  private final PrintedExpressions expressions = new PrintedExpressions(this);
  private final Map<String, String> shared = new LinkedHashMap<>();
  private final PrintedJoins joins = new PrintedJoins(this, expressions);
  private final PrintedRecursion recursion = new PrintedRecursion(this);
  private final PrintedAggregates aggregates = new PrintedAggregates(this);
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
    return "CAST(" + sql + " AS " + sent(type) + ")";
  }

  /**
   * DuckDB's name of the type in which an answer's column of a type leaves: the same, or a text
   * where Arrow would lose something. Inside a list or a struct such a type is refused, and VARIANT
   * everywhere.
   */
  public static String sent(RelDataType type) {
    String name = DuckDbTypes.sql(type);
    if (AS_TEXT.contains(name)) {
      return "VARCHAR";
    }
    if (NEVER_SENT.matcher(QUOTED.matcher(name).replaceAll("")).find()) {
      String what = name.equals("VARIANT") ? "it" : "what is inside";
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED,
          "a column of type `" + name + "` cannot be sent; cast " + what + " to VARCHAR");
    }
    return name;
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
      return joins.join(join);
    }
    if (node instanceof LogicalCorrelate correlate) {
      return joins.correlate(correlate);
    }
    if (node instanceof LogicalAggregate aggregate) {
      return aggregates.aggregate(aggregate);
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
    if (node instanceof LogicalTableFunctionScan scan) {
      return tableFunction(scan);
    }
    if (node instanceof LogicalRepeatUnion union) {
      return recursion.union(union);
    }
    if (node instanceof LogicalTableScan scan) {
      return recursion.ownRows(scan);
    }
    throw new GatewayException(
        ErrorCode.NOT_SUPPORTED, "the statement needs a step that is not supported");
  }

  String alias() {
    return "t" + aliases++;
  }

  /** The block as a sub-query whose columns are plain. */
  PrintedBlock wrap(PrintedBlock block) {
    return wrap(block.select(), block.columns.size());
  }

  PrintedBlock wrap(String query, int columns) {
    return PrintedBlock.positioned("(" + query + ")", alias(), columns);
  }

  static List<Column> positions(String alias, int columns) {
    List<Column> plain = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      plain.add(Column.of(alias + ".c" + i, Make.COLUMN));
    }
    return plain;
  }

  PrintedBlock plain(PrintedBlock block) {
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
  PrintedBlock copyable(PrintedBlock block, List<? extends RexNode> nodes) {
    return copyable(block, nodes, false);
  }

  /**
   * @param all true if these expressions are all that reads the block
   */
  private PrintedBlock copyable(PrintedBlock block, List<? extends RexNode> nodes, boolean all) {
    int[] uses = PrintedExpressions.uses(block, nodes);
    boolean copies = !block.isGrouped() || !PrintedExpressions.tries(nodes);
    for (int i = 0; i < uses.length && copies; i++) {
      copies = block.copies(i, uses[i]);
    }
    if (copies) {
      return block;
    }
    return all ? wrap(block.selectBut(i -> uses[i] == 0), uses.length) : wrap(block);
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
            + alias
            + (scan.percent() < 100 ? " TABLESAMPLE SYSTEM (" + scan.percent() + "%)" : ""),
        columns);
  }

  private PrintedBlock shared(SharedRows rows) {
    String name = CallSyntax.identifier(rows.name());
    if (!shared.containsKey(name)) {
      String query = block(rows.getInput()).select();
      shared.put(name, query);
    }
    return PrintedBlock.positioned(name, alias(), rows.getRowType().getFieldCount());
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
      input = copyable(input, nodes, !delicate && project.getVariablesSet().isEmpty());
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

  private PrintedBlock sort(LogicalSort sort) {
    PrintedBlock input = block(sort.getInput());
    boolean ordersDelicate =
        sort.getCollation().getFieldCollations().stream()
            .anyMatch(f -> input.columns.get(f.getFieldIndex()).make() == Make.DELICATE);
    PrintedBlock sorted = input.isLimited() || ordersDelicate ? wrap(input) : input;
    List<String> orders = PrintedAggregates.orders(sort.getCollation(), sorted);
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

  private PrintedBlock tableFunction(LogicalTableFunctionScan scan) {
    if (!(scan.getCall() instanceof RexCall call
        && call.getOperator() instanceof EngineTableFunction function
        && scan.getInputs().isEmpty())) {
      throw PrintedExpressions.unsupported("a table function");
    }
    List<String> arguments = new ArrayList<>();
    for (RexNode argument : call.getOperands()) {
      arguments.add(expressions.print(argument, List.of()));
    }
    String alias = alias();
    List<String> names =
        scan.getRowType().getFieldList().stream().map(f -> "c" + f.getIndex()).toList();
    return PrintedBlock.from(
        CallSyntax.call(function.getName(), arguments, "")
            + (function.numbered() ? " WITH ORDINALITY" : "")
            + " AS "
            + alias
            + "("
            + String.join(", ", names)
            + ")",
        positions(alias, names.size()));
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
