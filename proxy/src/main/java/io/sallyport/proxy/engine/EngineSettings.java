package io.sallyport.proxy.engine;

import java.nio.file.Path;

/**
 * How much of the machine the engine may use.
 *
 * @param memoryBytes for all queries together, without the batches under way to clients
 * @param threads for all queries together
 * @param spillDirectory where queries larger than memory put their intermediate rows
 * @param spillBytes how much they may put there
 */
public record EngineSettings(long memoryBytes, int threads, Path spillDirectory, long spillBytes) {
  public EngineSettings {
    if (memoryBytes < 64L << 20) {
      throw new IllegalArgumentException(
          "the engine needs at least 64 MiB of memory. Given: " + memoryBytes + " bytes");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("the engine needs at least 1 thread. Given: " + threads);
    }
    if (spillBytes < 0) {
      throw new IllegalArgumentException(
          "the engine cannot spill less than nothing. Given: " + spillBytes + " bytes");
    }
  }
}
