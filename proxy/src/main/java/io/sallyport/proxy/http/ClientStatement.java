package io.sallyport.proxy.http;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.Cancellation;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Prepared;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client's statement: what it prepared, and the one answer that it has under way. */
final class ClientStatement {
  private final int id;
  private final Optional<Prepared> prepared;
  private final OptionalLong maxRows;
  private @Nullable OpenAnswer answer;
  private Cancellation begun = new Cancellation();
  private long run;
  private boolean ended;

  ClientStatement(int id, Optional<Prepared> prepared, OptionalLong maxRows) {
    this.id = id;
    this.prepared = prepared;
    this.maxRows = maxRows;
  }

  int id() {
    return id;
  }

  /** Empty until it is known what the statement asks. */
  Optional<Prepared> prepared() {
    return prepared;
  }

  /** How many rows the client wants of a prepared statement. */
  OptionalLong maxRows() {
    return maxRows;
  }

  /**
   * Runs a query in place of the one before; a {@link #cancel} from another thread counts from the
   * first moment on, also while the query is still being judged.
   */
  OpenAnswer begin(Function<Cancellation, Answer> query, boolean arrow, Executor executor) {
    close();
    long mine;
    Cancellation cancellation = new Cancellation();
    synchronized (this) {
      mine = ++run;
      ended = false;
      begun = cancellation;
    }
    Answer ready = query.apply(cancellation);
    OpenAnswer open;
    synchronized (this) {
      if (mine != run || ended) {
        ready.close();
        throw new GatewayException(ErrorCode.CANCELLED, "the query was cancelled");
      }
      open = OpenAnswer.begin(ready, arrow, executor);
      answer = open;
    }
    return open;
  }

  synchronized Optional<OpenAnswer> answer() {
    return Optional.ofNullable(answer);
  }

  void cancel() {
    Cancellation beginning;
    Optional<OpenAnswer> running;
    synchronized (this) {
      ended = true;
      beginning = begun;
      running = answer();
    }
    beginning.cancel();
    running.ifPresent(OpenAnswer::cancel);
  }

  void close() {
    Cancellation beginning;
    Optional<OpenAnswer> running;
    synchronized (this) {
      ended = true;
      beginning = begun;
      running = answer();
      answer = null;
    }
    beginning.cancel();
    running.ifPresent(OpenAnswer::close);
  }
}
