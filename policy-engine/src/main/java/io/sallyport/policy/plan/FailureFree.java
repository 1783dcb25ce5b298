package io.sallyport.policy.plan;

import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Tells whether DuckDB can bring values of several types to a common one without ever failing.
 *
 * <pre>
 * INTEGER with BIGINT                    cannot fail
 * DATE with the literal '2024-01-01'     cannot fail on a row: the literal is read once
 * INTEGER with DECIMAL(38,37)            fails on 10, so a row would show in the error
 * </pre>
 */
final class FailureFree {
  private static final int DIGITS = 38;

  private FailureFree() {}

  static boolean together(List<? extends RexNode> operands) {
    List<RelDataType> types =
        operands.stream().filter(o -> !isText(o)).map(RexNode::getType).toList();
    for (RelDataType type : types) {
      if (!types(types.get(0), type)) {
        return false;
      }
    }
    return decimals(types);
  }

  /**
   * A DATE beside a TIMESTAMP as one: those that are too large for it are NULL, one by one. An
   * engine then still knows what the comparison asks of the column, which a TRY around it hides.
   *
   * <pre>day &lt; DATE '2024-01-01' + INTERVAL 1 MONTH   →   TRY_CAST(day AS TIMESTAMP) &lt; …
   * </pre>
   */
  static List<RexNode> instants(List<RexNode> compared, Conditions make) {
    Optional<RelDataType> instant =
        compared.stream().map(RexNode::getType).filter(FailureFree::isInstant).findFirst();
    return instant.isEmpty()
        ? compared
        : compared.stream()
            .map(
                node ->
                    node.getType().getSqlTypeName() == SqlTypeName.DATE
                        ? make.tryCast(node, instant.get())
                        : node)
            .toList();
  }

  private static boolean isInstant(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.TIMESTAMP && type.getPrecision() == 6;
  }

  private static boolean isText(RexNode node) {
    return node instanceof RexLiteral literal
        && (literal.isNull() || SqlTypeUtil.isCharacter(literal.getType()));
  }

  static boolean types(RelDataType one, RelDataType other) {
    if (SqlTypeUtil.isNumeric(one) && SqlTypeUtil.isNumeric(other)) {
      return true;
    }
    return one.getSqlTypeName() == other.getSqlTypeName()
        && (one.getSqlTypeName() != SqlTypeName.OTHER || one.toString().equals(other.toString()))
        && one.getPrecision() == other.getPrecision();
  }

  /** All digits before and after the point fit into one DECIMAL, unless a DOUBLE takes them all. */
  static boolean decimals(List<RelDataType> types) {
    int before = 0;
    int after = 0;
    boolean exact = false;
    for (RelDataType type : types) {
      if (SqlTypeUtil.isApproximateNumeric(type)) {
        return true;
      }
      if (SqlTypeUtil.isDecimal(type)) {
        exact = true;
        after = Math.max(after, type.getScale());
        before = Math.max(before, type.getPrecision() - type.getScale());
      } else if (SqlTypeUtil.isIntType(type)) {
        before = Math.max(before, type.getSqlTypeName() == SqlTypeName.UBIGINT ? 20 : 19);
      }
    }
    return !exact || before + after <= DIGITS;
  }
}
