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
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

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
  private final Map<String, Integer> parameters;
  private final AstAggregates aggregates;
  private final AstLambdas lambdas;
  private final AstColumns columns;
  private final AstAccesses accesses;

  AstExpressions(AstQueries queries, TypeOracle oracle, Map<String, Integer> parameters) {
    this.queries = queries;
    this.oracle = oracle;
    this.parameters = parameters;
    this.aggregates = new AstAggregates(this, queries, oracle);
    this.lambdas = new AstLambdas(this, oracle);
    this.columns = new AstColumns(this, queries, lambdas, oracle);
    this.accesses = new AstAccesses(this);
  }

  SqlNode expression(JsonNode node) {
    return switch (Ast.text(node, "class")) {
      case "COLUMN_REF" -> columns.column(node);
      case "CONSTANT" -> constant(node);
      case "FUNCTION" -> function(node);
      case "CAST" -> cast(node);
      case "COMPARISON" -> comparison(node);
      case "CONJUNCTION" -> conjunction(node);
      case "OPERATOR" -> operator(node);
      case "BETWEEN" -> between(node);
      case "CASE" -> caseWhen(node);
      case "SUBQUERY" -> subQuery(node);
      case "WINDOW" -> aggregates.window(node);
      case "LAMBDA" -> accesses.arrow(node);
      case "POSITIONAL_REFERENCE" -> columns.position(node);
      case "PARAMETER" -> parameter(node);
      case "COLLATE" -> throw Ast.unsupported("COLLATE here", "lower(…) on both sides");
      case "STAR" -> throw Ast.unsupported("* inside an expression");
      default -> throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
    };
  }

  static SqlNode text(String value) {
    return SqlLiteral.createCharString(value, "UTF-8", AT);
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
      case "BIT" -> castTo(SqlLiteral.createCharString(text, "UTF-8", AT), "cast", "BIT");
      case "HEX" ->
          castTo(SqlLiteral.createCharString(escapedBytes(text), "UTF-8", AT), "cast", "BLOB");
      default -> throw Ast.unsupported("a literal of another kind");
    };
  }

  SqlNode number(String text) {
    try {
      Literals.Number number = new Literals.Number(new BigDecimal(text), oracle.literal(text));
      boolean isMinusZero =
          text.startsWith("-")
              && number.bigDecimalValue().signum() == 0
              && number.getTypeName() == SqlTypeName.DOUBLE;
      return isMinusZero ? call("-", List.of(number)) : number;
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
        "schema",
        "catalog",
        "filter");
    String name = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
    if (node.has("schema")) {
      return expression(accesses.method(node, queries));
    }
    unqualified(node, name);
    if (Vocabulary.aggregate(name)) {
      return aggregates.aggregate(node, name);
    }
    if (Asker.tells(name) && !node.has("arguments")) {
      return columns.session(name);
    }
    if (AstAccesses.aggregatesList(name)) {
      return accesses.listAggregate(node, name);
    }
    JsonNode first = node.path("arguments").path(0).path("expression");
    if (name.equals("contains")
        && Ast.text(first, "function_name").equals("row")
        && !first.has("arguments")) {
      throw Ast.unsupported("IN ()", "a list with a value in it, or false");
    }
    if (!Vocabulary.scalar(name)) {
      throw unknownFunction(name);
    }
    if (Ast.flag(node, "distinct") || node.path("order_bys").has("orders") || node.has("filter")) {
      throw Ast.unsupported(name + " with DISTINCT, ORDER BY or FILTER");
    }
    return Vocabulary.takesLambda(name)
        ? lambdas.call(node, name)
        : call(
            name,
            ConstantInterval.number(name, node)
                .map(List::of)
                .orElseGet(() -> arguments(node, name)));
  }

  static void unqualified(JsonNode node, String name) {
    if (node.has("schema") || node.path("qualified_name").path("path").size() > 1) {
      throw Ast.unsupported("a schema before the function " + name);
    }
  }

  static GatewayException unknownFunction(String name) {
    if (EngineTableFunction.isKnown(name)) {
      return new GatewayException(
          ErrorCode.NOT_SUPPORTED,
          "`" + name + "` is supported in FROM alone; write FROM " + name + "(…) AS t(x)");
    }
    return new GatewayException(
        ErrorCode.UNKNOWN_FUNCTION, "the function `" + name + "` is unknown or not supported");
  }

  /** The fields of a struct or union become pairs of name and value. */
  List<SqlNode> arguments(JsonNode node, String function) {
    boolean named = CallSyntax.takesNames(function);
    List<SqlNode> operands = new ArrayList<>();
    for (JsonNode argument : node.path("arguments")) {
      if (named) {
        Ast.only(argument, function, "expression", "name");
        operands.add(text(Ast.text(argument, "name")));
      } else {
        Ast.only(argument, function, "expression");
      }
      operands.add(expression(argument.path("expression")));
    }
    return operands;
  }

  /** A call of an allow-listed scalar function by its lower-case name. */
  SqlCall call(String name, List<SqlNode> operands) {
    SqlFunction function =
        new EngineFunction(name, oracle.scalar(name), Vocabulary.deterministic(name));
    return new SqlBasicCall(function, operands, AT);
  }

  SqlCall tableFunction(String name, List<SqlNode> operands, boolean numbered) {
    return new SqlBasicCall(
        new EngineTableFunction(name, oracle.rows(name), numbered), operands, AT);
  }

  SqlNode rowNumber(SqlNodeList partition, SqlNodeList orders) {
    return aggregates.rowNumber(partition, orders);
  }

  private SqlNode cast(JsonNode node) {
    Ast.only(node, "CAST", "alias", "child", "try_cast", "type_expr");
    return castTo(
        expression(node.path("child")),
        Ast.flag(node, "try_cast") ? "try_cast" : "cast",
        AstTypes.name(node.path("type_expr")));
  }

  SqlNode castTo(SqlNode operand, String function, String type) {
    RelDataType target = oracle.named(type);
    return new SqlBasicCall(new EngineCast(function, target), List.of(operand), AT);
  }

  /** An expression where DuckDB wants a condition, and casts what is none. */
  SqlNode condition(JsonNode node) {
    return EngineImplicit.condition(expression(node), oracle);
  }

  private SqlNode comparison(JsonNode node) {
    Ast.only(node, "a comparison", "alias", "left", "right");
    EngineComparison operator = COMPARISONS.get(Ast.type(node));
    if (operator == null) {
      throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT));
    }
    JsonNode left = node.path("left");
    JsonNode right = node.path("right");
    if (AstCollations.folds(left) || AstCollations.folds(right)) {
      return operator.createCall(
          AT,
          expression(AstCollations.folded(AstCollations.bare(left))),
          expression(AstCollations.folded(AstCollations.bare(right))));
    }
    return operator.createCall(AT, expression(left), expression(right));
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
      SqlNode next = condition(child);
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
      case "OPERATOR_NOT" ->
          SqlStdOperatorTable.NOT.createCall(AT, EngineImplicit.condition(operands.get(0), oracle));
      case "OPERATOR_IS_NULL" -> SqlStdOperatorTable.IS_NULL.createCall(AT, operands);
      case "OPERATOR_IS_NOT_NULL" -> SqlStdOperatorTable.IS_NOT_NULL.createCall(AT, operands);
      case "COMPARE_IN" -> call("in", operands);
      case "OPERATOR_COALESCE" -> call("coalesce", operands);
      case "OPERATOR_TRY" -> call("try", operands);
      case "ARRAY_EXTRACT" -> call("array_extract", operands);
      case "STRUCT_EXTRACT" -> EngineImplicit.field(operands.get(0), operands.get(1), oracle);
      case "ARRAY_SLICE" -> accesses.slice(operands);
      case "ARRAY_CONSTRUCTOR" -> call("list_value", operands);
      case "GROUPING_FUNCTION" -> SqlStdOperatorTable.GROUPING.createCall(AT, operands);
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
      when.add(condition(check.path("when_expr")));
      then.add(expression(check.path("then_expr")));
    }
    SqlNode otherwise = expression(node.path("else_expr"));
    boolean isNull =
        SqlUtil.isNullLiteral(otherwise, false)
            && then.stream().allMatch(value -> SqlUtil.isNullLiteral(value, false));
    // Calcite wants a branch that is no plain NULL.
    return new SqlCase(
        AT,
        null,
        when,
        then,
        isNull
            ? new EngineFunction.Maybe("case of null alone").createCall(AT, otherwise)
            : otherwise);
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
    return (operator == SqlStdOperatorTable.SOME_EQ ? EngineMembership.IN : operator)
        .createCall(AT, left, query);
  }

  private SqlNode parameter(JsonNode node) {
    Ast.only(node, "a parameter", "alias", "identifier");
    Integer position = parameters.get(Ast.text(node, "identifier"));
    if (position == null) {
      throw Ast.unsupported("this parameter");
    }
    return new SqlDynamicParam(position, AT);
  }
}
