package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Turns aggregates and windows of DuckDB's syntax tree into Calcite's. */
final class AstAggregates {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  /** Aggregates that pass over NULLs, so that a FILTER may become a CASE in their argument. */
  private static final Set<String> OVER_NULLS =
      Set.of(
          "count",
          "sum",
          "avg",
          "mean",
          "min",
          "max",
          "stddev",
          "stddev_samp",
          "stddev_pop",
          "variance",
          "var_samp",
          "var_pop",
          "median",
          "bool_and",
          "bool_or");

  private final AstExpressions expressions;
  private final AstQueries queries;
  private final TypeOracle oracle;

  AstAggregates(AstExpressions expressions, AstQueries queries, TypeOracle oracle) {
    this.expressions = expressions;
    this.queries = queries;
    this.oracle = oracle;
  }

  /** An aggregate of a SELECT, with DISTINCT, ORDER BY and FILTER. */
  SqlNode aggregate(JsonNode node, String name) {
    List<SqlNode> operands = expressions.arguments(node, name);
    JsonNode orders = node.path("order_bys").path("orders");
    SqlNodeList keys = queries.orders().orders(orders);
    if (name.startsWith("quantile_") && operands.size() == 1 && keys.size() == 1) {
      operands = withinGroup(orders.get(0), operands.get(0));
      keys = new SqlNodeList(AT);
    } else if (name.equals("mode") && operands.isEmpty() && keys.size() == 1) {
      operands = List.of(expressions.expression(orders.get(0).path("expression")));
      keys = new SqlNodeList(AT);
    }
    SqlNode call = call(name, operands, Ast.flag(node, "distinct"), false);
    // How many there are is the same in any order.
    if (!keys.isEmpty() && !name.equals("count")) {
      call = SqlStdOperatorTable.WITHIN_GROUP.createCall(AT, call, keys);
    }
    return node.has("filter")
        ? SqlStdOperatorTable.FILTER.createCall(
            AT, call, expressions.condition(node.path("filter")))
        : call;
  }

  /**
   * The sorted value as an argument, where a policy looks for it; DuckDB reads a negative fraction
   * as counted from the top.
   */
  private List<SqlNode> withinGroup(JsonNode order, SqlNode fraction) {
    SqlNode sorted = expressions.expression(order.path("expression"));
    if (!Ast.type(order).equals("DESCENDING")) {
      return List.of(sorted, fraction);
    }
    if (!(fraction instanceof Literals.Number number)) {
      throw Ast.unsupported("WITHIN GROUP (ORDER BY … DESC) without a plain fraction");
    }
    return List.of(sorted, expressions.number("-" + Literals.text(number)));
  }

  private SqlCall call(String name, List<SqlNode> operands, boolean distinct, boolean windowed) {
    SqlLiteral quantifier = distinct ? SqlSelectKeyword.DISTINCT.symbol(AT) : null;
    if (name.equals("count_star")) {
      return new SqlBasicCall(
          SqlStdOperatorTable.COUNT, List.of(SqlIdentifier.star(AT)), AT, quantifier);
    }
    if (name.equals("count") && operands.size() == 1) {
      return new SqlBasicCall(SqlStdOperatorTable.COUNT, operands, AT, quantifier);
    }
    EngineAggregate operator =
        new EngineAggregate(
            name,
            windowed ? oracle.windowed(name) : oracle.scalar(name),
            Vocabulary.windowOnly(name));
    return new SqlBasicCall(operator, operands, AT, quantifier);
  }

  SqlNode rowNumber(SqlNodeList partition, SqlNodeList orders) {
    SqlNode window =
        new EngineWindow(partition, orders, true, null, null, SqlWindow.createExcludeNoOthers(AT));
    return SqlStdOperatorTable.OVER.createCall(
        AT, call("row_number", List.of(), false, true), window);
  }

