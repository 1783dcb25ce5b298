package io.sallyport.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * Reads an Arrow IPC stream batch by batch into one reused array, so that a result of any length
 * takes the memory of its largest batch.
 *
 * <p>It ends well only at Arrow's end-of-stream mark: a stream that just stops is an error ({@code
 * 08006}), never a short result. An error that the server met after its first byte comes as two
 * continuation marks, a length and {@code {"sqlState", "message"}}, and is thrown as it is.
 */
final class ArrowStream implements Batches {
  private static final String WARNINGS = "sallyport.warnings";
  private static final int CONTINUATION = 0xFFFFFFFF;
  private static final int MAX_METADATA = 64 << 20;
  private static final int FIRST_READ = 1 << 20;
  private static final int MAX_BODY = Integer.MAX_VALUE - 8;

  private final InputStream in;
  private final byte[] word = new byte[4];
  private final Message message = new Message();
  private byte[] metadata = new byte[4096];
  private byte[] body = {};
  private final ArrowSchema schema;
  private boolean ended;

  /**
   * Reads up to the schema.
   *
   * @param declaredTypes the server's names of the columns' types, in order; may be fewer
   */
  ArrowStream(InputStream in, List<String> declaredTypes) throws SQLException {
    this.in = in;
    try {
      if (!nextMessage() || message.headerType() != MessageHeader.Schema) {
        throw notArrow();
      }
      Schema header = new Schema();
      message.header(header);
      this.schema = new ArrowSchema(header, declaredTypes);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw notArrow();
    }
  }

  private static SQLException notArrow() {
    return Failure.broken("the server's answer is not an Arrow stream");
  }

  @Override
  public List<ArrowColumn> columns() {
    return schema.columns();
  }

  @Override
  public List<String> warnings() throws SQLException {
    String json = schema.metadata().get(WARNINGS);
    try {
      return json == null ? List.of() : Json.texts(json);
    } catch (JsonProcessingException e) {
      throw Failure.broken("the server's warnings are not JSON", e);
    }
  }

  @Override
  public int nextBatch() throws SQLException {
    try {
      return next();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw ArrowBatch.malformed();
    }
  }

  private int next() throws SQLException {
    while (!ended && nextMessage()) {
      switch (message.headerType()) {
        case MessageHeader.DictionaryBatch:
          dictionary();
          break;
        case MessageHeader.RecordBatch:
          int size = size();
          body = readBody(body, size);
          return load(size);
        default:
          throw Failure.broken(
              "the server sent an Arrow message that does not belong into a stream");
      }
    }
    ended = true;
    return -1;
  }

  private int load(int size) throws SQLException {
    RecordBatch header = new RecordBatch();
    message.header(header);
    ArrowBatch batch = new ArrowBatch(header, body, size);
    for (ArrowColumn column : schema.columns()) {
      column.load(batch);
    }
    return batch.rows();
  }

  private void dictionary() throws SQLException {
    DictionaryBatch header = new DictionaryBatch();
    message.header(header);
    ArrowDictionary dictionary = schema.dictionaries().get(header.id());
    RecordBatch data = header.data();
    if (dictionary == null || data == null) {
      throw ArrowBatch.malformed();
    }
    if (header.isDelta()) {
      throw Failure.notSupported("an Arrow dictionary that grows");
    }
    dictionary.replace(data, readBody(new byte[0], size()));
  }

  private int size() throws SQLException {
    long size = message.bodyLength();
    if (size < 0 || size > MAX_BODY) {
      throw ArrowBatch.malformed();
    }
    return (int) size;
  }

  /** Reads the next message up to its body; false at the end-of-stream mark. */
  private boolean nextMessage() throws SQLException {
    int mark = readInt();
    int length = mark == CONTINUATION ? readInt() : mark;
    if (mark == CONTINUATION && length == CONTINUATION) {
      throw serverError();
    }
    if (length == 0) {
      return false;
    }
    if (length < 0 || length > MAX_METADATA) {
      throw notArrow();
    }
    if (metadata.length < length) {
      metadata = new byte[length];
    }
    read(metadata, 0, length);
    ByteBuffer bytes = ByteBuffer.wrap(metadata, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    Message.getRootAsMessage(bytes, message);
    if (message.version() != MetadataVersion.V5) {
      throw Failure.notSupported("this version of Arrow's format");
    }
    return true;
  }

  private SQLException serverError() throws SQLException {
    int length = readInt();
    if (length < 0 || length > MAX_METADATA) {
      return notArrow();
    }
    byte[] json = new byte[length];
    read(json, 0, length);
    ended = true;
    return Json.error(json);
  }

  private int readInt() throws SQLException {
    read(word, 0, word.length);
    return LittleEndian.int32(word, 0);
  }

  /** Grows with the bytes that arrive: a wrong length cannot take memory by itself. */
  private byte[] readBody(byte[] reused, int size) throws SQLException {
    byte[] target = reused;
    int have = 0;
    while (have < size) {
      if (have == target.length) {
        long larger = Math.max(FIRST_READ, 2L * have);
        target = Arrays.copyOf(target, (int) Math.min(size, larger));
      }
      int length = Math.min(size, target.length) - have;
      read(target, have, length);
      have += length;
    }
    return target;
  }

  private void read(byte[] target, int start, int length) throws SQLException {
    try {
      if (in.readNBytes(target, start, length) < length) {
        throw new EOFException();
      }
    } catch (IOException e) {
      ended = true;
      throw Failure.broken("the connection broke before the answer was complete", e);
    }
  }

  /** Ends the server's query too, if the stream is not at its end. */
  @Override
  public void close() {
    try {
      if (ended) {
        // The connection can serve again only once its last byte was read.
        in.read();
      }
      in.close();
    } catch (IOException e) {
      // The answer is complete or unwanted: nobody can lose by this.
      ended = true;
    }
  }
}
