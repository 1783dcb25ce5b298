package io.sallyport.jdbc;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Timestamps in units from seconds to nanoseconds: points on a calendar, or instants if the stream
 * names a time zone. All digits are kept.
 */
final class TimestampColumn extends ArrowColumn {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long unitsPerSecond;
  private final @Nullable ZoneId zone;
  private int values;

  TimestampColumn(
      String name, String typeName, long unitsPerSecond, @Nullable ZoneId zone, boolean nullable) {
    super(name, typeName, nullable);
    this.unitsPerSecond = unitsPerSecond;
    this.zone = zone;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer(8L * batch.length());
  }

  private long units(int row) {
    return LittleEndian.int64(body, values + 8 * row);
  }

  private int nanos(long units) {
    return (int) (Math.floorMod(units, unitsPerSecond) * (NANOS_PER_SECOND / unitsPerSecond));
  }

  @Override
  @Nullable Instant instant(int row) {
    if (zone == null) {
      return null;
    }
    long units = units(row);
    return Instant.ofEpochSecond(Math.floorDiv(units, unitsPerSecond), nanos(units));
  }

  @Override
  LocalDateTime dateTime(int row) {
    long units = units(row);
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(units, unitsPerSecond), nanos(units), ZoneOffset.UTC);
    return zone == null
        ? utc
        : utc.atOffset(ZoneOffset.UTC).atZoneSameInstant(zone).toLocalDateTime();
  }

  @Override
  LocalDate date(int row) {
    return dateTime(row).toLocalDate();
  }

  @Override
  LocalTime time(int row) {
    return dateTime(row).toLocalTime();
  }

  @Override
  Object object(int row) {
    Instant instant = instant(row);
    return instant == null || zone == null
        ? Timestamp.valueOf(dateTime(row))
        : OffsetDateTime.ofInstant(instant, zone);
  }

  @Override
  String text(int row) {
    long units = units(row);
    if (units == Long.MAX_VALUE || units == -Long.MAX_VALUE) {
      return units > 0 ? "infinity" : "-infinity";
    }
    LocalDateTime dateTime = dateTime(row);
    Instant instant = instant(row);
    return instant == null || zone == null
        ? TemporalText.of(dateTime)
        : TemporalText.of(dateTime, zone.getRules().getOffset(instant));
  }

  @Override
  String textWithin(int row) {
    return TemporalText.dated(text(row), date(row));
  }
}
