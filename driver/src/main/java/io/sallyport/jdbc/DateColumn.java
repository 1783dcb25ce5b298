package io.sallyport.jdbc;

import java.sql.Date;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** Days, or milliseconds that are whole days, since 1970. */
final class DateColumn extends ArrowColumn {
  private static final long MILLIS_OF_DAY = 86_400_000L;
  private static final long INFINITE_DAYS = Integer.MAX_VALUE;

  private final boolean days;
  private int values;

  DateColumn(String name, boolean days, boolean nullable) {
    super(name, "DATE", nullable);
    this.days = days;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((long) batch.length() * (days ? 4 : 8));
  }

  private long epochDay(int row) {
    return days
        ? LittleEndian.int32(body, values + 4 * row)
        : Math.floorDiv(LittleEndian.int64(body, values + 8 * row), MILLIS_OF_DAY);
  }

  @Override
  LocalDate date(int row) {
    return LocalDate.ofEpochDay(epochDay(row));
  }

  @Override
  LocalDateTime dateTime(int row) {
    return date(row).atStartOfDay();
  }

  @Override
  Object object(int row) {
    return Date.valueOf(date(row));
  }

  @Override
  String text(int row) {
    long day = epochDay(row);
    if (Math.abs(day) == INFINITE_DAYS) {
      return day > 0 ? "infinity" : "-infinity";
    }
    return LocalDate.ofEpochDay(day).toString();
  }

  @Override
  String textWithin(int row) {
    return TemporalText.dated(text(row), date(row));
  }
}
