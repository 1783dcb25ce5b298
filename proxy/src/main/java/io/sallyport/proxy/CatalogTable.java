package io.sallyport.proxy;

import java.util.List;

/** A table as one principal may see it: no hidden column, nothing computed from rows. */
public record CatalogTable(
    String dataset, String table, List<OutputColumn> columns, List<String> primaryKey) {
  public CatalogTable {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
  }
}
