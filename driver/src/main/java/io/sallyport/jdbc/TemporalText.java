package io.sallyport.jdbc;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Times as SQL writes them: seconds always, a fraction only where there is one. */
final class TemporalText {
  private static final int LAST_YEAR_OF_FOUR_DIGITS = 9999;
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter OFFSET =
      new DateTimeFormatterBuilder().appendOffset("+HH:mm", "+00").toFormatter(Locale.ROOT);

  private TemporalText() {}

  /**
   * A text that begins with a date as Java writes it, with the date as DuckDB does: {@code
   * 0044-03-15 (BC)} for {@code -0043-03-15}, {@code 10000-01-01} for {@code +10000-01-01}.
   */
  static String dated(String text, LocalDate date) {
    String java = date.toString();
    int year = date.getYear();
    if (!text.startsWith(java) || year >= 1 && year <= LAST_YEAR_OF_FOUR_DIGITS) {
      return text;
    }
    String yearOfEra = String.format(Locale.ROOT, "%04d", year >= 1 ? year : 1 - year);
    String day = java.substring(java.length() - "-MM-dd".length());
    return yearOfEra + day + (year >= 1 ? "" : " (BC)") + text.substring(java.length());
  }

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
