package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.ReturnTypes;
import org.jspecify.annotations.Nullable;

/**
 * Turns the expressions of DuckDB's syntax tree into Calcite's, operator by operator.
 *
 * <pre>{"class":"FUNCTION","function_name":"upper",…}  →  upper(name)</pre>
 *
 * <p>It resolves no column and checks no type. An unknown node, field or function is refused by
 * name.
 */
final class AstExpressions {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  private static final Map<String, EngineComparison> COMPARISONS =
      Map.of(
          "COMPARE_EQUAL", EngineComparison.EQUAL,
          "COMPARE_NOTEQUAL", EngineComparison.NOT_EQUAL,
          "COMPARE_LESSTHAN", EngineComparison.LESS,
          "COMPARE_LESSTHANOREQUALTO", EngineComparison.LESS_OR_EQUAL,
          "COMPARE_GREATERTHAN", EngineComparison.GREATER,
          "COMPARE_GREATERTHANOREQUALTO", EngineComparison.GREATER_OR_EQUAL,
          "COMPARE_DISTINCT_FROM", EngineComparison.DISTINCT_FROM,
          "COMPARE_NOT_DISTINCT_FROM", EngineComparison.NOT_DISTINCT_FROM);

  private static final Map<String, SqlOperator> SOME =
      Map.of(
          "COMPARE_EQUAL", SqlStdOperatorTable.SOME_EQ,
          "COMPARE_NOTEQUAL", SqlStdOperatorTable.SOME_NE,
          "COMPARE_LESSTHAN", SqlStdOperatorTable.SOME_LT,
          "COMPARE_LESSTHANOREQUALTO", SqlStdOperatorTable.SOME_LE,
          "COMPARE_GREATERTHAN", SqlStdOperatorTable.SOME_GT,
          "COMPARE_GREATERTHANOREQUALTO", SqlStdOperatorTable.SOME_GE);

  private final AstQueries queries;
  private final TypeOracle oracle;

  AstExpressions(AstQueries queries, TypeOracle oracle) {
    this.queries = queries;
    this.oracle = oracle;
  }

  SqlNode expression(JsonNode node) {
    return switch (Ast.text(node, "class")) {
      case "COLUMN_REF" -> column(node);
      case "CONSTANT" -> constant(node);
      case "FUNCTION" -> function(node);
      case "CAST" -> cast(node);
      case "COMPARISON" -> comparison(node);
      case "CONJUNCTION" -> conjunction(node);
      case "OPERATOR" -> operator(node);
      case "BETWEEN" -> between(node);
      case "CASE" -> caseWhen(node);
      case "SUBQUERY" -> subQuery(node);
      case "WINDOW" -> window(node);
      case "PARAMETER" -> parameter(node);
      case "STAR" -> throw Ast.unsupported("* inside an expression");
      default -> throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
    };
  }

  private SqlNode column(JsonNode node) {
    Ast.only(node, "a column", "column_names", "alias");
    List<String> names = Ast.texts(node.path("column_names"));
    if (names.size() == 1
        && Vocabulary.scalar(names.get(0).toLowerCase(Locale.ROOT))
        && names.get(0).toLowerCase(Locale.ROOT).startsWith("current_")) {
      return call(names.get(0).toLowerCase(Locale.ROOT), List.of());
    }
    if (names.size() == 1) {
      return queries.merged(names.get(0)).orElseGet(() -> new SqlIdentifier(names, AT));
    }
    return new SqlIdentifier(names, AT);
  }

  private SqlNode constant(JsonNode node) {
    Ast.only(node, "a literal", "literal", "alias");
    JsonNode literal = node.path("literal");
    String text = Ast.text(literal, "text");
    return switch (Ast.text(literal, "kind")) {
      case "NULL_LITERAL" -> SqlLiteral.createNull(AT);
      case "BOOLEAN" -> SqlLiteral.createBoolean(Boolean.parseBoolean(text), AT);
      case "STRING" -> SqlLiteral.createCharString(text, "UTF-8", AT);
      case "INTEGER", "NUMERIC" -> number(text.replace("_", ""));
      case "HEX" ->
          castTo(SqlLiteral.createCharString(escapedBytes(text), "UTF-8", AT), "cast", "BLOB");
      default -> throw Ast.unsupported("a literal of another kind");
    };
  }

  private SqlNode number(String text) {
    try {
      return new Literals.Number(new BigDecimal(text), oracle.literal(text));
    } catch (NumberFormatException e) {
      throw new GatewayException(ErrorCode.SYNTAX, "a number is not understood");
    }
  }

