package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlNode;

/**
 * The names that a SELECT's expressions may use: its tables, their columns as far as they can be
 * told, and the aliases of its select list.
 */
final class Scope {
  private final Set<String> relations = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, String> functions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Optional<List<JoinedColumns.Column>> columns;
  private final Map<String, JsonNode> aliases = new LinkedHashMap<>();
  private List<JoinedColumns.Column> merged = List.of();

  private Scope(JsonNode from, Optional<List<JoinedColumns.Column>> columns) {
    this.columns = columns;
    collect(from);
  }

  static Scope of(JsonNode from, JoinedColumns joined) {
    return new Scope(from, joined.known(from));
  }

  private void collect(JsonNode from) {
    if (Ast.type(from).equals("JOIN")) {
      collect(from.path("left"));
      collect(from.path("right"));
    } else {
      relations.add(JoinedColumns.alias(from));
      if (Ast.type(from).equals("TABLE_FUNCTION") && !from.has("column_name_alias")) {
        functions.put(JoinedColumns.alias(from), Ast.text(from.path("function"), "function_name"));
      }
    }
  }

  /** The relation whose only column goes by its function's name, too. */
  Optional<String> madeBy(String function) {
    return mayHave(function)
        ? Optional.empty()
        : functions.entrySet().stream()
            .filter(made -> made.getValue().equalsIgnoreCase(function))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  /** True if the relation's only column goes by the name because its function does. */
  boolean isMadeBy(String relation, String function) {
    return functions.getOrDefault(relation, "").equalsIgnoreCase(function);
  }

  boolean hasRelation(String name) {
    return relations.contains(name);
  }

  boolean mayHave(String column) {
    return columns
        .map(known -> known.stream().anyMatch(c -> c.name().equalsIgnoreCase(column)))
        .orElse(true);
  }

  /** The columns of FROM by position, if they can be told. */
  Optional<List<JoinedColumns.Column>> columns() {
    return columns;
  }

  /** From here on, names that a join of the clause has merged mean the merged column. */
  void merge(JsonNode from, JoinedColumns joined) {
    merged = JoinedColumns.merges(from) ? joined.merged(from) : List.of();
  }

  /** What an unqualified column means if a join has merged it. */
  Optional<SqlNode> merged(String name) {
    return merged.stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .map(JoinedColumns.Column::value)
        .findFirst();
  }

  /** From here on, the select list's aliases may be used where no column has the name. */
  void aliases(JsonNode selectList) {
    aliases.clear();
    for (JsonNode item : selectList) {
      String alias = Ast.text(item, "alias").toLowerCase(Locale.ROOT);
      if (!alias.isEmpty()) {
        aliases.putIfAbsent(alias, item);
      }
    }
  }

  /** The item that a name means as an alias; it is taken away, because it does not mean itself. */
  Optional<JsonNode> takeAlias(String name) {
    return mayHave(name)
        ? Optional.empty()
        : Optional.ofNullable(aliases.remove(name.toLowerCase(Locale.ROOT)));
  }

  void giveAlias(String name, JsonNode item) {
    aliases.put(name.toLowerCase(Locale.ROOT), item);
  }

  /** The columns of one relation of FROM. */
  static List<JoinedColumns.Column> of(List<JoinedColumns.Column> columns, String relation) {
    List<JoinedColumns.Column> own = new ArrayList<>();
    for (JoinedColumns.Column column : columns) {
      if (column.relation().equalsIgnoreCase(relation)) {
        own.add(column);
      }
    }
    return own;
  }
}
