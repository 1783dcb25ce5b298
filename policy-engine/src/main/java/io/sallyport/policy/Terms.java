package io.sallyport.policy;

import io.sallyport.policy.AggregateOnly.SmallGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * On what terms a rule holds: what must be done to the answer for it to be true.
 *
 * <pre>
 * aggregate_only: { min_group_size: 10 }   →  groups of at least 10 units
 * max_rows: 100                            →  at most 100 rows
 * role_in: [nurse]                         →  none: free
 * </pre>
 *
 * <p>Terms of one dataset only; {@link Obligations} gathers those of all.
 *
 * @param release how groups are guarded; empty: rows may leave
 * @param resultRows the most rows of an answer; empty: any number
 */
public record Terms(Optional<AggregateOnly> release, OptionalLong resultRows) {
  public static final Terms FREE = new Terms(Optional.empty(), OptionalLong.empty());

  /** Only figures about groups. */
  public static Terms of(AggregateOnly release) {
    return new Terms(Optional.of(release), OptionalLong.empty());
  }

  /** No longer answer than this. */
  public static Terms ofRows(long most) {
    return new Terms(Optional.empty(), OptionalLong.of(most));
  }

  /** True if nothing must be done. */
  public boolean free() {
    return equals(FREE);
  }

  /** Both: the stricter of each, so that the order does not matter. */
  public Terms and(Terms other) {
    return new Terms(
        Stream.of(release, other.release).flatMap(Optional::stream).reduce(AggregateOnly::stricter),
        stricter(resultRows, other.resultRows));
  }

  /** The same where no small group is asked about. */
  Terms unasked() {
    return new Terms(release.map(AggregateOnly::unasked), resultRows);
  }

  static OptionalLong stricter(OptionalLong one, OptionalLong other) {
    return Stream.of(one, other)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .min();
  }

  /** For people, such as {@code groups of at least 10 units; at most 100 rows}. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    release.ifPresent(only -> words.add("groups of at least " + only.minGroupSize() + " units"));
    release
        .filter(only -> only.roundTo() > 1)
        .ifPresent(only -> words.add("counts in multiples of " + only.roundTo()));
    release
        .filter(only -> only.smallGroups() == SmallGroups.MERGE)
        .ifPresent(only -> words.add("smaller groups in one row"));
    release
        .filter(AggregateOnly::asks)
        .ifPresent(only -> words.add("an answer with smaller groups waits for approval"));
    resultRows.ifPresent(most -> words.add("at most " + most + " rows"));
    return String.join("; ", words);
  }
}
