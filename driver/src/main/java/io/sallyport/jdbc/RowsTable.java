package io.sallyport.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A result set that the driver makes itself, for the catalogue and for arrays.
 *
 * <pre>{@code
 * new RowsTable("TABLE_SCHEM VARCHAR", "TABLE_CATALOG VARCHAR").resultSet(rows)
 * }</pre>
 */
final class RowsTable {
  private final String[] columns;

  /**
   * @param columns name and DuckDB type of each
   */
  RowsTable(String... columns) {
    this.columns = columns;
  }

  ResultSet resultSet(List<? extends List<? extends @Nullable Object>> rows) throws SQLException {
    List<ValuesColumn> made = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      int end = columns[i].indexOf(' ');
      made.add(
          new ValuesColumn(columns[i].substring(0, end), columns[i].substring(end + 1), rows, i));
    }
    return SallyportResultSet.of(new OneBatch(made, rows.size()));
  }

  private static final class OneBatch implements Batches {
    private final List<ValuesColumn> columns;
    private int rows;

    OneBatch(List<ValuesColumn> columns, int rows) {
      this.columns = columns;
      this.rows = rows;
    }

    @Override
    public List<ValuesColumn> columns() {
      return columns;
    }

    @Override
    public int nextBatch() {
      int next = rows;
      rows = -1;
      return next;
    }

    @Override
    public List<String> warnings() {
      return List.of();
    }

    @Override
    public void close() {
      rows = -1;
    }
  }
}
