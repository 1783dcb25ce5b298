package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A value that came for a parameter, with the type in which DuckDB's own driver binds it: the
 * statement is planned with these types, as DuckDB does.
 *
 * <pre>7 → INTEGER     7L → BIGINT     1.50 → DECIMAL(3,2)     "7" → VARCHAR     null → NULL</pre>
 *
 * @param type DuckDB's name of it
 */
public record SentValue(@Nullable Object value, String type) {
  private static final String TEXT = "VARCHAR";
  private static final String NULL = "\"NULL\"";
  private static final int MAX_DIGITS = 38;
  private static final int STORED_BYTES = 64;
  private static final int HUGEINT_BITS = 128;
  private static final long NANOS_PER_MICRO = 1_000;

  /** Beyond it lie DuckDB's infinite days. */
  private static final long LAST_DAY = Integer.MAX_VALUE - 1L;

  private static final LocalDateTime FIRST_MOMENT = LocalDateTime.of(-290308, 12, 22, 0, 0);
  private static final LocalDateTime END_OF_MOMENTS =
      LocalDateTime.of(294247, 1, 10, 4, 0, 54, 775_807_000);

  /** Moments with nanoseconds are counted in 64 bits. */
  private static final LocalDateTime FIRST_NANOS = LocalDateTime.of(1677, 9, 22, 0, 0);

  private static final LocalDateTime END_OF_NANOS = LocalDateTime.of(2262, 4, 11, 0, 0);

  /** The values in their order; those that DuckDB's types cannot hold are refused. */
  public static List<SentValue> of(List<? extends @Nullable Object> values) {
    List<SentValue> sent = new ArrayList<>();
    for (Object value : values) {
      sent.add(new SentValue(value, type(value, sent.size() + 1)));
    }
    return sent;
  }

  /** True for a text or NULL: it takes its type from where it stands, as a literal does. */
  boolean isAdaptive() {
    return isText() || type.equals(NULL);
  }

  boolean isText() {
    return type.equals(TEXT);
  }

  /** Such a value as DuckDB's SQL. */
  String literal() {
    return value instanceof String text ? CallSyntax.text(text) : "NULL";
  }

  /** How many bytes it has, if that is not known from its type. */
  public long bytes() {
    return value instanceof String text
        ? text.getBytes(StandardCharsets.UTF_8).length
        : value instanceof byte[] bytes ? bytes.length : 0;
  }

  /** How long it may be: a text counts as a stored value, and a long one by its length. */
  Size size() {
    if (!isText() && !type.equals("BLOB")) {
      return Growth.SHORT;
    }
    return isLong() ? Size.of(length() / Growth.CHARACTERS) : Size.STORED;
  }

  /** What it has in common with others that make the same plan. */
  String kind() {
    return isLong() ? type + " of up to " + length() : isNegative() ? type + " below 0" : type;
  }

  /** True if no number of rows can be meant, also where the number is rounded. */
  boolean isNegative() {
    return value instanceof Number number && number.doubleValue() < -0.5;
  }

  private boolean isLong() {
    return bytes() > STORED_BYTES;
  }

  /** The next power of two, so that texts of about the same length are alike. */
  private double length() {
    return Math.scalb(1.0, Long.SIZE - Long.numberOfLeadingZeros(bytes()));
  }

  /**
   * What DuckDB's driver binds in the same type: a text, of which types may depend, is itself, and
   * a time, which the driver would bend, is another.
   */
  @Nullable Object sample() {
    if (value instanceof LocalDate) {
      return LocalDate.EPOCH;
    }
    if (value instanceof LocalDateTime) {
      return LocalDate.EPOCH.atStartOfDay();
    }
    if (value instanceof OffsetDateTime) {
      return LocalDate.EPOCH.atStartOfDay().atOffset(ZoneOffset.UTC);
    }
    return value instanceof LocalTime
        ? LocalTime.MIDNIGHT
        : value instanceof BigDecimal number ? plain(number) : value;
  }

  private static String type(@Nullable Object value, int position) {
    if (value == null) {
      return NULL;
    }
    if (value instanceof String) {
      return TEXT;
    }
    if (value instanceof Number number) {
      return number(number, position);
    }
    if (value instanceof Boolean) {
      return "BOOLEAN";
    }
    if (value instanceof byte[]) {
      return "BLOB";
    }
    if (value instanceof UUID) {
      return "UUID";
    }
    return time(value, position);
  }

  private static String number(Number number, int position) {
    if (number instanceof Byte) {
      return "TINYINT";
    }
    if (number instanceof Short) {
      return "SMALLINT";
    }
    if (number instanceof Integer) {
      return "INTEGER";
    }
    if (number instanceof Long) {
      return "BIGINT";
    }
    if (number instanceof Float) {
      return "FLOAT";
    }
    if (number instanceof Double) {
      return "DOUBLE";
    }
    if (number instanceof BigInteger whole) {
      if (whole.bitLength() >= HUGEINT_BITS) {
        throw wrong(position, "has more digits than a HUGEINT");
      }
      return "HUGEINT";
    }
    if (number instanceof BigDecimal decimal) {
      BigDecimal plain = plain(decimal);
      long digits = Math.max((long) plain.precision() - Math.min(plain.scale(), 0), plain.scale());
      if (digits > MAX_DIGITS) {
        throw wrong(position, "has more than " + MAX_DIGITS + " digits");
      }
      return "DECIMAL(" + digits + "," + plain.scale() + ")";
    }
    throw unknown(position);
  }

  /** Without an exponent that only adds zeros: 1E3 is 1000. */
  private static BigDecimal plain(BigDecimal number) {
    return number.scale() < 0 && number.scale() > -MAX_DIGITS ? number.setScale(0) : number;
  }

  private static String time(Object value, int position) {
    if (value instanceof LocalDate date) {
      if (Math.abs(date.toEpochDay()) > LAST_DAY) {
        throw wrong(position, "is beyond the last DATE");
      }
      return "DATE";
    }
    if (value instanceof LocalTime time) {
      whole(time, position);
      return "TIME";
    }
    if (value instanceof OffsetDateTime moment) {
      whole(moment.toLocalTime(), position);
      inside(moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), position);
      return "TIMESTAMP WITH TIME ZONE";
    }
    if (value instanceof LocalDateTime moment) {
      inside(moment, position);
      if (isWhole(moment.toLocalTime())) {
        return "TIMESTAMP";
      }
      if (moment.isBefore(FIRST_NANOS) || !moment.isBefore(END_OF_NANOS)) {
        throw wrong(position, "is beyond the last TIMESTAMP_NS");
      }
      return "TIMESTAMP_NS";
    }
    throw unknown(position);
  }

  private static boolean isWhole(LocalTime time) {
    return time.getNano() % NANOS_PER_MICRO == 0;
  }

  private static void whole(LocalTime time, int position) {
    if (!isWhole(time)) {
      throw wrong(position, "has a part of a microsecond");
    }
  }

  private static void inside(LocalDateTime moment, int position) {
    if (moment.isBefore(FIRST_MOMENT) || !moment.isBefore(END_OF_MOMENTS)) {
      throw wrong(position, "is beyond the last TIMESTAMP");
    }
  }

  private static GatewayException unknown(int position) {
    return wrong(position, "cannot be sent; send a number, text, bytes, date or time");
  }

  private static GatewayException wrong(int position, String why) {
    return new GatewayException(
        ErrorCode.WRONG_PARAMETER, "the value of parameter " + position + " " + why);
  }
}
