package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;

/** One bit for each value. */
final class BooleanColumn extends ArrowColumn {
  private int values;

  BooleanColumn(String name, boolean nullable) {
    super(name, "BOOLEAN", nullable);
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((batch.length() + 7L) / 8);
  }

  @Override
  boolean bool(int row) {
    return (body[values + (row >> 3)] >> (row & 7) & 1) != 0;
  }

  @Override
  Object object(int row) {
    return bool(row);
  }

  @Override
  long integer(int row) {
    return bool(row) ? 1 : 0;
  }

  @Override
  double floating(int row) {
    return integer(row);
  }

  @Override
  BigDecimal decimal(int row) {
    return BigDecimal.valueOf(integer(row));
  }
}
