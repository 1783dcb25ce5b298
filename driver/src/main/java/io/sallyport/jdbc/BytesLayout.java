package io.sallyport.jdbc;

import java.sql.SQLException;

/** Where the bytes of each value of a text or binary column begin and end. */
abstract class BytesLayout {
  byte[] body = {};

  abstract void load(ArrowBatch batch) throws SQLException;

  abstract int start(int row);

  abstract int length(int row);

  static BytesLayout offsets(boolean large) {
    return large ? new LargeOffsets() : new Offsets();
  }

  static BytesLayout fixed(int width) {
    return new Fixed(width);
  }

  static BytesLayout views() {
    return new Views();
  }

  private static final class Offsets extends BytesLayout {
    private int offsets;
    private int data;

    @Override
    void load(ArrowBatch batch) throws SQLException {
      body = batch.body();
      offsets = batch.buffer(4L * (batch.length() + 1L));
      int end = batch.length() == 0 ? 0 : LittleEndian.int32(body, offsets + 4 * batch.length());
      data = batch.buffer(end);
    }

    @Override
    int start(int row) {
      return data + LittleEndian.int32(body, offsets + 4 * row);
    }

    @Override
    int length(int row) {
      int at = offsets + 4 * row;
      return LittleEndian.int32(body, at + 4) - LittleEndian.int32(body, at);
    }
  }

  private static final class LargeOffsets extends BytesLayout {
    private int offsets;
    private int data;

    @Override
    void load(ArrowBatch batch) throws SQLException {
      body = batch.body();
      offsets = batch.buffer(8L * (batch.length() + 1L));
      long end = batch.length() == 0 ? 0 : LittleEndian.int64(body, offsets + 8 * batch.length());
      data = batch.buffer(end);
    }

    @Override
    int start(int row) {
      return data + (int) LittleEndian.int64(body, offsets + 8 * row);
    }

    @Override
    int length(int row) {
      int at = offsets + 8 * row;
      return (int) (LittleEndian.int64(body, at + 8) - LittleEndian.int64(body, at));
    }
  }

  private static final class Fixed extends BytesLayout {
    private final int width;
    private int data;

    Fixed(int width) {
      this.width = width;
    }

    @Override
    void load(ArrowBatch batch) throws SQLException {
      body = batch.body();
      data = batch.buffer((long) width * batch.length());
    }

    @Override
    int start(int row) {
      return data + width * row;
    }

    @Override
    int length(int row) {
      return width;
    }
  }

  /** Short values sit inside their 16-byte view, long ones in one of several data buffers. */
  private static final class Views extends BytesLayout {
    private static final int INLINE = 12;
    private int views;
    private int[] data = {};

    @Override
    void load(ArrowBatch batch) throws SQLException {
      body = batch.body();
      views = batch.buffer(16L * batch.length());
      data = new int[batch.variadicBuffers()];
      for (int i = 0; i < data.length; i++) {
        data[i] = batch.buffer(0);
      }
    }

    @Override
    int start(int row) {
      int at = views + 16 * row;
      return length(row) <= INLINE
          ? at + 4
          : data[LittleEndian.int32(body, at + 8)] + LittleEndian.int32(body, at + 12);
    }

    @Override
    int length(int row) {
      return LittleEndian.int32(body, views + 16 * row);
    }
  }
}
