package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells zero-row schema probes, as tools send them, by the plan alone.
 *
 * <pre>
 * SELECT * FROM (SELECT …) t LIMIT 0                      a probe
 * SELECT * FROM (SELECT * FROM a, b WHERE 1 = 0) t        a probe
 * SELECT count(*) FROM (SELECT … WHERE 1 = 0) t           none: it has a row
 * </pre>
 */
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
      return empty(project.getInput());
    }
    if (node instanceof Aggregate aggregate) {
      return aggregate.getGroupSets().stream().noneMatch(ImmutableBitSet::isEmpty)
          && empty(aggregate.getInput());
    }
    if (node instanceof Join join) {
      return joined(join.getJoinType(), join.getLeft(), join.getRight())
          || join.getJoinType() == JoinRelType.INNER && never(join.getCondition());
    }
    if (node instanceof Correlate correlate) {
      return joined(correlate.getJoinType(), correlate.getLeft(), correlate.getRight());
    }
    if (node instanceof Union union) {
      return union.getInputs().stream().allMatch(Probe::empty);
    }
    if (node instanceof Intersect intersect) {
      return intersect.getInputs().stream().anyMatch(Probe::empty);
    }
    if (node instanceof Minus minus) {
      return empty(minus.getInput(0));
    }
    return node instanceof Values values && values.getTuples().isEmpty();
  }

  private static boolean joined(JoinRelType type, RelNode left, RelNode right) {
    return switch (type) {
      case INNER, SEMI -> empty(left) || empty(right);
      case LEFT, ANTI -> empty(left);
      case RIGHT -> empty(right);
      case FULL -> empty(left) && empty(right);
      default -> false;
    };
  }

  private static boolean isZero(@Nullable RexNode fetch) {
    return fetch instanceof RexLiteral literal
        && BigDecimal.ZERO.equals(literal.getValueAs(BigDecimal.class));
  }

  private static boolean never(RexNode condition) {
    if (condition instanceof RexLiteral literal) {
      return literal.isNull() || literal.isAlwaysFalse();
    }
    if (!(condition instanceof RexCall call)) {
      return false;
    }
    return switch (call.getKind()) {
      case AND -> call.getOperands().stream().anyMatch(Probe::never);
      case OR -> call.getOperands().stream().allMatch(Probe::never);
      case NOT -> call.getOperands().get(0).isAlwaysTrue();
      default -> neverCompares(call);
    };
  }

  /** A comparison of two numbers, or of two texts, that are written out. */
  private static boolean neverCompares(RexCall call) {
    if (call.getOperands().size() != 2
        || !(call.getOperands().get(0) instanceof RexLiteral one
            && call.getOperands().get(1) instanceof RexLiteral other)) {
      return false;
    }
    BigDecimal a = number(one);
    BigDecimal b = number(other);
    if (a != null && b != null) {
      return isFalse(call.getKind(), a.compareTo(b));
    }
    String left = text(one);
    String right = text(other);
    return left != null
        && right != null
        && call.getKind() == (left.equals(right) ? SqlKind.NOT_EQUALS : SqlKind.EQUALS);
  }

  private static boolean isFalse(SqlKind kind, int order) {
    return switch (kind) {
      case EQUALS -> order != 0;
      case NOT_EQUALS -> order == 0;
      case LESS_THAN -> order >= 0;
      case LESS_THAN_OR_EQUAL -> order > 0;
      case GREATER_THAN -> order <= 0;
      case GREATER_THAN_OR_EQUAL -> order < 0;
      default -> false;
    };
  }

  private static @Nullable BigDecimal number(RexLiteral literal) {
    return literal.getValue() instanceof BigDecimal number ? number : null;
  }

  private static @Nullable String text(RexLiteral literal) {
    return literal.isNull() || literal.getTypeName() != SqlTypeName.CHAR
        ? null
        : literal.getValueAs(String.class);
  }
}
