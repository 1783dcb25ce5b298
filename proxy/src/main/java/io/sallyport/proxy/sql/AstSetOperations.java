package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSetOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Turns UNION, INTERSECT and EXCEPT of DuckDB's syntax tree into Calcite's; by name too.
 *
 * <pre>SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b
 * →  SELECT side.a AS a, NULL AS b FROM (…) AS side(a) UNION ALL SELECT NULL AS a, side.b AS b …
 * </pre>
 */
final class AstSetOperations {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  private final Function<JsonNode, SqlNode> queries;
  private final JoinedColumns joined;

  /**
   * @param queries translates one side
   */
  AstSetOperations(Function<JsonNode, SqlNode> queries, JoinedColumns joined) {
    this.queries = queries;
    this.joined = joined;
  }

  SqlNode of(JsonNode node) {
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
    List<JsonNode> children = new ArrayList<>();
    if (node.has("children")) {
      node.path("children").forEach(children::add);
    } else {
      children.add(node.path("left"));
      children.add(node.path("right"));
    }
    boolean byName = Ast.text(node, "setop_type").equals("UNION_BY_NAME");
    SqlSetOperator operator = operator(node);
    List<String> names = byName ? allNames(children) : List.of();
    SqlNode result = null;
    for (JsonNode child : children) {
      SqlNode query = queries.apply(child);
      SqlNode next = byName ? named(query, joined.outputs(child).orElseThrow(), names) : query;
      result = result == null ? next : operator.createCall(AT, result, next);
    }
    if (result == null) {
      throw Ast.unsupported("an empty set operation");
    }
    return result;
  }

  /** The columns of a set operation by name, if they can be told. */
  SqlNodeList columns(JsonNode node) {
    SqlNodeList columns = new SqlNodeList(AT);
    for (String name : joined.outputs(node).orElse(List.of())) {
      columns.add(new SqlIdentifier(name, AT));
    }
    return columns;
  }

  private static SqlSetOperator operator(JsonNode node) {
    boolean all = Ast.flag(node, "setop_all");
    return switch (Ast.text(node, "setop_type")) {
      case "UNION", "UNION_BY_NAME" ->
          all ? SqlStdOperatorTable.UNION_ALL : SqlStdOperatorTable.UNION;
      case "INTERSECT" -> all ? SqlStdOperatorTable.INTERSECT_ALL : SqlStdOperatorTable.INTERSECT;
      case "EXCEPT" -> all ? SqlStdOperatorTable.EXCEPT_ALL : SqlStdOperatorTable.EXCEPT;
      default -> throw Ast.unsupported(Ast.text(node, "setop_type").replace('_', ' '));
    };
  }

  private List<String> allNames(List<JsonNode> children) {
    Map<String, String> names = new LinkedHashMap<>();
    for (JsonNode child : children) {
      List<String> own =
          joined
              .outputs(child)
              .orElseThrow(() -> Ast.unsupported("UNION BY NAME of columns without names"));
      own.forEach(name -> names.putIfAbsent(name.toLowerCase(Locale.ROOT), name));
    }
    return List.copyOf(names.values());
  }

  /** The query with exactly the given columns, NULL where it has none of the name. */
  private static SqlNode named(SqlNode query, List<String> own, List<String> names) {
    List<SqlNode> operands = new ArrayList<>(List.of(query, new SqlIdentifier("side", AT)));
    own.forEach(name -> operands.add(new SqlIdentifier(name, AT)));
    SqlNodeList items = new SqlNodeList(AT);
    for (String name : names) {
      SqlNode value =
          own.stream().anyMatch(name::equalsIgnoreCase)
              ? new SqlIdentifier(List.of("side", name), AT)
              : SqlLiteral.createNull(AT);
      items.add(SelectItems.as(value, name));
    }
    SqlNode from = SqlStdOperatorTable.AS.createCall(AT, operands);
    return SelectItems.select(items, from, null);
  }
}
