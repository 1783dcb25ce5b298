package io.sallyport.jdbc;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** STRUCT: named fields, each a column of its own. */
final class StructColumn extends ArrowColumn {
  private final List<ArrowColumn> fields;

  StructColumn(String name, String typeName, List<ArrowColumn> fields, boolean nullable) {
    super(name, typeName, nullable);
    this.fields = fields;
  }

  List<ArrowColumn> fields() {
    return fields;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    for (ArrowColumn field : fields) {
      field.load(batch);
    }
  }

  @Override
  Object object(int row) throws SQLException {
    String[] names = new String[fields.size()];
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      ArrowColumn field = fields.get(i);
      names[i] = field.name();
      values[i] = field.isNull(row) ? null : field.object(row);
    }
    return new SqlStruct(typeName(), names, values);
  }

  @Override
  boolean isNested() {
    return true;
  }

  /** As DuckDB writes it: {@code {'a': 1, 'b': x}}, or {@code (1, x)} for a TUPLE. */
  @Override
  String text(int row) throws SQLException {
    boolean tuple = typeName().startsWith("TUPLE(");
    StringBuilder text = new StringBuilder(tuple ? "(" : "{");
    for (ArrowColumn field : fields) {
      text.append(text.length() > 1 ? ", " : "");
      if (!tuple) {
        text.append(NestedText.quoted(field.name())).append(": ");
      }
      text.append(NestedText.of(field, row));
    }
    return text.append(tuple ? fields.size() == 1 ? ",)" : ")" : "}").toString();
  }

  /** A key with its value, where the struct is an entry of a MAP. */
  String entryText(int row) throws SQLException {
    return NestedText.of(fields.get(0), row) + "=" + NestedText.of(fields.get(1), row);
  }
}
