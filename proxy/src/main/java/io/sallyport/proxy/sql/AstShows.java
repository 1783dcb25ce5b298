package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.proxy.OutputColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
      case "SHOW" -> {
        List<String> path = Ast.texts(show.path("qualified_name").path("path"));
        if (path.isEmpty()) {
          throw Ast.unsupported("SHOW of a query");
        }
        yield described(path);
      }
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
    ArrayNode all = AstWriter.JSON.arrayNode();
    rows.forEach(row -> all.add(cells(row)));
    if (rows.isEmpty()) {
      all.add(cells(Collections.nCopies(names.size(), null)));
    }
    ObjectNode values = AstWriter.JSON.objectNode();
    values.put("type", "EXPRESSION_LIST").put("alias", "show");
    values.set("values", all);
    values.set("column_name_alias", AstWriter.names(names));
    return rows.isEmpty() ? nothingOf(values) : values;
  }

  private static ArrayNode cells(List<? extends @Nullable Object> row) {
    ArrayNode cells = AstWriter.JSON.arrayNode();
    for (@Nullable Object cell : row) {
      cells.add(AstWriter.castToText(AstWriter.text(cell == null ? null : cell.toString())));
    }
    return cells;
  }

  private static JsonNode nothingOf(JsonNode values) {
    ObjectNode select =
        AstWriter.select(AstWriter.list(List.of(AstWriter.star())), values)
            .set("where_clause", AstWriter.never());
    return AstWriter.subQuery(select, "show");
  }
}
