package io.sallyport.proxy.http;

import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.apache.calcite.avatica.ColumnMetaData.Rep;

/**
 * How a DuckDB type shows in Avatica: JDBC type, representation in a frame, precision and scale.
 * The whole name, such as {@code DECIMAL(10,2)[]}, stays the column's type name.
 *
 * <p>Types that JDBC does not know travel as text in frames: UUID, INTERVAL, BIT, ENUM, JSON,
 * STRUCT, MAP, UNION, moments with a time zone, and lists of anything but booleans, whole numbers
 * of up to 64 bits, DOUBLE and text. Times lose what is below a millisecond. The Arrow stream loses
 * nothing.
 *
 * @param element of a list that travels as an array
 */
record FrameType(
    String name, int sqlType, Rep rep, int precision, int scale, Optional<FrameType> element) {
  private static final Pattern DECIMAL =
      Pattern.compile("(?:DECIMAL|NUMERIC)\\((\\d+), ?(\\d+)\\)");
  private static final Pattern LIST = Pattern.compile("(.*)\\[\\d*]", Pattern.DOTALL);

  static FrameType of(String name) {
    Matcher list = LIST.matcher(name);
    if (list.matches()) {
      FrameType element = of(list.group(1));
      return element.fitsArray()
          ? new FrameType(name, Types.ARRAY, Rep.ARRAY, 0, 0, Optional.of(element))
          : text(name);
    }
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      return number(name, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
    }
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "BOOLEAN" -> scalar(name, Types.BOOLEAN, Rep.BOOLEAN, 1);
      case "TINYINT" -> scalar(name, Types.TINYINT, Rep.BYTE, 3);
      case "SMALLINT" -> scalar(name, Types.SMALLINT, Rep.SHORT, 5);
      case "UTINYINT" -> scalar(name, Types.SMALLINT, Rep.SHORT, 3);
      case "INTEGER" -> scalar(name, Types.INTEGER, Rep.INTEGER, 10);
      case "USMALLINT" -> scalar(name, Types.INTEGER, Rep.INTEGER, 5);
      case "BIGINT" -> scalar(name, Types.BIGINT, Rep.LONG, 19);
      case "UINTEGER" -> scalar(name, Types.BIGINT, Rep.LONG, 10);
      case "UBIGINT" -> number(name, 20, 0);
      case "HUGEINT", "UHUGEINT" -> number(name, 39, 0);
      case "FLOAT", "REAL" -> scalar(name, Types.REAL, Rep.FLOAT, 7);
      case "DOUBLE" -> scalar(name, Types.DOUBLE, Rep.DOUBLE, 15);
      case "DATE" -> scalar(name, Types.DATE, Rep.INTEGER, 10);
      case "TIME" -> scalar(name, Types.TIME, Rep.INTEGER, 3);
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME" ->
          scalar(name, Types.TIMESTAMP, Rep.LONG, 3);
      // Avatica's client has no object of JDBC's own type for it.
      case "TIMESTAMP WITH TIME ZONE" -> scalar(name, Types.VARCHAR, Rep.STRING, 32);
      case "BLOB", "BYTEA", "VARBINARY" -> scalar(name, Types.VARBINARY, Rep.BYTE_STRING, 0);
      default -> text(name);
    };
  }

  private static FrameType scalar(String name, int sqlType, Rep rep, int precision) {
    return new FrameType(name, sqlType, rep, precision, 0, Optional.empty());
  }

  private static FrameType number(String name, int precision, int scale) {
    return new FrameType(name, Types.DECIMAL, Rep.NUMBER, precision, scale, Optional.empty());
  }

  private static FrameType text(String name) {
    return scalar(name, Types.VARCHAR, Rep.STRING, 0);
  }

  private boolean fitsArray() {
    return switch (sqlType) {
      case Types.BOOLEAN,
          Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.DOUBLE ->
          true;
      // Avatica's client takes whole numbers in a list of decimals out of JSON without a digit.
      case Types.VARCHAR -> name.equals("VARCHAR");
      default -> false;
    };
  }

  AvaticaType avatica() {
    return element
        .<AvaticaType>map(inner -> ColumnMetaData.array(inner.avatica(), name, rep))
        .orElseGet(() -> ColumnMetaData.scalar(sqlType, name, rep));
  }

  ColumnMetaData column(int ordinal, String label, boolean nullable) {
    return new ColumnMetaData(
        ordinal,
        false,
        true,
        true,
        false,
        nullable ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
        signed(),
        displaySize(),
        label,
        label,
        "",
        precision,
        scale,
        "",
        "",
        avatica(),
        true,
        false,
        false,
        className());
  }

  AvaticaParameter parameter(int ordinal) {
    return new AvaticaParameter(
        signed(), precision, scale, sqlType, name, className(), "?" + (ordinal + 1));
  }

  boolean signed() {
    return switch (sqlType) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.DOUBLE,
          Types.DECIMAL ->
          true;
      default -> false;
    };
  }

  private int displaySize() {
    return precision == 0 ? 256 : precision + (signed() ? 2 : 0);
  }

  String className() {
    return switch (sqlType) {
      case Types.BOOLEAN -> "java.lang.Boolean";
      case Types.TINYINT -> "java.lang.Byte";
      case Types.SMALLINT -> "java.lang.Short";
      case Types.INTEGER -> "java.lang.Integer";
      case Types.BIGINT -> "java.lang.Long";
      case Types.REAL -> "java.lang.Float";
      case Types.DOUBLE -> "java.lang.Double";
      case Types.DECIMAL -> "java.math.BigDecimal";
      case Types.DATE -> "java.sql.Date";
      case Types.TIME -> "java.sql.Time";
      case Types.TIMESTAMP -> "java.sql.Timestamp";
      case Types.VARBINARY -> "[B";
      case Types.ARRAY -> "java.sql.Array";
      default -> "java.lang.String";
    };
  }
}
