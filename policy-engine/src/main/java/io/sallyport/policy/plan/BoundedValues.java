package io.sallyport.policy.plan;

import java.math.BigDecimal;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Keeps values out of an aggregate that could make it fail: an engine's failure would tell of them.
 *
 * <pre>sum(x)  →  sum(CASE WHEN x &gt;= -1e100 AND x &lt;= 1e100 THEN x END)      x is a DOUBLE
 * sum(x)  →  sum(x)                                                    x is a DECIMAL(15,2)</pre>
 *
 * <p>Values that are not finite stay out as well. Sums of what remains cannot overflow, for any
 * number of rows that fits on a disk.
 */
final class BoundedValues {
  /** A sum of 10^10 values of so many digits fits into DuckDB's 128 bits. */
  private static final int DIGITS = 28;

  private static final BigDecimal FINITE = new BigDecimal("1E+100");

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

  private static boolean isHuge(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.OTHER && type.toString().endsWith("HUGEINT");
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
    if (canFail(aggregate, type)) {
      int scale = isWide(type) ? type.getScale() : 0;
      BigDecimal most = BigDecimal.ONE.movePointRight(DIGITS - scale);
      return make.onlyIf(
          make.isBetween(value, make.approximate(most.negate()), make.approximate(most)), value);
    }
    return value;
  }
}
