package io.sallyport.jdbc;

import org.jspecify.annotations.Nullable;

/** A column of nothing but NULL; it has no buffers. */
final class NullColumn extends ArrowColumn {
  NullColumn(String name) {
    super(name, "\"NULL\"", true);
  }

  @Override
  void loadBuffers(ArrowBatch batch) {}

  @Override
  boolean hasValidity() {
    return false;
  }

  @Override
  boolean isNull(int row) {
    return true;
  }

  @Override
  @Nullable Object object(int row) {
    return null;
  }
}
