package io.sallyport.jdbc;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The milliseconds by which {@code java.sql} names a local date and time in a calendar's time zone,
 * so that year, month and day read the same there, also before 1582. The caller's calendar is not
 * changed.
 */
final class LocalCalendar {
  /** The day that {@link java.sql.Time} sits on. */
  static final LocalDate DAY_OF_TIMES = LocalDate.EPOCH;

  private @Nullable Calendar own;

  long millis(LocalDateTime local, Calendar zone) {
    Calendar calendar = own;
    if (calendar == null || !calendar.getTimeZone().equals(zone.getTimeZone())) {
      calendar = new GregorianCalendar(zone.getTimeZone(), Locale.ROOT);
      own = calendar;
    }
    calendar.clear();
    int year = local.getYear();
    calendar.set(Calendar.ERA, year > 0 ? GregorianCalendar.AD : GregorianCalendar.BC);
    calendar.set(
        year > 0 ? year : 1 - year,
        local.getMonthValue() - 1,
        local.getDayOfMonth(),
        local.getHour(),
        local.getMinute(),
        local.getSecond());
    return calendar.getTimeInMillis() + local.getNano() / 1_000_000;
  }

  Timestamp timestamp(LocalDateTime local, Calendar zone) {
    Timestamp timestamp = new Timestamp(millis(local, zone));
    timestamp.setNanos(local.getNano());
    return timestamp;
  }

  ZonedDateTime at(Instant instant, Calendar zone) {
    return instant.atZone(zone.getTimeZone().toZoneId());
  }
}
