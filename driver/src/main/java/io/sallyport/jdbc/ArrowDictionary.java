package io.sallyport.jdbc;

import java.sql.SQLException;
import org.apache.arrow.flatbuf.RecordBatch;

/** The values that a dictionary-encoded column points into. They outlive the batches. */
final class ArrowDictionary {
  private final ArrowColumn values;
  private int size;
  private int version;

  ArrowDictionary(ArrowColumn values) {
    this.values = values;
  }

  /** Takes new values; {@code body} must not change afterwards. */
  void replace(RecordBatch header, byte[] body) throws SQLException {
    ArrowBatch batch = new ArrowBatch(header, body, body.length);
    values.load(batch);
    size = batch.rows();
    version++;
  }

  ArrowColumn values() {
    return values;
  }

  boolean isText() {
    return values instanceof TextColumn;
  }

  String typeName() {
    return isText() ? "ENUM" : values.typeName();
  }

  int size() {
    return size;
  }

  /** Changes with each replacement. */
  int version() {
    return version;
  }
}
