package io.sallyport.proxy.state;

import io.sallyport.policy.Policy;
import io.sallyport.policy.approval.Approval;
import io.sallyport.policy.approval.DatasetVersion;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.policy.approval.Request;
import io.sallyport.policy.approval.RequestState;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * The questions that wait for their owners, and the uses of what the owners approved.
 *
 * <pre>
 * queue.ask(query)                                  → Pending(7)
 * queue.approve(7, "alice", OptionalInt.of(2), …)
 * queue.ask(query)                                  → Approved(7)
 * queue.take(7, query)                              → true, two times; then false
 * </pre>
 *
 * <p>It runs no query and judges none: a ruling says what owners said of this very question, with
 * these parameters, under this policy and on this data. What each step needs and leads to is {@link
 * Request}'s; this makes the steps one at a time, in transactions.
 */
public final class ApprovalQueue {
  private final StateStore store;
  private final InstantSource clock;
  private final Function<String, Optional<DatasetVersion>> current;
  private final List<LongConsumer> revocations = new CopyOnWriteArrayList<>();

  /**
   * @param current the policy version and epoch of a dataset at this moment; empty if the dataset
   *     is gone
   */
  public ApprovalQueue(
      StateStore store, InstantSource clock, Function<String, Optional<DatasetVersion>> current) {
    this.store = store;
    this.clock = clock;
    this.current = current;
  }

  /** Tells the listener the number of each request that is revoked, to stop answers under way. */
  public void onRevoke(LongConsumer listener) {
    revocations.add(listener);
  }

  /** Says where this question stands, and makes a request of it if none answers it. */
  public Ruling ask(HeldQuery query) {
    if (!isCurrent(query)) {
      throw new GatewayException(
          ErrorCode.REFUSED, "the policy or the data changed just now; ask again");
    }
    try {
      return askOnce(query);
    } catch (UnableToExecuteStatementException e) {
      // Someone asked the same at the same moment, and the table keeps one: that one answers.
      return askOnce(query);
    }
  }

  /** True if this question waits or was answered already, so that asking makes no new request. */
  public boolean isKnown(HeldQuery query) {
    return isCurrent(query)
        && inTransaction(
            rows ->
                rows.answering(query)
                    .map(found -> settle(rows, found))
                    .filter(found -> found.state().answers())
                    .isPresent());
  }

  private Ruling askOnce(HeldQuery query) {
    return ruling(
        inTransaction(
            rows ->
                rows.answering(query)
                    .map(found -> settle(rows, found))
                    .filter(found -> found.state().answers())
                    .orElseGet(() -> rows.add(allowed(() -> Request.of(0, query, now()))))));
  }

  private static Ruling ruling(Request request) {
    return switch (request.state()) {
      case PENDING -> new Ruling.Pending(request.number());
      case APPROVED -> new Ruling.Approved(request.number());
      case DENIED -> new Ruling.Denied(request.number(), request.ending().orElseThrow().reason());
      case USED_UP, EXPIRED, REVOKED, WITHDRAWN, STALE ->
          throw new IllegalStateException("request " + request.number() + " answers nothing");
    };
  }

  /**
   * Takes one use of an approval, before the first byte of the answer leaves; false if none is left
   * by now. A use is never given back.
   */
  public boolean take(long number, HeldQuery query) {
    return isCurrent(query)
        && inTransaction(
            rows ->
                rows.lock(number)
                        .filter(found -> settle(rows, found).state() == RequestState.APPROVED)
                        .isPresent()
                    && rows.take(number, query, now()));
  }

  /** The pending and approved requests that name a dataset of this owner, oldest first. */
  public List<Request> openFor(String owner) {
    return inTransaction(
        rows ->
            rows.answeringOf(owner).stream()
                .flatMap(number -> rows.lock(number).stream())
                .map(found -> settle(rows, found))
                .filter(found -> found.state().open())
                .toList());
  }

