package io.sallyport.jdbc;

import java.sql.Struct;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A STRUCT value, free of the batch that it came from. */
final class SqlStruct implements Struct {
  private final String typeName;
  private final String[] names;
  private final @Nullable Object[] values;

  SqlStruct(String typeName, String[] names, @Nullable Object[] values) {
    this.typeName = typeName;
    this.names = names;
    this.values = values;
  }

  @Override
  public String getSQLTypeName() {
    return typeName;
  }

  @Override
  public @Nullable Object[] getAttributes() {
    return values.clone();
  }

  @Override
  public @Nullable Object[] getAttributes(Map<String, Class<?>> map) {
    return getAttributes();
  }

  Map<String, @Nullable Object> asMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      map.put(names[i], values[i]);
    }
    return map;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SqlStruct
        && Arrays.equals(names, ((SqlStruct) other).names)
        && Arrays.deepEquals(values, ((SqlStruct) other).values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(names) + Arrays.deepHashCode(values);
  }

  @Override
  public String toString() {
    return asMap().toString();
  }
}
