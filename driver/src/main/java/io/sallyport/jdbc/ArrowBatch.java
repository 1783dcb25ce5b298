package io.sallyport.jdbc;

import java.sql.SQLException;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The nodes and buffers of one record batch, handed out in the order in which columns ask for them.
 * No buffer reaches outside the bytes that arrived.
 */
final class ArrowBatch {
  private final RecordBatch header;
  private final byte[] body;
  private final int size;
  private final FieldNode node = new FieldNode();
  private final Buffer buffer = new Buffer();
  private int nextNode;
  private int nextBuffer;
  private int nextVariadic;
  private int length;

  /**
   * @param size how many bytes of {@code body} are the batch's
   */
  ArrowBatch(RecordBatch header, byte[] body, int size) throws SQLException {
    if (header.compression() != null) {
      throw Failure.notSupported("a compressed Arrow stream");
    }
    this.header = header;
    this.body = body;
    this.size = size;
  }

  byte[] body() {
    return body;
  }

  int rows() throws SQLException {
    return asInt(header.length());
  }

  void nextNode() throws SQLException {
    @Nullable FieldNode next =
        nextNode < header.nodesLength() ? header.nodes(node, nextNode++) : null;
    if (next == null) {
      throw malformed();
    }
    length = asInt(next.length());
  }

  /** How many values the last node has. */
  int length() {
    return length;
  }

  /** Where the last node's validity bits begin; -1 if it has no NULL. */
  int validity() throws SQLException {
    long nulls = node.nullCount();
    int offset = buffer(0);
    if (nulls == 0) {
      return -1;
    }
    require((length + 7L) / 8);
    return offset;
  }

  /**
   * Where the next buffer begins.
   *
   * @param bytes how many it must have
   */
  int buffer(long bytes) throws SQLException {
    @Nullable Buffer next =
        nextBuffer < header.buffersLength() ? header.buffers(buffer, nextBuffer++) : null;
    if (next == null || next.offset() < 0 || next.length() < 0) {
      throw malformed();
    }
    if (next.offset() > size || next.length() > size - next.offset()) {
      throw malformed();
    }
    require(bytes);
    return (int) next.offset();
  }

  /** How many bytes the last buffer has. */
  int bufferLength() {
    return (int) buffer.length();
  }

  /** How many data buffers the next view column has. */
  int variadicBuffers() throws SQLException {
    if (nextVariadic >= header.variadicBufferCountsLength()) {
      throw malformed();
    }
    return asInt(header.variadicBufferCounts(nextVariadic++));
  }

  private void require(long bytes) throws SQLException {
    if (length > 0 && buffer.length() < bytes) {
      throw malformed();
    }
  }

  private static int asInt(long count) throws SQLException {
    if (count < 0 || count > Integer.MAX_VALUE) {
      throw malformed();
    }
    return (int) count;
  }

  static SQLException malformed() {
    return Failure.broken("the server sent an Arrow batch that contradicts itself");
  }
}
