package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Turns what follows a query in DuckDB's syntax tree into Calcite's: ORDER BY, LIMIT, OFFSET.
 *
 * <p>NULL order is always written out, and an alias in ORDER BY becomes its column's position.
 */
final class AstOrders {
  private static final SqlParserPos AT = SqlParserPos.ZERO;
  private static final SqlNodeList NONE = new SqlNodeList(AT);

  private final AstExpressions expressions;
  private final AstLimits limits;

  AstOrders(AstExpressions expressions) {
    this.expressions = expressions;
    this.limits = new AstLimits(expressions);
  }

  /**
   * The query with what follows it. A query in parentheses may have an ORDER BY or a LIMIT of its
   * own before, which comes first:
   *
   * <pre>
   * (SELECT a FROM t LIMIT 3) ORDER BY a  →  SELECT * FROM (SELECT a FROM t LIMIT 3) ORDER BY 1
   * </pre>
   */
  SqlNode modified(SqlNode query, JsonNode modifiers, SqlNodeList items, boolean select) {
    SqlNode result = query;
    SqlNodeList orders = new SqlNodeList(AT);
    SqlNode offset = null;
    SqlNode fetch = null;
    boolean isWhole = false;
    for (JsonNode modifier : modifiers) {
      String type = Ast.type(modifier);
      if (isWhole || type.equals("ORDER_MODIFIER") && !orders.isEmpty()) {
        result = inParentheses(new SqlOrderBy(AT, result, orders, offset, fetch));
        orders = new SqlNodeList(AT);
        offset = null;
        fetch = null;
        isWhole = false;
      }
      switch (type) {
        case "DISTINCT_MODIFIER" -> {
          if (!select || result != query) {
            throw Ast.unsupported("DISTINCT on a set operation");
          }
        }
        case "ORDER_MODIFIER" -> {
          Ast.only(modifier, "ORDER BY", "orders");
          JsonNode keys = modifier.path("orders");
          boolean inside = result == query;
          orders =
              sortsBy(keys)
                  ? allOrders(keys, items)
                  : orders(
                      keys,
                      key -> inside ? byAlias(key, items) : position(key, select ? items : NONE));
        }
        case "LIMIT_MODIFIER" -> {
          Ast.only(modifier, "LIMIT", "limit", "offset", "limit_type");
          if (!Ast.text(modifier, "limit_type").equals("ROW_COUNT")) {
            throw Ast.unsupported("LIMIT as a percentage", "a number, or a parameter");
          }
          fetch = limits.count(modifier.path("limit"), "LIMIT");
          offset = limits.count(modifier.path("offset"), "OFFSET");
          isWhole = true;
        }
        default -> throw Ast.unsupported(type.toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return orders.isEmpty() && offset == null && fetch == null
        ? result
        : new SqlOrderBy(AT, result, orders, offset, fetch);
  }

  private static SqlNode inParentheses(SqlNode query) {
    SqlNode from =
        SqlStdOperatorTable.AS.createCall(AT, query, new SqlIdentifier("parenthesized", AT));
    return SelectItems.select(SqlNodeList.of(SqlIdentifier.star(AT)), from, null);
  }

  /** A sort key behind a query in parentheses: one of its columns. */
  private SqlNode position(JsonNode key, SqlNodeList items) {
    SqlNode position = byAlias(key, items);
    if (position instanceof SqlIdentifier name && name.isSimple()) {
      int found = -1;
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof SqlIdentifier column
            && column.names.get(column.names.size() - 1).equalsIgnoreCase(name.getSimple())) {
          found = found == -1 ? i : items.size();
        }
      }
      if (found >= 0 && found < items.size() && SelectItems.arePlain(items)) {
        return SqlLiteral.createExactNumeric(Integer.toString(found + 1), AT);
      }
    }
    if (!(position instanceof SqlLiteral)) {
      throw Ast.unsupported(
          "ORDER BY an expression behind a query in parentheses", "SELECT * FROM (…) ORDER BY …");
    }
    return position;
  }

  static boolean sortsAll(JsonNode modifiers) {
    for (JsonNode modifier : modifiers) {
      if (sortsBy(modifier.path("orders"))) {
        return true;
      }
    }
    return false;
  }

  /** True of ORDER BY ALL, which is COLUMNS(*) to DuckDB's parser. */
  private static boolean sortsBy(JsonNode orders) {
    JsonNode first = orders.path(0).path("expression");
    return Ast.text(first, "class").equals("STAR") && !first.has("expr");
  }

  /** True if some sort key holds a sub-query. */
  static boolean sortsBySubQuery(JsonNode modifiers) {
    for (JsonNode modifier : modifiers) {
      if (Ast.holds(modifier.path("orders"), node -> Ast.text(node, "class").equals("SUBQUERY"))) {
        return true;
      }
    }
    return false;
  }

  /** Sort keys of a window. */
  SqlNodeList orders(JsonNode orders) {
    return orders(orders, expressions::expression);
  }

  private SqlNodeList allOrders(JsonNode orders, SqlNodeList items) {
    if (orders.size() != 1 || items.isEmpty() || !SelectItems.arePlain(items)) {
      throw Ast.unsupported("ORDER BY ALL here");
    }
    SqlNodeList list = new SqlNodeList(AT);
    for (int i = 1; i <= items.size(); i++) {
      SqlNode position = SqlLiteral.createExactNumeric(Integer.toString(i), AT);
      list.addAll(orders(orders, star -> position).getList());
    }
    return list;
  }

  SqlNodeList orders(JsonNode orders, Function<JsonNode, SqlNode> keys) {
    SqlNodeList list = new SqlNodeList(AT);
    for (JsonNode order : orders) {
      Ast.only(order, "ORDER BY", "null_order", "expression");
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
  SqlNode byAlias(JsonNode expression, SqlNodeList items) {
    if (Ast.text(expression, "class").equals("STAR")) {
      throw expression.has("expr")
          ? Ast.unsupported("COLUMNS in ORDER BY", "the columns")
          : Ast.unsupported("ORDER BY *");
    }
    if (AstCollations.folds(expression)) {
      return expressions.expression(AstCollations.folded(AstCollations.bare(expression)));
    }
    if (Ast.text(expression, "class").equals("CONSTANT")
        && !Ast.text(expression.path("literal"), "kind").equals("INTEGER")) {
      throw Ast.unsupported("ORDER BY a literal that is not a position");
    }
    List<String> path = Ast.texts(expression.path("column_names"));
    if (path.size() == 1) {
      // Of two aliases that are alike DuckDB takes the last.
      for (int i = items.size() - 1; i >= 0; i--) {
        if (items.get(i) instanceof SqlBasicCall as
            && as.getOperator() == SqlStdOperatorTable.AS
            && ((SqlIdentifier) as.operand(1)).getSimple().equalsIgnoreCase(path.get(0))) {
          return noStarBefore(items, i)
              ? SqlLiteral.createExactNumeric(Integer.toString(i + 1), AT)
              : as.operand(0);
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
}
