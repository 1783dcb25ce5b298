package io.sallyport.proxy.sql;

import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import io.trino.tpcds.column.ColumnType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The tables of TPC-DS as DuckDB's SQL makes them. */
public final class TpcdsTables {
  private TpcdsTables() {}

  /** One statement for each. */
  public static List<String> created() {
    return Table.getBaseTables().stream()
        .filter(table -> table != Table.DBGEN_VERSION)
        .map(TpcdsTables::created)
        .toList();
  }

  static String created(Table table) {
    return Arrays.stream(table.getColumns())
        .map(column -> column.getName() + " " + type(column))
        .collect(Collectors.joining(", ", "CREATE TABLE " + table.getName() + "(", ")"));
  }

  private static String type(Column column) {
    ColumnType type = column.getType();
    return switch (type.getBase()) {
      case INTEGER -> "INTEGER";
      case IDENTIFIER -> "BIGINT";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case CHAR, VARCHAR -> "VARCHAR";
      case DECIMAL ->
          "DECIMAL(%d, %d)".formatted(type.getPrecision().orElseThrow(), type.getScale().orElse(0));
    };
  }
}
