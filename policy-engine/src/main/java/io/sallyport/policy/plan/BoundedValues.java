package io.sallyport.policy.plan;

import java.math.BigDecimal;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.DateString;

/**
 * Keeps values out of an aggregate that could make it fail: an engine's failure would tell of them.
 *
 * <pre>sum(x)  →  sum(CASE WHEN x &gt;= -1e100 AND x &lt;= 1e100 THEN x END)      x is a DOUBLE
 * sum(x)  →  sum(x)                                                    x is a DECIMAL(15,2)</pre>
 *
 * <p>Values that are not finite stay out as well, and times outside the years 1 to 9999. Sums of
 * what remains cannot overflow, for any number of rows that fits on a disk.
 */
final class BoundedValues {
  /** A sum of 10^10 values of so many digits fits into DuckDB's 128 bits. */
  private static final int DIGITS = 28;

  private static final BigDecimal FINITE = new BigDecimal("1E+100");

  private static final DateString FIRST_DAY = new DateString(1, 1, 1);
  private static final DateString LAST_DAY = new DateString(9999, 12, 31);

  /** Functions that only pick or count values. */
  private static final Set<String> PICKING =
      Set.of(
          "count",
          "count_star",
          "approx_count_distinct",
          "min",
          "max",
          "any_value",
          "arbitrary",
          "first",
          "last",
          "mode",
          "quantile",
          "quantile_disc",
          "bool_and",
          "bool_or",
          "count_if",
          "countif",
          "regr_count");

  private BoundedValues() {}

  /** True if sums of values of this type could fail. */
  static boolean canFail(String aggregate, RelDataType type) {
    return !PICKING.contains(aggregate) && (isWide(type) || isHuge(type));
  }

  private static boolean isWide(RelDataType type) {
    return SqlTypeUtil.isDecimal(type) && type.getPrecision() > DIGITS;
  }

  static boolean isHuge(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.OTHER && type.toString().endsWith("HUGEINT");
  }

  /** A DATE, or a TIMESTAMP of at most microseconds. */
  static boolean isTime(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.DATE
        || type.getSqlTypeName() == SqlTypeName.TIMESTAMP && type.getPrecision() <= 6;
  }

  static RexNode of(String aggregate, RexNode value, Conditions make) {
    RelDataType type = value.getType();
    if (PICKING.contains(aggregate)) {
      return value;
    }
    if (SqlTypeUtil.isApproximateNumeric(type)) {
      RexNode most = make.approximate(FINITE);
      RexNode least = make.approximate(FINITE.negate());
      if (type.getSqlTypeName() == SqlTypeName.REAL) {
        most = make.approximate(new BigDecimal("3E+38"));
        least = make.approximate(new BigDecimal("-3E+38"));
      }
      return make.onlyIf(make.isBetween(value, least, most), value);
    }
    if (isTime(type)) {
      return make.onlyIf(make.isBetween(value, make.date(FIRST_DAY), make.date(LAST_DAY)), value);
    }
    if (canFail(aggregate, type)) {
      int scale = isWide(type) ? type.getScale() : 0;
      BigDecimal most = BigDecimal.ONE.movePointRight(DIGITS - scale);
      return make.onlyIf(
          make.isBetween(value, make.approximate(most.negate()), make.approximate(most)), value);
    }
    return value;
  }
}
