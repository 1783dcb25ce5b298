package io.sallyport.proxy;

import io.sallyport.proxy.engine.Engine;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.ipc.ArrowReader;

/** An engine's run behind the last door; closing it ends the run and tells the audit log once. */
final class GuardedAnswer implements Answer {
  private final List<OutputColumn> columns;
  private final List<String> warnings;
  private final Engine.Run run;
  private final ArrowReader batches;
  private final Runnable afterwards;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param batches the run's batches behind the last door
   * @param afterwards what happens once when the answer is closed
   */
  GuardedAnswer(
      List<OutputColumn> columns,
      List<String> warnings,
      Engine.Run run,
      ArrowReader batches,
      Runnable afterwards) {
    this.columns = List.copyOf(columns);
    this.warnings = List.copyOf(warnings);
    this.run = run;
    this.batches = batches;
    this.afterwards = afterwards;
  }

  @Override
  public List<OutputColumn> columns() {
    return columns;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public ArrowReader batches() {
    return batches;
  }

  @Override
  public void cancel() {
    run.cancel();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // Not by closing the batches: that is for the thread that reads them, and frees what it reads.
    run.close();
    afterwards.run();
  }
}
