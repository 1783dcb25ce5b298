package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes {@code unnest} in a select list out as the lateral join that it means.
 *
 * <pre>SELECT id, unnest(tags) || '!' FROM people
 * →  SELECT id, u.x || '!' FROM people, unnest(tags) AS u(x)</pre>
 *
 * <p>Several in one list, which DuckDB reads in step with each other, are refused, and so is one
 * beside what is computed before it: groups, aggregates and windows.
 */
final class AstUnnests {
  private static final String RELATION = "$unnested";

  private AstUnnests() {}

  /** The SELECT without an unnest in its list. */
  static JsonNode written(JsonNode select) {
    List<JsonNode> calls = new ArrayList<>();
    select.path("select_list").forEach(item -> gather(item, calls));
    if (calls.isEmpty()) {
      return select;
    }
    JsonNode call = calls.get(0);
    if (calls.size() > 1) {
      throw Ast.unsupported("unnest twice in one select list");
    }
    if (call.path("arguments").size() != 1 || call.path("arguments").get(0).has("name")) {
      throw Ast.unsupported("unnest of anything but one list");
    }
    if (!Ast.text(select, "aggregate_handling").equals("STANDARD_HANDLING")
        || select.has("group_expressions")
        || select.has("having")
        || select.has("qualify")) {
      throw Ast.unsupported("unnest in a select list beside GROUP BY, HAVING or QUALIFY");
    }
    ArrayNode items = AstWriter.JSON.arrayNode();
    for (JsonNode item : select.path("select_list")) {
      items.add(replaced(item, call));
    }
    ObjectNode written = select.deepCopy();
    written.set("select_list", items);
    written.set("from_table", joined(select.path("from_table"), call));
    return written;
  }

  private static void gather(JsonNode node, List<JsonNode> calls) {
    String kind = Ast.text(node, "class");
    String function = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
    if (kind.equals("FUNCTION") && function.equals("unnest")) {
      calls.add(node);
    }
    // A sub-query's own list is its own.
    if (!kind.equals("SUBQUERY")) {
      node.forEach(child -> gather(child, calls));
    }
  }

  private static JsonNode replaced(JsonNode node, JsonNode call) {
    if (node == call) {
      ObjectNode column = AstWriter.column(RELATION, RELATION);
      return node.has("alias") ? column.put("alias", Ast.text(node, "alias")) : column;
    }
    String kind = Ast.text(node, "class");
    if (kind.equals("SUBQUERY")) {
      return node;
    }
    boolean before =
        kind.equals("WINDOW")
            || kind.equals("FUNCTION")
                && Vocabulary.aggregate(Ast.text(node, "function_name").toLowerCase(Locale.ROOT));
    if (before || kind.equals("STAR") && !node.has("relation_name")) {
      throw Ast.unsupported("unnest in a select list beside *, aggregates or windows");
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = AstWriter.JSON.objectNode();
      object.fields().forEachRemaining(f -> copy.set(f.getKey(), replaced(f.getValue(), call)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = AstWriter.JSON.arrayNode();
      array.forEach(child -> copy.add(replaced(child, call)));
      return copy;
    }
    return node;
  }

  private static JsonNode joined(JsonNode from, JsonNode call) {
    ObjectNode function = call.deepCopy();
    function.remove("alias");
    ObjectNode rows = AstWriter.JSON.objectNode();
    rows.put("type", "TABLE_FUNCTION").put("alias", RELATION);
    rows.put("with_ordinality", "WITHOUT_ORDINALITY");
    rows.set("function", function);
    rows.set("column_name_alias", AstWriter.names(List.of(RELATION)));
    if (Ast.type(from).equals("EMPTY")) {
      return rows;
    }
    ObjectNode join = AstWriter.JSON.objectNode();
    join.put("type", "JOIN").put("join_type", "INNER").put("ref_type", "CROSS");
    join.set("left", from.deepCopy());
    return join.set("right", rows);
  }
}
