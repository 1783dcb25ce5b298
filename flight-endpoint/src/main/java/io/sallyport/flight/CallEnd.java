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
  private final Context call = Context.current();
  private final List<Context.CancellationListener> listeners = new ArrayList<>();

  private CallEnd() {}

  static CallEnd ofCurrent() {
    return new CallEnd();
  }

  /** Stops this when the client cancels; at once if it has. */
  void reaches(Runnable stop) {
    Context.CancellationListener listener = context -> stop.run();
    listeners.add(listener);
    call.addListener(listener, Runnable::run);
  }

  @Override
  public void close() {
    listeners.forEach(call::removeListener);
  }
}
