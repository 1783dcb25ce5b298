package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;

/**
 * Writes a literal so that DuckDB reads the same value with the same type.
 *
 * <pre>1.50 as DECIMAL(4,2)  →  01.50          15 as DOUBLE  →  15E0
 * 7 as BIGINT           →  CAST(7 AS BIGINT)</pre>
 *
 * <p>Texts and numbers stay bare where DuckDB gives them the right type on its own, because its
 * literals adapt to their neighbours and casts do not.
 */
final class PrintedLiteral {
  private static final BigInteger MAX_HUGEINT =
      BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);

  private PrintedLiteral() {}

  static String of(RexLiteral literal) {
    RelDataType type = literal.getType();
    if (literal.isNull()) {
      return type.getSqlTypeName() == SqlTypeName.NULL ? "NULL" : cast("NULL", type);
    }
    return switch (literal.getTypeName()) {
      case BOOLEAN -> literal.isAlwaysTrue() ? "TRUE" : "FALSE";
      case CHAR, VARCHAR -> text(value(literal, String.class), type);
      case DECIMAL, BIGINT, INTEGER, SMALLINT, TINYINT ->
          exact(value(literal, BigDecimal.class), type);
      case DOUBLE, FLOAT, REAL -> approximate(literal, type);
      case DATE -> cast(quoted(value(literal, DateString.class).toString()), type);
      case TIME -> cast(quoted(value(literal, TimeString.class).toString()), type);
      case TIMESTAMP -> cast(quoted(value(literal, TimestampString.class).toString()), type);
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          cast(quoted(value(literal, TimestampString.class) + "+00"), type);
      case BINARY, VARBINARY -> cast(quoted(bytes(value(literal, ByteString.class))), type);
      case UUID -> "CAST(" + quoted(String.valueOf(literal.getValue())) + " AS UUID)";
      case INTERVAL_YEAR, INTERVAL_YEAR_MONTH, INTERVAL_MONTH ->
          interval(literal.getValueAs(BigDecimal.class) + " months");
      case INTERVAL_DAY,
          INTERVAL_DAY_HOUR,
          INTERVAL_DAY_MINUTE,
          INTERVAL_DAY_SECOND,
          INTERVAL_HOUR,
          INTERVAL_HOUR_MINUTE,
          INTERVAL_HOUR_SECOND,
          INTERVAL_MINUTE,
          INTERVAL_MINUTE_SECOND,
          INTERVAL_SECOND ->
          duration(value(literal, BigDecimal.class).longValueExact(), type);
      default -> throw unsupported(literal.getTypeName());
    };
  }

  private static <T> T value(RexLiteral literal, Class<T> as) {
    T value = literal.getValueAs(as);
    if (value == null) {
      throw unsupported(literal.getTypeName());
    }
    return value;
  }

  private static GatewayException unsupported(@Nullable SqlTypeName type) {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED,
        "a literal of type `"
            + String.valueOf(type).toLowerCase(Locale.ROOT)
            + "` is not supported");
  }

  private static String text(String value, RelDataType type) {
    if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED, "a text with NUL or half a character cannot be sent");
    }
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR -> quoted(value);
      default -> cast(quoted(value), type);
    };
  }

  private static String quoted(String value) {
    return CallSyntax.text(value);
  }

  private static String cast(String sql, RelDataType type) {
    return "CAST(" + sql + " AS " + DuckDbTypes.sql(type) + ")";
  }

  private static String exact(BigDecimal value, RelDataType type) {
    String declared = DuckDbTypes.sql(type);
    switch (type.getSqlTypeName()) {
      case DOUBLE, FLOAT, REAL:
        return approximate(value, type);
      case DECIMAL:
        return type.getPrecision() <= 38 && fits(value, type)
            ? signed(value, digits(value.abs().setScale(type.getScale()), type))
            : cast(quoted(value.toPlainString()), type);
      default:
        break;
    }
    if (value.stripTrailingZeros().scale() > 0) {
      return cast(quoted(value.toPlainString()), type);
    }
    BigInteger whole = value.toBigIntegerExact();
    String bare = signed(value, whole.abs().toString());
    return declared.equals(natural(whole)) ? bare : cast(bare, type);
  }

  private static boolean fits(BigDecimal value, RelDataType type) {
    return value.setScale(type.getScale(), RoundingMode.DOWN).compareTo(value) == 0
        && value.setScale(type.getScale(), RoundingMode.DOWN).precision() <= type.getPrecision();
  }

  /** Exactly as many digits as the type has: DuckDB counts them. */
  private static String digits(BigDecimal value, RelDataType type) {
    String unscaled = value.unscaledValue().toString();
    String padded = "0".repeat(Math.max(0, type.getPrecision() - unscaled.length())) + unscaled;
    int point = padded.length() - type.getScale();
    return padded.substring(0, point) + "." + padded.substring(point);
  }

  private static String signed(BigDecimal value, String magnitude) {
    return value.signum() < 0 ? "(-" + magnitude + ")" : magnitude;
  }

  private static String natural(BigInteger whole) {
    if (whole.bitLength() < 32) {
      return "INTEGER";
    }
    if (whole.bitLength() < 64) {
      return "BIGINT";
    }
    return whole.compareTo(MAX_HUGEINT) <= 0 ? "HUGEINT" : "";
  }

  private static String approximate(RexLiteral literal, RelDataType type) {
    Double value = value(literal, Double.class);
    if (!Double.isFinite(value)) {
      return cast(quoted(value.toString()), type);
    }
    BigDecimal number =
        literal.getValue() instanceof BigDecimal exact ? exact : BigDecimal.valueOf(value);
    return approximate(number, type);
  }

  private static String approximate(BigDecimal value, RelDataType type) {
    String bare = signed(value, Literals.number(value.abs(), true));
    return type.getSqlTypeName() == SqlTypeName.REAL ? cast(bare, type) : bare;
  }

  private static String bytes(ByteString value) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : value.getBytes()) {
      escaped.append(String.format("\\x%02X", b));
    }
    return escaped.toString();
  }

  private static String interval(String text) {
    return "CAST(" + quoted(text) + " AS INTERVAL)";
  }

  /** Days stay days, as DuckDB keeps them apart from hours. */
  private static String duration(long milliseconds, RelDataType type) {
    boolean inDays =
        type.getIntervalQualifier() != null
            && type.getIntervalQualifier().timeUnitRange.startUnit == TimeUnit.DAY;
    long perDay = 86_400_000L;
    return inDays
        ? interval(milliseconds / perDay + " days " + milliseconds % perDay + " milliseconds")
        : interval(milliseconds + " milliseconds");
  }
}
