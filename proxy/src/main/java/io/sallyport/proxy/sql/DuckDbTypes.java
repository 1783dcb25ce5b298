package io.sallyport.proxy.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * DuckDB's types as Calcite's, both ways: {@code DECIMAL(10,2)} is Calcite's decimal, {@code
 * HUGEINT} is an {@link EngineType}. Texts have no length, so nothing is padded or cut.
 *
 * <p>It computes no result types: {@link TypeOracle} asks DuckDB.
 */
public final class DuckDbTypes extends SqlTypeFactoryImpl {
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");

  /** Types by their names, of which statements use few but often; enums may have long ones. */
  private final Cache<String, RelDataType> known = Caffeine.newBuilder().maximumSize(2_000).build();

  private @Nullable BinaryOperator<RelDataType> common;

  public DuckDbTypes() {
    super(new Precisions());
  }

  /**
   * Finds types by their names in the name of another, and not a struct's fields of such names.
   *
   * <pre>within("BIT")   finds BIT, BIT[] and STRUCT(a BIT)   and not STRUCT(BIT INTEGER)</pre>
   *
   * @param names a regular expression
   */
  static Pattern within(String names) {
    return Pattern.compile("\\b(?:" + names + ")(?=[,)\\[]|$)");
  }

  /** Lets DuckDB say what two types have in common, for set operations and CASE. */
  void commonBy(BinaryOperator<RelDataType> common) {
    this.common = common;
  }

  private static final class Precisions extends RelDataTypeSystemImpl {
    @Override
    public int getMaxPrecision(SqlTypeName type) {
      return switch (type) {
        case DECIMAL -> 38;
        case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> 9;
        default -> super.getMaxPrecision(type);
      };
    }

    @Override
    public int getMaxScale(SqlTypeName type) {
      return type == SqlTypeName.DECIMAL ? 38 : super.getMaxScale(type);
    }

    @Override
    public int getDefaultPrecision(SqlTypeName type) {
      return switch (type) {
        case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> 6;
        default -> super.getDefaultPrecision(type);
      };
    }
  }

  @Override
  public Charset getDefaultCharset() {
    return StandardCharsets.UTF_8;
  }

  @Override
  public RelDataType createSqlType(SqlTypeName name) {
    return switch (name) {
      case CHAR, VARCHAR, BINARY, VARBINARY ->
          createSqlType(name, RelDataType.PRECISION_NOT_SPECIFIED);
      default -> super.createSqlType(name);
    };
  }

  @Override
  public RelDataType createSqlType(SqlTypeName name, int precision) {
    return switch (name) {
      case CHAR, VARCHAR ->
          super.createSqlType(SqlTypeName.VARCHAR, RelDataType.PRECISION_NOT_SPECIFIED);
      case BINARY, VARBINARY ->
          super.createSqlType(SqlTypeName.VARBINARY, RelDataType.PRECISION_NOT_SPECIFIED);
      default -> super.createSqlType(name, precision);
    };
  }

  @Override
  public RelDataType createTypeWithNullability(RelDataType type, boolean nullable) {
    return type instanceof EngineType engineType
        ? canonize(engineType.withNullable(nullable))
        : super.createTypeWithNullability(type, nullable);
  }

  @Override
  public @Nullable RelDataType leastRestrictive(List<RelDataType> types) {
    RelDataType first = types.get(0);
    if (first.isStruct() || common == null) {
      return super.leastRestrictive(types);
    }
    boolean nullable = false;
    for (RelDataType type : types) {
      nullable |= type.isNullable();
    }
    RelDataType result = first;
    for (RelDataType type : types.subList(1, types.size())) {
      if (!same(result, type)) {
        result = common.apply(result, type);
      }
    }
    return createTypeWithNullability(result, nullable);
  }

  private static boolean same(RelDataType one, RelDataType other) {
    return sql(one).equals(sql(other));
  }

