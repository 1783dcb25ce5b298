package io.sallyport.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists of any layout, and MAP, which is a list of keys with values. */
final class ListColumn extends ArrowColumn {
  /** How a list knows where its elements are. */
  enum Layout {
    OFFSETS,
    LARGE_OFFSETS,
    FIXED,
    VIEWS,
    LARGE_VIEWS
  }

  private final Layout layout;
  private final int fixedSize;
  private final boolean map;
  private final ArrowColumn elements;
  private int offsets;
  private int sizes;

  /**
   * @param fixedSize for {@link Layout#FIXED} alone
   */
  ListColumn(
      String name,
      String typeName,
      Layout layout,
      int fixedSize,
      ArrowColumn elements,
      boolean nullable) {
    super(name, typeName, nullable);
    this.layout = layout;
    this.fixedSize = fixedSize;
    this.map = typeName.startsWith("MAP(");
    this.elements = elements;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    long length = batch.length();
    switch (layout) {
      case OFFSETS:
        offsets = batch.buffer(4 * (length + 1));
        break;
      case LARGE_OFFSETS:
        offsets = batch.buffer(8 * (length + 1));
        break;
      case VIEWS:
        offsets = batch.buffer(4 * length);
        sizes = batch.buffer(4 * length);
        break;
      case LARGE_VIEWS:
        offsets = batch.buffer(8 * length);
        sizes = batch.buffer(8 * length);
        break;
      case FIXED:
        break;
    }
    elements.load(batch);
  }

  private int start(int row) {
    switch (layout) {
      case OFFSETS:
      case VIEWS:
        return LittleEndian.int32(body, offsets + 4 * row);
      case LARGE_OFFSETS:
      case LARGE_VIEWS:
        return (int) LittleEndian.int64(body, offsets + 8 * row);
      case FIXED:
        return fixedSize * row;
    }
    throw new IllegalStateException(layout.name());
  }

  private int end(int row) {
    switch (layout) {
      case OFFSETS:
      case LARGE_OFFSETS:
        return start(row + 1);
      case VIEWS:
        return start(row) + LittleEndian.int32(body, sizes + 4 * row);
      case LARGE_VIEWS:
        return start(row) + (int) LittleEndian.int64(body, sizes + 8 * row);
      case FIXED:
        return start(row) + fixedSize;
    }
    throw new IllegalStateException(layout.name());
  }

  @Override
  Object object(int row) throws SQLException {
    return map ? entries(row) : new SqlArray(elements.typeName(), list(row).toArray());
  }

  List<@Nullable Object> list(int row) throws SQLException {
    List<@Nullable Object> list = new ArrayList<>();
    int end = end(row);
    for (int i = start(row); i < end; i++) {
      list.add(elements.isNull(i) ? null : elements.object(i));
    }
    return list;
  }

  private Map<@Nullable Object, @Nullable Object> entries(int row) throws SQLException {
    Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
    for (Object entry : list(row)) {
      if (!(entry instanceof SqlStruct)) {
        throw ArrowBatch.malformed();
      }
      Object[] pair = ((SqlStruct) entry).getAttributes();
      entries.put(pair[0], pair[1]);
    }
    return entries;
  }

  @Override
  boolean isNested() {
    return true;
  }

  /** As DuckDB writes it: {@code [1, 2, NULL]} or {@code {k=v}}. */
  @Override
  String text(int row) throws SQLException {
    StringBuilder text = new StringBuilder(map ? "{" : "[");
    int end = end(row);
    for (int i = start(row); i < end; i++) {
      if (text.length() > 1) {
        text.append(", ");
      }
      if (map && elements instanceof StructColumn) {
        text.append(((StructColumn) elements).entryText(i));
      } else {
        text.append(elementText(i));
      }
    }
    return text.append(map ? '}' : ']').toString();
  }

  /** DuckDB writes a list of JSON as JSON, and an array of it as texts. */
  private String elementText(int element) throws SQLException {
    boolean json = layout != Layout.FIXED && elements.typeName().equals("JSON");
    return json && !elements.isNull(element)
        ? elements.text(element)
        : NestedText.of(elements, element);
  }
}
