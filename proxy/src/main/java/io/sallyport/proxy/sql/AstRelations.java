package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Turns the FROM clause of DuckDB's syntax tree into Calcite's: tables, joins, VALUES. */
final class AstRelations {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  /** What to write in place of a join that gives other rows each time, or whose ties do. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          "ASOF", "LEFT JOIN LATERAL (SELECT … ORDER BY … DESC LIMIT 1) ON true",
          "POSITIONAL", "a JOIN on row_number() of both sides");

  private final AstQueries queries;
  private final AstExpressions expressions;

  AstRelations(AstQueries queries, AstExpressions expressions) {
    this.queries = queries;
    this.expressions = expressions;
  }

  /** Names sub-queries that have no name, as DuckDB does. */
  static void name(JsonNode from, List<String> names) {
    if (Ast.type(from).equals("JOIN")) {
      name(from.path("left"), names);
      name(from.path("right"), names);
    } else if (from instanceof ObjectNode node
        && Set.of("SUBQUERY", "PIVOT").contains(Ast.type(from))
        && Ast.text(from, "alias").isEmpty()) {
      String name = "unnamed_subquery" + (names.isEmpty() ? "" : names.size() + 1);
      names.add(name);
      node.put("alias", name);
    }
  }

  @Nullable SqlNode from(JsonNode node) {
    return switch (Ast.type(node)) {
      case "EMPTY" -> null;
      case "BASE_TABLE" -> table(node);
      case "JOIN" -> join(node);
      case "SUBQUERY" -> subQuery(node, false);
      case "PIVOT" -> subQuery(new AstPivots(queries.joined()).written(node), false);
      case "EXPRESSION_LIST" -> values(node);
      case "TABLE_FUNCTION" -> tableFunction(node, false);
      case "SHOW_REF" -> from(queries.shows().written(node));
      default -> throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
    };
  }

  /** On the right of a join a sub-query may name columns of the left, LATERAL written or not. */
  private SqlNode side(JsonNode node, boolean right) {
    SqlNode from =
        right && Ast.type(node).equals("SUBQUERY")
            ? subQuery(node, true)
            : right && Ast.type(node).equals("TABLE_FUNCTION")
                ? tableFunction(node, true)
                : from(node);
    if (from == null) {
      throw Ast.unsupported("a join without a table");
    }
    return from;
  }

  private SqlNode subQuery(JsonNode node, boolean lateral) {
    Ast.only(node, "a sub-query in FROM", "alias", "subquery", "column_name_alias");
    SqlNode query = queries.statement(node.path("subquery"));
    List<String> given = Ast.texts(node.path("column_name_alias"));
    List<String> names =
        queries.joined().outputs(node.path("subquery").path("node")).orElse(List.of());
    List<String> columns = new ArrayList<>(given);
    for (int i = given.size(); i < names.size(); i++) {
      columns.add(names.get(i));
    }
    return as(
        lateral ? SqlStdOperatorTable.LATERAL.createCall(AT, query) : query,
        JoinedColumns.alias(node),
        columns);
  }

  private static SqlNode as(SqlNode node, String alias, List<String> columns) {
    List<SqlNode> operands = new ArrayList<>();
    operands.add(node);
    operands.add(new SqlIdentifier(alias, AT));
    columns.forEach(column -> operands.add(new SqlIdentifier(column, AT)));
    return SqlStdOperatorTable.AS.createCall(AT, operands);
  }

  private SqlNode table(JsonNode node) {
    if (node.has("catalog_name")) {
      throw Ast.unsupported("a table's name of three parts", "the schema and the table");
    }
    if (node.has("sample")) {
      throw Ast.unsupported("TABLESAMPLE", "WHERE hash(id) % 10 = 0, over public tables");
    }
    Ast.only(
        node,
        "a table",
        "alias",
        "schema_name",
        "table_name",
        "qualified_name",
        "column_name_alias");
    List<String> path = Ast.texts(node.path("qualified_name").path("path"));
    List<String> columns = Ast.texts(node.path("column_name_alias"));
    String alias = Ast.text(node, "alias");
    queries.reads(path);
    boolean cte = path.size() == 1 && queries.isCte(path.get(0));
    List<String> name = cte ? List.of(queries.cteName(path.get(0))) : queries.tableName(path);
    SqlNode table = new SqlIdentifier(name, AT);
    if (alias.isEmpty() && columns.isEmpty() && (!cte || name.equals(path))) {
      return table;
    }
    if (!columns.isEmpty()) {
      List<String> own = queries.columnNames(node).orElse(List.of());
      own.stream().skip(columns.size()).forEach(columns::add);
    }
    return as(table, alias.isEmpty() ? (cte ? path : name).get(name.size() - 1) : alias, columns);
  }

