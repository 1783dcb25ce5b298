package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;

/** FLOAT and DOUBLE. */
final class FloatingColumn extends ArrowColumn {
  private static final double TWO_TO_63 = 0x1p63;

  private final boolean single;
  private int values;

  FloatingColumn(String name, boolean single, boolean nullable) {
    super(name, single ? "FLOAT" : "DOUBLE", nullable);
    this.single = single;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((long) batch.length() * (single ? 4 : 8));
  }

  private float narrow(int row) {
    return Float.intBitsToFloat(LittleEndian.int32(body, values + 4 * row));
  }

  @Override
  double floating(int row) {
    return single
        ? narrow(row)
        : Double.longBitsToDouble(LittleEndian.int64(body, values + 8 * row));
  }

  @Override
  long integer(int row) throws SQLException {
    double value = floating(row);
    if (!(value >= -TWO_TO_63 && value < TWO_TO_63)) {
      throw outOfRange("`long`");
    }
    return (long) value;
  }

  @Override
  boolean bool(int row) {
    return floating(row) != 0;
  }

  @Override
  BigDecimal decimal(int row) throws SQLException {
    double value = floating(row);
    if (!Double.isFinite(value)) {
      throw outOfRange("a decimal");
    }
    return new BigDecimal(text(row));
  }

  @Override
  Object object(int row) {
    if (single) {
      return narrow(row);
    }
    return floating(row);
  }

  @Override
  String text(int row) {
    return single ? Float.toString(narrow(row)) : Double.toString(floating(row));
  }

  @Override
  String textWithin(int row) {
    return NestedText.floating(floating(row), single);
  }
}
