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
  private final Set<String> derived = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, JsonNode> aliases = new LinkedHashMap<>();
  private final Map<String, JsonNode> earlier = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Set<String> preferred = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final Set<String> selected = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final Set<String> shadows = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private List<JoinedColumns.Column> merged = List.of();

  private Scope(JsonNode from, Optional<List<JoinedColumns.Column>> columns) {
    this.columns = columns;
    collect(from);
  }

  static Scope of(JsonNode from, JoinedColumns joined) {
    return new Scope(from, joined.known(from));
  }

  static Scope of(JsonNode from, JoinedColumns joined, JsonNode selectList) {
    Scope scope = of(from, joined);
    selectList.forEach(item -> scope.selected.add(Ast.text(item, "alias")));
    return scope;
  }

  /** True if the select list has such an alias, of which its sub-queries are not told. */
  boolean selects(String alias) {
    return selected.contains(alias);
  }

  private void collect(JsonNode from) {
    if (Ast.type(from).equals("JOIN")) {
      collect(from.path("left"));
      collect(from.path("right"));
    } else {
      relations.add(JoinedColumns.alias(from));
      if (Ast.type(from).equals("SUBQUERY")) {
        derived.add(JoinedColumns.alias(from));
      }
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

  /** True if a relation of each goes by the same name. */
  boolean shares(Scope other) {
    return relations.stream().anyMatch(name -> !name.isEmpty() && other.hasRelation(name));
  }

  boolean mayHave(String column) {
    return columns
        .map(known -> known.stream().anyMatch(c -> c.name().equalsIgnoreCase(column)))
        .orElse(true);
  }

  /**
   * From here on, the aliases of the items come before relations of the same name, as they do in
   * HAVING alone.
   */
  void prefer(JsonNode items) {
    preferred.clear();
    items.forEach(item -> preferred.add(Ast.text(item, "alias")));
  }

  /** The columns of the relation that a name means as a whole, as in {@code SELECT t FROM t}. */
  Optional<List<JoinedColumns.Column>> row(String name) {
    return mayHave(name)
            || !hasRelation(name)
            || functions.containsKey(name)
            || preferred.contains(name)
        ? Optional.empty()
        : columns.map(known -> of(known, name));
  }

  /** True if the name is that of DuckDB's own number of a row. */
  boolean isRowNumber(String name) {
    return name.equalsIgnoreCase("rowid") && !mayHave(name) && !preferred.contains(name);
  }

  /** True if a table that is none of this query's own sub-queries has the column. */
  boolean stores(String column) {
    return columns.orElse(List.of()).stream()
        .anyMatch(c -> c.name().equalsIgnoreCase(column) && !derived.contains(c.relation()));
  }

  /** True in QUALIFY, where DuckDB looks for an alias last of all; of use where there is one. */
  boolean looksForAliasesLast() {
    return !shadows.isEmpty();
  }

  /** From here on, items behind this one may use its alias; of two alike the last. */
  void passed(JsonNode item) {
    String alias = Ast.text(item, "alias");
    if (!alias.isEmpty()) {
      earlier.put(alias, item);
    }
  }

  /** From here on, no item follows. */
  void passedAll() {
    earlier.clear();
  }

  /** The item before this one that has the alias; it is taken away, as {@link #takeAlias} does. */
  Optional<JsonNode> takePassed(String name) {
    return mayHave(name) ? Optional.empty() : Optional.ofNullable(earlier.remove(name));
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

  /**
   * From here on, the select list's aliases may be used where no column has the name; of two alike
   * the last.
   */
  void aliases(JsonNode selectList) {
    aliases.clear();
    for (JsonNode item : selectList) {
      String alias = Ast.text(item, "alias").toLowerCase(Locale.ROOT);
      if (!alias.isEmpty()) {
        aliases.put(alias, item);
      }
    }
  }

  /**
   * From here on, names of columns mean those, though Calcite would see an alias of the select
   * list.
   *
   * @param items whose aliases and names these are
   */
  void shadow(JsonNode items) {
    shadows.clear();
    for (JsonNode item : items) {
      shadows.add(Ast.text(item, "alias"));
      List<String> column = Ast.texts(item.path("column_names"));
      if (!column.isEmpty()) {
        shadows.add(column.get(column.size() - 1));
      }
    }
  }

  /** What a name means where Calcite would rather see an alias; empty if it is no column. */
  Optional<SqlNode> shadowed(String name) {
    if (!shadows.contains(name) || columns.isEmpty() || !mayHave(name)) {
      return Optional.empty();
    }
    List<SqlNode> meant =
        columns.get().stream()
            .filter(column -> column.name().equalsIgnoreCase(name))
            .map(JoinedColumns.Column::value)
            .toList();
    if (meant.size() != 1) {
      throw Ast.unsupported("`" + name + "`, a column of several tables", "its table before it");
    }
    return Optional.of(meant.get(0));
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
