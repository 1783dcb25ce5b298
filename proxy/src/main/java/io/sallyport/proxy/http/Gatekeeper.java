package io.sallyport.proxy.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code Authorization} header of each request: Basic or Bearer.
 *
 * <p>A password's hash is slow to check, so a header that held is remembered for a minute, as its
 * HMAC under a key that only this process knows. Neither passwords nor failures are remembered.
 */
final class Gatekeeper {
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final GatewayService gateway;
  private final SecretKeySpec key;
  private final Cache<ByteBuffer, Principal> known =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(10_000).build();

  Gatekeeper(GatewayService gateway) {
    this.gateway = gateway;
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
  }

  /** Who asks; without a header that holds, 28000. */
  Principal admit(@Nullable String header) {
    if (header == null) {
      throw new GatewayException(
          ErrorCode.WRONG_CREDENTIALS, "log in with a user and password, or a token");
    }
    ByteBuffer digest = digest(header);
    Principal principal = known.getIfPresent(digest);
    if (principal == null) {
      principal = gateway.authenticate(login(header));
      known.put(digest, principal);
    }
    return principal;
  }

  private static Login login(String header) {
    int space = header.indexOf(' ');
    String scheme = space < 0 ? "" : header.substring(0, space).toLowerCase(Locale.ROOT);
    String value = header.substring(space + 1).strip();
    return switch (scheme) {
      case "basic" -> password(value);
      case "bearer" -> new Login.Token(value);
      default -> throw unreadable();
    };
  }

  private static Login password(String encoded) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw unreadable();
    }
    return new Login.Password(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private static GatewayException unreadable() {
    return new GatewayException(
        ErrorCode.WRONG_CREDENTIALS, "the `Authorization` header is neither Basic nor Bearer");
  }

  private ByteBuffer digest(String header) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return ByteBuffer.wrap(mac.doFinal(header.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
