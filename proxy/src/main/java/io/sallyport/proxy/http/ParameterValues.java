package io.sallyport.proxy.http;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/**
 * Avatica's parameter values as the gateway takes them, in the type of their {@code ?}. Text is
 * read as the type it stands for, so a client can send dates with microseconds as text.
 */
final class ParameterValues {
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("['T'][' ']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter OFFSET_DATE_TIME =
      new DateTimeFormatterBuilder()
          .append(DATE_TIME)
          .appendPattern("[XXX][X]")
          .toFormatter(Locale.ROOT);

  private ParameterValues() {}

  /**
   * Converts all values.
   *
   * @param types DuckDB's type name of each parameter
   */
  static List<@Nullable Object> of(List<TypedValue> values, List<String> types) {
    if (values.size() != types.size()) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "the statement has " + types.size() + " parameters. Given: " + values.size());
    }
    List<@Nullable Object> converted = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      try {
        converted.add(one(values.get(i), types.get(i).toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException
          | ArithmeticException
          | DateTimeException
          | ClassCastException e) {
        throw new GatewayException(
            ErrorCode.WRONG_PARAMETER,
            "the value of parameter " + (i + 1) + " is not a " + types.get(i));
      }
    }
    return converted;
  }

  private static @Nullable Object one(@Nullable TypedValue typed, String type) {
    if (typed == null || typed.value == null) {
      return null;
    }
    Object value = plain(typed.type, typed.value);
    if (type.startsWith("DECIMAL") || type.startsWith("NUMERIC")) {
      return decimal(value);
    }
    return switch (type) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER" ->
          whole(value);
      case "UBIGINT", "HUGEINT", "UHUGEINT" -> whole(value);
      case "FLOAT", "REAL", "DOUBLE" ->
          value instanceof String text ? Double.valueOf(text.strip()) : number(value);
      case "BOOLEAN" -> truth(value);
      case "DATE" -> date(value);
      case "TIME" -> value instanceof String text ? LocalTime.parse(text.strip()) : value;
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME" ->
          dateTime(value);
      case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ" -> instant(value);
      case "UUID" -> value instanceof String text ? UUID.fromString(text.strip()) : value;
      case "BLOB" -> value instanceof byte[] ? value : refuse();
      default -> value;
    };
  }

  /** By the client's own type alone. Its dates and times are wall-clock readings. */
  private static Object plain(Rep rep, Object value) {
    return switch (rep) {
      case BYTE_STRING -> Base64.getDecoder().decode((String) value);
      case JAVA_SQL_DATE -> LocalDate.ofEpochDay(((Number) value).longValue());
      case JAVA_SQL_TIME -> LocalTime.ofNanoOfDay(((Number) value).longValue() * 1_000_000L);
      case JAVA_SQL_TIMESTAMP, JAVA_UTIL_DATE ->
          LocalDateTime.ofInstant(
              Instant.ofEpochMilli(((Number) value).longValue()), ZoneOffset.UTC);
      default -> natural(value);
    };
  }

  private static Object natural(Object value) {
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float number) {
      return number.doubleValue();
    }
    if (value instanceof Character letter) {
      return letter.toString();
    }
    if (value instanceof Boolean
        || value instanceof Double
        || value instanceof BigDecimal
        || value instanceof BigInteger
        || value instanceof String) {
      return value;
    }
    throw new GatewayException(
        ErrorCode.NOT_SUPPORTED,
        "a parameter is a number, text, bytes, date or time; arrays cannot be sent");
  }

  private static Object refuse() {
    throw new IllegalArgumentException();
  }

  private static Object decimal(Object value) {
    if (value instanceof String text) {
      return new BigDecimal(text.strip());
    }
    return number(value);
  }

  private static Object number(Object value) {
    return value instanceof Number ? value : refuse();
  }

  private static Object whole(Object value) {
    Object number = decimal(value);
    if (number instanceof BigDecimal decimal) {
      BigInteger whole = decimal.toBigIntegerExact();
      return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
    }
    if (number instanceof Double fraction) {
      return whole(new BigDecimal(fraction));
    }
    return number;
  }

  private static Object truth(Object value) {
    if (value instanceof String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> refuse();
      };
    }
    if (value instanceof Long number) {
      return number == 0 || number == 1 ? (Object) (number == 1) : refuse();
    }
    return value instanceof Boolean ? value : refuse();
  }

  private static Object date(Object value) {
    if (value instanceof LocalDateTime time) {
      return time.toLocalTime().equals(LocalTime.MIDNIGHT) ? time.toLocalDate() : refuse();
    }
    return value instanceof String text ? LocalDate.parse(text.strip()) : value;
  }

  private static Object dateTime(Object value) {
    if (value instanceof LocalDate date) {
      return date.atStartOfDay();
    }
    if (value instanceof String text) {
      String when = text.strip();
      return when.length() == 10
          ? LocalDate.parse(when).atStartOfDay()
          : LocalDateTime.parse(when, DATE_TIME);
    }
    return value;
  }

  private static Object instant(Object value) {
    if (value instanceof String text) {
      return OffsetDateTime.parse(text.strip(), OFFSET_DATE_TIME);
    }
    Object when = dateTime(value);
    return when instanceof LocalDateTime wallClock ? wallClock.atOffset(ZoneOffset.UTC) : when;
  }
}
