package io.sallyport.proxy.engine;

import java.time.Instant;
import java.util.List;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** Runs SQL that {@code PlanPrinter} printed, and nothing else. */
public interface Engine extends AutoCloseable {
  /**
   * Starts a query; its batches stream as they are read.
   *
   * @param sql printed from a guarded plan
   * @param parameters a value for each {@code ?} in the printed order
   * @param deadline when the query is ended on its own
   */
  Run run(String sql, List<? extends @Nullable Object> parameters, Instant deadline);

  @Override
  void close();

  /** One running query. Closing it, from any thread, ends the engine's work within a second. */
  interface Run extends AutoCloseable {
    ArrowReader batches();

    @Override
    void close();
  }
}
