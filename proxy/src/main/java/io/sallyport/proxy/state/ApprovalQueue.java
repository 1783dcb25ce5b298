package io.sallyport.proxy.state;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.state.RequestView.Act;
import io.sallyport.proxy.state.RequestView.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * The questions that wait for their owners, and the uses of what the owners approved.
 *
 * <pre>
 * queue.ask(query)                                    → Pending(7)
 * queue.approve(7, "alice", OptionalInt.of(2), …)
 * queue.ask(query)                                    → Approved(7)
 * queue.take(7, query)                                → true, two times; then false
 * </pre>
 *
 * <p>It runs no query and judges none: a ruling says what owners said of this very question, with
 * these parameters, under this policy and on this data.
 */
public final class ApprovalQueue {
  private static final int MOST_USES = 1_000_000;
  private static final Duration LONGEST = Duration.ofDays(3660);

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
    if (query.ownedBy(query.requester())) {
      throw new GatewayException(
          ErrorCode.REFUSED,
          "this needs the approval of an owner, and nobody approves a request of their own; let"
              + " another user ask");
    }
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

  private Ruling askOnce(HeldQuery query) {
    return inTransaction(
        rows -> {
          Optional<RequestView> standing =
              rows.standing(query).map(found -> settle(rows, found)).filter(this::answers);
          return standing.map(ApprovalQueue::ruling).orElseGet(() -> request(rows, query));
        });
  }

  private Ruling request(RequestRows rows, HeldQuery query) {
    Duration wait =
        query.datasets().values().stream()
            .map(pin -> pin.approvals().expireAfter())
            .min(Duration::compareTo)
            .orElseThrow();
    return new Ruling.Pending(rows.add(query, now(), now().plus(wait)));
  }

  private static Ruling ruling(RequestView view) {
    return switch (view.state()) {
      case PENDING -> new Ruling.Pending(view.number());
      case APPROVED -> new Ruling.Approved(view.number());
      case DENIED -> new Ruling.Denied(view.number(), lastReason(view));
      case USED_UP, EXPIRED, REVOKED, WITHDRAWN, STALE ->
          throw new IllegalStateException("request " + view.number() + " answers nothing");
    };
  }

