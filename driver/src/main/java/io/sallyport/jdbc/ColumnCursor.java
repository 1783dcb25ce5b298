package io.sallyport.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.util.ArrayImpl;
import org.apache.calcite.avatica.util.Cursor;

/** Walks batches row by row, for Avatica's result set. */
final class ColumnCursor implements Cursor {
  private final Batches batches;
  private final long maxRows;
  private long before;
  private int rows;
  private int row = -1;
  private boolean wasNull;

  /**
   * @param maxRows how many rows at most; 0 for all
   */
  ColumnCursor(Batches batches, long maxRows) {
    this.batches = batches;
    this.maxRows = maxRows == 0 ? Long.MAX_VALUE : maxRows;
  }

  @Override
  public List<Accessor> createAccessors(
      List<ColumnMetaData> types, Calendar localCalendar, ArrayImpl.Factory factory) {
    List<Accessor> accessors = new ArrayList<>();
    for (Column column : batches.columns()) {
      accessors.add(new ColumnAccessor(this, column));
    }
    return accessors;
  }

  @Override
  public boolean next() throws SQLException {
    if (rows >= 0 && before + row + 1 >= maxRows) {
      batches.close();
      before = maxRows;
      rows = -1;
    }
    if (rows < 0) {
      return false;
    }
    row++;
    while (row >= rows) {
      before += rows;
      row = 0;
      rows = batches.nextBatch();
      if (rows < 0) {
        return false;
      }
    }
    return true;
  }

  /** The place of the current row in its batch. */
  int row() throws SQLException {
    if (row >= rows || row < 0) {
      throw new SQLException("the result set is not on a row; call next() first", "24000");
    }
    return row;
  }

  void wasNull(boolean isNull) {
    wasNull = isNull;
  }

  @Override
  public boolean wasNull() {
    return wasNull;
  }

  @Override
  public void close() {
    batches.close();
  }
}
