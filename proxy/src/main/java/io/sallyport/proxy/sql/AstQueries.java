package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlSetOperator;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Turns DuckDB's syntax tree of a query into Calcite's: SELECT, FROM, set operations, CTEs.
 *
 * <p>It names tables in full as the catalogue spells them, and resolves what DuckDB resolves
 * otherwise than Calcite: ORDER BY aliases, GROUP BY ALL, NULL order.
 */
final class AstQueries {
  private static final SqlParserPos AT = SqlParserPos.ZERO;
  private static final int DEEPEST = 60;

  private final Catalog catalog;
  private final Optional<String> dataset;
  private final AstExpressions expressions;
  private final Deque<Map<String, Optional<List<String>>>> ctes = new ArrayDeque<>();
  private final Deque<List<JoinedColumns.Column>> merged = new ArrayDeque<>();
  private final JoinedColumns joined;
  private int depth;

  AstQueries(Catalog catalog, Optional<String> dataset, TypeOracle oracle) {
    this.catalog = catalog;
    this.dataset = dataset;
    this.expressions = new AstExpressions(this, oracle);
    this.joined =
        new JoinedColumns(this::columnNames, (a, b) -> expressions.call("coalesce", List.of(a, b)));
  }

  /** A whole statement or sub-query: {@code {"node": …}}. */
  SqlNode statement(JsonNode statement) {
    Ast.only(statement, "a statement", "node", "named_param_map");
    return query(statement.path("node"));
  }

  private SqlNode query(JsonNode node) {
    if (++depth > DEEPEST) {
      throw Ast.unsupported("a query nested deeper than " + DEEPEST);
    }
    Map<String, Optional<List<String>>> names = new HashMap<>();
    ctes.push(names);
    try {
      SqlNodeList with = new SqlNodeList(AT);
      for (JsonNode entry : node.path("cte_map").path("map")) {
        with.add(cte(entry));
        names.put(Ast.text(entry, "key").toLowerCase(Locale.ROOT), cteColumns(entry));
      }
      SqlNode body =
          switch (Ast.type(node)) {
            case "SELECT_NODE" -> select(node);
            case "SET_OPERATION_NODE" -> setOperation(node);
            default ->
                throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
          };
      if (with.isEmpty()) {
        return body;
      }
      return new SqlWith(AT, with, body);
    } finally {
      ctes.pop();
      depth--;
    }
  }

  private SqlNode cte(JsonNode entry) {
    JsonNode value = entry.path("value");
    Ast.only(value, "a CTE", "materialized", "query", "query_node", "aliases");
    SqlNodeList columns = null;
    if (value.has("aliases")) {
      columns = identifiers(value.path("aliases"));
    }
    return new SqlWithItem(
        AT,
        new SqlIdentifier(Ast.text(entry, "key"), AT),
        columns,
        query(cteQuery(value)),
        SqlLiteral.createBoolean(false, AT));
  }

  private static JsonNode cteQuery(JsonNode value) {
    return value.has("query_node") ? value.path("query_node") : value.path("query").path("node");
  }

  private Optional<List<String>> cteColumns(JsonNode entry) {
    JsonNode value = entry.path("value");
    Optional<List<String>> names = joined.outputs(cteQuery(value));
    return value.has("aliases") ? Optional.of(Ast.texts(value.path("aliases"))) : names;
  }

  /** The column names of a table or CTE as the analyst sees them. */
  private Optional<List<String>> columnNames(JsonNode table) {
    List<String> path = Ast.texts(table.path("qualified_name").path("path"));
    return path.size() == 1 && isCte(path.get(0))
        ? ctes.stream()
            .filter(names -> names.containsKey(path.get(0).toLowerCase(Locale.ROOT)))
            .findFirst()
            .flatMap(names -> names.get(path.get(0).toLowerCase(Locale.ROOT)))
        : Optional.of(catalog.columnNames(catalog.resolve(dataset, path)));
  }

