package io.sallyport.jdbc;

import java.sql.SQLException;
import org.apache.arrow.flatbuf.RecordBatch;

/** The values that a dictionary-encoded column points into. They outlive the batches. */
final class ArrowDictionary {
  private final ArrowColumn values;
  private final String typeName;
  private int size;
  private int version;

  /**
   * @param declaredType the server's name of the type, such as {@code ENUM('a', 'b')}; may be empty
   */
  ArrowDictionary(ArrowColumn values, String declaredType) {
    this.values = values;
    this.typeName =
        new TypeName(declaredType).or(values instanceof TextColumn ? "ENUM" : values.typeName());
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
    return typeName;
  }

  int size() {
    return size;
  }

  /** Changes with each replacement. */
  int version() {
    return version;
  }
}
