package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.proxy.sql.ColumnPattern.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Writes COLUMNS inside expressions out, once for each of its columns, and stars with a pattern.
 *
 * <pre>SELECT min(COLUMNS('a|b')) FROM t  →  SELECT min(t.a) AS a, min(t.b) AS b FROM t
 * SELECT * LIKE 'a%' FROM t          →  SELECT t.a FROM t
 * WHERE COLUMNS(*) IS NOT NULL       →  WHERE t.a IS NOT NULL AND t.b IS NOT NULL</pre>
 *
 * <p>A plain star, also one with EXCLUDE, REPLACE or RENAME, stays: {@link SelectItems} knows it.
 */
final class AstStars {
  private static final Set<String> PATTERNS = Set.of("~~", "!~~", "~~*", "!~~*", "~~~");

  private final JoinedColumns joined;

  AstStars(JoinedColumns joined) {
    this.joined = joined;
  }

  /** The SELECT without COLUMNS in its list and its condition. */
  JsonNode written(JsonNode select) {
    boolean items = holds(select.path("select_list"));
    boolean where = !stars(select.path("where_clause")).isEmpty();
    if (!items && !where) {
      return select;
    }
    JsonNode from = select.path("from_table");
    ObjectNode written = select.deepCopy();
    if (items) {
      ArrayNode list = AstWriter.JSON.arrayNode();
      select.path("select_list").forEach(item -> list.addAll(item(item, from)));
      written.set("select_list", list);
    }
    if (where) {
      JsonNode condition = select.path("where_clause");
      List<Chosen> columns = columns(only(stars(condition)), from);
      written.set(
          "where_clause",
          Ast.holds(condition, AstStars::isUnpacking)
              ? unpacked(condition, columns)
              : AstWriter.all(columns.stream().map(c -> replaced(condition, c.column())).toList()));
    }
    return written;
  }