  private boolean isCte(String name) {
    return ctes.stream().anyMatch(names -> names.containsKey(name.toLowerCase(Locale.ROOT)));
  }

  /** What an unqualified column means if a join of the same SELECT has merged it. */
  Optional<SqlNode> merged(String name) {
    List<JoinedColumns.Column> columns = merged.peek();
    return columns == null
        ? Optional.empty()
        : columns.stream()
            .filter(column -> column.name().equalsIgnoreCase(name))
            .map(JoinedColumns.Column::value)
            .findFirst();
  }

  private static SqlNodeList identifiers(JsonNode names) {
    SqlNodeList list = new SqlNodeList(AT);
    names.forEach(name -> list.add(new SqlIdentifier(name.asText(), AT)));
    return list;
  }

  private SqlNode setOperation(JsonNode node) {
    Ast.only(
        node,
        "a set operation",
        "cte_map",
        "modifiers",
        "setop_type",
        "setop_all",
        "children",
        "left",
        "right");
    boolean all = Ast.flag(node, "setop_all");
    SqlSetOperator operator =
        switch (Ast.text(node, "setop_type")) {
          case "UNION" -> all ? SqlStdOperatorTable.UNION_ALL : SqlStdOperatorTable.UNION;
          case "INTERSECT" ->
              all ? SqlStdOperatorTable.INTERSECT_ALL : SqlStdOperatorTable.INTERSECT;
          case "EXCEPT" -> all ? SqlStdOperatorTable.EXCEPT_ALL : SqlStdOperatorTable.EXCEPT;
          default -> throw Ast.unsupported(Ast.text(node, "setop_type").replace('_', ' '));
        };
    List<JsonNode> children = new ArrayList<>();
    if (node.has("children")) {
      node.path("children").forEach(children::add);
    } else {
      children.add(node.path("left"));
      children.add(node.path("right"));
    }
    SqlNode result = null;
    for (JsonNode child : children) {
      SqlNode next = query(child);
      result = result == null ? next : operator.createCall(AT, result, next);
    }
    if (result == null) {
      throw Ast.unsupported("an empty set operation");
    }
    return modified(result, node.path("modifiers"), new SqlNodeList(AT), false);
  }

  private SqlNode select(JsonNode node) {
    Ast.only(
        node,
        "SELECT",
        "cte_map",
        "modifiers",
        "select_list",
        "from_table",
        "where_clause",
        "group_expressions",
        "group_sets",
        "aggregate_handling",
        "having",
        "qualify");
    JsonNode tables = node.path("from_table");
    merged.push(List.of());
    SqlNode from = from(tables);
    merged.pop();
    merged.push(JoinedColumns.merges(tables) ? joined.merged(tables) : List.of());
    try {
      return select(node, from);
    } finally {
      merged.pop();
    }
  }

  private SqlNode select(JsonNode node, @Nullable SqlNode from) {
    SqlNodeList items = new SqlNodeList(AT);
    for (JsonNode item : node.path("select_list")) {
      items(item, node.path("from_table"), items);
    }
    SqlNode where = optional(node.path("where_clause"));
    SqlNodeList groups = groups(node, items);
    SqlNode having = optional(node.path("having"));
    SqlNode qualify = optional(node.path("qualify"));
    boolean distinct = false;
    for (JsonNode modifier : node.path("modifiers")) {
      if (Ast.type(modifier).equals("DISTINCT_MODIFIER")) {
        Ast.only(modifier, "DISTINCT ON");
        distinct = true;
      }
    }
    SqlNodeList keywords = new SqlNodeList(AT);
    if (distinct) {
      keywords.add(SqlSelectKeyword.DISTINCT.symbol(AT));
    }
    SqlSelect select =
        new SqlSelect(
            AT, keywords, items, from, where, groups, having, null, qualify, null, null, null,
            null);
    return modified(select, node.path("modifiers"), items, true);
  }

