package io.sallyport.proxy.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.proxy.Answer;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Incident;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes an answer as one Arrow IPC stream: first into memory as long as it is small, then on to a
 * client, batch by batch.
 *
 * <p>Used by one thread at a time. Nothing is written before the engine has given its first batch,
 * so an early failure can still be told in place of the stream.
 */
final class ArrowStream implements AutoCloseable {
  /** Custom metadata of the schema: the answer's warnings as a JSON array of texts. */
  static final String WARNINGS = "sallyport.warnings";

  private static final int TROUBLE = 0xFFFFFFFF;

  private final Answer answer;
  private final ByteArrayOutputStream start = new ByteArrayOutputStream();
  private WritableByteChannel out = Channels.newChannel(start);
  private final ArrowStreamWriter writer;
  private boolean batchLoaded;
  private boolean complete;

  ArrowStream(Answer answer) throws IOException {
    this.answer = answer;
    ArrowReader batches = answer.batches();
    this.writer =
        new ArrowStreamWriter(
            new Announced(batches.getVectorSchemaRoot(), answer.warnings()), batches, new Outlet());
  }

  /** The engine's vectors under a schema that also tells the warnings. */
  private static final class Announced extends VectorSchemaRoot {
    private final VectorSchemaRoot batch;

    Announced(VectorSchemaRoot batch, List<String> warnings) throws JsonProcessingException {
      super(schema(batch.getSchema(), warnings), batch.getFieldVectors(), batch.getRowCount());
      this.batch = batch;
    }

    private static Schema schema(Schema schema, List<String> warnings)
        throws JsonProcessingException {
      Map<String, String> metadata = new TreeMap<>();
      if (schema.getCustomMetadata() != null) {
        metadata.putAll(schema.getCustomMetadata());
      }
      if (!warnings.isEmpty()) {
        metadata.put(WARNINGS, new ObjectMapper().writeValueAsString(warnings));
      }
      return new Schema(schema.getFields(), metadata);
    }

    @Override
    public int getRowCount() {
      return batch.getRowCount();
    }
  }

  /** Where the writer's bytes go just now. */
  private final class Outlet implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return out.write(bytes);
    }

    @Override
    public boolean isOpen() {
      return out.isOpen();
    }

    @Override
    public void close() {
      // Whoever gave the channel closes it.
    }
  }

  /**
   * Reads ahead into memory until the answer is complete or no longer small.
   *
   * @return whether it is complete
   */
  boolean readAhead(int limit) throws IOException {
    while (!complete) {
      if (!answer.batches().loadNextBatch()) {
        writer.end();
        complete = true;
      } else if (start.size() + loadedBytes() > limit) {
        batchLoaded = true;
        return false;
      } else {
        writer.writeBatch();
      }
    }
    return start.size() <= limit;
  }

  private long loadedBytes() throws IOException {
    long bytes = 0;
    for (FieldVector vector : answer.batches().getVectorSchemaRoot().getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    return bytes;
  }

  /** What {@link #readAhead} wrote; a whole stream if it is complete. */
  byte[] start() {
    return start.toByteArray();
  }

  boolean complete() {
    return complete;
  }

  /** Whether a batch that {@link #start} does not hold waits in the answer's reader. */
  boolean batchLoaded() {
    return batchLoaded;
  }

  /**
   * Writes the whole stream. A failure of the engine after the first bytes is written into it as
   * {@code FFFFFFFF FFFFFFFF}, a length and JSON, at which every Arrow reader stops with an error.
   *
   * @throws GatewayException if the engine fails before the first byte
   * @throws IOException if the client is gone
   */
  void pour(WritableByteChannel client) throws IOException {
    out = client;
    boolean begun = start.size() > 0;
    try {
      if (begun) {
        write(ByteBuffer.wrap(start.toByteArray()));
      }
      while (!complete) {
        if (batchLoaded || answer.batches().loadNextBatch()) {
          batchLoaded = false;
          begun = true;
          writer.writeBatch();
        } else {
          begun = true;
          writer.end();
          complete = true;
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (RuntimeException e) {
      GatewayException failure = Incident.unexpected(e);
      if (!begun) {
        throw failure;
      }
      writeTrouble(failure);
    }
  }

  private void writeTrouble(GatewayException failure) throws IOException {
    byte[] json = WireError.json(failure).toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(12 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(TROUBLE).putInt(TROUBLE).putInt(json.length).put(json).flip();
    write(bytes);
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Frees what the writer keeps; writes nothing more to the client. */
  @Override
  public void close() {
    out = Channels.newChannel(new ByteArrayOutputStream());
    writer.close();
  }
}
