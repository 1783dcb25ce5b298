package io.sallyport.proxy.state;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Someone who may come in, as the server's configuration names them. Only hashes of secrets, and
 * not even those are printed.
 *
 * @param roles for example {@code owner} and {@code analyst}; policies may ask for others
 * @param passwordHash as {@code sallyport hash-password} prints it; without one no password fits
 * @param tokenHashes as {@code sallyport new-token} prints them
 */
public record User(
    String name, Set<String> roles, Optional<String> passwordHash, List<String> tokenHashes) {
  /** The role of those who publish datasets and answer requests. */
  public static final String OWNER = "owner";

  /** The role of those who ask questions. */
  public static final String ANALYST = "analyst";

  public User {
    if (name.isBlank() || name.contains(":")) {
      // HTTP Basic separates the name from the password by a colon.
      throw new IllegalArgumentException(
          "a user's name is not blank and has no colon. Given: `" + name + "`");
    }
    roles = Set.copyOf(roles);
    tokenHashes = List.copyOf(tokenHashes);
    passwordHash.ifPresent(Secrets::checkPasswordHash);
    tokenHashes.forEach(Secrets::checkTokenHash);
  }

  @Override
  public String toString() {
    return "User[name=" + name + ", roles=" + roles + "]";
  }
}
