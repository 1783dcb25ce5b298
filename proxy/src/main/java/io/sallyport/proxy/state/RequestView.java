package io.sallyport.proxy.state;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A request as an owner sees it.
 *
 * @param expires when the wait ends or, once approved, when the approval does
 * @param usesLeft empty until every owner has approved
 * @param decisions who said what and when, oldest first
 */
public record RequestView(
    long number,
    HeldQuery query,
    RequestState state,
    Instant asked,
    Instant expires,
    OptionalInt usesLeft,
    List<Decision> decisions) {
  public RequestView {
    decisions = List.copyOf(decisions);
  }

  /**
   * One act upon a request.
   *
   * @param by the owner, or the asker who withdrew
   * @param act for example {@code approved}
   * @param reason in their words; may be empty
   * @param uses how often the approval serves; null for other acts
   * @param expires when the approval ends; null for other acts
   */
  public record Decision(
      String by,
      Act act,
      Instant at,
      String reason,
      @Nullable Integer uses,
      @Nullable Instant expires) {}

  /** What can be done to a request. */
  public enum Act {
    APPROVED,
    DENIED,
    REVOKED,
    WITHDRAWN
  }

  boolean approvedBy(String owner) {
    return decisions.stream().anyMatch(d -> d.act() == Act.APPROVED && d.by().equals(owner));
  }
}
