package io.sallyport.jdbc;

import java.sql.SQLException;
import java.util.Arrays;

/** BLOB and other bytes of any layout. */
final class BinaryColumn extends ArrowColumn {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final BytesLayout layout;

  BinaryColumn(String name, String typeName, BytesLayout layout, boolean nullable) {
    super(name, typeName, nullable);
    this.layout = layout;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    layout.load(batch);
  }

  @Override
  byte[] bytes(int row) {
    int start = layout.start(row);
    return Arrays.copyOfRange(body, start, start + layout.length(row));
  }

  @Override
  Object object(int row) {
    return bytes(row);
  }

  @Override
  String textWithin(int row) {
    return NestedText.bytes(bytes(row));
  }

  /** Two hexadecimal digits for each byte. */
  @Override
  String text(int row) {
    int start = layout.start(row);
    int length = layout.length(row);
    StringBuilder text = new StringBuilder(2 * length);
    for (int i = start; i < start + length; i++) {
      text.append(HEX[body[i] >> 4 & 15]).append(HEX[body[i] & 15]);
    }
    return text.toString();
  }
}