  SqlNode window(JsonNode node) {
    if (node.has("arg_orders")) {
      throw Ast.unsupported(
          "ORDER BY inside an aggregate over a window", "ORDER BY and a frame in the window");
    }
    Ast.only(
        node,
        "a window",
        "alias",
        "function_name",
        "qualified_name",
        "partitions",
        "orders",
        "start",
        "end",
        "start_expr",
        "end_expr",
        "ignore_nulls",
        "has_ignore_nulls",
        "exclude_clause",
        "distinct",
        "arguments",
        "filter_expr");
    String name = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
    AstExpressions.unqualified(node, name);
    if (!Vocabulary.window(name)) {
      throw AstExpressions.unknownFunction(name);
    }
    List<SqlNode> operands = expressions.arguments(node, name);
    String counted = name;
    if (node.has("filter_expr")) {
      operands = filtered(name, operands, expressions.condition(node.path("filter_expr")));
      counted = name.equals("count_star") ? "count" : name;
    }
    SqlNode call = call(counted, operands, Ast.flag(node, "distinct"), true);
    if (Ast.flag(node, "ignore_nulls")) {
      call = SqlStdOperatorTable.IGNORE_NULLS.createCall(AT, call);
    }
    SqlNodeList partitions = new SqlNodeList(AT);
    node.path("partitions").forEach(p -> partitions.add(expressions.expression(p)));
    String start = Ast.text(node, "start");
    String end = Ast.text(node, "end");
    if (start.startsWith("EXPR_") && start.endsWith("_GROUPS")
        || end.startsWith("EXPR_") && end.endsWith("_GROUPS")) {
      throw Ast.unsupported("GROUPS with a number in a window", "RANGE over dense_rank()");
    }
    SqlNode window =
        new EngineWindow(
            partitions,
            queries.orders().orders(node.path("orders")),
            start.endsWith("_ROWS") || end.endsWith("_ROWS"),
            bound(start, node.path("start_expr")),
            bound(end, node.path("end_expr")),
            excluded(Ast.text(node, "exclude_clause")));
    return SqlStdOperatorTable.OVER.createCall(AT, call, window);
  }

  private List<SqlNode> filtered(String name, List<SqlNode> operands, SqlNode condition) {
    List<SqlNode> values = new ArrayList<>(operands);
    if (name.equals("count_star") || name.equals("count") && operands.isEmpty()) {
      values.add(expressions.number("1"));
    } else if (!OVER_NULLS.contains(name) || operands.size() != 1) {
      throw Ast.unsupported(name + " with FILTER over a window");
    }
    return List.of(
        new SqlCase(
            AT,
            null,
            SqlNodeList.of(condition),
            SqlNodeList.of(values.get(0)),
            SqlLiteral.createNull(AT)));
  }

  private static SqlLiteral excluded(String clause) {
    return switch (clause) {
      case "NO_OTHER" -> SqlWindow.createExcludeNoOthers(AT);
      case "CURRENT_ROW" -> SqlWindow.createExcludeCurrentRow(AT);
      case "GROUP" -> SqlWindow.createExcludeGroup(AT);
      case "TIES" -> SqlWindow.createExcludeTies(AT);
      default -> throw Ast.unsupported("EXCLUDE in a window");
    };
  }

  private @Nullable SqlNode bound(String name, JsonNode offset) {
    return switch (name) {
      case "UNBOUNDED_PRECEDING" -> SqlWindow.createUnboundedPreceding(AT);
      case "UNBOUNDED_FOLLOWING" -> SqlWindow.createUnboundedFollowing(AT);
      case "CURRENT_ROW_RANGE", "CURRENT_ROW_GROUPS", "CURRENT_ROW_ROWS" ->
          SqlWindow.createCurrentRow(AT);
      case "EXPR_PRECEDING_ROWS", "EXPR_PRECEDING_RANGE" ->
          SqlWindow.createPreceding(expressions.expression(offset), AT);
      case "EXPR_FOLLOWING_ROWS", "EXPR_FOLLOWING_RANGE" ->
          SqlWindow.createFollowing(expressions.expression(offset), AT);
      default -> throw Ast.unsupported("this window frame");
    };
  }
}