  /** One request of any state, if it names a dataset of this owner. */
  public Request show(long number, String owner) {
    return change(number, ownedBy(owner), found -> found);
  }

  /**
   * Approves for one owner; once every owner has, the fewest uses and the earliest end hold.
   *
   * @param uses how often; empty: as the policy says
   * @param expires until when; empty: as the policy says
   */
  public Request approve(
      long number, String owner, OptionalInt uses, Optional<Instant> expires, String reason) {
    return change(
        number,
        ownedBy(owner),
        found -> {
          List<Policy.Approvals> own =
              found.query().datasets().values().stream()
                  .filter(pin -> pin.owner().equals(owner))
                  .map(Pin::approvals)
                  .toList();
          int times =
              uses.orElseGet(
                  () -> own.stream().mapToInt(Policy.Approvals::uses).min().orElseThrow());
          Duration time =
              own.stream()
                  .map(Policy.Approvals::expireAfter)
                  .min(Comparator.naturalOrder())
                  .orElseThrow();
          Instant end = expires.orElse(now().plus(time)).truncatedTo(ChronoUnit.MICROS);
          return found.approve(new Approval(owner, now(), reason, times, end));
        });
  }

  /** Says no, for good: the same question gets this reason until policy or data move on. */
  public Request deny(long number, String owner, String reason) {
    return change(number, ownedBy(owner), found -> found.deny(owner, reason, now()));
  }

  /** Takes an approval back; answers under way stop too, which is why a used-up one counts. */
  public Request revoke(long number, String owner, String reason) {
    Request revoked = change(number, ownedBy(owner), found -> found.revoke(owner, reason, now()));
    revocations.forEach(listener -> listener.accept(number));
    return revoked;
  }

  /** Takes a request back, by the one who asked. */
  public Request withdraw(long number, String requester) {
    return change(
        number,
        found -> found.query().requester().equals(requester),
        found -> found.withdraw(requester, now()));
  }

  private static Predicate<Request> ownedBy(String owner) {
    return found -> found.query().ownedBy(owner);
  }

  /** Makes a step; a step that fails leaves the request as it was. */
  private Request change(long number, Predicate<Request> visible, Function<Request, Request> step) {
    return inTransaction(
        rows -> {
          Request found =
              rows.lock(number)
                  .filter(visible)
                  .map(request -> settle(rows, request))
                  // A request of others and one that never was sound alike.
                  .orElseThrow(
                      () ->
                          new GatewayException(
                              ErrorCode.UNKNOWN_REQUEST,
                              "there is no request `" + number + "` of yours"));
          Request next = allowed(() -> step.apply(found));
          rows.save(next);
          return next;
        });
  }

  private static Request allowed(Supplier<Request> step) {
    try {
      return step.get();
    } catch (IllegalStateException e) {
      throw new GatewayException(ErrorCode.REFUSED, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new GatewayException(ErrorCode.WRONG_PARAMETER, String.valueOf(e.getMessage()));
    }
  }

  private Request settle(RequestRows rows, Request request) {
    Request settled = request.settle(now(), versions(request.query()));
    if (!settled.equals(request)) {
      rows.save(settled);
    }
    return settled;
  }

  private boolean isCurrent(HeldQuery query) {
    Map<String, DatasetVersion> versions = versions(query);
    return query.datasets().entrySet().stream()
        .allMatch(pin -> pin.getValue().version().equals(versions.get(pin.getKey())));
  }

  private Map<String, DatasetVersion> versions(HeldQuery query) {
    Map<String, DatasetVersion> versions = new HashMap<>();
    for (String dataset : query.datasets().keySet()) {
      current.apply(dataset).ifPresent(version -> versions.put(dataset, version));
    }
    return versions;
  }

  /** To the microsecond, as the database keeps it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private <T> T inTransaction(Function<RequestRows, T> work) {
    return store.jdbi().inTransaction(handle -> work.apply(new RequestRows(handle)));
  }
}
