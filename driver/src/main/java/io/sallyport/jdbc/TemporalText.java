package io.sallyport.jdbc;

import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Times as SQL writes them: seconds always, a fraction only where there is one. */
final class TemporalText {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter OFFSET =
      new DateTimeFormatterBuilder().appendOffset("+HH:mm", "+00").toFormatter(Locale.ROOT);

  private TemporalText() {}

  static String of(LocalTime time) {
    return TIME.format(time);
  }

  static String of(LocalDateTime dateTime) {
    return dateTime.toLocalDate() + " " + TIME.format(dateTime);
  }

  static String of(LocalDateTime dateTime, ZoneOffset offset) {
    String zone = OFFSET.format(offset);
    return of(dateTime) + (zone.endsWith(":00") ? zone.substring(0, 3) : zone);
  }
}
