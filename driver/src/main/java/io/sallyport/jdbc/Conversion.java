package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How {@link java.sql.ResultSet#getObject(int, Class)} reads a value that is not NULL. */
@FunctionalInterface
interface Conversion<T> {
  T read(Column column, int row) throws SQLException;

  /** Refused by name if no conversion leads to the class. */
  static <T> T to(Class<T> type, Column column, int row) throws SQLException {
    Conversion<?> known = Table.CONVERSIONS.get(type);
    if (known != null) {
      return type.cast(known.read(column, row));
    }
    Object value = column.object(row);
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw column.unreadable("`" + type.getName() + "`");
  }

  /** The conversions by their class. */
  final class Table {
    private static final Map<Class<?>, Conversion<?>> CONVERSIONS = new HashMap<>();

    private Table() {}

    static {
      put(String.class, Column::text);
      put(Boolean.class, Column::bool);
      put(Byte.class, (c, row) -> (byte) within(c, row, Byte.MIN_VALUE, Byte.MAX_VALUE, "byte"));
      put(
          Short.class,
          (c, row) -> (short) within(c, row, Short.MIN_VALUE, Short.MAX_VALUE, "short"));
      put(
          Integer.class,
          (c, row) -> (int) within(c, row, Integer.MIN_VALUE, Integer.MAX_VALUE, "int"));
      put(Long.class, Column::integer);
      put(Float.class, (c, row) -> (float) c.floating(row));
      put(Double.class, Column::floating);
      put(BigDecimal.class, Column::decimal);
      put(BigInteger.class, (c, row) -> c.decimal(row).toBigInteger());
      put(byte[].class, Column::bytes);
      put(LocalDate.class, Column::date);
      put(LocalTime.class, Column::time);
      put(LocalDateTime.class, Column::dateTime);
      put(Instant.class, Table::instant);
      put(
          OffsetDateTime.class,
          (c, row) -> OffsetDateTime.ofInstant(instant(c, row), offset(c, row)));
      put(ZonedDateTime.class, (c, row) -> instant(c, row).atZone(offset(c, row)));
      put(Date.class, (c, row) -> Date.valueOf(zoned(c, row).toLocalDate()));
      put(Time.class, (c, row) -> Time.valueOf(c.time(row)));
      put(
          Timestamp.class,
          (c, row) -> {
            Instant instant = c.instant(row);
            return instant == null ? Timestamp.valueOf(c.dateTime(row)) : Timestamp.from(instant);
          });
      put(java.util.Date.class, (c, row) -> to(Timestamp.class, c, row));
      put(UUID.class, Table::uuid);
      put(Period.class, (c, row) -> interval(c, "a period").period(row));
      put(Duration.class, (c, row) -> interval(c, "a duration").duration(row));
      put(List.class, Table::list);
      put(Map.class, Table::map);
    }

    private static <T> void put(Class<T> type, Conversion<? extends T> conversion) {
      CONVERSIONS.put(type, conversion);
    }

    private static long within(Column column, int row, long min, long max, String target)
        throws SQLException {
      long value = column.integer(row);
      if (value < min || value > max) {
        throw column.outOfRange("`" + target + "`");
      }
      return value;
    }

    private static LocalDateTime zoned(Column column, int row) throws SQLException {
      Instant instant = column.instant(row);
      return instant == null
          ? column.date(row).atStartOfDay()
          : LocalDateTime.ofInstant(instant, ZoneId.systemDefault());
    }

    /** A timestamp without a zone is no instant: nobody may guess one for it. */
    private static Instant instant(Column column, int row) throws SQLException {
      Instant instant = column.instant(row);
      if (instant == null) {
        throw column.unreadable("an instant, because it has no time zone");
      }
      return instant;
    }

    private static ZoneOffset offset(Column column, int row) throws SQLException {
      Object value = column.object(row);
      return value instanceof OffsetDateTime
          ? ((OffsetDateTime) value).getOffset()
          : ZoneOffset.UTC;
    }

    private static UUID uuid(Column column, int row) throws SQLException {
      if (column instanceof TextColumn) {
        return ((TextColumn) column).uuid(row);
      }
      throw column.unreadable("a UUID");
    }

    private static IntervalColumn interval(Column column, String what) throws SQLException {
      if (column instanceof IntervalColumn) {
        return (IntervalColumn) column;
      }
      throw column.unreadable(what);
    }

    private static List<@Nullable Object> list(Column column, int row) throws SQLException {
      Object value = column.object(row);
      if (value instanceof SqlArray) {
        return Arrays.asList((@Nullable Object[]) ((SqlArray) value).getArray());
      }
      throw column.unreadable("a list");
    }

    private static Map<?, ?> map(Column column, int row) throws SQLException {
      Object value = column.object(row);
      if (value instanceof SqlStruct) {
        return ((SqlStruct) value).asMap();
      }
      if (value instanceof Map) {
        return (Map<?, ?>) value;
      }
      throw column.unreadable("a map");
    }
  }
}
