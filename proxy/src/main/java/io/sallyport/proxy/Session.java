package io.sallyport.proxy;

import io.sallyport.policy.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

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

  /**
   * A new one by a client's properties, which are allow-listed.
   *
   * @param datasets that the principal may see
   */
  static Session of(Principal principal, Map<String, String> properties, Set<String> datasets) {
    Optional<String> dataset = Optional.empty();
    Optional<String> purpose = Optional.empty();
    boolean asksOwners = true;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String value = property.getValue();
      switch (property.getKey()) {
        case "dataset" -> dataset = Optional.of(known(datasets, value));
        case "purpose" -> purpose = Optional.of(value);
        case "approval" -> asksOwners = asksOwners(value);
        default ->
            throw new GatewayException(
                ErrorCode.WRONG_PARAMETER,
                "unknown property `"
                    + property.getKey()
                    + "`; a session takes `dataset`, `purpose` and `approval`");
      }
    }
    return new Session(UUID.randomUUID().toString(), principal, dataset, purpose, asksOwners);
  }

  private static boolean asksOwners(String value) {
    return switch (value) {
      case "request" -> true;
      case "refuse" -> false;
      default ->
          throw new GatewayException(
              ErrorCode.WRONG_PARAMETER,
              "`approval` is `request` or `refuse`. Given: `" + value + "`");
    };
  }

  private static String known(Set<String> datasets, String dataset) {
    return datasets.stream()
        .filter(name -> name.equalsIgnoreCase(dataset))
        .findFirst()
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.WRONG_PARAMETER, "unknown dataset `" + dataset + "`"));
  }
}
