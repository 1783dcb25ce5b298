package io.sallyport.conformance;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as text that is the same whichever client read them: numbers by value, times in UTC.
 *
 * <p>A sum of doubles over people's rows differs from run to run in its last digits, so numbers are
 * told to twelve where there may be one.
 */
enum Cells {
  TWELVE_DIGITS(12),
  EVERY_DIGIT(0);

  /** A struct's values in the order of its fields. */
  record Fields(List<@Nullable Object> values) {}

  private final MathContext digits;

  Cells(int digits) {
    this.digits = new MathContext(digits);
  }

  String text(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number)
          ? plain(new BigDecimal(number).round(digits))
          : Double.toString(number);
    }
    if (value instanceof BigDecimal number) {
      return plain(number.round(digits));
    }
    if (value instanceof BigInteger number) {
      return text(new BigDecimal(number));
    }
    if (value instanceof Number number) {
      return text(BigDecimal.valueOf(number.longValue()));
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Blob blob) {
      return hex(blob);
    }
    if (value instanceof Struct struct) {
      return fields(struct);
    }
    if (value instanceof Fields fields) {
      return list(fields.values());
    }
    if (value instanceof Date date) {
      return date.toLocalDate().toString();
    }
    if (value instanceof Time time) {
      return time.toLocalTime().toString();
    }
    if (value instanceof Timestamp time) {
      return text(time.toLocalDateTime());
    }
    if (value instanceof OffsetDateTime time) {
      return text(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
    }
    if (value instanceof Instant time) {
      return text(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    }
    if (value instanceof LocalDate
        || value instanceof LocalTime
        || value instanceof LocalDateTime) {
      return value.toString();
    }
    if (value instanceof Array array) {
      try {
        return text(array.getArray());
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    if (value instanceof Object[] items) {
      return list(Arrays.asList(items));
    }
    if (value instanceof List<?> items) {
      return list(items);
    }
    if (value instanceof Map<?, ?> fields) {
      List<String> texts = new ArrayList<>();
      fields.forEach((key, field) -> texts.add(text(key) + "=" + text(field)));
      return texts.toString();
    }
    return value.toString();
  }

  private static String hex(Blob blob) {
    try {
      return HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String fields(Struct struct) {
    try {
      return list(Arrays.asList(struct.getAttributes()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String list(List<?> items) {
    return items.stream().map(this::text).toList().toString();
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