  private @Nullable SqlNode optional(JsonNode node) {
    return node.isMissingNode() ? null : expressions.expression(node);
  }

  private void items(JsonNode item, JsonNode from, SqlNodeList items) {
    boolean star = Ast.text(item, "class").equals("STAR");
    if (star && Ast.text(item, "relation_name").isEmpty() && JoinedColumns.merges(from)) {
      Ast.only(item, "*", "columns");
      if (Ast.flag(item, "columns")) {
        throw Ast.unsupported("COLUMNS");
      }
      for (JoinedColumns.Column column : joined.star(from)) {
        items.add(as(column.value(), column.name(), new SqlNodeList(AT)));
      }
    } else {
      items.add(item(item));
    }
  }

  private SqlNode item(JsonNode item) {
    if (Ast.text(item, "class").equals("STAR")) {
      Ast.only(item, "*", "relation_name", "columns");
      if (Ast.flag(item, "columns")) {
        throw Ast.unsupported("COLUMNS");
      }
      String relation = Ast.text(item, "relation_name");
      return relation.isEmpty()
          ? SqlIdentifier.star(AT)
          : SqlIdentifier.star(List.of(relation, ""), AT, List.of(AT, AT));
    }
    SqlNode expression = expressions.expression(item);
    String alias = Ast.text(item, "alias");
    List<String> column = Ast.texts(item.path("column_names"));
    if (alias.isEmpty() && column.size() == 1 && merged(column.get(0)).isPresent()) {
      alias = column.get(0);
    }
    return alias.isEmpty() ? expression : as(expression, alias, new SqlNodeList(AT));
  }

  private static SqlNode as(SqlNode node, String alias, SqlNodeList columns) {
    List<SqlNode> operands = new ArrayList<>();
    operands.add(node);
    operands.add(new SqlIdentifier(alias, AT));
    operands.addAll(columns.getList());
    return SqlStdOperatorTable.AS.createCall(AT, operands);
  }

  private @Nullable SqlNodeList groups(JsonNode node, SqlNodeList items) {
    String handling = Ast.text(node, "aggregate_handling");
    JsonNode given = node.path("group_expressions");
    if (handling.equals("FORCE_AGGREGATES")) {
      SqlNodeList all = new SqlNodeList(AT);
      for (SqlNode item : items) {
        SqlNode bare = bare(item);
        if (!Vocabulary.aggregates(bare)) {
          all.add(bare);
        }
      }
      return all;
    }
    if (!handling.equals("STANDARD_HANDLING")) {
      throw Ast.unsupported("GROUP BY " + handling.toLowerCase(Locale.ROOT));
    }
    if (given.isMissingNode()) {
      return null;
    }
    JsonNode sets = node.path("group_sets");
    if (sets.size() > 1 || (sets.size() == 1 && sets.get(0).size() != given.size())) {
      throw Ast.unsupported("GROUPING SETS, ROLLUP or CUBE");
    }
    SqlNodeList list = new SqlNodeList(AT);
    for (JsonNode expression : given) {
      list.add(expressions.expression(expression));
    }
    return list;
  }

  private static SqlNode bare(SqlNode item) {
    return item instanceof SqlBasicCall call && call.getOperator() == SqlStdOperatorTable.AS
        ? call.operand(0)
        : item;
  }

