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
 * →  SELECT id, u.x || '!' FROM people, unnest(tags) AS u(x)
 * SELECT unnest(a), unnest(b) FROM t
 * →  SELECT a[u.x], b[u.x] FROM t, range(1, 1 + greatest(len(a), len(b))) AS u(x)</pre>
 *
 * <p>One beside what is computed before it is refused: groups, aggregates and windows.
 */
final class AstUnnests {
  private static final String RELATION = "$unnested";

  private final JoinedColumns joined;

  AstUnnests(JoinedColumns joined) {
    this.joined = joined;
  }

  /** The SELECT without an unnest in its list. */
  JsonNode written(JsonNode select) {
    List<JsonNode> calls = new ArrayList<>();
    select.path("select_list").forEach(item -> gather(item, calls));
    if (calls.isEmpty()) {
      return select;
    }
    for (JsonNode call : calls) {
      if (call.path("arguments").size() != 1 || call.path("arguments").get(0).has("name")) {
        throw Ast.unsupported("unnest with more than one list", "unnest in FROM");
      }
      if (aggregates(call)) {
        throw Ast.unsupported("unnest of an aggregate", "unnest in FROM over a sub-query");
      }
    }
    if (!Ast.text(select, "aggregate_handling").equals("STANDARD_HANDLING")
        || select.has("group_expressions")
        || select.has("having")
        || select.has("qualify")) {
      throw Ast.unsupported(
          "unnest in a select list beside GROUP BY, HAVING or QUALIFY", "unnest in FROM");
    }
    ArrayNode items = AstWriter.JSON.arrayNode();
    for (JsonNode item : select.path("select_list")) {
      if (Ast.text(item, "class").equals("STAR") && !item.has("relation_name")) {
        items.addAll(new AstStars(joined).expanded(item, select.path("from_table")));
      } else {
        items.add(replaced(item, calls));
      }
    }
    ObjectNode written = select.deepCopy();
    written.set("select_list", items);
    written.set("from_table", joined(select.path("from_table"), calls));
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

  private static boolean aggregates(JsonNode node) {
    if (Ast.text(node, "class").equals("FUNCTION")
        && Vocabulary.aggregate(Ast.text(node, "function_name").toLowerCase(Locale.ROOT))) {
      return true;
    }
    for (JsonNode child : node) {
      if (!Ast.text(child, "class").equals("SUBQUERY") && aggregates(child)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode replaced(JsonNode node, List<JsonNode> calls) {
    if (calls.stream().anyMatch(call -> call == node)) {
      ObjectNode column = AstWriter.column(RELATION, RELATION);
      ObjectNode value = calls.size() == 1 ? column : AstWriter.element(list(node), column);
      return node.has("alias") ? value.put("alias", Ast.text(node, "alias")) : value;
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
      throw Ast.unsupported(
          "unnest in a select list beside aggregates or windows", "unnest in FROM");
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = AstWriter.JSON.objectNode();
      object.fields().forEachRemaining(f -> copy.set(f.getKey(), replaced(f.getValue(), calls)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = AstWriter.JSON.arrayNode();
      array.forEach(child -> copy.add(replaced(child, calls)));
      return copy;
    }
    return node;
  }

  private static JsonNode list(JsonNode call) {
    return call.path("arguments").get(0).path("expression").deepCopy();
  }

  private static JsonNode joined(JsonNode from, List<JsonNode> calls) {
    ObjectNode rows = AstWriter.JSON.objectNode();
    rows.put("type", "TABLE_FUNCTION").put("alias", RELATION);
    rows.put("with_ordinality", "WITHOUT_ORDINALITY");
    rows.set("function", calls.size() == 1 ? rows(calls.get(0)) : places(calls));
    rows.set("column_name_alias", AstWriter.names(List.of(RELATION)));
    if (Ast.type(from).equals("EMPTY")) {
      return rows;
    }
    ObjectNode join = AstWriter.JSON.objectNode();
    join.put("type", "JOIN").put("join_type", "INNER").put("ref_type", "CROSS");
    join.set("left", from.deepCopy());
    return join.set("right", rows);
  }

  /** A list of numbers need not be made: its numbers are rows at once. */
  static JsonNode rows(JsonNode unnest) {
    JsonNode list = unnest.path("arguments").path(0).path("expression");
    String function = Ast.text(list, "function_name").toLowerCase(Locale.ROOT);
    boolean isRange =
        unnest.path("arguments").size() == 1
            && (function.equals("range") || function.equals("generate_series"));
    ObjectNode rows = (isRange ? list : unnest).deepCopy();
    rows.remove("alias");
    return rows;
  }

  /** The places of the longest list; a shorter one has NULL there. */
  private static JsonNode places(List<JsonNode> calls) {
    List<JsonNode> lengths = new ArrayList<>();
    for (JsonNode call : calls) {
      lengths.add(
          AstWriter.call("coalesce", AstWriter.call("len", list(call)), AstWriter.number(0)));
    }
    JsonNode longest = AstWriter.call("greatest", lengths.toArray(new JsonNode[0]));
    return AstWriter.call(
        "range", AstWriter.number(1), AstWriter.call("+", longest, AstWriter.number(1)));
  }
}
