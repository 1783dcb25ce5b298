package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.Session;
import io.sallyport.flight.FlightGateway.User;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A client at the door: its user, the options that it set, and the gateway's sessions that go with
 * them, one for each set of properties that a call has asked for.
 */
final class ClientSession {
  private static final int MOST_SETS_OF_PROPERTIES = 16;

  private final String key;
  private final User user;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<Map<String, String>, Session> opened = new LinkedHashMap<>();
  private Instant lastUsed;
  private boolean cameBack;
  private int busy;
  private boolean closed;

  ClientSession(String key, User user, Instant now) {
    this.key = key;
    this.user = user;
    this.lastUsed = now;
  }

  /** The secret by which the client comes back: its cookie and its bearer token. */
  String key() {
    return key;
  }

  User user() {
    return user;
  }

  synchronized Map<String, String> options() {
    return Map.copyOf(options);
  }

  /** Sets options, or none of them if the gateway refuses one. */
  synchronized void set(Map<String, String> changes) {
    Map<String, String> changed = new LinkedHashMap<>(options);
    changes.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            changed.remove(name);
          } else {
            changed.put(name, value);
          }
        });
    with(changed);
    options.clear();
    options.putAll(changed);
    cameBack = true;
  }

  /**
   * The gateway's session for one call.
   *
   * @param more properties that came with the call and go before the options
   */
  synchronized Session open(Map<String, String> more) {
    Map<String, String> properties = new LinkedHashMap<>(options);
    properties.putAll(more);
    return with(properties);
  }

  private Session with(Map<String, String> properties) {
    if (closed) {
      throw FlightError.sessionEnded();
    }
    Map<String, String> wanted = Map.copyOf(properties);
    Session session = opened.get(wanted);
    if (session == null) {
      if (opened.size() == MOST_SETS_OF_PROPERTIES) {
        throw new FlightError(
            "54000",
            "TOO_LARGE",
            FlightError.Kind.EXHAUSTED,
            "one session cannot have so many different properties; open another");
      }
      session = user.open(wanted);
      opened.put(wanted, session);
    }
    return session;
  }

  /** Tells that the client showed the key, so that it will do so again. */
  synchronized void comesBack(Instant now) {
    cameBack = true;
    lastUsed = now;
  }

  /** Keeps the session open until {@link #rests}. */
  synchronized void works() {
    if (closed) {
      throw FlightError.sessionEnded();
    }
    busy++;
  }

  synchronized void rests(Instant now) {
    busy--;
    lastUsed = now;
  }

  /** A client that never showed its key has likely no use for it and is forgotten sooner. */
  synchronized boolean idle(Instant now, Duration afterUse, Duration ifNeverBack) {
    Duration rest = Duration.between(lastUsed, now);
    return busy == 0 && rest.compareTo(cameBack ? afterUse : ifNeverBack) > 0;
  }

  synchronized boolean ended() {
    return closed;
  }

  synchronized void close() {
    closed = true;
    opened.values().forEach(Session::close);
    opened.clear();
  }
}
