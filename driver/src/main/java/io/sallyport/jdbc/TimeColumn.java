package io.sallyport.jdbc;

import java.sql.SQLException;
import java.sql.Time;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;

/**
 * Times of day, in units from seconds to nanoseconds. {@link java.sql.Time} shows whole seconds of
 * them; text and {@link LocalTime} keep all.
 */
final class TimeColumn extends ArrowColumn {
  private static final long NANOS_OF_DAY = 86_400_000_000_000L;

  private final boolean wide;
  private final long nanosPerUnit;
  private int values;

  TimeColumn(String name, String typeName, boolean wide, long nanosPerUnit, boolean nullable) {
    super(name, typeName, nullable);
    this.wide = wide;
    this.nanosPerUnit = nanosPerUnit;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((long) batch.length() * (wide ? 8 : 4));
  }

  private long nanos(int row) {
    long units =
        wide
            ? LittleEndian.int64(body, values + 8 * row)
            : LittleEndian.int32(body, values + 4 * row);
    return units * nanosPerUnit;
  }

  /** 24:00:00, which DuckDB knows, is midnight. */
  @Override
  LocalTime time(int row) {
    return LocalTime.ofNanoOfDay(nanos(row) % NANOS_OF_DAY);
  }

  @Override
  LocalDateTime dateTime(int row) {
    return time(row).atDate(LocalDate.EPOCH);
  }

  @Override
  Object object(int row) {
    return Time.valueOf(time(row));
  }

  @Override
  String text(int row) {
    return nanos(row) == NANOS_OF_DAY ? "24:00:00" : TemporalText.of(time(row));
  }
}
