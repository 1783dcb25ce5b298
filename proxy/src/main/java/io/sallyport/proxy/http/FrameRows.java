package io.sallyport.proxy.http;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.calcite.avatica.Meta;
import org.jspecify.annotations.Nullable;

/** An answer's Arrow batches as Avatica frames, forward only. */
final class FrameRows implements AutoCloseable {
  private final Answer answer;
  private final List<FrameType> types;
  private final @Nullable RootAllocator allocator;
  private @Nullable ArrowReader readAhead;
  private boolean liveBatch;
  private boolean more;
  private int rowInBatch;
  private long given;

  private FrameRows(
      Answer answer, @Nullable RootAllocator allocator, @Nullable ArrowReader readAhead) {
    this.answer = answer;
    this.types = answer.columns().stream().map(OutputColumn::type).map(FrameType::of).toList();
    this.allocator = allocator;
    this.readAhead = readAhead;
  }

  /** Reads the first batch, so that an early failure shows at once. */
  static FrameRows of(Answer answer) throws IOException {
    FrameRows rows = new FrameRows(answer, null, null);
    rows.more = answer.batches().loadNextBatch();
    return rows;
  }

  /** What was read ahead for an Arrow stream that nobody asked for, then the rest. */
  static FrameRows after(ArrowStream ahead, Answer answer) throws IOException {
    byte[] start = ahead.start();
    if (start.length == 0) {
      FrameRows rows = new FrameRows(answer, null, null);
      rows.more = ahead.batchLoaded() || answer.batches().loadNextBatch();
      return rows;
    }
    RootAllocator allocator = new RootAllocator();
    FrameRows rows =
        new FrameRows(
            answer, allocator, new ArrowStreamReader(new ByteArrayInputStream(start), allocator));
    rows.liveBatch = ahead.batchLoaded();
    rows.more = rows.nextBatch();
    return rows;
  }

  private ArrowReader reader() {
    return readAhead == null ? answer.batches() : readAhead;
  }

  private boolean nextBatch() throws IOException {
    rowInBatch = 0;
    ArrowReader ahead = readAhead;
    if (ahead != null) {
      if (ahead.loadNextBatch()) {
        return true;
      }
      ahead.close();
      readAhead = null;
      if (liveBatch) {
        return true;
      }
    }
    return answer.batches().loadNextBatch();
  }

  /**
   * The next rows.
   *
   * @param offset how many the client has, which must be all that were given
   */
  Meta.Frame frame(long offset, int maxRows) throws IOException {
    if (offset != given) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED, "rows are read forward only; ask again to read from the start");
    }
    List<Object> rows = new ArrayList<>();
    while (more && rows.size() < maxRows) {
      if (rowInBatch == reader().getVectorSchemaRoot().getRowCount()) {
        more = nextBatch();
      } else {
        rows.add(row(rowInBatch++));
      }
    }
    while (more && rowInBatch == reader().getVectorSchemaRoot().getRowCount()) {
      more = nextBatch();
    }
    given += rows.size();
    return new Meta.Frame(offset, !more, rows);
  }

  private List<@Nullable Object> row(int index) throws IOException {
    ArrowReader reader = reader();
    List<FieldVector> vectors = reader.getVectorSchemaRoot().getFieldVectors();
    List<@Nullable Object> cells = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      cells.add(Cell.of(types.get(i), vectors.get(i), index, reader));
    }
    return cells;
  }

  @Override
  public void close() throws IOException {
    try (RootAllocator memory = allocator;
        ArrowReader ahead = readAhead) {
      readAhead = null;
    }
  }
}
