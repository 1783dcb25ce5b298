package io.sallyport.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A list value, free of the batch that it came from. */
final class SqlArray implements Array {
  private final String elementType;
  private @Nullable Object @Nullable [] elements;

  SqlArray(String elementType, @Nullable Object[] elements) {
    this.elementType = elementType;
    this.elements = elements;
  }

  private @Nullable Object[] elements() throws SQLException {
    @Nullable Object[] known = elements;
    if (known == null) {
      throw new SQLException("this array was freed", "24000");
    }
    return known;
  }

  @Override
  public String getBaseTypeName() {
    return elementType;
  }

  @Override
  public int getBaseType() {
    return SqlType.of(elementType).jdbcType();
  }

  @Override
  public Object getArray() throws SQLException {
    return elements().clone();
  }

  @Override
  public Object getArray(Map<String, Class<?>> map) throws SQLException {
    return getArray();
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    @Nullable Object[] all = elements();
    if (index < 1 || count < 0 || index + count - 1 > all.length) {
      throw new SQLException("an array has elements 1 to " + all.length, "2202E");
    }
    return Arrays.copyOfRange(all, (int) index - 1, (int) index - 1 + count);
  }

  @Override
  public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
    return getArray(index, count);
  }

  /** The elements as rows of their index, from 1, and their value. */
  @Override
  public ResultSet getResultSet() throws SQLException {
    return getResultSet(1, elements().length);
  }

  @Override
  public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
    return getResultSet();
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    long place = index;
    for (Object element : (@Nullable Object[]) getArray(index, count)) {
      rows.add(Arrays.asList(place++, element));
    }
    return new RowsTable("INDEX BIGINT", "VALUE " + elementType).resultSet(rows);
  }

  @Override
  public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map)
      throws SQLException {
    return getResultSet(index, count);
  }

  @Override
  public void free() {
    elements = null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SqlArray && Arrays.deepEquals(elements, ((SqlArray) other).elements);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(elements);
  }

  @Override
  public String toString() {
    return Arrays.toString(elements);
  }
}
