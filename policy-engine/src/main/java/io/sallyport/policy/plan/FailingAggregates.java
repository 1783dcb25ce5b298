package io.sallyport.policy.plan;

import io.sallyport.policy.plan.AggregateList.Failure;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Finds the aggregate and window functions that an engine could fail in for the sake of one row,
 * which the failure would tell of.
 *
 * <pre>
 * avg(cost)                              cannot fail, since BoundedValues keeps what is too large out
 * kurtosis(cost)                         fails on 1e99 beside 2, 3 and 4
 * avg(INTERVAL …)                        fails where the days do not fit
 * arg_max(x, y, CASE … THEN -1 … END)    fails on a number that is not positive
 * </pre>
 */
final class FailingAggregates {
  private static final long MOST_VALUES = 1_000;
  private static final long FARTHEST_ROW = 1_000_000;

  /** Functions of two values in a row; others have one. */
  private static final Set<String> OF_TWO =
      Set.of(
          "arg_min",
          "arg_max",
          "min_by",
          "max_by",
          "argmin",
          "argmax",
          "arg_max_null",
          "arg_max_nulls_last",
          "arg_min_null",
          "arg_min_nulls_last",
          "corr",
          "covar_pop",
          "covar_samp",
          "regr_count",
          "regr_avgx",
          "regr_avgy");

  /** Functions whose further argument is a number of values. */
  private static final Set<String> OF_SO_MANY =
      Set.of("min", "max", "arg_min", "arg_max", "min_by", "max_by", "argmin", "argmax");

  private static final Set<String> OF_OFFSETS = Set.of("lag", "lead");

  /** They take the mean of two times, or of all. */
  private static final Set<String> OF_TIMES =
      Set.of("avg", "mean", "median", "quantile_cont", "mad");

  /** They do not fail on numbers without bounds either, if those are short. */
  private static final Set<String> PLAIN = Set.of("sum", "avg", "mean");

  private FailingAggregates() {}

  /** What could fail; empty if nothing can, once the values are bounded. */
  static Optional<String> over(String name, List<RexNode> arguments) {
    Failure fails =
        AggregateList.STANDARD.find(name).map(AggregateList.Entry::fails).orElse(Failure.ALWAYS);
    int values = OF_TWO.contains(name) ? 2 : 1;
    if (fails == Failure.ALWAYS) {
      return Optional.of("`" + name + "`");
    }
    for (int i = 0; i < arguments.size(); i++) {
      RexNode argument = arguments.get(i);
      if (i < values) {
        if (fails == Failure.UNBOUNDED && !canBeBounded(name, argument.getType())) {
          return Optional.of("`" + name + "` of what is not a number");
        }
      } else if (!isSafe(name, i, argument)) {
        return Optional.of("`" + name + "` with anything but a fixed number behind its values");
      }
    }
    return Optional.empty();
  }

  /** The same of an aggregate over the rows of a node, whose columns may be literals there. */
  static Optional<String> over(String name, List<RexNode> arguments, RelNode rows) {
    return over(name, arguments.stream().map(value -> PlanNodes.known(value, rows)).toList());
  }

  /** The same of an aggregate over values that nothing bounds. */
  static Optional<String> unbounded(String name, List<RexNode> arguments, RelNode rows) {
    boolean bounded =
        AggregateList.STANDARD.find(name).filter(e -> e.fails() == Failure.UNBOUNDED).isPresent();
    for (RexNode argument : arguments) {
      RelDataType type = argument.getType();
      boolean exact =
          SqlTypeUtil.isIntType(type)
              || SqlTypeUtil.isDecimal(type)
              || PLAIN.contains(name) && SqlTypeUtil.isApproximateNumeric(type);
      if (BoundedValues.canFail(name, type)) {
        return Optional.of("`" + name + "` of very long numbers");
      }
      if (bounded && !exact) {
        return Optional.of("`" + name + "` of values without bounds");
      }
    }
    return over(name, arguments, rows);
  }

  private static boolean canBeBounded(String name, RelDataType type) {
    return SqlTypeUtil.isNumeric(type)
        || BoundedValues.isHuge(type)
        || ArgumentGrammar.isBoolean(type)
        || type.getSqlTypeName() == SqlTypeName.NULL
        || OF_TIMES.contains(name) && BoundedValues.isTime(type);
  }

  private static boolean isSafe(String name, int at, RexNode argument) {
    if (OF_OFFSETS.contains(name)) {
      return at > 1 || argument instanceof RexLiteral literal && isAtMost(literal, FARTHEST_ROW);
    }
    if (OF_SO_MANY.contains(name)) {
      return Conditions.isCount(argument)
          && !Conditions.isZero(argument)
          && isAtMost((RexLiteral) argument, MOST_VALUES);
    }
    return argument instanceof RexLiteral;
  }

  private static boolean isAtMost(RexLiteral literal, long most) {
    return literal.getValue() instanceof BigDecimal number
        && number.abs().compareTo(BigDecimal.valueOf(most)) <= 0;
  }
}
