package io.sallyport.policy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rule that holds at some times: from an instant, until another, and daily within a window.
 *
 * <pre>
 * between: { from: 2026-01-01T00:00:00Z, until: 2026-07-01T00:00:00Z }
 * between: { daily: "08:00-18:00", zone: Europe/Berlin, days: [mon, tue, wed, thu, fri] }
 * </pre>
 *
 * <p>It looks at the moment of asking; an answer under way is not cut off when the window ends.
 *
 * @param from included; empty: since ever
 * @param until excluded; empty: for ever
 * @param daily empty: all day
 */
public record Between(Optional<Instant> from, Optional<Instant> until, Optional<Daily> daily)
    implements Rule {
  /**
   * A window of the day in a place's own time.
   *
   * @param from included
   * @param until excluded; earlier than {@code from}: the window goes past midnight
   * @param days on which the window begins
   */
  public record Daily(LocalTime from, LocalTime until, ZoneId zone, Set<DayOfWeek> days) {
    public Daily {
      if (from.equals(until)) {
        throw new IllegalArgumentException("a daily window ends at another time than it begins");
      }
      if (days.isEmpty()) {
        throw new IllegalArgumentException("a daily window needs a day on which it begins");
      }
      days = Set.copyOf(days);
    }

    boolean includes(Instant at) {
      ZonedDateTime local = at.atZone(zone);
      LocalTime time = local.toLocalTime();
      if (from.isBefore(until)) {
        return days.contains(local.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(until);
      }
      boolean evening = days.contains(local.getDayOfWeek()) && !time.isBefore(from);
      boolean morning = days.contains(local.getDayOfWeek().minus(1)) && time.isBefore(until);
      return evening || morning;
    }

    @Override
    public String toString() {
      String every =
          days.size() == 7
              ? "daily"
              : days.stream()
                  .sorted()
                  .map(day -> day.getDisplayName(TextStyle.FULL, Locale.ENGLISH))
                  .collect(Collectors.joining(", ", "on ", ""));
      return every + " from " + from + " to " + until + " in " + zone;
    }
  }

  public Between {
    if (from.isEmpty() && until.isEmpty() && daily.isEmpty()) {
      throw new IllegalArgumentException("a time is between something: give a begin or an end");
    }
    if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
      throw new IllegalArgumentException("the begin lies before the end");
    }
  }

  @Override
  public String name() {
    return "between";
  }

  @Override
  public Decision decide(Question question) {
    Instant at = question.asking().at();
    boolean holds =
        from.map(begin -> !at.isBefore(begin)).orElse(true)
            && until.map(at::isBefore).orElse(true)
            && daily.map(window -> window.includes(at)).orElse(true);
    return Decision.when(holds, this, "ask" + words());
  }

  private String words() {
    return from.map(begin -> " from " + begin).orElse("")
        + until.map(end -> " until " + end).orElse("")
        + daily.map(window -> " " + window).orElse("");
  }
}