  private static String lastReason(RequestView view) {
    return view.decisions().get(view.decisions().size() - 1).reason();
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
  public List<RequestView> openFor(String owner) {
    return inTransaction(
        rows -> {
          List<RequestView> open = new ArrayList<>();
          for (long number : rows.standingFor(owner)) {
            rows.lock(number)
                .map(found -> settle(rows, found))
                .filter(view -> isOpen(view.state()))
                .ifPresent(open::add);
          }
          return open;
        });
  }

  /** One request of any state, if it names a dataset of this owner. */
  public RequestView show(long number, String owner) {
    return inTransaction(rows -> ofOwner(rows, number, owner));
  }

  /**
   * Approves for one owner; once every owner has, the fewest uses and the earliest end hold.
   *
   * @param uses how often; empty: as the policy says
   * @param expires until when; empty: as the policy says
   */
  public RequestView approve(
      long number, String owner, OptionalInt uses, Optional<Instant> expires, String reason) {
    return inTransaction(
        rows -> {
          RequestView view = ofOwner(rows, number, owner);
          if (view.query().requester().equals(owner)) {
            throw new GatewayException(
                ErrorCode.REFUSED, "nobody approves a request of their own; ask another owner");
          }
          demand(view, "approved", RequestState.PENDING);
          if (view.approvedBy(owner)) {
            throw new GatewayException(
                ErrorCode.REFUSED,
                "you have approved request `" + number + "`; it waits for other owners");
          }
          rows.add(number, approval(view, owner, uses, expires, reason));
          return approveIfAllDid(rows, number);
        });
  }

  private Decision approval(
      RequestView view, String owner, OptionalInt uses, Optional<Instant> expires, String reason) {
    List<Pin> own =
        view.query().datasets().values().stream().filter(p -> p.owner().equals(owner)).toList();
    int times =
        uses.orElseGet(() -> own.stream().mapToInt(p -> p.approvals().uses()).min().orElseThrow());
    if (times < 1 || times > MOST_USES) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "an approval serves from 1 to " + MOST_USES + " times. Given: " + times);
    }
    Instant end =
        expires.orElseGet(
            () ->
                now()
                    .plus(
                        own.stream()
                            .map(p -> p.approvals().expireAfter())
                            .min(Duration::compareTo)
                            .orElseThrow()));
    if (!end.isAfter(now()) || end.isAfter(now().plus(LONGEST))) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "an approval ends in the future, within ten years. Given: `" + end + "`");
    }
    return new Decision(
        owner, Act.APPROVED, now(), reason, times, end.truncatedTo(ChronoUnit.MICROS));
  }

  private RequestView approveIfAllDid(RequestRows rows, long number) {
    RequestView view = rows.lock(number).orElseThrow();
    boolean all =
        view.query().datasets().values().stream().allMatch(pin -> view.approvedBy(pin.owner()));
    if (!all) {
      return view;
    }
    int uses = MOST_USES;
    Instant end = Instant.MAX;
    for (Decision decision : view.decisions()) {
      if (decision.uses() != null && decision.expires() != null) {
        uses = Math.min(uses, decision.uses());
        end = decision.expires().isBefore(end) ? decision.expires() : end;
      }
    }
    rows.approve(number, uses, end);
    return rows.lock(number).orElseThrow();
  }

  /** Says no, for good: the same question gets this reason until policy or data move on. */
  public RequestView deny(long number, String owner, String reason) {
    return inTransaction(
        rows -> {
          RequestView view = ofOwner(rows, number, owner);
          demand(view, "denied", RequestState.PENDING);
          return close(rows, view, RequestState.DENIED, owner, Act.DENIED, reason);
        });
  }

  /** Takes an approval back; answers under way stop too, which is why a used-up one counts. */
  public RequestView revoke(long number, String owner, String reason) {
    RequestView revoked =
        inTransaction(
            rows -> {
              RequestView view = ofOwner(rows, number, owner);
              if (view.state() == RequestState.PENDING && !view.approvedBy(owner)) {
                throw new GatewayException(
                    ErrorCode.REFUSED,
                    "you have not approved request `" + number + "`; deny it instead");
              }
              demand(
                  view,
                  "revoked",
                  RequestState.PENDING,
                  RequestState.APPROVED,
                  RequestState.USED_UP);
              return close(rows, view, RequestState.REVOKED, owner, Act.REVOKED, reason);
            });
    revocations.forEach(listener -> listener.accept(number));
    return revoked;
  }

  /** Takes a request back, by the one who asked. */
  public RequestView withdraw(long number, String requester) {
    return inTransaction(
        rows -> {
          RequestView view =
              rows.lock(number)
                  .filter(found -> found.query().requester().equals(requester))
                  .map(found -> settle(rows, found))
                  .orElseThrow(() -> unknown(number));
          demand(view, "withdrawn", RequestState.PENDING, RequestState.APPROVED);
          return close(rows, view, RequestState.WITHDRAWN, requester, Act.WITHDRAWN, "");
        });
  }

  private RequestView close(
      RequestRows rows, RequestView view, RequestState to, String by, Act act, String reason) {
    rows.add(view.number(), new Decision(by, act, now(), reason, null, null));
    rows.move(view.number(), to, to == RequestState.DENIED);
    return rows.lock(view.number()).orElseThrow();
  }

  private RequestView ofOwner(RequestRows rows, long number, String owner) {
    return rows.lock(number)
        .filter(found -> found.query().ownedBy(owner))
        .map(found -> settle(rows, found))
        .orElseThrow(() -> unknown(number));
  }

  /** A request of others and one that never was sound alike. */
  private static GatewayException unknown(long number) {
    return new GatewayException(
        ErrorCode.UNKNOWN_REQUEST, "there is no request `" + number + "` of yours to decide");
  }

  private static void demand(RequestView view, String what, RequestState... allowed) {
    if (!List.of(allowed).contains(view.state())) {
      throw new GatewayException(
          ErrorCode.REFUSED,
          "request `"
              + view.number()
              + "` is "
              + words(view.state())
              + " and cannot be "
              + what
              + "; "
              + words(allowed[0])
              + " ones can");
    }
  }

  private static String words(RequestState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Ends a request whose time has passed, or whose policy or data moved on. */
  private RequestView settle(RequestRows rows, RequestView view) {
    if (!answers(view)) {
      return view;
    }
    RequestState state = view.state();
    if (!isCurrent(view.query())) {
      state = RequestState.STALE;
    } else if (isOpen(state) && !view.expires().isAfter(now())) {
      state = RequestState.EXPIRED;
    }
    if (state == view.state()) {
      return view;
    }
    rows.move(view.number(), state, false);
    return rows.lock(view.number()).orElseThrow();
  }

  private boolean answers(RequestView view) {
    return isOpen(view.state()) || view.state() == RequestState.DENIED;
  }

  private static boolean isOpen(RequestState state) {
    return state == RequestState.PENDING || state == RequestState.APPROVED;
  }

  private boolean isCurrent(HeldQuery query) {
    return query.datasets().entrySet().stream()
        .allMatch(
            entry -> current.apply(entry.getKey()).equals(Optional.of(entry.getValue().current())));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private <T> T inTransaction(Function<RequestRows, T> work) {
    return store.jdbi().inTransaction(handle -> work.apply(new RequestRows(handle)));
  }
}
