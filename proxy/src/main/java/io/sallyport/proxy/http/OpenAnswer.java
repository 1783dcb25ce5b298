package io.sallyport.proxy.http;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Incident;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.calcite.avatica.Meta;
import org.jspecify.annotations.Nullable;

/**
 * An answer that a client has not wholly read: begun on a thread of its own, then claimed either as
 * an Arrow stream or as Avatica frames, whichever is asked for first.
 *
 * <p>Cancelling and closing are safe from any thread. What another thread reads is never freed
 * under it: closing then cancels, and the reader frees.
 */
final class OpenAnswer {
  /** An answer up to this size travels in the response that begins it. */
  static final int INLINE_BYTES = 64 << 10;

  private final Answer answer;
  private final boolean arrow;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final AtomicBoolean streamed = new AtomicBoolean();
  private final ReentrantLock reading = new ReentrantLock();
  private @Nullable ArrowStream stream;
  private @Nullable FrameRows rows;
  private volatile @Nullable ChunkedBody pouring;
  private volatile boolean freed;
  private volatile boolean closed;

  private OpenAnswer(Answer answer, boolean arrow) {
    this.answer = answer;
    this.arrow = arrow;
  }

  /**
   * Has the engine begin.
   *
   * @param arrow whether the client can read an Arrow stream
   */
  static OpenAnswer begin(Answer answer, boolean arrow, Executor executor) {
    OpenAnswer open = new OpenAnswer(answer, arrow);
    executor.execute(open::readAhead);
    return open;
  }

  Answer answer() {
    return answer;
  }

  private void readAhead() {
    reading.lock();
    try {
      if (!closed) {
        if (arrow) {
          ArrowStream ahead = new ArrowStream(answer);
          stream = ahead;
          ahead.readAhead(INLINE_BYTES);
        } else {
          rows = FrameRows.of(answer);
        }
      }
      begun.complete(null);
    } catch (Exception e) {
      begun.completeExceptionally(Incident.unexpected(e));
    } finally {
      unlock();
    }
  }

  /**
   * Waits until the engine has begun to answer.
   *
   * @return false if it takes longer
   * @throws GatewayException if it failed
   */
  boolean begunWithin(Duration patience) {
    try {
      begun.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(ErrorCode.CANCELLED, "the query was cancelled");
    } catch (ExecutionException e) {
      close();
      throw Incident.unexpected(e.getCause() == null ? e : e.getCause());
    }
  }

  /** The whole answer as an Arrow stream, if it is small and there already. */
  Optional<byte[]> whole() {
    reading.lock();
    try {
      ArrowStream ahead = stream;
      return ahead != null && ahead.complete() && !streamed.get()
          ? Optional.of(ahead.start())
          : Optional.empty();
    } finally {
      unlock();
    }
  }

  /**
   * Writes the answer as an Arrow stream and closes it.
   *
   * @throws GatewayException if it failed before its first byte
   * @throws IOException if the client is gone
   */
  void pour(ChunkedBody client) throws IOException {
    if (!arrow || !streamed.compareAndSet(false, true)) {
      throw claimed();
    }
    pouring = client;
    try {
      awaitBegin();
      reading.lock();
      try {
        ArrowStream ahead = stream;
        if (closed || ahead == null || rows != null) {
          throw cancelled();
        }
        ahead.pour(client);
      } finally {
        unlock();
      }
    } finally {
      close();
    }
  }

  /** The next rows as a frame; an empty one that is not the last if none came in time. */
  Meta.Frame frame(long offset, int maxRows, Duration patience) {
    if (streamed.get()) {
      throw claimed();
    }
    if (!begunWithin(patience)) {
      return new Meta.Frame(offset, false, List.of());
    }
    Meta.Frame frame;
    reading.lock();
    try {
      if (closed) {
        throw cancelled();
      }
      FrameRows from = rows;
      if (from == null) {
        from = stream == null ? FrameRows.of(answer) : FrameRows.after(stream, answer);
        rows = from;
      }
      frame = from.frame(offset, maxRows);
    } catch (IOException | RuntimeException e) {
      close();
      throw Incident.unexpected(e);
    } finally {
      unlock();
    }
    if (frame.done) {
      close();
    }
    return frame;
  }

  private void awaitBegin() {
    while (!begunWithin(Duration.ofMinutes(1))) {
      if (closed) {
        throw cancelled();
      }
    }
  }

  private static GatewayException cancelled() {
    return new GatewayException(ErrorCode.CANCELLED, "the query was cancelled");
  }

  private static GatewayException claimed() {
    return new GatewayException(ErrorCode.BAD_TICKET, "the answer was read already; ask again");
  }

  /** Ends the engine's work; whoever reads is told so. */
  void cancel() {
    answer.cancel();
    ChunkedBody waiting = pouring;
    if (waiting != null) {
      waiting.hurry();
    }
  }

  void close() {
    closed = true;
    if (reading.tryLock()) {
      unlock();
    } else {
      cancel();
    }
  }

  boolean closed() {
    return closed;
  }

  /** Gives the lock back; the last holder after a close frees the answer. */
  private void unlock() {
    boolean last = closed && !freed && reading.getHoldCount() == 1;
    try {
      if (last) {
        freed = true;
        free();
      }
    } finally {
      reading.unlock();
    }
    // A close that came while this thread held the lock found it taken.
    if (closed && !freed && !reading.isHeldByCurrentThread()) {
      close();
    }
  }

  /** Nobody reads any more, so the last batch is given back, whichever thread has loaded it. */
  private void free() {
    try (ArrowReader batches = answer.batches();
        ArrowStream writer = stream;
        FrameRows reader = rows) {
      stream = null;
      rows = null;
    } catch (IOException e) {
      throw Incident.unexpected(e);
    } finally {
      answer.close();
    }
  }
}
