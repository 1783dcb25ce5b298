package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Names what is uncommon in a statement, for one that DuckDB takes and that cannot be planned here.
 *
 * <pre>`QUALIFY` and `GROUPING SETS` cannot be combined like this; write sub-queries</pre>
 */
final class Constructs {
  private static final int MOST = 4;

  private final Set<String> found = new LinkedHashSet<>();
  private final Set<String> functions = new LinkedHashSet<>();

  private Constructs() {}

  static GatewayException refused(JsonNode tree, Throwable cause) {
    Constructs constructs = new Constructs();
    constructs.gather(tree.path("node"));
    Set<String> named = constructs.found.isEmpty() ? constructs.functions : constructs.found;
    String list =
        named.isEmpty() ? "SELECT" : String.join("`, `", named.stream().limit(MOST).toList());
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED,
        "`" + list + "` cannot be combined like this; write the parts as sub-queries of their own",
        cause);
  }

  private void gather(JsonNode node) {
    switch (Ast.text(node, "class")) {
      case "WINDOW" -> found.add("OVER");
      case "LAMBDA" -> found.add("a lambda");
      case "CASE" -> found.add("CASE");
      case "SUBQUERY" -> found.add("a sub-query in an expression");
      case "FUNCTION" -> function(node);
      default -> {}
    }
    switch (Ast.type(node)) {
      case "SET_OPERATION_NODE" -> found.add(Ast.text(node, "setop_type").replace('_', ' '));
      case "RECURSIVE_CTE_NODE" -> found.add("WITH RECURSIVE");
      case "PIVOT" -> found.add("PIVOT");
      case "TABLE_FUNCTION" -> found.add("a function in FROM");
      case "EXPRESSION_LIST" -> found.add("VALUES");
      case "DISTINCT_MODIFIER" -> found.add("DISTINCT");
      case "JOIN" -> join(node);
      default -> {}
    }
    if (node.has("qualify")) {
      found.add("QUALIFY");
    }
    if (node.path("group_sets").size() > 1) {
      found.add("GROUPING SETS");
    }
    if (Ast.text(node, "aggregate_handling").equals("FORCE_AGGREGATES")) {
      found.add("GROUP BY ALL");
    }
    node.forEach(this::gather);
  }

  private void function(JsonNode node) {
    String name = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
    if (node.has("filter")) {
      found.add("FILTER");
    }
    if (node.path("order_bys").has("orders")) {
      found.add("ORDER BY in " + name);
    }
    functions.add(name);
  }

  private void join(JsonNode node) {
    String type = Ast.text(node, "join_type");
    if (!type.equals("INNER")) {
      found.add(type.equals("OUTER") ? "FULL JOIN" : type + " JOIN");
    }
    if (node.has("using_columns")) {
      found.add("USING");
    }
  }
}
