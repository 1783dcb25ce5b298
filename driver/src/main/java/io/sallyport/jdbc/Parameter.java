package io.sallyport.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.Rep;
import org.apache.calcite.avatica.remote.TypedValue;
import org.apache.calcite.avatica.util.ArrayFactoryImpl;
import org.apache.calcite.avatica.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Java's values as a message carries them, each with its type. What Avatica has no form for, such
 * as microseconds, goes as an array of two texts: DuckDB's name of its type and the value.
 */
final class Parameter {
  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final String ZONED = "TIMESTAMP WITH TIME ZONE";

  private static final Map<Class<?>, Rep> NUMBERS =
      Map.of(
          Byte.class, Rep.BYTE,
          Short.class, Rep.SHORT,
          Integer.class, Rep.INTEGER,
          Long.class, Rep.LONG,
          Float.class, Rep.FLOAT,
          Double.class, Rep.DOUBLE,
          BigDecimal.class, Rep.NUMBER);

  private Parameter() {}

  /** Refused by name if the value is of no class that a parameter may have. */
  static TypedValue of(@Nullable Object value) throws SQLException {
    if (value == null) {
      return TypedValue.EXPLICIT_NULL;
    }
    if (value instanceof String || value instanceof Character) {
      return text(value);
    }
    if (value instanceof UUID) {
      return named("UUID", value);
    }
    if (value instanceof Boolean) {
      return TypedValue.ofLocal(Rep.BOOLEAN, value);
    }
    if (value instanceof Number) {
      return number((Number) value);
    }
    if (value instanceof byte[]) {
      return TypedValue.ofLocal(Rep.BYTE_STRING, new ByteString((byte[]) value));
    }
    if (value instanceof Temporal) {
      return temporal((Temporal) value);
    }
    return converted(value);
  }

  private static TypedValue text(Object value) {
    return TypedValue.ofLocal(Rep.STRING, value.toString());
  }

  private static TypedValue named(String type, Object value) {
    Array pair =
        new ArrayFactoryImpl(TimeZone.getTimeZone("UTC"))
            .createArray(
                ColumnMetaData.scalar(Types.VARCHAR, "VARCHAR", Rep.STRING),
                List.of(type, value.toString()));
    return TypedValue.ofJdbc(Rep.ARRAY, pair, Calendar.getInstance(Locale.ROOT));
  }

  private static TypedValue number(Number value) throws SQLException {
    if (value instanceof BigInteger) {
      return named("HUGEINT", value);
    }
    Rep rep = NUMBERS.get(value.getClass());
    if (rep == null) {
      throw unsupported(value);
    }
    return TypedValue.ofLocal(rep, value);
  }

  private static TypedValue temporal(Temporal value) throws SQLException {
    if (value instanceof LocalDate) {
      return TypedValue.ofLocal(Rep.JAVA_SQL_DATE, (int) ((LocalDate) value).toEpochDay());
    }
    if (value instanceof LocalTime) {
      return isWholeMillis(value)
          ? TypedValue.ofLocal(Rep.JAVA_SQL_TIME, value.get(ChronoField.MILLI_OF_DAY))
          : named("TIME", value);
    }
    if (value instanceof LocalDateTime) {
      return isWholeMillis(value)
          ? TypedValue.ofLocal(
              Rep.JAVA_SQL_TIMESTAMP,
              ((LocalDateTime) value).toInstant(ZoneOffset.UTC).toEpochMilli())
          : named("TIMESTAMP", value);
    }
    if (value instanceof Instant) {
      return named(ZONED, ((Instant) value).atOffset(ZoneOffset.UTC));
    }
    if (value instanceof ZonedDateTime) {
      return named(ZONED, ((ZonedDateTime) value).toOffsetDateTime());
    }
    if (value instanceof OffsetDateTime) {
      return named(ZONED, value);
    }
    throw unsupported(value);
  }

  private static boolean isWholeMillis(Temporal value) {
    return value.get(ChronoField.NANO_OF_SECOND) % NANOS_PER_MILLI == 0;
  }

  private static TypedValue converted(Object value) throws SQLException {
    if (value instanceof Timestamp) {
      return temporal(((Timestamp) value).toLocalDateTime());
    }
    if (value instanceof Date) {
      return temporal(((Date) value).toLocalDate());
    }
    if (value instanceof Time) {
      return temporal(localTime((Time) value));
    }
    if (value instanceof java.util.Date) {
      return temporal(new Timestamp(((java.util.Date) value).getTime()).toLocalDateTime());
    }
    if (value instanceof Calendar) {
      Calendar calendar = (Calendar) value;
      return temporal(calendar.toInstant().atZone(calendar.getTimeZone().toZoneId()));
    }
    if (value instanceof URL || value instanceof Enum) {
      return text(value);
    }
    if (value instanceof Clob) {
      return of(((Clob) value).getSubString(1, (int) ((Clob) value).length()));
    }
    if (value instanceof Blob) {
      return of(((Blob) value).getBytes(1, (int) ((Blob) value).length()));
    }
    if (value instanceof InputStream) {
      return of(bytes((InputStream) value, Integer.MAX_VALUE));
    }
    if (value instanceof Reader) {
      return of(characters((Reader) value, Integer.MAX_VALUE));
    }
    throw unsupported(value);
  }

  private static LocalTime localTime(Time time) {
    return new Timestamp(time.getTime()).toLocalDateTime().toLocalTime();
  }

  /** What the milliseconds read as in a calendar's time zone. */
  static LocalDateTime inZone(java.util.Date value, Calendar zone) {
    LocalDateTime local =
        LocalDateTime.ofInstant(
            Instant.ofEpochMilli(value.getTime()), zone.getTimeZone().toZoneId());
    return value instanceof Timestamp ? local.withNano(((Timestamp) value).getNanos()) : local;
  }

  static byte[] bytes(InputStream in, long length) throws SQLException {
    try {
      return in.readNBytes((int) Math.min(length, Integer.MAX_VALUE));
    } catch (IOException e) {
      throw new SQLException("a parameter's stream cannot be read", "22023", e);
    }
  }

  static String characters(Reader in, long length) throws SQLException {
    try {
      StringWriter text = new StringWriter();
      for (long left = length; left > 0; left--) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        text.write(next);
      }
      return text.toString();
    } catch (IOException e) {
      throw new SQLException("a parameter's stream cannot be read", "22023", e);
    }
  }

  private static SQLException unsupported(Object value) {
    return Failure.notSupported("a parameter of class `" + value.getClass().getName() + "`");
  }
}
