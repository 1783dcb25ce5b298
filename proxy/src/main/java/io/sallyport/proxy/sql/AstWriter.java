package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes nodes of DuckDB's syntax tree, for what is translated as if it had been typed so. */
final class AstWriter {
  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private AstWriter() {}

  private static ObjectNode node(String kind, String type) {
    return JSON.objectNode().put("class", kind).put("type", type);
  }

  static ArrayNode list(Iterable<? extends JsonNode> nodes) {
    ArrayNode list = JSON.arrayNode();
    nodes.forEach(list::add);
    return list;
  }

  static ArrayNode names(Iterable<String> names) {
    ArrayNode list = JSON.arrayNode();
    names.forEach(list::add);
    return list;
  }

  static ObjectNode star() {
    return node("STAR", "STAR");
  }

  static ObjectNode column(String... path) {
    return node("COLUMN_REF", "COLUMN_REF").set("column_names", names(List.of(path)));
  }

  /** A text, or NULL. */
  static ObjectNode text(@Nullable String value) {
    ObjectNode literal = JSON.objectNode();
    if (value == null) {
      literal.put("kind", "NULL_LITERAL");
    } else {
      literal.put("kind", "STRING").put("text", value);
    }
    return node("CONSTANT", "VALUE_CONSTANT").set("literal", literal);
  }

  static ObjectNode never() {
    return node("CONSTANT", "VALUE_CONSTANT")
        .set("literal", JSON.objectNode().put("kind", "BOOLEAN").put("text", "false"));
  }

  static ObjectNode castToText(JsonNode child) {
    ObjectNode cast = node("CAST", "OPERATOR_CAST").put("try_cast", false);
    cast.set("child", child);
    return cast.set(
        "type_expr", JSON.objectNode().put("class", "TYPE").put("type_name", "VARCHAR"));
  }

  /** A call of a plain function. */
  static ObjectNode call(String function, JsonNode... operands) {
    ObjectNode call = node("FUNCTION", "FUNCTION").put("function_name", function);
    ArrayNode arguments = call.putArray("arguments");
    for (JsonNode operand : operands) {
      arguments.addObject().set("expression", operand);
    }
    return call;
  }

  /** An element of a list by its place. */
  static ObjectNode element(JsonNode list, JsonNode place) {
    return node("OPERATOR", "ARRAY_EXTRACT").set("children", JSON.arrayNode().add(list).add(place));
  }

  static ObjectNode number(int value) {
    return node("CONSTANT", "VALUE_CONSTANT")
        .set(
            "literal",
            JSON.objectNode().put("kind", "INTEGER").put("text", Integer.toString(value)));
  }

  static ObjectNode equal(JsonNode left, JsonNode right) {
    ObjectNode equal = node("COMPARISON", "COMPARE_EQUAL");
    equal.set("left", left);
    return equal.set("right", right);
  }

  static ObjectNode isNotNull(JsonNode value) {
    return node("OPERATOR", "OPERATOR_IS_NOT_NULL").set("children", JSON.arrayNode().add(value));
  }

  /** All of the conditions, of which there is at least one. */
  static JsonNode all(List<JsonNode> conditions) {
    return conditions.size() == 1
        ? conditions.get(0)
        : node("CONJUNCTION", "CONJUNCTION_AND").set("children", list(conditions));
  }

  static ObjectNode select(ArrayNode items, JsonNode from) {
    ObjectNode select =
        JSON.objectNode().put("type", "SELECT_NODE").put("aggregate_handling", "STANDARD_HANDLING");
    select.set("select_list", items);
    // Each copy of a source is translated on its own, and translation names its sub-queries.
    return select.set("from_table", from.deepCopy());
  }

  static ObjectNode subQuery(JsonNode query, String alias) {
    ObjectNode subQuery = JSON.objectNode().put("type", "SUBQUERY").put("alias", alias);
    return subQuery.set("subquery", JSON.objectNode().set("node", query));
  }
}
