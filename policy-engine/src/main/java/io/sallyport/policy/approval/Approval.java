package io.sallyport.policy.approval;

import java.time.Duration;
import java.time.Instant;

/**
 * One owner's yes to a request.
 *
 * <p>It releases nothing by itself: every other owner must approve too, and each use must be taken.
 *
 * @param uses how many answers it serves for
 * @param expires when it ends
 */
public record Approval(String by, Instant at, String reason, int uses, Instant expires) {
  public static final int MOST_USES = 1_000_000;
  public static final Duration LONGEST = Duration.ofDays(3660);

  public Approval {
    if (uses < 1 || uses > MOST_USES) {
      throw new IllegalArgumentException(
          "an approval serves from 1 to " + MOST_USES + " times. Given: " + uses);
    }
    if (!expires.isAfter(at) || expires.isAfter(at.plus(LONGEST))) {
      throw new IllegalArgumentException(
          "an approval ends in the future, within ten years. Given: `" + expires + "`");
    }
  }
}
