package io.sallyport.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a statement needs beside its rows: a way to end the server's query from another thread, and
 * a timer that does so. It knows why a query ended, so that a time-out is told from a cancel.
 */
final class QueryWatch {
  /** Of rows that no query makes. */
  static final QueryWatch NONE =
      new QueryWatch(
          () -> {
            throw Failure.notSupported("cancelling a call that runs no query");
          });

  private static final ScheduledThreadPoolExecutor TIMER = timer();

  /** Ends the query at the server. */
  @FunctionalInterface
  interface Canceller {
    void cancel() throws SQLException;
  }

  private final Canceller canceller;
  private @Nullable ScheduledFuture<?> alarm;
  private volatile int timedOutAfter;
  private boolean cancelled;

  QueryWatch(Canceller canceller) {
    this.canceller = canceller;
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "sallyport-query-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /**
   * A query begins.
   *
   * @param seconds that it may take up to its last row; 0 for no limit
   */
  synchronized void started(int seconds) {
    finished();
    timedOutAfter = 0;
    cancelled = false;
    if (seconds > 0) {
      alarm = TIMER.schedule(() -> timeOut(seconds), seconds, TimeUnit.SECONDS);
    }
  }

  private void timeOut(int seconds) {
    timedOutAfter = seconds;
    // Never on the timer's own thread: a slow server must not delay other statements' alarms.
    new Thread(this::cancelQuietly, "sallyport-query-time-out").start();
  }

  private void cancelQuietly() {
    try {
      canceller.cancel();
    } catch (SQLException e) {
      // A query that cannot be cancelled has ended, or its reader meets the broken connection.
      timedOutAfter = Math.max(timedOutAfter, 1);
    }
  }

  void cancel() throws SQLException {
    synchronized (this) {
      cancelled = true;
      notifyAll();
    }
    canceller.cancel();
  }

  /** Waits between two tries; false if someone cancelled. */
  synchronized boolean pause(Duration time) throws SQLException {
    long end = System.nanoTime() + time.toNanos();
    try {
      for (long left = time.toMillis(); left > 0 && !cancelled; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
      return !cancelled;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("the thread was interrupted", Failure.CANCELLED, e);
    }
  }

  /** No more rows are wanted or to come. */
  synchronized void finished() {
    ScheduledFuture<?> running = alarm;
    if (running != null) {
      running.cancel(false);
      alarm = null;
    }
  }

  /** The failure as the user should see it: a time-out if that is why the query ended. */
  SQLException explain(SQLException failure) {
    finished();
    int seconds = timedOutAfter;
    return seconds > 0 && endsQuery(failure.getSQLState()) ? Failure.timedOut(seconds) : failure;
  }

  private static boolean endsQuery(@Nullable String sqlState) {
    return Failure.CANCELLED.equals(sqlState) || Failure.CONNECTION_LOST.equals(sqlState);
  }
}
