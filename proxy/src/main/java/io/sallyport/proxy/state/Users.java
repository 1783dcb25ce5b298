package io.sallyport.proxy.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Login;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who may come in, by password or token.
 *
 * <pre>
 * users.authenticate(new Login.Password("bob", "…"))  → Principal[bob, [analyst]], or 28000
 * </pre>
 *
 * <p>An unknown user, a wrong password, a wrong token and a user with too many wrong guesses in the
 * last minute get the same answer; the first two take the same time. It remembers no success: a
 * door that is asked often keeps its own short memory.
 */
public final class Users {
  private static final int GUESSES = 10;
  private static final Duration GUESSING_TIME = Duration.ofMinutes(1);

  private final Map<String, User> byName = new LinkedHashMap<>();
  private final String nobodysHash = Secrets.hashPassword(Secrets.newToken());
  private final Cache<String, AtomicInteger> wrongGuesses;

  // A check takes 19 MiB, so as many run at once as there are processors; others wait in turn.
  private final Semaphore checking =
      new Semaphore(Runtime.getRuntime().availableProcessors(), true);

  public Users(List<User> users, InstantSource clock) {
    for (User user : users) {
      if (byName.put(user.name(), user) != null) {
        throw new IllegalArgumentException("the user `" + user.name() + "` is named twice");
      }
    }
    wrongGuesses =
        Caffeine.newBuilder()
            .expireAfterWrite(GUESSING_TIME)
            .maximumSize(10_000)
            .ticker(() -> nanos(clock.instant()))
            .build();
  }

  private static long nanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  /** Checks a password or token; what does not fit is {@code 28000} in one sentence for all. */
  public Principal authenticate(Login login) {
    User user;
    if (login instanceof Login.Password password) {
      user = byPassword(password).orElseThrow(Users::wrong);
    } else if (login instanceof Login.Token token) {
      user = byToken(token).orElseThrow(Users::wrong);
    } else {
      throw wrong();
    }
    return new Principal(user.name(), user.roles());
  }

  private Optional<User> byPassword(Login.Password login) {
    checking.acquireUninterruptibly();
    try {
      // Counted by the name that was typed, known or not; asked for only when it is our turn, so
      // that many guesses at once do not slip through together.
      AtomicInteger wrong = wrongGuesses.get(login.user(), name -> new AtomicInteger());
      if (wrong.get() >= GUESSES) {
        return Optional.empty();
      }
      Optional<User> user = Optional.ofNullable(byName.get(login.user()));
      String hash = user.flatMap(User::passwordHash).orElse(nobodysHash);
      boolean fits = Secrets.passwordFits(login.password(), hash);
      if (fits && user.flatMap(User::passwordHash).isPresent()) {
        return user;
      }
      wrong.incrementAndGet();
      return Optional.empty();
    } finally {
      checking.release();
    }
  }

  private Optional<User> byToken(Login.Token login) {
    byte[] shown = ascii(Secrets.hashToken(login.token()));
    Optional<User> found = Optional.empty();
    // Every hash is compared, each in constant time, so the time tells nothing of which was near.
    for (User user : byName.values()) {
      for (String hash : user.tokenHashes()) {
        if (MessageDigest.isEqual(shown, ascii(hash))) {
          found = Optional.of(user);
        }
      }
    }
    return found;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static GatewayException wrong() {
    return new GatewayException(
        ErrorCode.WRONG_CREDENTIALS, "the user, the password or the token is wrong");
  }
}
