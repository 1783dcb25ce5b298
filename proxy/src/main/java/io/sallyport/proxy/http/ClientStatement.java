package io.sallyport.proxy.http;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Prepared;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client's statement: what it prepared, and the one answer that it has under way. */
final class ClientStatement {
  private final int id;
  private final Optional<Prepared> prepared;
  private final OptionalLong maxRows;
  private @Nullable OpenAnswer answer;
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
  OpenAnswer begin(Supplier<Answer> query, boolean arrow, Executor executor) {
    close();
    long mine;
    synchronized (this) {
      mine = ++run;
      ended = false;
    }
    Answer begun = query.get();
    OpenAnswer open;
    synchronized (this) {
      if (mine != run || ended) {
        begun.close();
        throw new GatewayException(ErrorCode.CANCELLED, "the query was cancelled");
      }
      open = OpenAnswer.begin(begun, arrow, executor);
      answer = open;
    }
    return open;
  }

  synchronized Optional<OpenAnswer> answer() {
    return Optional.ofNullable(answer);
  }

  void cancel() {
    Optional<OpenAnswer> running;
    synchronized (this) {
      ended = true;
      running = answer();
    }
    running.ifPresent(OpenAnswer::cancel);
  }

  void close() {
    Optional<OpenAnswer> running;
    synchronized (this) {
      ended = true;
      running = answer();
      answer = null;
    }
    running.ifPresent(OpenAnswer::close);
  }
}