  private SqlNode modified(SqlNode query, JsonNode modifiers, SqlNodeList items, boolean select) {
    SqlNodeList orders = new SqlNodeList(AT);
    SqlNode offset = null;
    SqlNode fetch = null;
    for (JsonNode modifier : modifiers) {
      switch (Ast.type(modifier)) {
        case "DISTINCT_MODIFIER" -> {
          if (!select) {
            throw Ast.unsupported("DISTINCT on a set operation");
          }
        }
        case "ORDER_MODIFIER" -> {
          Ast.only(modifier, "ORDER BY", "orders");
          orders = orders(modifier.path("orders"), key -> byAlias(key, items));
        }
        case "LIMIT_MODIFIER" -> {
          Ast.only(modifier, "LIMIT", "limit", "offset", "limit_type");
          if (!Ast.text(modifier, "limit_type").equals("ROW_COUNT")) {
            throw Ast.unsupported("LIMIT as a percentage");
          }
          fetch = count(modifier.path("limit"), "LIMIT");
          offset = count(modifier.path("offset"), "OFFSET");
        }
        default ->
            throw Ast.unsupported(Ast.type(modifier).toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return orders.isEmpty() && offset == null && fetch == null
        ? query
        : new SqlOrderBy(AT, query, orders, offset, fetch);
  }

  private @Nullable SqlNode count(JsonNode node, String clause) {
    if (node.isMissingNode()) {
      return null;
    }
    String kind = Ast.text(node, "class");
    boolean literal =
        kind.equals("CONSTANT") && Ast.text(node.path("literal"), "kind").equals("INTEGER");
    if (!literal && !kind.equals("PARAMETER")) {
      throw Ast.unsupported(clause + " with an expression");
    }
    return expressions.expression(node);
  }

  /** Sort keys of a window. */
  SqlNodeList orders(JsonNode orders) {
    return orders(orders, expressions::expression);
  }

  private SqlNodeList orders(JsonNode orders, Function<JsonNode, SqlNode> keys) {
    SqlNodeList list = new SqlNodeList(AT);
    for (JsonNode order : orders) {
      Ast.only(order, "ORDER BY", "null_order", "expression");
      if (Ast.text(order.path("expression"), "class").equals("STAR")) {
        throw Ast.unsupported("ORDER BY ALL");
      }
      SqlNode key = keys.apply(order.path("expression"));
      if (Ast.type(order).equals("DESCENDING")) {
        key = SqlStdOperatorTable.DESC.createCall(AT, key);
      } else if (!Ast.type(order).equals("ASCENDING") && !Ast.type(order).equals("ORDER_DEFAULT")) {
        throw Ast.unsupported("ORDER BY " + Ast.type(order));
      }
      list.add(
          switch (Ast.text(order, "null_order")) {
            case "ORDER_DEFAULT", "NULLS LAST", "NULLS_LAST" ->
                SqlStdOperatorTable.NULLS_LAST.createCall(AT, key);
            case "NULLS FIRST", "NULLS_FIRST" ->
                SqlStdOperatorTable.NULLS_FIRST.createCall(AT, key);
            default -> throw Ast.unsupported("ORDER BY with this NULL order");
          });
    }
    return list;
  }

  /** A sort key that is an output column's alias means that column, before any input column. */
  private SqlNode byAlias(JsonNode expression, SqlNodeList items) {
    if (Ast.text(expression, "class").equals("CONSTANT")
        && !Ast.text(expression.path("literal"), "kind").equals("INTEGER")) {
      throw Ast.unsupported("ORDER BY a literal that is not a position");
    }
    List<String> path = Ast.texts(expression.path("column_names"));
    if (path.size() == 1) {
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof SqlBasicCall as
            && as.getOperator() == SqlStdOperatorTable.AS
            && ((SqlIdentifier) as.operand(1)).getSimple().equalsIgnoreCase(path.get(0))
            && noStarBefore(items, i)) {
          return SqlLiteral.createExactNumeric(Integer.toString(i + 1), AT);
        }
      }
    }
    return expressions.expression(expression);
  }

  private static boolean noStarBefore(SqlNodeList items, int end) {
    for (int i = 0; i < end; i++) {
      if (items.get(i) instanceof SqlIdentifier id && id.isStar()) {
        return false;
      }
    }
    return true;
  }

  private @Nullable SqlNode from(JsonNode node) {
    return switch (Ast.type(node)) {
      case "EMPTY" -> null;
      case "BASE_TABLE" -> table(node);
      case "JOIN" -> join(node);
      case "SUBQUERY" -> {
        Ast.only(node, "a sub-query in FROM", "alias", "subquery", "column_name_alias");
        yield aliased(statement(node.path("subquery")), node, Ast.text(node, "alias"));
      }
      case "EXPRESSION_LIST" -> values(node);
      case "TABLE_FUNCTION" -> throw Ast.unsupported("a table function");
      default -> throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
    };
  }

  private SqlNode relation(JsonNode node) {
    SqlNode from = from(node);
    if (from == null) {
      throw Ast.unsupported("a join without a table");
    }
    return from;
  }

  private static SqlNode aliased(SqlNode relation, JsonNode node, String alias) {
    SqlNodeList columns = identifiers(node.path("column_name_alias"));
    if (alias.isEmpty()) {
      if (!columns.isEmpty()) {
        throw Ast.unsupported("column aliases without a table alias");
      }
      return relation;
    }
    return as(relation, alias, columns);
  }

  private SqlNode table(JsonNode node) {
    Ast.only(
        node,
        "a table",
        "alias",
        "schema_name",
        "table_name",
        "qualified_name",
        "column_name_alias");
    List<String> path = Ast.texts(node.path("qualified_name").path("path"));
    String alias = Ast.text(node, "alias");
    if (path.size() == 1 && isCte(path.get(0))) {
      return aliased(new SqlIdentifier(path.get(0), AT), node, alias);
    }
    List<String> name = catalog.resolve(dataset, path);
    return aliased(
        new SqlIdentifier(name, AT),
        node,
        alias.isEmpty() && node.has("column_name_alias") ? name.get(1) : alias);
  }

  private SqlNode join(JsonNode node) {
    Ast.only(
        node,
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
    String ref = Ast.text(node, "ref_type");
    JoinType type =
        switch (Ast.text(node, "join_type")) {
          case "INNER" -> ref.equals("CROSS") ? JoinType.CROSS : JoinType.INNER;
          case "LEFT" -> JoinType.LEFT;
          case "RIGHT" -> JoinType.RIGHT;
          case "OUTER", "FULL" -> JoinType.FULL;
          default -> throw Ast.unsupported(Ast.text(node, "join_type") + " JOIN");
        };
    if (!Set.of("REGULAR", "CROSS", "NATURAL").contains(ref)) {
      throw Ast.unsupported(ref + " JOIN");
    }
    SqlNode left = relation(node.path("left"));
    SqlNode right = relation(node.path("right"));
    JoinConditionType conditionType = JoinConditionType.NONE;
    SqlNode condition = null;
    if (node.has("condition")) {
      conditionType = JoinConditionType.ON;
      condition = expressions.expression(node.path("condition"));
    } else {
      for (String name : joined.common(node)) {
        SqlNode equal =
            EngineComparison.EQUAL.createCall(
                AT, joined.left(node, name), joined.right(node, name));
        condition =
            condition == null ? equal : SqlStdOperatorTable.AND.createCall(AT, condition, equal);
      }
      if (condition != null) {
        conditionType = JoinConditionType.ON;
      } else if (ref.equals("NATURAL")) {
        throw Ast.unsupported("NATURAL JOIN of tables without a common column");
      }
    }
    return new SqlJoin(
        AT,
        left,
        SqlLiteral.createBoolean(false, AT),
        type.symbol(AT),
        right,
        conditionType.symbol(AT),
        condition);
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
    SqlNodeList columns = identifiers(node.path("column_name_alias"));
    for (int i = columns.size(); i < width; i++) {
      columns.add(new SqlIdentifier("col" + i, AT));
    }
    String alias = Ast.text(node, "alias");
    return as(
        SqlStdOperatorTable.VALUES.createCall(AT, rows),
        alias.isEmpty() ? "valueslist" : alias,
        columns);
  }
}
