package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;

/**
 * One column of a result, read at any row of the current batch.
 *
 * <p>A sub-class says what it can be read as; everything else is refused by name. Callers ask
 * {@link #isNull} first: the readers do not look.
 */
abstract class Column {
  private final String name;
  private final String typeName;
  private final boolean nullable;

  /**
   * @param typeName DuckDB's name of the type, for example {@code DECIMAL(10,2)}
   */
  Column(String name, String typeName, boolean nullable) {
    this.name = name;
    this.typeName = typeName;
    this.nullable = nullable;
  }

  final String name() {
    return name;
  }

  final String typeName() {
    return typeName;
  }

  final boolean nullable() {
    return nullable;
  }

  abstract boolean isNull(int row);

  /** The value as {@link java.sql.ResultSet#getObject(int)} gives it. */
  abstract @Nullable Object object(int row) throws SQLException;

  String text(int row) throws SQLException {
    return String.valueOf(object(row));
  }

  /** The text as DuckDB writes it inside a list or a struct, but for quotes. */
  String textWithin(int row) throws SQLException {
    return text(row);
  }

  /** Whether it holds columns of its own, whose texts are in quotes where they need them. */
  boolean isNested() {
    return false;
  }

  boolean bool(int row) throws SQLException {
    throw unreadable("a boolean");
  }

  long integer(int row) throws SQLException {
    throw unreadable("a number");
  }

  double floating(int row) throws SQLException {
    throw unreadable("a number");
  }

  BigDecimal decimal(int row) throws SQLException {
    throw unreadable("a number");
  }

  byte[] bytes(int row) throws SQLException {
    throw unreadable("bytes");
  }

  LocalDate date(int row) throws SQLException {
    throw unreadable("a date");
  }

  LocalTime time(int row) throws SQLException {
    throw unreadable("a time");
  }

  LocalDateTime dateTime(int row) throws SQLException {
    throw unreadable("a timestamp");
  }

  /** The instant, if the column has a time zone; {@code null} if it has none. */
  @Nullable Instant instant(int row) throws SQLException {
    return null;
  }

  final SQLException unreadable(String as) {
    return new SQLFeatureNotSupportedException(
        "column `" + name + "` of type " + typeName + " cannot be read as " + as, "0A000");
  }

  final SQLException outOfRange(String target) {
    return new SQLDataException(
        "a number in column `" + name + "` does not fit " + target + "; read it as a decimal",
        "22003");
  }

  final SQLException malformed(String as, String sqlState) {
    return new SQLDataException("a text in column `" + name + "` is not " + as, sqlState);
  }
}
