package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.policy.Between.Daily;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BetweenTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Set<DayOfWeek> ALL = EnumSet.allOf(DayOfWeek.class);

  private static Optional<String> objection(Between rule, String at) {
    Asking asking = new Asking(new Principal("bob", Set.of()), Optional.empty(), Instant.parse(at));
    Question question =
        new Question(
            asking, SampleQueries.query("SELECT 1"), Set.of(), release -> Optional.empty());
    return rule.ask(question).objection();
  }

  private static Between daily(String from, String until, Set<DayOfWeek> days) {
    return new Between(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Daily(LocalTime.parse(from), LocalTime.parse(until), BERLIN, days)));
  }

  @Test
  void includesItsBeginAndNotItsEnd() {
    Between year =
        new Between(
            Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
            Optional.of(Instant.parse("2027-01-01T00:00:00Z")),
            Optional.empty());
    assertThat(objection(year, "2025-12-31T23:59:59Z"))
        .contains("ask from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z");
    assertThat(objection(year, "2026-01-01T00:00:00Z")).isEmpty();
    assertThat(objection(year, "2026-12-31T23:59:59Z")).isEmpty();
    assertThat(objection(year, "2027-01-01T00:00:00Z")).isPresent();
  }

  @Test
  void followsThePlacesOwnClock() {
    Between office = daily("08:00", "18:00", ALL);
    assertThat(objection(office, "2026-01-15T06:59:59Z"))
        .contains("ask daily from 08:00 to 18:00 in Europe/Berlin");
    assertThat(objection(office, "2026-01-15T07:00:00Z")).isEmpty();
    assertThat(objection(office, "2026-01-15T16:59:59Z")).isEmpty();
    assertThat(objection(office, "2026-01-15T17:00:00Z")).isPresent();
    // In July Berlin is another hour ahead.
    assertThat(objection(office, "2026-07-15T06:00:00Z")).isEmpty();
    assertThat(objection(office, "2026-07-15T16:00:00Z")).isPresent();
  }

  @Test
  void aNightBelongsToTheDayOnWhichItBegins() {
    Between fridays = daily("22:00", "06:00", Set.of(DayOfWeek.FRIDAY));
    assertThat(objection(fridays, "2026-11-27T20:59:00Z"))
        .contains("ask on Friday from 22:00 to 06:00 in Europe/Berlin");
    assertThat(objection(fridays, "2026-11-27T21:00:00Z")).isEmpty();
    assertThat(objection(fridays, "2026-11-28T04:59:59Z")).isEmpty();
    assertThat(objection(fridays, "2026-11-28T05:00:00Z")).isPresent();
    assertThat(objection(fridays, "2026-11-28T21:00:00Z")).isPresent();
    assertThat(objection(fridays, "2026-11-27T04:00:00Z")).isPresent();
  }

  @Test
  void bothMustHoldIfBothAreGiven() {
    Between both =
        new Between(
            Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
            Optional.empty(),
            daily("08:00", "18:00", EnumSet.of(DayOfWeek.FRIDAY, DayOfWeek.MONDAY)).daily());
    assertThat(objection(both, "2026-11-27T10:00:00Z")).isEmpty();
    assertThat(objection(both, "2025-11-28T10:00:00Z"))
        .contains(
            "ask from 2026-01-01T00:00:00Z on Monday, Friday from 08:00 to 18:00 in"
                + " Europe/Berlin");
    assertThat(objection(both, "2026-11-26T10:00:00Z")).isPresent();
  }

  @Test
  void needsABound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Between(Optional.empty(), Optional.empty(), Optional.empty()));
    Optional<Instant> now = Optional.of(Instant.EPOCH);
    assertThatIllegalArgumentException().isThrownBy(() -> new Between(now, now, Optional.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> daily("08:00", "08:00", ALL));
    assertThatIllegalArgumentException().isThrownBy(() -> daily("08:00", "09:00", Set.of()));
  }
}
