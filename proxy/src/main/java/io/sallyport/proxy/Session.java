package io.sallyport.proxy;

import io.sallyport.policy.Principal;
import java.util.Optional;

/**
 * One authenticated connection. Its identifier is random and bound to its principal.
 *
 * @param dataset the dataset that unqualified table names mean, if the client named one
 * @param purpose the purpose that the client stated, for policies that ask for one
 * @param asksOwners true if a query that needs approval becomes a request; false: it is refused
 */
public record Session(
    String id,
    Principal principal,
    Optional<String> dataset,
    Optional<String> purpose,
    boolean asksOwners) {
  public Session(
      String id, Principal principal, Optional<String> dataset, Optional<String> purpose) {
    this(id, principal, dataset, purpose, true);
  }
}
