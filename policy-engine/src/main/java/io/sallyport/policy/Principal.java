package io.sallyport.policy;

import java.util.Set;

/**
 * Who asks: a user's name and roles, as the server authenticated them.
 *
 * <p>It does not prove anything by itself; only the doors make one, after a password or token held.
 */
public record Principal(String name, Set<String> roles) {
  public Principal {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a principal needs a name");
    }
    roles = Set.copyOf(roles);
  }
}
