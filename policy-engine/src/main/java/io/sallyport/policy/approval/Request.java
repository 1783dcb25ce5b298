package io.sallyport.policy.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A held query on its way through its owners' hands; each step makes a new value.
 *
 * <pre>
 * Request.of(7, query, now).approve(new Approval("alice", now, "", 2, nextWeek)).use(now).usesLeft()  →  1
 * </pre>
 *
 * <p>It keeps no count in a database and knows no clock: whoever keeps requests makes each step in
 * a transaction. A step that the state does not allow throws IllegalStateException with a sentence
 * for the user.
 *
 * @param expires when the wait ends or, once approved, when the approval does
 * @param usesLeft empty until every owner has approved
 * @param approvals the owners' approvals so far, oldest first
 * @param ending who ended it and why, if a person did
 */
public record Request(
    long number,
    HeldQuery query,
    RequestState state,
    Instant asked,
    Instant expires,
    OptionalInt usesLeft,
    List<Approval> approvals,
    Optional<Ending> ending) {
  /**
   * A denial, revocation or withdrawal.
   *
   * @param reason in their words; may be empty
   */
  public record Ending(String by, Instant at, String reason) {}

  public Request {
    approvals = List.copyOf(approvals);
    if (usesLeft.isPresent() && usesLeft.getAsInt() < 0) {
      throw new IllegalArgumentException("uses cannot be taken twice");
    }
    if (state == RequestState.APPROVED && usesLeft.orElse(0) == 0) {
      throw new IllegalArgumentException("an approved request has uses left");
    }
  }

  /** A new request; it waits as long as the most impatient policy says. */
  public static Request of(long number, HeldQuery query, Instant at) {
    if (query.ownedBy(query.requester())) {
      throw new IllegalStateException(
          "this needs the approval of an owner, and nobody approves a request of their own; let"
              + " another user ask");
    }
    Duration wait =
        query.datasets().values().stream()
            .map(pin -> pin.approvals().expireAfter())
            .min(Duration::compareTo)
            .orElseThrow();
    return new Request(
        number,
        query,
        RequestState.PENDING,
        at,
        at.plus(wait),
        OptionalInt.empty(),
        List.of(),
        Optional.empty());
  }

  /** One owner's yes; once every owner has said it, the fewest uses and the earliest end hold. */
  public Request approve(Approval approval) {
    if (approval.by().equals(query.requester())) {
      throw new IllegalStateException("nobody approves a request of their own; ask another owner");
    }
    demandOwner(approval.by());
    demand("approved", state == RequestState.PENDING, "pending");
    demandTime(approval.at());
    if (approvedBy(approval.by())) {
      throw new IllegalStateException(
          "you have approved request `" + number + "`; it waits for other owners");
    }
    List<Approval> all = new ArrayList<>(approvals);
    all.add(approval);
    Request next = new Request(number, query, state, asked, expires, usesLeft, all, ending);
    return next.approvedByAll() ? next.approved() : next;
  }

  private Request approved() {
    int uses = approvals.stream().mapToInt(Approval::uses).min().orElseThrow();
    Instant end = approvals.stream().map(Approval::expires).min(Instant::compareTo).orElseThrow();
    return new Request(
        number, query, RequestState.APPROVED, asked, end, OptionalInt.of(uses), approvals, ending);
  }

  /** Takes one use, before the first byte of an answer leaves; it is never given back. */
  public Request use(Instant at) {
    demand("used", state == RequestState.APPROVED, "approved");
    demandTime(at);
    int left = usesLeft.orElseThrow() - 1;
    return new Request(
        number,
        query,
        left == 0 ? RequestState.USED_UP : RequestState.APPROVED,
        asked,
        expires,
        OptionalInt.of(left),
        approvals,
        ending);
  }

  /** An owner's no. */
  public Request deny(String owner, String reason, Instant at) {
    demandOwner(owner);
    demand("denied", state == RequestState.PENDING, "pending");
    return ended(RequestState.DENIED, new Ending(owner, at, reason));
  }

  /** An owner takes an approval back; of a used-up one too, to stop answers under way. */
  public Request revoke(String owner, String reason, Instant at) {
    demandOwner(owner);
    if (state == RequestState.PENDING && !approvedBy(owner)) {
      throw new IllegalStateException(
          "you have not approved request `" + number + "`; deny it instead");
    }
    demand("revoked", state.next().contains(RequestState.REVOKED), "pending, approved and used up");
    return ended(RequestState.REVOKED, new Ending(owner, at, reason));
  }

  /** The asker takes the request back. */
  public Request withdraw(String requester, Instant at) {
    if (!requester.equals(query.requester())) {
      throw new IllegalStateException("only who made request `" + number + "` can withdraw it");
    }
    demand("withdrawn", state.open(), "pending and approved");
    return ended(RequestState.WITHDRAWN, new Ending(requester, at, ""));
  }

  /**
   * What time and the datasets have made of it by now: EXPIRED, STALE or the same.
   *
   * @param current policy version and epoch of each dataset by name; a dataset that is gone is
   *     absent
   */
  public Request settle(Instant now, Map<String, DatasetVersion> current) {
    boolean moved =
        query.datasets().entrySet().stream()
            .anyMatch(pin -> !pin.getValue().version().equals(current.get(pin.getKey())));
    if (moved && state.answers()) {
      return moved(RequestState.STALE);
    }
    return state.open() && !expires.isAfter(now) ? moved(RequestState.EXPIRED) : this;
  }

  /** True if this owner has approved. */
  public boolean approvedBy(String owner) {
    return approvals.stream().anyMatch(a -> a.by().equals(owner));
  }

  private boolean approvedByAll() {
    return query.datasets().values().stream().allMatch(pin -> approvedBy(pin.owner()));
  }

  private Request ended(RequestState to, Ending by) {
    return new Request(number, query, to, asked, expires, usesLeft, approvals, Optional.of(by));
  }

  private Request moved(RequestState to) {
    return new Request(number, query, to, asked, expires, usesLeft, approvals, ending);
  }

  private void demandOwner(String owner) {
    if (!query.ownedBy(owner)) {
      throw new IllegalStateException("request `" + number + "` is not yours to decide");
    }
  }

  private void demandTime(Instant at) {
    if (!expires.isAfter(at)) {
      throw new IllegalStateException("the time of request `" + number + "` has passed");
    }
  }

  private void demand(String what, boolean allowed, String those) {
    if (!allowed) {
      throw new IllegalStateException(
          "request `"
              + number
              + "` is "
              + state
              + " and cannot be "
              + what
              + "; "
              + those
              + " ones can");
    }
  }
}
