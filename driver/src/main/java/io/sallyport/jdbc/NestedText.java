package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Values as DuckDB writes them inside a list, a struct or a map, where a text is in quotes if it
 * could be misread.
 *
 * <pre>[a b, 'c, d', '', 'NULL', NULL, 1e+20, \xAA]</pre>
 */
final class NestedText {
  private static final String SPECIAL = "\"'(),:=[\\]{}";
  private static final int FIRST_EXPONENT = 16;
  private static final int LAST_SMALL_EXPONENT = -4;

  private NestedText() {}

  static String of(Column column, int row) throws SQLException {
    if (column.isNull(row)) {
      return "NULL";
    }
    String text = column.textWithin(row);
    return column.isNested() ? text : quotedIfNeeded(text);
  }

  private static String quotedIfNeeded(String text) {
    boolean plain =
        !text.isEmpty()
            && !isSpace(text.charAt(0))
            && !isSpace(text.charAt(text.length() - 1))
            && !text.equalsIgnoreCase("null")
            && text.chars().noneMatch(c -> SPECIAL.indexOf(c) >= 0);
    return plain ? text : quoted(text);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** A FLOAT or DOUBLE in its fewest digits: {@code 1.5}, {@code 1e+20}, {@code nan}. */
  static String floating(double value, boolean single) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return Double.toString(value);
    }
    BigDecimal digits = fewestDigits(value, single).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= FIRST_EXPONENT || exponent < LAST_SMALL_EXPONENT) {
      return digits.movePointLeft(exponent).toPlainString()
          + String.format(Locale.ROOT, "e%+03d", exponent);
    }
    return digits.setScale(Math.max(1, digits.scale())).toPlainString();
  }

  /** Java's own text of it has sometimes a digit too many. */
  private static BigDecimal fewestDigits(double value, boolean single) {
    BigDecimal best = new BigDecimal(single ? Float.toString((float) value) : "" + value);
    BigDecimal exact = new BigDecimal(value);
    for (int count = best.precision() - 1; count > 0; count--) {
      BigDecimal fewer = exact.round(new MathContext(count));
      if (single ? fewer.floatValue() != (float) value : fewer.doubleValue() != value) {
        break;
      }
      best = fewer;
    }
    return best;
  }

  /** Bytes: printable ones as they are, others as {@code \xAA}. */
  static String bytes(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b < ' ' || b > '~' || b == '\\' || b == '\'' || b == '"') {
        text.append(String.format(Locale.ROOT, "\\x%02X", b));
      } else {
        text.append((char) b);
      }
    }
    return text.toString();
  }
}
