package io.sallyport.proxy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What a client may ask of one run: at most so many rows, and so much time. */
public record RunOptions(OptionalLong maxRows, Optional<Duration> timeout) {
  public static final RunOptions NONE = new RunOptions(OptionalLong.empty(), Optional.empty());
}
