package io.sallyport.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of one question: who asks, for what stated purpose, when, and with which values
 * of the query's parameters.
 */
public record Asking(
    Principal principal,
    Optional<String> purpose,
    Instant at,
    List<? extends @Nullable Object> parameters) {
  public Asking {
    parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
  }

  /** Without parameters. */
  public Asking(Principal principal, Optional<String> purpose, Instant at) {
    this(principal, purpose, at, List.of());
  }
}
