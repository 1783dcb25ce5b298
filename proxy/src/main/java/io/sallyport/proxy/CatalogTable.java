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
    return new CatalogTable(
        table.name().dataset(),
        table.name().table(),
        table.seen().stream().map(Catalog.Column::seen).toList(),
        table.primaryKey());
  }
}
