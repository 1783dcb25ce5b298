package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.SQLException;

/**
 * Exact decimals in 32 to 256 bits; HUGEINT and UHUGEINT arrive as DECIMAL(38,0) and keep all their
 * 128 bits.
 */
final class DecimalColumn extends ArrowColumn {
  private static final long EXACT_IN_DOUBLE = 1L << 53;
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final long[] TEN_TO = new long[19];
  private static final double[] EXACT_TEN_TO = new double[23];

  static {
    TEN_TO[0] = 1;
    for (int i = 1; i < TEN_TO.length; i++) {
      TEN_TO[i] = TEN_TO[i - 1] * 10;
    }
    EXACT_TEN_TO[0] = 1;
    for (int i = 1; i < EXACT_TEN_TO.length; i++) {
      EXACT_TEN_TO[i] = EXACT_TEN_TO[i - 1] * 10;
    }
  }

  private final int width;
  private final int scale;
  private final boolean signed;
  private int values;

  DecimalColumn(String name, String typeName, int width, int scale, boolean nullable) {
    super(name, typeName, nullable);
    this.width = width;
    this.scale = scale;
    this.signed = !typeName.equals("UHUGEINT");
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((long) batch.length() * width);
  }

  /** Whether all of the number is in its lowest 64 bits. */
  private boolean isSmall(int at) {
    if (width <= 8) {
      return true;
    }
    long sign = LittleEndian.int64(body, at) >> 63;
    for (int i = 8; i < width; i += 8) {
      if (LittleEndian.int64(body, at + i) != sign) {
        return false;
      }
    }
    return true;
  }

  private long small(int at) {
    return width == 4 ? LittleEndian.int32(body, at) : LittleEndian.int64(body, at);
  }

  @Override
  BigDecimal decimal(int row) {
    int at = values + width * row;
    if (isSmall(at) && (signed || small(at) >= 0)) {
      return BigDecimal.valueOf(small(at), scale);
    }
    byte[] bigEndian = new byte[width];
    for (int i = 0; i < width; i++) {
      bigEndian[i] = body[at + width - 1 - i];
    }
    return new BigDecimal(signed ? new BigInteger(bigEndian) : new BigInteger(1, bigEndian), scale);
  }

  @Override
  double floating(int row) {
    int at = values + width * row;
    if (isSmall(at) && scale < EXACT_TEN_TO.length) {
      long unscaled = small(at);
      if (unscaled >= 0 ? unscaled <= EXACT_IN_DOUBLE : signed && unscaled >= -EXACT_IN_DOUBLE) {
        // Both operands are exact, so the quotient is the double nearest to the decimal.
        return unscaled / EXACT_TEN_TO[scale];
      }
    }
    return decimal(row).doubleValue();
  }

  @Override
  long integer(int row) throws SQLException {
    int at = values + width * row;
    if (isSmall(at) && scale < TEN_TO.length && (signed || small(at) >= 0)) {
      return small(at) / TEN_TO[scale];
    }
    BigDecimal whole = decimal(row).setScale(0, RoundingMode.DOWN);
    if (whole.compareTo(MIN_LONG) < 0 || whole.compareTo(MAX_LONG) > 0) {
      throw outOfRange("`long`");
    }
    return whole.longValue();
  }

  @Override
  boolean bool(int row) {
    return decimal(row).signum() != 0;
  }

  @Override
  Object object(int row) {
    return decimal(row);
  }

  @Override
  String text(int row) {
    return decimal(row).toPlainString();
  }
}