  private static String escapedBytes(String hex) {
    if (hex.length() % 2 != 0) {
      throw new GatewayException(ErrorCode.SYNTAX, "a hexadecimal literal has an odd length");
    }
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < hex.length(); i += 2) {
      escaped.append("\\x").append(hex, i, i + 2);
    }
    return escaped.toString();
  }

  private SqlNode function(JsonNode node) {
    Ast.only(
        node,
        Ast.text(node, "function_name"),
        "alias",
        "function_name",
        "order_bys",
        "distinct",
        "is_operator",
        "export_state",
        "arguments",
        "qualified_name",
        "filter");
    String name = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
    unqualified(node, name);
    List<SqlNode> operands = arguments(node, name);
    boolean distinct = Ast.flag(node, "distinct");
    JsonNode filter = node.path("filter");
    boolean ordered = node.path("order_bys").has("orders");
    if (Vocabulary.aggregate(name)) {
      if (ordered) {
        throw Ast.unsupported(name + " with ORDER BY");
      }
      SqlNode call = aggregate(name, operands, distinct, false);
      return filter.isMissingNode()
          ? call
          : SqlStdOperatorTable.FILTER.createCall(AT, call, expression(filter));
    }
    if (distinct || ordered || !filter.isMissingNode()) {
      throw Ast.unsupported(name + " with DISTINCT, ORDER BY or FILTER");
    }
    if (!Vocabulary.scalar(name)) {
      throw unknownFunction(name);
    }
    return call(name, operands);
  }

  private static void unqualified(JsonNode node, String name) {
    if (node.path("qualified_name").path("path").size() > 1) {
      throw Ast.unsupported("a schema before the function " + name);
    }
  }

  private static GatewayException unknownFunction(String name) {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED, "the function `" + name + "` is not supported");
  }

  private List<SqlNode> arguments(JsonNode node, String function) {
    List<SqlNode> operands = new ArrayList<>();
    for (JsonNode argument : node.path("arguments")) {
      Ast.only(argument, function, "expression");
      operands.add(expression(argument.path("expression")));
    }
    return operands;
  }

  private SqlCall aggregate(
      String name, List<SqlNode> operands, boolean distinct, boolean windowed) {
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

  /** A call of an allow-listed scalar function by its lower-case name. */
  SqlCall call(String name, List<SqlNode> operands) {
    SqlFunction function = new EngineFunction(name, oracle.scalar(name), true);
    return new SqlBasicCall(function, operands, AT);
  }

  private SqlNode cast(JsonNode node) {
    Ast.only(node, "CAST", "alias", "child", "try_cast", "type_expr");
    return castTo(
        expression(node.path("child")),
        Ast.flag(node, "try_cast") ? "try_cast" : "cast",
        AstTypes.name(node.path("type_expr")));
  }

  private SqlNode castTo(SqlNode operand, String function, String type) {
    RelDataType target = oracle.named(type);
    return new SqlBasicCall(
        new EngineFunction(function, ReturnTypes.explicit(target), true), List.of(operand), AT);
  }

  private SqlNode comparison(JsonNode node) {
    Ast.only(node, "a comparison", "alias", "left", "right");
    EngineComparison operator = COMPARISONS.get(Ast.type(node));
    if (operator == null) {
      throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT));
    }
    return operator.createCall(AT, expression(node.path("left")), expression(node.path("right")));
  }

  private SqlNode conjunction(JsonNode node) {
    Ast.only(node, "a condition", "alias", "children");
    SqlOperator operator =
        switch (Ast.type(node)) {
          case "CONJUNCTION_AND" -> SqlStdOperatorTable.AND;
          case "CONJUNCTION_OR" -> SqlStdOperatorTable.OR;
          default -> throw Ast.unsupported(Ast.type(node));
        };
    SqlNode result = null;
    for (JsonNode child : node.path("children")) {
      SqlNode next = expression(child);
      result = result == null ? next : operator.createCall(AT, result, next);
    }
    if (result == null) {
      throw Ast.unsupported("an empty condition");
    }
    return result;
  }

  private SqlNode operator(JsonNode node) {
    Ast.only(node, Ast.type(node), "alias", "children");
    List<SqlNode> operands = new ArrayList<>();
    for (JsonNode child : node.path("children")) {
      operands.add(expression(child));
    }
    return switch (Ast.type(node)) {
      case "OPERATOR_NOT" -> SqlStdOperatorTable.NOT.createCall(AT, operands);
      case "OPERATOR_IS_NULL" -> SqlStdOperatorTable.IS_NULL.createCall(AT, operands);
      case "OPERATOR_IS_NOT_NULL" -> SqlStdOperatorTable.IS_NOT_NULL.createCall(AT, operands);
      case "COMPARE_IN" -> call("in", operands);
      case "OPERATOR_COALESCE" -> call("coalesce", operands);
      case "OPERATOR_TRY" -> call("try", operands);
      case "ARRAY_EXTRACT" -> call("array_extract", operands);
      default -> throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
    };
  }

  private SqlNode between(JsonNode node) {
    Ast.only(node, "BETWEEN", "alias", "input", "lower", "upper");
    return call(
        "between",
        List.of(
            expression(node.path("input")),
            expression(node.path("lower")),
            expression(node.path("upper"))));
  }

  private SqlNode caseWhen(JsonNode node) {
    Ast.only(node, "CASE", "alias", "case_checks", "else_expr");
    SqlNodeList when = new SqlNodeList(AT);
    SqlNodeList then = new SqlNodeList(AT);
    for (JsonNode check : node.path("case_checks")) {
      Ast.only(check, "CASE", "when_expr", "then_expr");
      when.add(expression(check.path("when_expr")));
      then.add(expression(check.path("then_expr")));
    }
    return new SqlCase(AT, null, when, then, expression(node.path("else_expr")));
  }

  private SqlNode subQuery(JsonNode node) {
    Ast.only(node, "a sub-query", "alias", "subquery_type", "subquery", "child", "comparison_type");
    SqlNode query = queries.statement(node.path("subquery"));
    return switch (Ast.text(node, "subquery_type")) {
      case "SCALAR" -> SqlStdOperatorTable.SCALAR_QUERY.createCall(AT, query);
      case "EXISTS" -> SqlStdOperatorTable.EXISTS.createCall(AT, query);
      case "NOT_EXISTS" ->
          SqlStdOperatorTable.NOT.createCall(AT, SqlStdOperatorTable.EXISTS.createCall(AT, query));
      case "ANY" -> any(node, query);
      default ->
          throw Ast.unsupported(
              Ast.text(node, "subquery_type").toLowerCase(Locale.ROOT) + " sub-query");
    };
  }

  private SqlNode any(JsonNode node, SqlNode query) {
    SqlOperator operator = SOME.get(Ast.text(node, "comparison_type"));
    if (operator == null) {
      throw Ast.unsupported("ANY with another comparison");
    }
    JsonNode child = node.path("child");
    SqlNode left;
    if (Ast.text(child, "class").equals("FUNCTION")
        && Ast.text(child, "function_name").equalsIgnoreCase("row")) {
      left = SqlStdOperatorTable.ROW.createCall(AT, arguments(child, "row"));
    } else {
      left = expression(child);
    }
    return (operator == SqlStdOperatorTable.SOME_EQ ? SqlStdOperatorTable.IN : operator)
        .createCall(AT, left, query);
  }

  private SqlNode window(JsonNode node) {
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
        "arg_orders",
        "filter_expr");
    String name = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
    unqualified(node, name);
    if (Ast.flag(node, "ignore_nulls")) {
      throw Ast.unsupported(name + " with IGNORE NULLS");
    }
    if (Ast.flag(node, "distinct")) {
      throw Ast.unsupported(name + " with DISTINCT over a window");
    }
    if (!Ast.text(node, "exclude_clause").equals("NO_OTHER")) {
      throw Ast.unsupported("EXCLUDE in a window");
    }
    if (node.has("arg_orders") || node.has("filter_expr")) {
      throw Ast.unsupported(name + " with ORDER BY or FILTER over a window");
    }
    if (!Vocabulary.window(name)) {
      throw unknownFunction(name);
    }
    SqlNode call = aggregate(name, arguments(node, name), false, true);
    SqlNodeList partitions = new SqlNodeList(AT);
    node.path("partitions").forEach(p -> partitions.add(expression(p)));
    SqlNodeList orders = queries.orders(node.path("orders"));
    String end = Ast.text(node, "end");
    boolean rows = Ast.text(node, "start").endsWith("_ROWS") || end.endsWith("_ROWS");
    if (Ast.text(node, "start").endsWith("_GROUPS") || end.endsWith("_GROUPS")) {
      throw Ast.unsupported("GROUPS in a window");
    }
    SqlNode window =
        SqlWindow.create(
            null,
            null,
            partitions,
            orders,
            SqlLiteral.createBoolean(rows, AT),
            bound(Ast.text(node, "start"), node.path("start_expr")),
            bound(end, node.path("end_expr")),
            null,
            SqlWindow.createExcludeNoOthers(AT),
            AT);
    return SqlStdOperatorTable.OVER.createCall(AT, call, window);
  }

  private @Nullable SqlNode bound(String name, JsonNode offset) {
    return switch (name) {
      case "UNBOUNDED_PRECEDING" -> SqlWindow.createUnboundedPreceding(AT);
      case "UNBOUNDED_FOLLOWING" -> SqlWindow.createUnboundedFollowing(AT);
      case "CURRENT_ROW_RANGE", "CURRENT_ROW_ROWS" -> SqlWindow.createCurrentRow(AT);
      case "EXPR_PRECEDING_ROWS", "EXPR_PRECEDING_RANGE" ->
          SqlWindow.createPreceding(expression(offset), AT);
      case "EXPR_FOLLOWING_ROWS", "EXPR_FOLLOWING_RANGE" ->
          SqlWindow.createFollowing(expression(offset), AT);
      default -> throw Ast.unsupported("this window frame");
    };
  }

  private SqlNode parameter(JsonNode node) {
    Ast.only(node, "a parameter", "alias", "identifier");
    String identifier = Ast.text(node, "identifier");
    if (identifier.isEmpty() || !identifier.chars().allMatch(Character::isDigit)) {
      throw Ast.unsupported("a named parameter");
    }
    return new SqlDynamicParam(Integer.parseInt(identifier) - 1, AT);
  }
}
