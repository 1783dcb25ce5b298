package io.sallyport.proxy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client may ask of one run: at most so many rows, so much time, and to end it before there
 * is an answer, which then ends it in its turn.
 */
public record RunOptions(
    OptionalLong maxRows, Optional<Duration> timeout, Optional<Cancellation> cancellation) {
  public static final RunOptions NONE =
      new RunOptions(OptionalLong.empty(), Optional.empty(), Optional.empty());

  /** The same for a run that the client may cancel so. */
  public RunOptions until(Cancellation ends) {
    return new RunOptions(maxRows, timeout, Optional.of(ends));
  }
}
