package io.sallyport.proxy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.policy.Principal;
import java.util.List;
import java.util.Optional;

/**
 * The judgements of one view that hold for whoever asks the same again: the same text, with values
 * of the same kinds, and the same name, roles and purpose.
 *
 * <p>It belongs to its view, so that none outlives a policy, an audience or a catalogue. What
 * depends on the time or on the values of parameters has no place here; limits and approvals are
 * looked up each time and are not part of a judgement.
 */
final class KnownJudgements {
  /** How many characters of SQL are remembered; plans grow with their texts. */
  private static final long MOST_CHARACTERS = 4_000_000;

  /** What a plan costs beside its text, in characters. */
  private static final int EACH = 1_000;

  private record Key(
      String sql,
      List<String> kinds,
      Optional<String> dataset,
      Principal principal,
      Optional<String> purpose) {
    int length() {
      return sql.length() + kinds.stream().mapToInt(String::length).sum();
    }
  }

  private final Cache<Key, Judgement> known =
      Caffeine.newBuilder()
          .maximumWeight(MOST_CHARACTERS)
          .weigher((Key key, Judgement judgement) -> key.length() + EACH)
          .build();

  private static Key key(Session session, String sql, List<String> kinds) {
    return new Key(sql, kinds, session.dataset(), session.principal(), session.purpose());
  }

  /**
   * @param kinds of the values, as {@code SqlFront} tells them
   */
  Optional<Judgement> find(Session session, String sql, List<String> kinds) {
    return Optional.ofNullable(known.getIfPresent(key(session, sql, kinds)));
  }

  void remember(Session session, String sql, List<String> kinds, Judgement judgement) {
    known.put(key(session, sql, kinds), judgement);
  }
}
