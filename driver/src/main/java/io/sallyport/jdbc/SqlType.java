package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.ColumnMetaData;

/**
 * What JDBC says of a type by DuckDB's name of it, for example {@code DECIMAL(10,2)}: one table for
 * result sets, parameters, the catalogue and the list of types.
 */
final class SqlType {
  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");
  private static final Map<String, SqlType> BY_NAME = new LinkedHashMap<>();

  static {
    add("BOOLEAN", Types.BOOLEAN, Boolean.class, 1, 0, 5);
    add("TINYINT", Types.TINYINT, Integer.class, 3, 0, 4);
    add("SMALLINT", Types.SMALLINT, Integer.class, 5, 0, 6);
    add("INTEGER", Types.INTEGER, Integer.class, 10, 0, 11);
    add("BIGINT", Types.BIGINT, Long.class, 19, 0, 20);
    add("HUGEINT", Types.NUMERIC, BigDecimal.class, 39, 0, 40);
    add("UTINYINT", Types.SMALLINT, Integer.class, 3, 0, 3);
    add("USMALLINT", Types.INTEGER, Integer.class, 5, 0, 5);
    add("UINTEGER", Types.BIGINT, Long.class, 10, 0, 10);
    add("UBIGINT", Types.NUMERIC, BigDecimal.class, 20, 0, 20);
    add("UHUGEINT", Types.NUMERIC, BigDecimal.class, 39, 0, 39);
    add("DECIMAL", Types.DECIMAL, BigDecimal.class, 38, 0, 40);
    add("FLOAT", Types.REAL, Float.class, 7, 0, 15);
    add("DOUBLE", Types.DOUBLE, Double.class, 15, 0, 25);
    add("VARCHAR", Types.VARCHAR, String.class, UNLIMITED, 0, UNLIMITED);
    add("JSON", Types.VARCHAR, String.class, UNLIMITED, 0, UNLIMITED);
    add("ENUM", Types.VARCHAR, String.class, UNLIMITED, 0, UNLIMITED);
    add("UUID", Types.OTHER, UUID.class, 36, 0, 36);
    add("BLOB", Types.VARBINARY, byte[].class, UNLIMITED, 0, UNLIMITED);
    add("GEOMETRY", Types.VARBINARY, byte[].class, UNLIMITED, 0, UNLIMITED);
    add("DATE", Types.DATE, Date.class, 10, 0, 13);
    add("TIME", Types.TIME, Time.class, 15, 6, 15);
    add("TIME_NS", Types.TIME, Time.class, 18, 9, 18);
    add("TIMESTAMP_S", Types.TIMESTAMP, Timestamp.class, 19, 0, 22);
    add("TIMESTAMP_MS", Types.TIMESTAMP, Timestamp.class, 23, 3, 26);
    add("TIMESTAMP", Types.TIMESTAMP, Timestamp.class, 26, 6, 29);
    add("TIMESTAMP_NS", Types.TIMESTAMP, Timestamp.class, 29, 9, 32);
    add("TIMESTAMP WITH TIME ZONE", Types.TIMESTAMP_WITH_TIMEZONE, OffsetDateTime.class, 32, 6, 35);
    add("INTERVAL", Types.OTHER, String.class, 49, 0, 49);
    add("\"NULL\"", Types.NULL, Object.class, 0, 0, 4);
  }

  private final String name;
  private final int jdbcType;
  private final Class<?> javaClass;
  private final int precision;
  private final int scale;
  private final int displaySize;

  private SqlType(
      String name, int jdbcType, Class<?> javaClass, int precision, int scale, int displaySize) {
    this.name = name;
    this.jdbcType = jdbcType;
    this.javaClass = javaClass;
    this.precision = precision;
    this.scale = scale;
    this.displaySize = displaySize;
  }

  private static void add(
      String name, int jdbcType, Class<?> javaClass, int precision, int scale, int displaySize) {
    BY_NAME.put(name, new SqlType(name, jdbcType, javaClass, precision, scale, displaySize));
  }

  /** The scalar types, in the order in which users should see them. */
  static Collection<SqlType> all() {
    return Collections.unmodifiableCollection(BY_NAME.values());
  }

  /** A name that is not known is a type of its own, read as an object. */
  static SqlType of(String name) {
    SqlType known = BY_NAME.get(name.toUpperCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = Integer.parseInt(decimal.group(2));
      return new SqlType(name, Types.DECIMAL, BigDecimal.class, precision, scale, precision + 2);
    }
    if (name.endsWith("]")) {
      return nested(name, Types.ARRAY, Array.class);
    }
    if (name.startsWith("STRUCT(") || name.startsWith("TUPLE(")) {
      return nested(name, Types.STRUCT, Struct.class);
    }
    if (name.startsWith("MAP(")) {
      return nested(name, Types.JAVA_OBJECT, Map.class);
    }
    if (name.startsWith("ENUM(")) {
      return of("ENUM");
    }
    return nested(name, Types.OTHER, Object.class);
  }

  private static SqlType nested(String name, int jdbcType, Class<?> javaClass) {
    return new SqlType(name, jdbcType, javaClass, 0, 0, UNLIMITED);
  }

  String name() {
    return name;
  }

  int jdbcType() {
    return jdbcType;
  }

  Class<?> javaClass() {
    return javaClass;
  }

  /** Digits of a number, characters of a text or of a time written out. */
  int precision() {
    return precision;
  }

  int scale() {
    return scale;
  }

  boolean isNumber() {
    return isExact() || javaClass == Float.class || javaClass == Double.class;
  }

  boolean isExact() {
    return Number.class.isAssignableFrom(javaClass)
        && javaClass != Float.class
        && javaClass != Double.class;
  }

  boolean isSigned() {
    return isNumber() && !name.startsWith("U");
  }

  boolean isText() {
    return jdbcType == Types.VARCHAR;
  }

  /** The column of this type as Avatica's result sets describe it. */
  ColumnMetaData column(int ordinal, String label, boolean nullable) {
    ColumnMetaData.Rep rep = ColumnMetaData.Rep.OBJECT;
    return new ColumnMetaData(
        ordinal,
        false,
        isText(),
        true,
        false,
        nullable ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
        isSigned(),
        displaySize,
        label,
        label,
        "",
        precision,
        scale,
        "",
        "",
        ColumnMetaData.scalar(jdbcType, name, rep),
        true,
        false,
        false,
        javaClass.getName());
  }
}
