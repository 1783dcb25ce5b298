package io.sallyport.proxy.engine;

import io.sallyport.policy.plan.GuardColumn;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Incident;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The last check before rows leave: every row of every batch against its guard columns, which stay
 * here.
 *
 * <pre>from the engine: zip, n, $guard0     0570, 12, 12 / 0571, NULL, 3   (figure 1, at least 10)
 * to the client:   zip, n              0570, 12     / 0571, NULL</pre>
 *
 * <p>A row that fails stops the whole answer: no row of its batch or of a later one leaves. It
 * mends nothing; leaving out small groups is the plan's work.
 */
public final class LastDoor extends ArrowReader {
  private final ArrowReader batches;
  private final GuardedPlan guarded;
  private final OptionalLong maxRows;
  private final OptionalLong resultRows;
  private @Nullable VectorSchemaRoot visible;
  private @Nullable GatewayException stopped;
  private volatile boolean exhausted;
  private volatile long rows;

  private LastDoor(
      ArrowReader batches,
      GuardedPlan guarded,
      OptionalLong maxRows,
      OptionalLong resultRows,
      BufferAllocator unused) {
    super(unused);
    this.batches = batches;
    this.guarded = guarded;
    this.maxRows = maxRows;
    this.resultRows = resultRows;
  }

  /**
   * Puts the door before a reader; closing the door closes the reader.
   *
   * @param batches what the engine gives for the printed plan
   * @param maxRows how many rows the client wants; further ones are cut off
   * @param resultRows how many rows the policy allows; one more stops the answer
   */
  public static LastDoor check(
      ArrowReader batches, GuardedPlan guarded, OptionalLong maxRows, OptionalLong resultRows) {
    return new LastDoor(batches, guarded, maxRows, resultRows, Nothing.ALLOCATOR);
  }

  /** The base class asks for an allocator; this reader allocates nothing. */
  private static final class Nothing {
    static final BufferAllocator ALLOCATOR = new RootAllocator(0);
  }

  /** How many rows have left. */
  public long rows() {
    return rows;
  }

  /** How the answer stands or ended: {@code answered}, {@code stopped} or {@code left unread}. */
  public String outcome() {
    return stopped != null ? "stopped" : exhausted ? "answered" : "left unread";
  }

  @Override
  public VectorSchemaRoot getVectorSchemaRoot() throws IOException {
    VectorSchemaRoot known = visible;
    if (known == null) {
      known = open(batches.getVectorSchemaRoot());
      visible = known;
    }
    return known;
  }

  private VectorSchemaRoot open(VectorSchemaRoot all) {
    List<Field> fields = all.getSchema().getFields();
    int answered = guarded.columnNames().size();
    if (fields.size() != guarded.plan().getRowType().getFieldCount()) {
      throw stop("the engine's columns are not the plan's");
    }
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).getName();
      boolean expected =
          i < answered ? name.equals(guarded.columnNames().get(i)) : name.startsWith("$guard");
      if (!expected) {
        throw stop("the engine's columns are not the plan's");
      }
    }
    for (GuardColumn guard : guarded.guards()) {
      if (guard.index() < answered
          || guard.index() >= fields.size()
          || guard.figure().orElse(0) < 0
          || guard.figure().orElse(-1) >= answered) {
        throw stop("a guard column has no place");
      }
    }
    return new VectorSchemaRoot(
        new Schema(fields.subList(0, answered), all.getSchema().getCustomMetadata()),
        all.getFieldVectors().subList(0, answered),
        0);
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    if (stopped != null) {
      throw stopped;
    }
    VectorSchemaRoot answer = getVectorSchemaRoot();
    if (maxRows.isPresent() && rows >= maxRows.getAsLong() || !batches.loadNextBatch()) {
      exhausted = true;
      answer.setRowCount(0);
      return false;
    }
    VectorSchemaRoot all = batches.getVectorSchemaRoot();
    // INVARIANT (nothing leaves unchecked): the row count is set only after every row has passed.
    for (GuardColumn guard : guarded.guards()) {
      check(guard, all);
    }
    int leaving = all.getRowCount();
    if (maxRows.isPresent()) {
      leaving = (int) Math.min(leaving, maxRows.getAsLong() - rows);
    }
    if (resultRows.isPresent() && rows + leaving > resultRows.getAsLong()) {
      answer.setRowCount(0);
      stopped =
          new GatewayException(
              ErrorCode.LIMIT_REACHED,
              "the answer has more than the "
                  + resultRows.getAsLong()
                  + " rows that the policy allows; ask for fewer");
      throw stopped;
    }
    rows += leaving;
    answer.setRowCount(leaving);
    return true;
  }

  private void check(GuardColumn guard, VectorSchemaRoot all) {
    if (!(all.getVector(guard.index()) instanceof BigIntVector counts)) {
      throw stop("a guard column is not a BIGINT");
    }
    int size = all.getRowCount();
    if (counts.getValueCount() != size) {
      throw stop("a guard column has another length");
    }
    FieldVector figure = guard.figure().isPresent() ? figure(guard, all) : null;
    for (int row = 0; row < size; row++) {
      boolean enough = !counts.isNull(row) && counts.get(row) >= guard.atLeast();
      if (!enough && (figure == null || !figure.isNull(row))) {
        throw stop(figure == null ? "a row has too few units" : "a figure has too few units");
      }
    }
  }

  /** Only kinds of vectors that know their NULLs row by row. */
  private FieldVector figure(GuardColumn guard, VectorSchemaRoot all) {
    FieldVector figure = all.getVector(guard.figure().getAsInt());
    if (figure instanceof BaseFixedWidthVector
        || figure instanceof BaseVariableWidthVector
        || figure instanceof NullVector) {
      return figure;
    }
    throw stop("a guarded figure has a type that cannot be checked");
  }

  private GatewayException stop(String reason) {
    if (visible != null) {
      visible.setRowCount(0);
    }
    stopped = Incident.stopped(reason);
    return stopped;
  }

  @Override
  public Map<Long, Dictionary> getDictionaryVectors() throws IOException {
    return batches.getDictionaryVectors();
  }

  @Override
  public @Nullable Dictionary lookup(long id) {
    return batches.lookup(id);
  }

  @Override
  public Set<Long> getDictionaryIds() {
    return batches.getDictionaryIds();
  }

  @Override
  public long bytesRead() {
    return batches.bytesRead();
  }

  @Override
  public void close() throws IOException {
    batches.close();
  }

  @Override
  public void close(boolean closeSource) throws IOException {
    batches.close(closeSource);
  }

  @Override
  protected void closeReadSource() throws IOException {
    batches.close();
  }

  @Override
  protected Schema readSchema() throws IOException {
    return getVectorSchemaRoot().getSchema();
  }
}
