package io.sallyport.proxy;

import io.sallyport.policy.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * Who may see that a dataset exists: everyone, or the named users and those with a named role.
 *
 * <p>It says nothing of what they may ask of it; that is the policy's.
 */
public record Audience(Optional<Set<String>> users, Optional<Set<String>> roles) {
  public static final Audience EVERYONE = new Audience(Optional.empty(), Optional.empty());

  public Audience {
    users = users.map(Set::copyOf);
    roles = roles.map(Set::copyOf);
  }

  public boolean includes(Principal principal) {
    if (users.isEmpty() && roles.isEmpty()) {
      return true;
    }
    return users.map(names -> names.contains(principal.name())).orElse(false)
        || roles.map(names -> names.stream().anyMatch(principal.roles()::contains)).orElse(false);
  }
}