  static boolean holds(JsonNode items) {
    for (JsonNode item : items) {
      if (pattern(item).isPresent() || !stars(item).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private List<JsonNode> item(JsonNode item, JsonNode from) {
    Optional<JsonNode> pattern = pattern(item);
    if (pattern.isPresent()) {
      return columns(pattern.get(), from).stream().<JsonNode>map(Chosen::column).toList();
    }
    List<JsonNode> stars = stars(item);
    if (stars.isEmpty()) {
      return List.of(item);
    }
    JsonNode star = only(stars);
    if (star == item && !star.has("expr") && !star.has("alias")) {
      return List.of(((ObjectNode) item.deepCopy()).put("columns", false));
    }
    if (Ast.holds(item, AstStars::isUnpacking)) {
      return List.of(unpacked(item, columns(star, from)));
    }
    String alias = Ast.text(item, "alias");
    List<JsonNode> written = new ArrayList<>();
    for (Chosen chosen : columns(star, from)) {
      ObjectNode one = (ObjectNode) replaced(item, chosen.column());
      written.add(one.put("alias", alias.isEmpty() ? chosen.name() : chosen.match().in(alias)));
    }
    return written;
  }

  /** The columns that a plain star means, or one with EXCLUDE. */
  List<JsonNode> expanded(JsonNode star, JsonNode from) {
    return columns(star, from).stream().<JsonNode>map(Chosen::column).toList();
  }

  /** A column as an expression, by its name, and what of the name a pattern matched. */
  private record Chosen(String name, ObjectNode column, Match match) {}

  private List<Chosen> columns(JsonNode star, JsonNode from) {
    Ast.only(star, "COLUMNS", "alias", "relation_name", "columns", "exclude_list", "expr");
    String relation = Ast.text(star, "relation_name");
    List<JoinedColumns.Column> known =
        joined
            .known(from)
            .orElseThrow(() -> Ast.unsupported("COLUMNS over tables whose columns are not known"));
    if (!relation.isEmpty()) {
      known = Scope.of(known, relation);
    }
    List<String> excluded = new ArrayList<>(Ast.texts(star.path("exclude_list")));
    ColumnPattern pattern = ColumnPattern.of(star.path("expr"));
    List<Chosen> columns = new ArrayList<>();
    for (JoinedColumns.Column column : known) {
      Optional<Match> match = pattern.match(column.name());
      if (match.isPresent() && !excluded.removeIf(column.name()::equalsIgnoreCase)) {
        ObjectNode named =
            column.relation().isEmpty()
                ? AstWriter.column(column.name())
                : AstWriter.column(column.relation(), column.name());
        columns.add(new Chosen(column.name(), named, match.get()));
      }
    }
    if (columns.isEmpty() || !excluded.isEmpty() || pattern.wantsMore(columns.size())) {
      throw Ast.unsupported("COLUMNS of a column that is not there");
    }
    return columns;
  }

  /** {@code * LIKE 'a%'} as COLUMNS with that pattern. */
  private static Optional<JsonNode> pattern(JsonNode item) {
    JsonNode star = item.path("arguments").path(0).path("expression");
    if (!PATTERNS.contains(Ast.text(item, "function_name"))
        || !Ast.text(star, "class").equals("STAR")
        || Ast.flag(star, "columns")) {
      return Optional.empty();
    }
    ObjectNode columns = star.deepCopy();
    columns.set("expr", item);
    return Optional.of(columns);
  }

  private static List<JsonNode> stars(JsonNode node) {
    List<JsonNode> stars = new ArrayList<>();
    gather(node, stars);
    return stars;
  }

  private static void gather(JsonNode node, List<JsonNode> stars) {
    String kind = Ast.text(node, "class");
    if (kind.equals("STAR")) {
      if (Ast.flag(node, "columns")) {
        stars.add(node);
      }
    } else if (!kind.equals("SUBQUERY")) {
      node.forEach(child -> gather(child, stars));
    }
  }

  private static JsonNode only(List<JsonNode> stars) {
    JsonNode first = stars.get(0);
    for (JsonNode star : stars) {
      if (!bare(star).equals(bare(first))) {
        throw Ast.unsupported("COLUMNS of several kinds in one expression");
      }
    }
    return first;
  }

  private static JsonNode bare(JsonNode node) {
    JsonNode copy = node.deepCopy();
    forget(copy);
    return copy;
  }

  private static void forget(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(List.of("query_location", "query_location_length", "alias"));
    }
    node.forEach(AstStars::forget);
  }

  /** The expression with a column in place of each of its COLUMNS. */
  private static JsonNode replaced(JsonNode node, ObjectNode column) {
    if (Ast.text(node, "class").equals("STAR") && Ast.flag(node, "columns")) {
      return column.deepCopy();
    }
    if (Ast.text(node, "class").equals("SUBQUERY")) {
      return node.deepCopy();
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = AstWriter.JSON.objectNode();
      object.fields().forEachRemaining(f -> copy.set(f.getKey(), replaced(f.getValue(), column)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = AstWriter.JSON.arrayNode();
      array.forEach(child -> copy.add(replaced(child, column)));
      return copy;
    }
    return node;
  }

  private static boolean isUnpacking(JsonNode node) {
    return Ast.type(node).equals("OPERATOR_UNPACK")
        && Ast.text(node.path("children").path(0), "class").equals("STAR");
  }

  /** {@code coalesce(*COLUMNS(*))} with all columns as operands of the call. */
  private static JsonNode unpacked(JsonNode node, List<Chosen> columns) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = AstWriter.JSON.arrayNode();
      for (JsonNode child : array) {
        boolean argument = isUnpacking(child.path("expression"));
        if (!argument && !isUnpacking(child)) {
          copy.add(unpacked(child, columns));
          continue;
        }
        for (Chosen chosen : columns) {
          ObjectNode column = chosen.column().deepCopy();
          copy.add(argument ? AstWriter.JSON.objectNode().set("expression", column) : column);
        }
      }
      return copy;
    }
    if (node instanceof ObjectNode object) {
      String function = Ast.text(node, "function_name").toLowerCase(Locale.ROOT);
      if (CallSyntax.takesNames(function)) {
        throw Ast.unsupported("*COLUMNS in " + function);
      }
      ObjectNode copy = AstWriter.JSON.objectNode();
      object.fields().forEachRemaining(f -> copy.set(f.getKey(), unpacked(f.getValue(), columns)));
      return copy;
    }
    return node;
  }
}
