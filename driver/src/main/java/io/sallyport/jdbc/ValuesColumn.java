package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A column of values that the driver holds as Java objects. */
final class ValuesColumn extends Column {
  private final List<? extends List<? extends @Nullable Object>> rows;
  private final int place;

  ValuesColumn(
      String name,
      String typeName,
      List<? extends List<? extends @Nullable Object>> rows,
      int place) {
    super(name, typeName, true);
    this.rows = rows;
    this.place = place;
  }

  @Override
  boolean isNull(int row) {
    return object(row) == null;
  }

  @Override
  @Nullable Object object(int row) {
    return rows.get(row).get(place);
  }

  @Override
  boolean bool(int row) throws SQLException {
    Object value = object(row);
    return value instanceof Boolean ? (Boolean) value : integer(row) != 0;
  }

  private Number number(int row) throws SQLException {
    Object value = object(row);
    if (value instanceof Number) {
      return (Number) value;
    }
    throw unreadable("a number");
  }

  @Override
  long integer(int row) throws SQLException {
    return number(row).longValue();
  }

  @Override
  double floating(int row) throws SQLException {
    return number(row).doubleValue();
  }

  @Override
  BigDecimal decimal(int row) throws SQLException {
    Number number = number(row);
    return number instanceof BigDecimal ? (BigDecimal) number : new BigDecimal(number.toString());
  }
}
