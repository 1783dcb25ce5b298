package io.sallyport.proxy.engine;

import java.time.Instant;
import java.util.List;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** Runs SQL that {@code PlanPrinter} printed, and nothing else. */
public interface Engine extends AutoCloseable {
  /**
   * Makes a query ready; the engine begins with the first look at its batches, and they stream as
   * they are read.
   *
   * @param sql printed from a guarded plan
   * @param parameters a value for each {@code $1}, {@code $2} … that the plan knows, in order
   * @param deadline when the query is ended on its own
   */
  Run run(String sql, List<? extends @Nullable Object> parameters, Instant deadline);

  @Override
  void close();

  /** One running query, read by one thread at a time. */
  interface Run extends AutoCloseable {
    /**
     * True if another query has a row. It is asked before the batches are looked at, and both see
     * the same state of the data; it throws what reading them would.
     *
     * @param sql printed from a plan, too
     */
    boolean finds(String sql, List<? extends @Nullable Object> parameters);

    /**
     * The rows. Reading throws {@link io.sallyport.proxy.GatewayException} when the engine fails,
     * the deadline passes or someone cancels, and never the engine's own text.
     */
    ArrowReader batches();

    /** Ends the engine's work within a second, from any thread; a reader then gets 57014. */
    void cancel();

    /**
     * Cancels and frees. From any thread: the batch that another thread is looking at is freed when
     * that thread comes back.
     */
    @Override
    void close();
  }
}
