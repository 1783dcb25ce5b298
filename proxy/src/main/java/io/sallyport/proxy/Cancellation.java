package io.sallyport.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * A client's way to end a query that has no answer yet, from any thread and at any moment.
 *
 * <pre>
 * cancellation.reaches(run::cancel)   stops the run when the client cancels, or now if it did before
 * </pre>
 *
 * <p>What has begun by then ends as a cancelled query does; nothing is ended twice.
 */
public final class Cancellation {
  private final List<Runnable> stops = new ArrayList<>();
  private boolean cancelled;

  /** Ends what it reaches, by now or later. */
  public void cancel() {
    List<Runnable> now;
    synchronized (this) {
      cancelled = true;
      now = List.copyOf(stops);
      stops.clear();
    }
    now.forEach(Runnable::run);
  }

  /** Makes something end when the client cancels. */
  void reaches(Runnable stop) {
    synchronized (this) {
      if (!cancelled) {
        stops.add(stop);
        return;
      }
    }
    stop.run();
  }
}
