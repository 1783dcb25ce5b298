package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.User;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The clients at the door, by the random key that each of them was given. */
final class Sessions {
  private static final Duration IF_NEVER_BACK = Duration.ofMinutes(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, ClientSession> open = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private final Duration idle;
  private final Consumer<ClientSession> ended;

  /**
   * No clients yet.
   *
   * @param ended told of each session that ends, before it closes
   */
  Sessions(InstantSource clock, Duration idle, Consumer<ClientSession> ended) {
    this.clock = clock;
    this.idle = idle;
    this.ended = ended;
  }

  /** Thirty-two random bytes that a header, a cookie or a ticket can carry. */
  static String randomKey() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  ClientSession open(User user) {
    ClientSession session = new ClientSession(randomKey(), user, clock.instant());
    open.put(session.key(), session);
    return session;
  }

  Optional<ClientSession> find(String key) {
    ClientSession session = open.get(key);
    if (session != null) {
      session.comesBack(clock.instant());
    }
    return Optional.ofNullable(session);
  }

  void close(ClientSession session) {
    if (open.remove(session.key()) != null) {
      ended.accept(session);
      session.close();
    }
  }

  void closeIdle() {
    for (ClientSession session : open.values()) {
      if (session.idle(clock.instant(), idle, IF_NEVER_BACK)) {
        close(session);
      }
    }
  }

  void closeAll() {
    List.copyOf(open.values()).forEach(this::close);
  }

  int size() {
    return open.size();
  }
}
