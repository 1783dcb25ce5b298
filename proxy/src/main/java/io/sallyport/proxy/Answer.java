package io.sallyport.proxy;

import java.util.List;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * A running answer: its columns at once, its rows as a stream of Arrow batches, each already past
 * the last door. It can be read once, by one thread.
 *
 * <p>Reading throws {@link GatewayException} when the engine fails, the deadline passes or someone
 * cancels. Closing ends the engine's work and frees all memory; it is safe from any thread.
 */
public interface Answer extends AutoCloseable {
  List<OutputColumn> columns();

  /** Sentences for the analyst, such as that small groups were left out; without data. */
  List<String> warnings();

  ArrowReader batches();

  /** Ends the engine's work from any thread, within a second; a reader then gets {@code 57014}. */
  void cancel();

  @Override
  void close();
}
