package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** Tells zero-row schema probes, as tools send them, by the plan alone. */
final class Probe {
  private Probe() {}

  /** True if the plan yields no row whatever the data: {@code LIMIT 0}, {@code WHERE 1=0}. */
  static boolean empty(RelNode node) {
    if (node instanceof Sort sort) {
      return isZero(sort.fetch) || empty(sort.getInput());
    }
    if (node instanceof Filter filter) {
      return never(filter.getCondition()) || empty(filter.getInput());
    }
    if (node instanceof Project project) {
      return !project.containsOver() && empty(project.getInput());
    }
    return node instanceof Values values && values.getTuples().isEmpty();
  }

  private static boolean isZero(@Nullable RexNode fetch) {
    return fetch instanceof RexLiteral literal
        && BigDecimal.ZERO.equals(literal.getValueAs(BigDecimal.class));
  }

  private static boolean never(RexNode condition) {
    if (condition.isAlwaysFalse()) {
      return true;
    }
    if (condition instanceof RexCall call && call.getOperands().size() == 2) {
      RexNode left = call.getOperands().get(0);
      RexNode right = call.getOperands().get(1);
      if (call.getKind() == SqlKind.AND) {
        return never(left) || never(right);
      }
      if (left instanceof RexLiteral one && right instanceof RexLiteral other) {
        BigDecimal a = number(one);
        BigDecimal b = number(other);
        if (a != null && b != null) {
          return call.getKind() == SqlKind.EQUALS && a.compareTo(b) != 0
              || call.getKind() == SqlKind.NOT_EQUALS && a.compareTo(b) == 0;
        }
      }
    }
    return false;
  }

  private static @Nullable BigDecimal number(RexLiteral literal) {
    return literal.getValue() instanceof BigDecimal number ? number : null;
  }
}