  /** A function that makes rows; on the right of a join it may name columns of the left. */
  private SqlNode tableFunction(JsonNode node, boolean lateral) {
    Ast.only(node, "a table function", "alias", "function", "column_name_alias", "with_ordinality");
    JsonNode function = AstUnnests.rows(node.path("function"));
    String name = Ast.text(function, "function_name").toLowerCase(Locale.ROOT);
    AstExpressions.unqualified(function, name);
    if (!EngineTableFunction.isKnown(name)) {
      throw Ast.unsupported("the table function " + name);
    }
    boolean numbered = Ast.text(node, "with_ordinality").equals("WITH_ORDINALITY");
    SqlNode table =
        SqlStdOperatorTable.COLLECTION_TABLE.createCall(
            AT, expressions.tableFunction(name, expressions.arguments(function, name), numbered));
    return as(
        lateral ? SqlStdOperatorTable.LATERAL.createCall(AT, table) : table,
        JoinedColumns.alias(node),
        JoinedColumns.functionColumns(node));
  }

  private SqlNode join(JsonNode node) {
    only(node);
    String ref = Ast.text(node, "ref_type");
    JoinType type =
        switch (Ast.text(node, "join_type")) {
          case "INNER" -> ref.equals("CROSS") ? JoinType.CROSS : JoinType.INNER;
          case "LEFT" -> JoinType.LEFT;
          case "RIGHT" -> JoinType.RIGHT;
          case "OUTER", "FULL" -> JoinType.FULL;
          case "SEMI", "ANTI" -> throw Ast.unsupported("SEMI or ANTI JOIN before another JOIN");
          default -> throw Ast.unsupported(Ast.text(node, "join_type") + " JOIN");
        };
    if (!Set.of("REGULAR", "CROSS", "NATURAL").contains(ref)) {
      throw Ast.unsupported(ref + " JOIN", INSTEAD.getOrDefault(ref, "a plain JOIN"));
    }
    boolean mayBeLateral =
        type == JoinType.CROSS || type == JoinType.INNER || type == JoinType.LEFT;
    SqlNode left = side(node.path("left"), false);
    SqlNode right = side(node.path("right"), mayBeLateral);
    SqlNode condition = condition(node);
    return new SqlJoin(
        AT,
        left,
        SqlLiteral.createBoolean(false, AT),
        type.symbol(AT),
        right,
        (condition == null ? JoinConditionType.NONE : JoinConditionType.ON).symbol(AT),
        condition);
  }

  private static void only(JsonNode join) {
    Ast.only(
        join,
        "a join",
        "left",
        "right",
        "condition",
        "join_type",
        "ref_type",
        "using_columns",
        "delim_flipped",
        "is_implicit",
        "nearest_count",
        "nearest_order_type",
        "nearest_approx",
        "alias");
  }

  /** True for a join that only filters its left side. */
  static boolean isFilter(JsonNode from) {
    return Ast.type(from).equals("JOIN")
        && Set.of("SEMI", "ANTI").contains(Ast.text(from, "join_type"));
  }

  /** What a join asks of its rows, whether by ON, USING or NATURAL. */
  @Nullable SqlNode condition(JsonNode join) {
    only(join);
    return join.has("condition")
        ? expressions.condition(join.path("condition"))
        : common(join, Ast.text(join, "ref_type"));
  }

  private @Nullable SqlNode common(JsonNode join, String ref) {
    SqlNode condition = null;
    for (String name : queries.joined().common(join)) {
      SqlNode equal =
          EngineComparison.EQUAL.createCall(
              AT, queries.joined().left(join, name), queries.joined().right(join, name));
      condition =
          condition == null ? equal : SqlStdOperatorTable.AND.createCall(AT, condition, equal);
    }
    if (condition == null && ref.equals("NATURAL")) {
      throw Ast.unsupported("NATURAL JOIN of tables without a common column");
    }
    return condition;
  }

  private SqlNode values(JsonNode node) {
    Ast.only(node, "VALUES", "alias", "values", "expected_names", "column_name_alias");
    List<SqlNode> rows = new ArrayList<>();
    int width = 0;
    for (JsonNode row : node.path("values")) {
      List<SqlNode> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(expressions.expression(cell)));
      width = cells.size();
      rows.add(SqlStdOperatorTable.ROW.createCall(AT, cells));
    }
    oneKind(node.path("values"), width);
    List<String> columns = new ArrayList<>(Ast.texts(node.path("column_name_alias")));
    for (int i = columns.size(); i < width; i++) {
      columns.add("col" + i);
    }
    return as(SqlStdOperatorTable.VALUES.createCall(AT, rows), JoinedColumns.alias(node), columns);
  }

  /** DuckDB turns texts into what the other rows have, or fails. */
  private static void oneKind(JsonNode rows, int width) {
    for (int i = 0; i < width; i++) {
      Set<String> kinds = new HashSet<>();
      for (JsonNode row : rows) {
        String kind = Ast.text(row.path(i).path("literal"), "kind");
        kinds.add(kind.equals("NUMERIC") ? "INTEGER" : kind);
      }
      kinds.retainAll(Set.of("STRING", "INTEGER", "BOOLEAN"));
      if (kinds.size() > 1) {
        throw Ast.unsupported("VALUES with literals of several kinds in one column");
      }
    }
  }
}
