package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.proxy.OutputColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes SHOW TABLES and DESCRIBE out as the constant rows that they mean, from the analyst's own
 * catalogue.
 *
 * <pre>SHOW TABLES  →  SELECT * FROM (VALUES ('patients'), ('visits')) AS show(name)</pre>
 *
 * <p>It shows no hidden table or column, and nothing that would be computed from rows: SUMMARIZE is
 * refused.
 */
final class AstShows {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> DESCRIPTION =
      List.of("column_name", "column_type", "null", "key", "default", "extra");

  private final Catalog catalog;
  private final Optional<String> dataset;

  AstShows(Catalog catalog, Optional<String> dataset) {
    this.catalog = catalog;
    this.dataset = dataset;
  }

  /** What DESCRIBE of a query answers. */
  static List<OutputColumn> columns() {
    return DESCRIPTION.stream().map(name -> new OutputColumn(name, "VARCHAR", true)).toList();
  }

  /** A row of {@link #columns}. */
  static List<@Nullable Object> described(OutputColumn column) {
    String nullable = column.nullable() ? "YES" : "NO";
    return Arrays.asList(column.name(), column.type(), nullable, null, null, null);
  }

  /** The path of the table if no more than one table is described. */
  static Optional<List<String>> table(JsonNode show) {
    JsonNode query = show.path("query");
    JsonNode from = query.path("from_table");
    JsonNode items = query.path("select_list");
    boolean plain =
        Ast.type(from).equals("BASE_TABLE")
            && Ast.text(from, "alias").isEmpty()
            && items.size() == 1
            && Ast.text(items.get(0), "class").equals("STAR")
            && query.size() == 5;
    return plain
        ? Optional.of(Ast.texts(from.path("qualified_name").path("path")))
        : Optional.empty();
  }

  /** The constant rows in FROM that the statement means. */
  JsonNode written(JsonNode show) {
    return switch (Ast.text(show, "show_type")) {
      case "DESCRIBE" ->
          described(
              table(show)
                  .orElseThrow(() -> Ast.unsupported("DESCRIBE of a query inside a statement")));
      case "SHOW_SPECIAL" -> {
        String what = Ast.text(show, "table_name").replace("\"", "");
        if (!what.equals("tables")) {
          throw Ast.unsupported("SHOW " + what.replace("__show_tables_expanded", "ALL TABLES"));
        }
        yield tables();
      }
      case "SHOW" -> described(Ast.texts(show.path("qualified_name").path("path")));
      case "SUMMARY" -> throw Ast.unsupported("SUMMARIZE");
      default -> throw Ast.unsupported("SHOW here");
    };
  }

  private JsonNode tables() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    catalog.tables().stream()
        .filter(table -> dataset.map(table.name().dataset()::equalsIgnoreCase).orElse(true))
        .map(table -> table.name().table())
        .sorted()
        .forEach(name -> rows.add(List.of(name)));
    return values(List.of("name"), rows);
  }

  private JsonNode described(List<String> path) {
    List<String> name = catalog.resolve(dataset, path);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (OutputColumn column : catalog.columns(name)) {
      List<@Nullable Object> row = described(column);
      row.set(3, catalog.primaryKey(name).contains(column.name()) ? "PRI" : null);
      rows.add(row);
    }
    return values(DESCRIPTION, rows);
  }

  private static JsonNode values(List<String> names, List<List<@Nullable Object>> rows) {
    ArrayNode all = JSON.arrayNode();
    for (List<@Nullable Object> row : rows) {
      ArrayNode cells = JSON.arrayNode();
      row.forEach(cell -> cells.add(text(cell)));
      all.add(cells);
    }
    if (rows.isEmpty()) {
      ArrayNode none = JSON.arrayNode();
      names.forEach(name -> none.add(text(null)));
      all.add(none);
    }
    ObjectNode values = JSON.objectNode();
    values.put("type", "EXPRESSION_LIST").put("alias", "show");
    values.set("values", all);
    ArrayNode columns = JSON.arrayNode();
    names.forEach(columns::add);
    values.set("column_name_alias", columns);
    return rows.isEmpty() ? nothingOf(values) : values;
  }

  private static JsonNode nothingOf(JsonNode values) {
    ObjectNode star = JSON.objectNode().put("class", "STAR").put("type", "STAR");
    ObjectNode never = JSON.objectNode().put("class", "CONSTANT").put("type", "VALUE_CONSTANT");
    never.set("literal", JSON.objectNode().put("kind", "BOOLEAN").put("text", "false"));
    ObjectNode select = JSON.objectNode();
    select.put("type", "SELECT_NODE").put("aggregate_handling", "STANDARD_HANDLING");
    select.set("select_list", JSON.arrayNode().add(star));
    select.set("from_table", values);
    select.set("where_clause", never);
    ObjectNode subQuery = JSON.objectNode();
    subQuery.put("type", "SUBQUERY").put("alias", "show");
    subQuery.set("subquery", JSON.objectNode().set("node", select));
    return subQuery;
  }

  private static JsonNode text(@Nullable Object value) {
    ObjectNode constant = JSON.objectNode().put("class", "CONSTANT").put("type", "VALUE_CONSTANT");
    ObjectNode literal = JSON.objectNode();
    if (value == null) {
      literal.put("kind", "NULL_LITERAL");
    } else {
      literal.put("kind", "STRING").put("text", value.toString());
    }
    constant.set("literal", literal);
    ObjectNode cast = JSON.objectNode();
    cast.put("class", "CAST").put("type", "OPERATOR_CAST").put("try_cast", false);
    cast.set("child", constant);
    cast.set("type_expr", JSON.objectNode().put("class", "TYPE").put("type_name", "VARCHAR"));
    return cast;
  }
}
