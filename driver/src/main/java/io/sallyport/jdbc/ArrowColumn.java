package io.sallyport.jdbc;

import java.sql.SQLException;

/** A column of an Arrow stream, read in place from the bytes of the current batch. */
abstract class ArrowColumn extends Column {
  private static final byte[] NOTHING = {};

  byte[] body = NOTHING;
  private int validity = -1;

  ArrowColumn(String name, String typeName, boolean nullable) {
    super(name, typeName, nullable);
  }

  /** Takes its place in a batch: a node and its buffers, then those of its children. */
  final void load(ArrowBatch batch) throws SQLException {
    body = batch.body();
    batch.nextNode();
    validity = hasValidity() ? batch.validity() : -1;
    loadBuffers(batch);
  }

  abstract void loadBuffers(ArrowBatch batch) throws SQLException;

  boolean hasValidity() {
    return true;
  }

  @Override
  boolean isNull(int row) {
    return validity >= 0 && (body[validity + (row >> 3)] >> (row & 7) & 1) == 0;
  }
}
