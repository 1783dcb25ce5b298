package io.sallyport.policy.approval;

import io.sallyport.policy.Policy;
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
  public Approval {
    if (uses < 1 || uses > Policy.Approvals.MOST_USES) {
      throw new IllegalArgumentException(
          "an approval serves from 1 to " + Policy.Approvals.MOST_USES + " times. Given: " + uses);
    }
    if (!expires.isAfter(at) || expires.isAfter(at.plus(Policy.Approvals.LONGEST))) {
      throw new IllegalArgumentException(
          "an approval ends in the future, within ten years. Given: `" + expires + "`");
    }
  }
}
