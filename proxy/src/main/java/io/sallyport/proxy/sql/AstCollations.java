package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * COLLATE NOCASE, which DuckDB reads as small letters on both sides of a comparison and in a sort
 * key.
 *
 * <pre>city COLLATE NOCASE = 'OSLO'   →  lower(city) = lower('OSLO')
 * ORDER BY city COLLATE NOCASE  →  ORDER BY lower(city)</pre>
 */
final class AstCollations {
  private AstCollations() {}

  static boolean folds(JsonNode node) {
    if (!Ast.text(node, "class").equals("COLLATE")) {
      return false;
    }
    if (!Ast.text(node, "collation").equalsIgnoreCase("NOCASE")) {
      throw Ast.unsupported("COLLATE " + Ast.text(node, "collation"), "COLLATE NOCASE or lower(…)");
    }
    return true;
  }

  /** What the collation is said of. */
  static JsonNode bare(JsonNode node) {
    return folds(node) ? node.path("child") : node;
  }

  /** The text in small letters. */
  static ObjectNode folded(JsonNode text) {
    return AstWriter.call("lower", text);
  }
}