  /**
   * The type by DuckDB's name of it, nullable.
   *
   * @param name as DuckDB's DESCRIBE and JDBC driver print it
   */
  public RelDataType type(String name) {
    RelDataType type = known.getIfPresent(name);
    if (type == null) {
      type = createTypeWithNullability(notNull(name.strip()), true);
      known.put(name, type);
    }
    return type;
  }

  private RelDataType notNull(String name) {
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      return createSqlType(
          SqlTypeName.DECIMAL,
          Integer.parseInt(decimal.group(1)),
          Integer.parseInt(decimal.group(2)));
    }
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "BOOLEAN" -> createSqlType(SqlTypeName.BOOLEAN);
      case "TINYINT" -> createSqlType(SqlTypeName.TINYINT);
      case "SMALLINT" -> createSqlType(SqlTypeName.SMALLINT);
      case "INTEGER" -> createSqlType(SqlTypeName.INTEGER);
      case "BIGINT" -> createSqlType(SqlTypeName.BIGINT);
      case "UTINYINT" -> createSqlType(SqlTypeName.UTINYINT);
      case "USMALLINT" -> createSqlType(SqlTypeName.USMALLINT);
      case "UINTEGER" -> createSqlType(SqlTypeName.UINTEGER);
      case "UBIGINT" -> createSqlType(SqlTypeName.UBIGINT);
      case "FLOAT" -> createSqlType(SqlTypeName.REAL);
      case "DOUBLE" -> createSqlType(SqlTypeName.DOUBLE);
      case "VARCHAR" -> createSqlType(SqlTypeName.VARCHAR);
      case "BLOB" -> createSqlType(SqlTypeName.VARBINARY);
      case "DATE" -> createSqlType(SqlTypeName.DATE);
      case "TIME" -> createSqlType(SqlTypeName.TIME, 6);
      case "TIMESTAMP_S" -> createSqlType(SqlTypeName.TIMESTAMP, 0);
      case "TIMESTAMP_MS" -> createSqlType(SqlTypeName.TIMESTAMP, 3);
      case "TIMESTAMP" -> createSqlType(SqlTypeName.TIMESTAMP, 6);
      case "TIMESTAMP_NS" -> createSqlType(SqlTypeName.TIMESTAMP, 9);
      case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ" ->
          createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, 6);
      case "\"NULL\"", "NULL", "SQLNULL" -> createSqlType(SqlTypeName.NULL);
      default -> canonize(new EngineType(name, false));
    };
  }

  /** DuckDB's name of a type, as a cast would write it. */
  public static String sql(RelDataType type) {
    if (type instanceof EngineType engineType) {
      return engineType.duckDbName();
    }
    return switch (type.getSqlTypeName()) {
      case BOOLEAN -> "BOOLEAN";
      case TINYINT -> "TINYINT";
      case SMALLINT -> "SMALLINT";
      case INTEGER -> "INTEGER";
      case BIGINT -> "BIGINT";
      case UTINYINT -> "UTINYINT";
      case USMALLINT -> "USMALLINT";
      case UINTEGER -> "UINTEGER";
      case UBIGINT -> "UBIGINT";
      case DECIMAL -> "DECIMAL(" + type.getPrecision() + "," + type.getScale() + ")";
      case REAL -> "FLOAT";
      case FLOAT, DOUBLE -> "DOUBLE";
      case CHAR, VARCHAR -> "VARCHAR";
      case BINARY, VARBINARY -> "BLOB";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case TIMESTAMP ->
          switch (type.getPrecision()) {
            case 0 -> "TIMESTAMP_S";
            case 3 -> "TIMESTAMP_MS";
            case 9 -> "TIMESTAMP_NS";
            default -> "TIMESTAMP";
          };
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> "TIMESTAMP WITH TIME ZONE";
      case NULL -> "\"NULL\"";
      default ->
          throw new IllegalArgumentException("no type of DuckDB for " + type.getSqlTypeName());
    };
  }
}
