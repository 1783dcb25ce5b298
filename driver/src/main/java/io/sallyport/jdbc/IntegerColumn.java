package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;

/** Integers of 8 to 64 bits, with or without sign. */
final class IntegerColumn extends ArrowColumn {
  private static final BigDecimal TWO_TO_64 = new BigDecimal("18446744073709551616");

  private final int bits;
  private final boolean signed;
  private int values;

  IntegerColumn(String name, int bits, boolean signed, boolean nullable) {
    super(name, typeName(bits, signed), nullable);
    this.bits = bits;
    this.signed = signed;
  }

  private static String typeName(int bits, boolean signed) {
    String type =
        bits == 8 ? "TINYINT" : bits == 16 ? "SMALLINT" : bits == 32 ? "INTEGER" : "BIGINT";
    return signed ? type : "U" + type;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((long) batch.length() * bits / 8);
  }

  @Override
  long integer(int row) throws SQLException {
    long value = raw(row);
    if (value < 0 && !signed) {
      throw outOfRange("`long`");
    }
    return value;
  }

  /** The value; for UBIGINT its bits. */
  long raw(int row) {
    switch (bits) {
      case 8:
        return signed ? body[values + row] : body[values + row] & 0xFF;
      case 16:
        short int16 = LittleEndian.int16(body, values + 2 * row);
        return signed ? int16 : int16 & 0xFFFF;
      case 32:
        int int32 = LittleEndian.int32(body, values + 4 * row);
        return signed ? int32 : int32 & 0xFFFF_FFFFL;
      default:
        return LittleEndian.int64(body, values + 8 * row);
    }
  }

  @Override
  boolean bool(int row) {
    return raw(row) != 0;
  }

  @Override
  double floating(int row) {
    long value = raw(row);
    return value < 0 && !signed ? decimal(row).doubleValue() : value;
  }

  @Override
  BigDecimal decimal(int row) {
    long value = raw(row);
    return value < 0 && !signed
        ? BigDecimal.valueOf(value).add(TWO_TO_64)
        : BigDecimal.valueOf(value);
  }

  @Override
  Object object(int row) {
    if (bits == 64 && !signed) {
      return decimal(row);
    }
    // No conditional expression here: it would widen the Integer to a Long.
    if (bits < 32 || (bits == 32 && signed)) {
      return (int) raw(row);
    }
    return raw(row);
  }

  @Override
  String text(int row) {
    return signed ? Long.toString(raw(row)) : Long.toUnsignedString(raw(row));
  }
}
