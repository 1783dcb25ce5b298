package io.sallyport.proxy.engine;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Incident;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;
import org.jspecify.annotations.Nullable;

/**
 * One query on a DuckDB connection of its own. It is ended by closing that connection, because
 * while Arrow is streamed DuckDB ignores a statement's cancel and time-out.
 */
final class DuckDbRun implements Engine.Run {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final long BATCH_ROWS = 65_536;

  private final Held held;
  private final Batches batches;
  private final Cleaner.Cleanable memory;
  private final Consumer<DuckDbRun> afterwards;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicReference<@Nullable ErrorCode> ended = new AtomicReference<>();
  private volatile boolean closed;
  private volatile @Nullable Thread lookingAtBatch;
  private volatile @Nullable Future<?> deadline;

  DuckDbRun(
      DuckDBConnection connection,
      String sql,
      List<? extends @Nullable Object> parameters,
      BufferAllocator allocator,
      Consumer<DuckDbRun> afterwards) {
    this.held = new Held(connection, sql, parameters, allocator);
    this.batches = new Batches(allocator);
    this.memory = CLEANER.register(batches, held::free);
    this.afterwards = afterwards;
  }

  void endsAt(Future<?> timer) {
    deadline = timer;
  }

  @Override
  public ArrowReader batches() {
    return batches;
  }

  @Override
  public boolean finds(String sql, List<? extends @Nullable Object> values) {
    return engine(() -> held.finds(sql, values));
  }

  @Override
  public void cancel() {
    end(ErrorCode.CANCELLED);
  }

  /** Ends the engine's work; the first reason given is the one that a reader is told. */
  void end(ErrorCode why) {
    if (ended.compareAndSet(null, why)) {
      stopTimer();
      held.disconnect();
    }
  }

  @Override
  public void close() {
    closed = true;
    end(ErrorCode.CANCELLED);
    reading.lock();
    try {
      Thread reader = lookingAtBatch;
      if (reader == null || reader == Thread.currentThread()) {
        memory.clean();
      }
    } finally {
      reading.unlock();
    }
    afterwards.accept(this);
  }

  private void stopTimer() {
    Future<?> timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** Calls the engine unless the run has ended; what it throws tells nothing of the data. */
  private <T> T engine(Callable<T> work) {
    reading.lock();
    try {
      if (ended.get() == null) {
        return work.call();
      }
      throw failure(new IllegalStateException());
    } catch (Exception e) {
      lookingAtBatch = null;
      throw failure(e);
    } finally {
      if (closed) {
        memory.clean();
      }
      reading.unlock();
    }
  }

  private GatewayException failure(Exception e) {
    if (e instanceof GatewayException known) {
      end(known.code());
      return known;
    }
    ErrorCode why = ended.get();
    if (why == ErrorCode.TIMED_OUT) {
      return new GatewayException(
          ErrorCode.TIMED_OUT,
          "the query took longer than it may; ask for less or allow more time");
    }
    if (why == ErrorCode.CANCELLED) {
      return new GatewayException(ErrorCode.CANCELLED, "the query was cancelled");
    }
    end(ErrorCode.ENGINE_FAILED);
    return Incident.engineFailed(e);
  }

  /** What a run holds outside the heap. It must not refer to the reader that a client holds. */
  private static final class Held {
    private final DuckDBConnection connection;
    private final String sql;
    private final List<? extends @Nullable Object> parameters;
    private final BufferAllocator allocator;
    private @Nullable Statement statement;
    private @Nullable ArrowReader stream;

    Held(
        DuckDBConnection connection,
        String sql,
        List<? extends @Nullable Object> parameters,
        BufferAllocator allocator) {
      this.connection = connection;
      this.sql = sql;
      this.parameters = parameters;
      this.allocator = allocator;
    }

    ArrowReader stream() throws SQLException {
      if (stream == null) {
        stream =
            (ArrowReader)
                answer().unwrap(DuckDBResultSet.class).arrowExportStream(allocator, BATCH_ROWS);
      }
      return stream;
    }

    /** DuckDB plans what was prepared anew when it runs, so only parameters are worth that. */
    private ResultSet answer() throws SQLException {
      if (parameters.isEmpty()) {
        Statement direct = connection.createStatement();
        statement = direct;
        return direct.executeQuery(sql);
      }
      PreparedStatement prepared = connection.prepareStatement(sql);
      statement = prepared;
      ParameterBinding.bind(prepared, parameters);
      return prepared.executeQuery();
    }

    boolean finds(String question, List<? extends @Nullable Object> values) throws SQLException {
      // One transaction for all that this connection runs, so that all of it sees the same data.
      connection.setAutoCommit(false);
      try (PreparedStatement asked = connection.prepareStatement(question)) {
        ParameterBinding.bind(asked, values);
        try (ResultSet rows = asked.executeQuery()) {
          return rows.next();
        }
      }
    }

    void disconnect() {
      try {
        connection.close();
      } catch (SQLException e) {
        Incident.engineFailed(e);
      }
    }

    void free() {
      try (connection;
          Statement closing = statement;
          ArrowReader reader = stream) {
        statement = null;
        stream = null;
      } catch (SQLException | IOException e) {
        Incident.engineFailed(e);
      }
    }
  }

  private final class Batches extends ArrowReader {
    private @Nullable VectorSchemaRoot root;

    Batches(BufferAllocator allocator) {
      super(allocator);
    }

    @Override
    public VectorSchemaRoot getVectorSchemaRoot() {
      VectorSchemaRoot known = root;
      if (known == null) {
        known = engine(() -> held.stream().getVectorSchemaRoot());
        root = known;
      }
      return known;
    }

    @Override
    public boolean loadNextBatch() {
      return engine(
          () -> {
            lookingAtBatch = null;
            boolean more = held.stream().loadNextBatch();
            if (more) {
              lookingAtBatch = Thread.currentThread();
            } else {
              stopTimer();
            }
            return more;
          });
    }

    @Override
    public Map<Long, Dictionary> getDictionaryVectors() {
      return engine(() -> held.stream().getDictionaryVectors());
    }

    @Override
    public @Nullable Dictionary lookup(long id) {
      return engine(() -> held.stream().lookup(id));
    }

    @Override
    public Set<Long> getDictionaryIds() {
      return engine(() -> held.stream().getDictionaryIds());
    }

    @Override
    public long bytesRead() {
      return engine(() -> held.stream().bytesRead());
    }

    @Override
    public void close() {
      lookingAtBatch = null;
      DuckDbRun.this.close();
    }

    @Override
    public void close(boolean closeSource) {
      close();
    }

    @Override
    protected void closeReadSource() {
      close();
    }

    @Override
    protected Schema readSchema() {
      return getVectorSchemaRoot().getSchema();
    }
  }
}
