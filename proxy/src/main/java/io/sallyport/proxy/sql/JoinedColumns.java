package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * The columns of a FROM clause as DuckDB counts them, for joins that merge columns.
 *
 * <pre>a(id, x) LEFT JOIN b(y, id) USING (id)  →  id = a.id, x = a.x, y = b.y
 * a(id, x) FULL JOIN b(y, id) USING (id)  →  id = coalesce(a.id, b.id), …</pre>
 *
 * <p>It reads the syntax tree alone. Where a column's owner cannot be told from it, it refuses.
 */
final class JoinedColumns {
  /** A column by its name, what it means in terms of one table, and that table's alias. */
  record Column(String name, SqlNode value, String relation) {
    /** True if it is the column that EXCLUDE names with its table. */
    boolean is(JsonNode qualified) {
      return name.equalsIgnoreCase(Ast.text(qualified, "column"))
          && relation.equalsIgnoreCase(Ast.text(qualified, "table"));
    }
  }

  /** Columns in order, and the aliases of relations whose columns cannot be told. */
  private record Side(List<Column> columns, List<String> open) {
    Column find(String name) {
      List<Column> found =
          columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).distinct().toList();
      if (found.size() == 1 && open.isEmpty()) {
        return found.get(0);
      }
      if (found.isEmpty() && open.size() == 1) {
        return new Column(name, qualified(open.get(0), name), open.get(0));
      }
      throw Ast.unsupported("USING (" + name + ") over these tables");
    }
  }

  /** How the name of an output begins that only DuckDB knows. */
  static final String UNNAMED = "$expression";

  private static final SqlParserPos AT = SqlParserPos.ZERO;

  private final Function<JsonNode, Optional<List<String>>> tables;
  private final BinaryOperator<SqlNode> coalesce;
  private final GeneratedNames generated;
  private final AstPivots pivots = new AstPivots(this);

  /**
   * @param tables the column names of a base table or CTE, if they can be told
   * @param coalesce the first of two values that is not NULL
   * @param generated what DuckDB calls an expression without a name
   */
  JoinedColumns(
      Function<JsonNode, Optional<List<String>>> tables,
      BinaryOperator<SqlNode> coalesce,
      GeneratedNames generated) {
    this.generated = generated;
    this.tables = tables;
    this.coalesce = coalesce;
  }

  /** True if some join of the clause merges columns. */
  static boolean merges(JsonNode from) {
    if (AstRelations.isFilter(from)) {
      return merges(from.path("left"));
    }
    return Ast.type(from).equals("JOIN")
        && (from.has("using_columns")
            || Ast.text(from, "ref_type").equals("NATURAL")
            || merges(from.path("left"))
            || merges(from.path("right")));
  }

  /** The clause's columns in order, if they can be told. */
  Optional<List<Column>> known(JsonNode from) {
    if (Ast.type(from).equals("EMPTY")) {
      return Optional.of(List.of());
    }
    try {
      Side side = side(from);
      return side.open().isEmpty() ? Optional.of(side.columns()) : Optional.empty();
    } catch (GatewayException e) {
      // A table that does not exist, or a join that is refused where it is translated.
      return Optional.empty();
    }
  }

  /** What {@code *} means. */
  List<Column> star(JsonNode from) {
    Side side = side(from);
    if (!side.open().isEmpty()) {
      throw Ast.unsupported("* over USING or NATURAL JOIN of these tables");
    }
    return side.columns();
  }

  /** The columns that joins of the clause have merged. */
  List<Column> merged(JsonNode from) {
    List<Column> merged = new ArrayList<>();
    collect(from, merged);
    return merged;
  }

  private void collect(JsonNode from, List<Column> merged) {
    if (!Ast.type(from).equals("JOIN")) {
      return;
    }
    collect(from.path("left"), merged);
    if (AstRelations.isFilter(from)) {
      return;
    }
    collect(from.path("right"), merged);
    for (String name : common(from)) {
      merged.removeIf(column -> column.name().equalsIgnoreCase(name));
      merged.add(merge(from, name));
    }
  }

  /** The names that this join merges. */
  List<String> common(JsonNode join) {
    if (join.has("using_columns")) {
      return Ast.texts(join.path("using_columns"));
    }
    if (!Ast.text(join, "ref_type").equals("NATURAL")) {
      return List.of();
    }
    List<Column> left = star(join.path("left"));
    Set<String> right = new HashSet<>();
    star(join.path("right")).forEach(c -> right.add(c.name().toLowerCase(Locale.ROOT)));
    return left.stream()
        .map(Column::name)
        .filter(name -> right.contains(name.toLowerCase(Locale.ROOT)))
        .distinct()
        .toList();
  }

  SqlNode left(JsonNode join, String name) {
    return side(join.path("left")).find(name).value();
  }

  SqlNode right(JsonNode join, String name) {
    return side(join.path("right")).find(name).value();
  }

  private Column merge(JsonNode join, String name) {
    SqlNode left = left(join, name);
    SqlNode right = right(join, name);
    return new Column(
        name,
        switch (Ast.text(join, "join_type")) {
          case "RIGHT" -> right;
          case "OUTER", "FULL" -> coalesce.apply(left, right);
          default -> left;
        },
        "");
  }

  private Side side(JsonNode from) {
    if (Ast.type(from).equals("JOIN")) {
      return join(from);
    }
    String alias = alias(from);
    Optional<List<String>> names = names(from);
    List<String> renamed = Ast.texts(from.path("column_name_alias"));
    List<Column> columns = new ArrayList<>();
    List<String> known = names.orElse(List.of());
    for (int i = 0; i < known.size(); i++) {
      String name = i < renamed.size() ? renamed.get(i) : known.get(i);
      columns.add(new Column(name, qualified(alias, name), alias));
    }
    return new Side(columns, names.isPresent() ? List.of() : List.of(alias));
  }

  private Side join(JsonNode join) {
    Side left = side(join.path("left"));
    if (AstRelations.isFilter(join)) {
      return left;
    }
    Side right = side(join.path("right"));
    List<String> common = common(join);
    List<Column> columns = new ArrayList<>();
    for (Column column : left.columns()) {
      columns.add(contains(common, column) ? merge(join, column.name()) : column);
    }
    for (Column column : right.columns()) {
      if (!contains(common, column)) {
        columns.add(column);
      }
    }
    List<String> open = new ArrayList<>(left.open());
    open.addAll(right.open());
    return new Side(columns, open);
  }

  private static boolean contains(List<String> names, Column column) {
    return names.stream().anyMatch(name -> name.equalsIgnoreCase(column.name()));
  }

  private static SqlNode qualified(String alias, String name) {
    return new SqlIdentifier(List.of(alias, name), AT);
  }

  /** The name that expressions use for a relation of FROM. */
  static String alias(JsonNode from) {
    String alias = Ast.text(from, "alias");
    if (!alias.isEmpty()) {
      return alias;
    }
    return switch (Ast.type(from)) {
      case "BASE_TABLE" -> {
        List<String> path = Ast.texts(from.path("qualified_name").path("path"));
        yield path.get(path.size() - 1);
      }
      case "EXPRESSION_LIST" -> "valueslist";
      case "TABLE_FUNCTION" -> Ast.text(from.path("function"), "function_name");
      default -> "";
    };
  }

  private Optional<List<String>> names(JsonNode from) {
    return switch (Ast.type(from)) {
      case "BASE_TABLE" -> tables.apply(from);
      case "SUBQUERY" -> outputs(from.path("subquery").path("node"));
      case "PIVOT" -> outputs(pivots.written(from).path("subquery").path("node"));
      case "EXPRESSION_LIST" -> {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < from.path("values").path(0).size(); i++) {
          names.add("col" + i);
        }
        yield Optional.of(names);
      }
      case "TABLE_FUNCTION" -> Optional.of(functionColumns(from));
      default -> Optional.empty();
    };
  }

  /** What a table function's columns are called. */
  static List<String> functionColumns(JsonNode from) {
    String function = Ast.text(from.path("function"), "function_name").toLowerCase(Locale.ROOT);
    List<String> columns = new ArrayList<>(EngineTableFunction.columns(function, alias(from)));
    if (Ast.text(from, "with_ordinality").equals("WITH_ORDINALITY")) {
      columns.add("ordinality");
    }
    List<String> given = Ast.texts(from.path("column_name_alias"));
    if (given.size() > columns.size()) {
      throw Ast.unsupported("more names than columns for " + function);
    }
    for (int i = 0; i < given.size(); i++) {
      columns.set(i, given.get(i));
    }
    return columns;
  }

  /**
   * The output names of a query as an outer query sees them, if they can be told: DuckDB numbers
   * repeated ones. What has no name of its own gets one that nobody can type by accident.
   */
  Optional<List<String>> outputs(JsonNode query) {
    if (Ast.type(query).equals("RECURSIVE_CTE_NODE")) {
      return outputs(query.path("left"));
    }
    if (Ast.type(query).equals("SET_OPERATION_NODE")) {
      return Ast.text(query, "setop_type").equals("UNION_BY_NAME")
          ? Optional.empty()
          : outputs(query.has("children") ? query.path("children").path(0) : query.path("left"));
    }
    boolean ownTables = query.path("cte_map").path("map").isEmpty();
    List<String> names = new ArrayList<>();
    JsonNode items = query.path("select_list");
    if (AstStars.holds(items)) {
      if (!ownTables) {
        return Optional.empty();
      }
      items = new AstStars(this).written(query).path("select_list");
    }
    for (JsonNode item : items) {
      String alias = Ast.text(item, "alias");
      if (Ast.text(item, "class").equals("STAR")) {
        Optional<List<String>> star = star(query, item, ownTables);
        if (star.isEmpty()) {
          return star;
        }
        names.addAll(star.get());
      } else if (!alias.isEmpty()) {
        names.add(alias);
      } else if (Ast.text(item, "class").equals("COLUMN_REF")) {
        List<String> path = Ast.texts(item.path("column_names"));
        names.add(path.get(path.size() - 1));
      } else {
        names.add(generated.of(item).orElse(UNNAMED + names.size()));
      }
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(numbered(names));
  }

  private static List<String> numbered(List<String> names) {
    Map<String, Integer> seen = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    List<String> result = new ArrayList<>();
    for (String name : names) {
      int times = seen.merge(name, 1, Integer::sum);
      String numbered = times == 1 ? name : name + "_" + (times - 1);
      if (times > 1 && names.stream().anyMatch(numbered::equalsIgnoreCase)) {
        throw Ast.unsupported("a sub-query with the columns " + name + " and " + numbered);
      }
      result.add(numbered);
    }
    return result;
  }

  private Optional<List<String>> star(JsonNode query, JsonNode item, boolean ownTables) {
    JsonNode from = query.path("from_table");
    boolean plain =
        ownTables
            && !item.has("relation_name")
            && !Ast.flag(item, "columns")
            && !Ast.type(from).equals("EMPTY");
    if (!plain) {
      return Optional.empty();
    }
    List<String> excluded = Ast.texts(item.path("exclude_list"));
    List<JsonNode> qualified = new ArrayList<>();
    item.path("qualified_exclude_list").forEach(qualified::add);
    List<String> names = new ArrayList<>();
    Optional<List<Column>> columns = known(from);
    for (Column column : columns.orElse(List.of())) {
      if (excluded.stream().noneMatch(column.name()::equalsIgnoreCase)
          && qualified.stream().noneMatch(column::is)) {
        names.add(renamed(item, column.name()));
      }
    }
    return columns.map(c -> names);
  }

  /** A star's column under its new name, if RENAME gives it one. */
  static String renamed(JsonNode star, String column) {
    for (JsonNode rename : star.path("rename_list")) {
      if (Ast.text(rename.path("key"), "column").equalsIgnoreCase(column)) {
        return Ast.text(rename, "value");
      }
    }
    return column;
  }
}
