package io.sallyport.proxy.state;

import io.sallyport.policy.Policy;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * What each user has had of the limits of each dataset's policy.
 *
 * <pre>
 * try (Charge charge = ledger.reserve(bob, Map.of("clinic", limits))) { … }   // or PV002
 * </pre>
 *
 * <p>A query is paid for before it runs and never refunded; only its place among the running ones
 * is given back. Windows are fixed: {@code 200 per day} counts from midnight UTC.
 */
public final class Ledger {
  /** A query's place among the running ones; closing gives it back. */
  public interface Charge extends AutoCloseable {
    /** For a query that costs nothing. */
    Charge NONE = () -> {};

    @Override
    void close();
  }

  private record Seat(String user, String dataset) {}

  private final StateStore store;
  private final InstantSource clock;
  private final Map<Seat, Integer> running = new ConcurrentHashMap<>();

  public Ledger(StateStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Takes a query's place and pays for it, at every dataset or at none.
   *
   * @param limits of each dataset that the query reads
   */
  public Charge reserve(Principal principal, Map<String, Policy.Limits> limits) {
    Deque<Seat> seats = new ArrayDeque<>();
    AtomicBoolean given = new AtomicBoolean();
    Charge charge =
        () -> {
          if (given.compareAndSet(false, true)) {
            seats.forEach(this::leave);
          }
        };
    try {
      new TreeMap<>(limits)
          .forEach(
              (dataset, limit) ->
                  limit
                      .running()
                      .ifPresent(
                          most -> seats.push(enter(new Seat(principal.name(), dataset), most))));
      store.jdbi().useTransaction(pages -> pay(pages, principal, limits));
      return charge;
    } catch (RuntimeException e) {
      charge.close();
      throw e;
    }
  }

  private Seat enter(Seat seat, int most) {
    running.compute(
        seat,
        (key, taken) -> {
          int before = taken == null ? 0 : taken;
          if (before >= most) {
            throw new GatewayException(
                ErrorCode.LIMIT_REACHED,
                "the policy of `"
                    + seat.dataset()
                    + "` lets you run "
                    + most
                    + " queries at a time; wait until one has ended");
          }
          return before + 1;
        });
    return seat;
  }

  private void leave(Seat seat) {
    running.computeIfPresent(seat, (key, taken) -> taken == 1 ? null : taken - 1);
  }

  private void pay(Handle pages, Principal principal, Map<String, Policy.Limits> limits) {
    new TreeMap<>(limits)
        .forEach(
            (dataset, limit) ->
                limit.queries().ifPresent(rate -> pay(pages, principal.name(), dataset, rate)));
  }

  private void pay(Handle pages, String user, String dataset, Policy.QueryRate rate) {
    OffsetDateTime window = window(rate.per());
    if (rate.queries() > 0
        && (add(pages, user, dataset, window, rate.queries())
            || begin(pages, user, dataset, window)
            || add(pages, user, dataset, window, rate.queries()))) {
      return;
    }
    throw new GatewayException(
        ErrorCode.LIMIT_REACHED,
        "the policy of `"
            + dataset
            + "` allows "
            + rate.queries()
            + " queries in this time, and you have asked them; ask again after "
            + window.plus(rate.per()));
  }

  private OffsetDateTime window(Duration per) {
    long seconds = Math.max(1, per.toSeconds());
    long start = Math.floorDiv(clock.instant().getEpochSecond(), seconds) * seconds;
    return Instant.ofEpochSecond(start).atOffset(ZoneOffset.UTC);
  }

  /** One conditional statement, so that queries at the same moment cannot overspend. */
  private static boolean add(
      Handle pages, String user, String dataset, OffsetDateTime window, int most) {
    return pages
            .createUpdate(
                "UPDATE charge SET taken = taken + 1 WHERE username = :user AND dataset = :dataset"
                    + " AND window_start = :window AND taken < :most")
            .bind("user", user)
            .bind("dataset", dataset)
            .bind("window", window)
            .bind("most", most)
            .execute()
        == 1;
  }

  /** False if the window's line is there already. */
  private static boolean begin(Handle pages, String user, String dataset, OffsetDateTime window) {
    try {
      pages
          .createUpdate(
              "INSERT INTO charge (username, dataset, window_start, taken)"
                  + " VALUES (:user, :dataset, :window, 1)")
          .bind("user", user)
          .bind("dataset", dataset)
          .bind("window", window)
          .execute();
      return true;
    } catch (UnableToExecuteStatementException e) {
      return false;
    }
  }
}
