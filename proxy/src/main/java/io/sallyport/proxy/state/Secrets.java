package io.sallyport.proxy.state;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * How secrets are kept: passwords as Argon2id, tokens as SHA-256.
 *
 * <pre>
 * Secrets.hashPassword("correct horse")  → $argon2id$v=19$m=19456,t=2,p=1$…
 * Secrets.newToken()                     → spt_ and 256 random bits
 * </pre>
 *
 * <p>A token needs no slow hash, because nobody can guess 256 random bits. All passwords are hashed
 * with the same settings, so that checking takes the same time for every user and for none.
 */
public final class Secrets {
  // As OWASP advises: 19 MiB, two passes, one lane; 50 to 100 ms and 19 MiB for each check.
  private static final Argon2Function ARGON2 =
      Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);
  private static final String SETTINGS = "$argon2id$v=19$m=19456,t=2,p=1$";
  private static final Pattern PASSWORD_HASH =
      Pattern.compile(Pattern.quote(SETTINGS) + "[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{43}");
  private static final Pattern TOKEN_HASH = Pattern.compile("[0-9a-f]{64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secrets() {}

  /** The form in which the configuration keeps a password. */
  public static String hashPassword(String password) {
    if (password.isEmpty()) {
      throw new IllegalArgumentException("a password has at least one character");
    }
    return Password.hash(password).addRandomSalt(16).with(ARGON2).getResult();
  }

  static boolean passwordFits(String password, String hash) {
    return Password.check(password, hash).with(ARGON2);
  }

  /** A fresh token; it is shown once and kept only as its hash. */
  public static String newToken() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return "spt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** The form in which the configuration keeps a token. */
  public static String hashToken(String token) {
    try {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static void checkPasswordHash(String hash) {
    if (!PASSWORD_HASH.matcher(hash).matches()) {
      throw new IllegalArgumentException(
          "a password is kept as a hash that starts with `"
              + SETTINGS
              + "`, in quotes; make one with `sallyport hash-password`");
    }
  }

  static void checkTokenHash(String hash) {
    if (!TOKEN_HASH.matcher(hash).matches()) {
      throw new IllegalArgumentException(
          "a token is kept as 64 hexadecimal digits in lower case; make one with `sallyport"
              + " new-token`");
    }
  }
}
