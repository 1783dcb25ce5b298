package io.sallyport.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Period;

/**
 * INTERVAL: months, days and nanoseconds, which are never converted into each other. It is read as
 * text ({@code 1 year 2 months 3 days 04:05:06}), as a {@link Period} if it has no time, or as a
 * {@link Duration} if it has nothing else.
 */
final class IntervalColumn extends ArrowColumn {
  private static final int MONTHS_OF_YEAR = 12;

  /** The layouts that Arrow knows, and how many bytes a value has in each. */
  enum Unit {
    YEAR_MONTH(4),
    DAY_TIME(8),
    MONTH_DAY_NANO(16),
    DURATION(8);

    private final int width;

    Unit(int width) {
      this.width = width;
    }
  }

  private final Unit unit;
  private final long nanosPerUnit;
  private int values;

  /**
   * @param nanosPerUnit for {@link Unit#DURATION} alone
   */
  IntervalColumn(String name, Unit unit, long nanosPerUnit, boolean nullable) {
    super(name, "INTERVAL", nullable);
    this.unit = unit;
    this.nanosPerUnit = nanosPerUnit;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    values = batch.buffer((long) unit.width * batch.length());
  }

  private int months(int at) {
    return unit == Unit.YEAR_MONTH || unit == Unit.MONTH_DAY_NANO
        ? LittleEndian.int32(body, at)
        : 0;
  }

  private int days(int at) {
    switch (unit) {
      case DAY_TIME:
        return LittleEndian.int32(body, at);
      case MONTH_DAY_NANO:
        return LittleEndian.int32(body, at + 4);
      case YEAR_MONTH:
      case DURATION:
        return 0;
    }
    throw new IllegalStateException(unit.name());
  }

  private Duration rest(int at) {
    switch (unit) {
      case DAY_TIME:
        return Duration.ofMillis(LittleEndian.int32(body, at + 4));
      case MONTH_DAY_NANO:
        return Duration.ofNanos(LittleEndian.int64(body, at + 8));
      case DURATION:
        long units = LittleEndian.int64(body, at);
        long perSecond = 1_000_000_000L / nanosPerUnit;
        return Duration.ofSeconds(
            Math.floorDiv(units, perSecond), Math.floorMod(units, perSecond) * nanosPerUnit);
      case YEAR_MONTH:
        return Duration.ZERO;
    }
    throw new IllegalStateException(unit.name());
  }

  Period period(int row) throws SQLException {
    int at = values + unit.width * row;
    if (!rest(at).isZero()) {
      throw unreadable("a period, because it has a time");
    }
    return Period.of(0, months(at), days(at)).normalized();
  }

  Duration duration(int row) throws SQLException {
    int at = values + unit.width * row;
    if (months(at) != 0 || days(at) != 0) {
      throw unreadable("a duration, because it has months or days");
    }
    return rest(at);
  }

  @Override
  Object object(int row) {
    return text(row);
  }

  @Override
  String text(int row) {
    int at = values + unit.width * row;
    StringBuilder text = new StringBuilder();
    append(text, months(at) / MONTHS_OF_YEAR, "year");
    append(text, months(at) % MONTHS_OF_YEAR, "month");
    append(text, days(at), "day");
    Duration rest = rest(at);
    if (!rest.isZero() || text.length() == 0) {
      text.append(rest.isNegative() ? "-" : "");
      Duration size = rest.abs();
      String fraction =
          TemporalText.of(
              LocalTime.of(0, size.toMinutesPart(), size.toSecondsPart(), size.toNanosPart()));
      text.append(String.format("%02d", size.toHours())).append(fraction, 2, fraction.length());
    }
    return text.toString().stripTrailing();
  }

  private static void append(StringBuilder text, int count, String unit) {
    if (count != 0) {
      text.append(count).append(' ').append(unit);
      text.append(Math.abs(count) == 1 ? " " : "s ");
    }
  }
}
