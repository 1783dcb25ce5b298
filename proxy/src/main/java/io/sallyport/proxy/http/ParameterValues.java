package io.sallyport.proxy.http;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/**
 * Avatica's parameter values as the gateway takes them: each in the type that the client gave it.
 *
 * <p>What Avatica has no form for comes as an array of two texts, DuckDB's name of its type and the
 * value: {@code ["TIMESTAMP", "2024-03-01T12:00:00.000001"]}.
 */
final class ParameterValues {
  private ParameterValues() {}

  static List<@Nullable Object> of(List<TypedValue> values) {
    List<@Nullable Object> converted = new ArrayList<>();
    for (TypedValue value : values) {
      try {
        converted.add(value == null || value.value == null ? null : one(value.type, value.value));
      } catch (IllegalArgumentException | DateTimeException | ClassCastException e) {
        throw new GatewayException(
            ErrorCode.WRONG_PARAMETER,
            "the value of parameter " + (converted.size() + 1) + " is not of the type it says");
      }
    }
    return converted;
  }

  /** Dates and times are wall-clock readings. */
  private static Object one(Rep rep, Object value) {
    return switch (rep) {
      case BYTE_STRING -> Base64.getDecoder().decode((String) value);
      case JAVA_SQL_DATE -> LocalDate.ofEpochDay(((Number) value).longValue());
      case JAVA_SQL_TIME -> LocalTime.ofNanoOfDay(((Number) value).longValue() * 1_000_000L);
      case JAVA_SQL_TIMESTAMP, JAVA_UTIL_DATE ->
          LocalDateTime.ofInstant(
              Instant.ofEpochMilli(((Number) value).longValue()), ZoneOffset.UTC);
      case ARRAY -> named((List<?>) value);
      default -> natural(value);
    };
  }

  private static Object natural(Object value) {
    if (value instanceof Character letter) {
      return letter.toString();
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof String) {
      return value;
    }
    throw unsupported();
  }

  private static Object named(List<?> pair) {
    if (pair.size() != 2) {
      throw unsupported();
    }
    String text = text(pair.get(1));
    return switch (text(pair.get(0))) {
      case "HUGEINT" -> new BigInteger(text);
      case "TIME" -> LocalTime.parse(text);
      case "TIMESTAMP" -> LocalDateTime.parse(text);
      case "TIMESTAMP WITH TIME ZONE" -> OffsetDateTime.parse(text);
      case "UUID" -> UUID.fromString(text);
      default -> throw unsupported();
    };
  }

  private static String text(@Nullable Object element) {
    Object value = element instanceof TypedValue typed ? typed.value : element;
    if (value instanceof String text) {
      return text;
    }
    throw unsupported();
  }

  private static GatewayException unsupported() {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED,
        "a parameter is a number, text, bytes, date or time; arrays cannot be sent");
  }
}
