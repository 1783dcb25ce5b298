package io.sallyport.policy;

import java.time.Instant;
import java.util.Optional;

/** The circumstances of one question: who asks, for what stated purpose, and when. */
public record Asking(Principal principal, Optional<String> purpose, Instant at) {}
