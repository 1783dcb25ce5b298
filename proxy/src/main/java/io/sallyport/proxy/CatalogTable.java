package io.sallyport.proxy;

import io.sallyport.proxy.sql.Catalog;
import java.util.List;

/** A table as one principal may see it: no hidden column, nothing computed from rows. */
public record CatalogTable(
    String dataset, String table, List<OutputColumn> columns, List<String> primaryKey) {
  public CatalogTable {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
  }

  static CatalogTable of(Catalog.PublishedTable table) {
    return new CatalogTable(table.name().dataset(), table.name().table(), seen(table), key(table));
  }

  private static List<OutputColumn> seen(Catalog.PublishedTable table) {
    return table.columns().stream()
        .filter(column -> column.sight() != Catalog.Sight.HIDDEN)
        .map(
            column ->
                new OutputColumn(
                    column.name(),
                    column.sight() == Catalog.Sight.WIPED ? "VARCHAR" : column.type(),
                    true))
        .toList();
  }

  /** The first unique key, unless the analyst may not see all of it. */
  private static List<String> key(Catalog.PublishedTable table) {
    List<String> visible =
        table.columns().stream()
            .filter(column -> column.sight() == Catalog.Sight.VISIBLE)
            .map(Catalog.Column::name)
            .toList();
    return table.uniqueKeys().stream().findFirst().filter(visible::containsAll).orElse(List.of());
  }
}
