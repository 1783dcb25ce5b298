package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads DuckDB's syntax tree strictly: a field that nobody expected is a refusal. */
final class Ast {
  private static final Set<String> ALWAYS =
      Set.of("query_location", "query_location_length", "class", "type");

  private Ast() {}

  /** Refuses the node if it has a field beyond the given ones. */
  static void only(JsonNode node, String construct, String... fields) {
    Set<String> known = Set.of(fields);
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!ALWAYS.contains(name) && !known.contains(name)) {
        throw unsupported(construct + " with " + name.replace('_', ' '));
      }
    }
  }

  static String type(JsonNode node) {
    return node.path("type").asText();
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  static List<String> texts(JsonNode list) {
    List<String> result = new ArrayList<>();
    list.forEach(item -> result.add(item.asText()));
    return result;
  }

  static boolean flag(JsonNode node, String field) {
    return node.path(field).asBoolean(false);
  }

  /** True if the node, or any within it, is one of those. */
  static boolean holds(JsonNode node, Predicate<JsonNode> those) {
    if (those.test(node)) {
      return true;
    }
    for (JsonNode child : node) {
      if (holds(child, those)) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param instead how to write it
   */
  static GatewayException unsupported(String construct, String instead) {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED, "`" + construct + "` is not supported; write " + instead);
  }

  static GatewayException unsupported(String construct) {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED, "`" + construct + "` is not supported; write it another way");
  }
}
