package io.sallyport.proxy.engine;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Binds values so that DuckDB gets them whole. The printed SQL casts each parameter but a text to
 * its type, so what the JDBC driver would bend (old dates, nanoseconds) goes as text.
 */
final class ParameterBinding {
  /** Earlier dates mean other days in the calendar of {@code java.sql.Date}. */
  private static final LocalDate GREGORIAN = LocalDate.of(1582, 10, 15);

  private ParameterBinding() {}

  static void bind(PreparedStatement statement, List<? extends @Nullable Object> values)
      throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value == null) {
        statement.setNull(i + 1, Types.NULL);
      } else {
        statement.setObject(i + 1, bindable(value, i + 1));
      }
    }
  }

  private static Object bindable(Object value, int position) {
    if (value instanceof BigDecimal number) {
      return number.scale() < 0 ? number.setScale(0) : number;
    }
    if (value instanceof LocalDate date) {
      return ordinary(date) ? date : text(date);
    }
    if (value instanceof LocalDateTime time) {
      return ordinary(time.toLocalDate()) && time.getNano() % 1000 == 0
          ? time
          : text(time.toLocalDate()) + ' ' + clock(time.toLocalTime());
    }
    if (value instanceof OffsetDateTime time) {
      LocalDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
      return ordinary(utc.toLocalDate())
          ? time
          : text(utc.toLocalDate()) + ' ' + clock(utc.toLocalTime()) + "+00";
    }
    if (value instanceof LocalTime time) {
      return clock(time);
    }
    if (value instanceof Boolean
        || value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Float
        || value instanceof Double
        || value instanceof String
        || value instanceof byte[]
        || value instanceof UUID) {
      return value;
    }
    throw new GatewayException(
        ErrorCode.WRONG_PARAMETER,
        "the value of parameter "
            + position
            + " cannot be sent; send a number, text, date or time");
  }

  private static boolean ordinary(LocalDate date) {
    return !date.isBefore(GREGORIAN) && date.getYear() <= 9999;
  }

  /** As DuckDB writes a date: year 0 is 1 BC. */
  private static String text(LocalDate date) {
    int year = date.getYear();
    String monthAndDay = String.format("-%02d-%02d", date.getMonthValue(), date.getDayOfMonth());
    return year >= 1
        ? String.format("%04d", year) + monthAndDay
        : String.format("%04d", 1 - year) + monthAndDay + " (BC)";
  }

  private static String clock(LocalTime time) {
    return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
  }
}
