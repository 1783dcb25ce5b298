package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Date;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Makes a parameter's value what {@code setObject(1, value, Types.…)} says that it is.
 *
 * <pre>"7" as INTEGER → 7      7 as BIGINT → 7L      "1.50" as DECIMAL → 1.50</pre>
 *
 * <p>A text as DATE, TIME or TIMESTAMP stays, because the server reads it where it stands; so does
 * what has no other form.
 */
final class TargetType {
  private TargetType() {}

  /**
   * @param type one of {@link Types}
   */
  static @Nullable Object of(@Nullable Object value, int type) throws SQLException {
    if (value == null) {
      return null;
    }
    switch (type) {
      case Types.TINYINT:
        return (byte) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "TINYINT");
      case Types.SMALLINT:
        return (short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE, "SMALLINT");
      case Types.INTEGER:
        return (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "INTEGER");
      case Types.BIGINT:
        return whole(value, Long.MIN_VALUE, Long.MAX_VALUE, "BIGINT");
      case Types.REAL:
        return value instanceof Number
            ? ((Number) value).floatValue()
            : decimal(value, "REAL").floatValue();
      case Types.FLOAT:
      case Types.DOUBLE:
        return value instanceof Number
            ? ((Number) value).doubleValue()
            : decimal(value, "DOUBLE").doubleValue();
      case Types.DECIMAL:
      case Types.NUMERIC:
        return decimal(value, "DECIMAL");
      case Types.BIT:
      case Types.BOOLEAN:
        return bool(value);
      case Types.CHAR:
      case Types.VARCHAR:
      case Types.LONGVARCHAR:
      case Types.NCHAR:
      case Types.NVARCHAR:
      case Types.LONGNVARCHAR:
        return value instanceof Number || value instanceof Boolean ? text(value) : value;
      case Types.DATE:
        return date(value);
      case Types.TIMESTAMP:
        return moment(value);
      default:
        return value;
    }
  }

  private static String text(Object value) {
    return value instanceof BigDecimal ? ((BigDecimal) value).toPlainString() : value.toString();
  }

  private static long whole(Object value, long least, long most, String type) throws SQLException {
    BigDecimal number = decimal(value, type).setScale(0, RoundingMode.DOWN);
    if (number.compareTo(BigDecimal.valueOf(least)) < 0
        || number.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new SQLDataException("a parameter's value does not fit " + type, "22003");
    }
    return number.longValue();
  }

  private static BigDecimal decimal(Object value, String type) throws SQLException {
    if (value instanceof Boolean) {
      return (Boolean) value ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    try {
      return value instanceof BigDecimal
          ? (BigDecimal) value
          : new BigDecimal(value.toString().strip());
    } catch (NumberFormatException e) {
      throw new SQLDataException("a parameter's value is no " + type, "22018");
    }
  }

  private static Object bool(Object value) throws SQLException {
    if (value instanceof Boolean) {
      return value;
    }
    String text = value.toString().strip();
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.valueOf(text);
    }
    return decimal(value, "BOOLEAN").signum() != 0;
  }

  private static Object date(Object value) {
    if (value instanceof Timestamp) {
      return ((Timestamp) value).toLocalDateTime().toLocalDate();
    }
    return value instanceof LocalDateTime ? ((LocalDateTime) value).toLocalDate() : value;
  }

  private static Object moment(Object value) {
    if (value instanceof Date) {
      return ((Date) value).toLocalDate().atStartOfDay();
    }
    return value instanceof LocalDate ? ((LocalDate) value).atStartOfDay() : value;
  }
}
