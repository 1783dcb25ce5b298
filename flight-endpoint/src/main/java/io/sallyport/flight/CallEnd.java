package io.sallyport.flight;

import io.grpc.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends what a call has begun when its client cancels it, until the call has something to answer.
 *
 * <pre>try (CallEnd end = CallEnd.ofCurrent()) { answer = session.run(sql, values, end::reaches); }
 * </pre>
 *
 * <p>gRPC cancels the context of every call in the end, also of one that was answered; hence {@link
 * #close}.
 */
final class CallEnd implements AutoCloseable {
  private final Context call;
  private final Context.CancellationListener listener = context -> cancel();
  private final List<Runnable> stops = new ArrayList<>();
  private boolean cancelled;

  private CallEnd(Context call) {
    this.call = call;
  }

  static CallEnd ofCurrent() {
    CallEnd end = new CallEnd(Context.current());
    end.call.addListener(end.listener, Runnable::run);
    return end;
  }

  /** Stops this when the client cancels; at once if it has. */
  void reaches(Runnable stop) {
    synchronized (this) {
      if (!cancelled) {
        stops.add(stop);
        return;
      }
    }
    stop.run();
  }

  private void cancel() {
    List<Runnable> now;
    synchronized (this) {
      cancelled = true;
      now = List.copyOf(stops);
    }
    now.forEach(Runnable::run);
  }

  @Override
  public void close() {
    call.removeListener(listener);
  }
}
