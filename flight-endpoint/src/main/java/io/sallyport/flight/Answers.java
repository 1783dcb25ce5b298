package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Every answer from the moment its ticket is issued to its last byte.
 *
 * <p>A ticket is random, belongs to one user, is good once and for a short time. It holds nothing
 * of the statement.
 */
final class Answers {
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final Duration ticketLife;

  Answers(InstantSource clock, Duration ticketLife) {
    this.clock = clock;
    this.ticketLife = ticketLife;
  }

  /** One answer, waiting for its ticket or being sent. */
  final class Held implements AutoCloseable {
    private final String ticket = Sessions.randomKey();
    private final ClientSession session;
    private final Answer answer;
    private final Instant goodUntil;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final AtomicBoolean done = new AtomicBoolean();

    private Held(ClientSession session, Answer answer) {
      this.session = session;
      this.answer = answer;
      this.goodUntil = clock.instant().plus(ticketLife);
    }

    String ticket() {
      return ticket;
    }

    Answer answer() {
      return answer;
    }

    private boolean claim() {
      return clock.instant().isBefore(goodUntil) && claimed.compareAndSet(false, true);
    }

    @Override
    public void close() {
      if (done.compareAndSet(false, true)) {
        held.remove(ticket);
        try {
          answer.close();
        } finally {
          session.rests(clock.instant());
        }
      }
    }
  }

  Held hold(ClientSession session, Answer answer) {
    try {
      session.works();
    } catch (FlightError e) {
      answer.close();
      throw e;
    }
    Held one = new Held(session, answer);
    held.put(one.ticket(), one);
    return one;
  }

  /** An unknown, a used and another user's ticket fail alike. */
  Held claim(String ticket, String user) {
    Held one = held.get(ticket);
    if (one == null || !one.session.user().name().equals(user) || !one.claim()) {
      throw FlightError.unknownTicket();
    }
    return one;
  }

  /** Ends an answer, sent or not; false if there is none of this user's. */
  boolean cancel(String ticket, String user) {
    Held one = held.get(ticket);
    if (one == null || !one.session.user().name().equals(user)) {
      return false;
    }
    end(one);
    return true;
  }

  private static void end(Held one) {
    if (one.claimed.compareAndSet(false, true)) {
      one.close();
    } else {
      one.answer.cancel();
    }
  }

  void end(ClientSession session) {
    held.values().stream().filter(one -> one.session == session).forEach(Answers::end);
  }

  void closeExpired() {
    Instant now = clock.instant();
    for (Held one : held.values()) {
      if (!now.isBefore(one.goodUntil) && one.claimed.compareAndSet(false, true)) {
        one.close();
      }
    }
  }

  void endAll() {
    List.copyOf(held.values()).forEach(Answers::end);
  }

  int size() {
    return held.size();
  }
}
