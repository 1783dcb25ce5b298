package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/**
 * Says which rows of a group bring their unit into a figure: one condition for each arm, because
 * each arm needs enough units of its own.
 *
 * <pre>
 * sum(cost)                                     cost IS NOT NULL
 * sum(CASE WHEN sick THEN cost ELSE 0 END)      sick IS TRUE AND CASE … END IS NOT NULL
 * count(*) FILTER (WHERE sick)                  sick IS TRUE
 * </pre>
 */
final class Contributors {
  private final Conditions make;
  private final ArgumentGrammar grammar;

  Contributors(Conditions make) {
    this.make = make;
    this.grammar = new ArgumentGrammar(make);
  }

  /**
   * The conditions; none if every row of the group enters, a false one if none can.
   *
   * @param sums true if contributions add up, so that a zero brings nothing
   */
  Set<RexNode> of(boolean sums, List<Operand> arguments, Optional<RexNode> filter) {
    boolean zeroEnters = !sums || arguments.size() > 1;
    Set<RexNode> conditions = new LinkedHashSet<>();
    for (Arm arm : grammar.product(arguments).arms()) {
      if (arm.zero() && !zeroEnters) {
        continue;
      }
      List<RexNode> parts = new ArrayList<>();
      filter.ifPresent(parts::add);
      arm.when().ifPresent(parts::add);
      for (Operand argument : arguments) {
        parts.addAll(enters(argument, sums));
      }
      if (parts.isEmpty()) {
        return Set.of();
      }
      conditions.add(make.and(parts));
    }
    return conditions.isEmpty() ? Set.of(make.never()) : conditions;
  }

  /**
   * What is NULL in just those rows that do not contribute, if that is all the condition asks.
   *
   * <pre>cost IS NOT NULL AND cost &lt;&gt; 0  →  nullif(cost, 0)</pre>
   */
  Optional<RexNode> value(RexNode condition) {
    List<RexNode> parts = RelOptUtil.conjunctions(condition);
    if (!parts.get(0).isA(SqlKind.IS_NOT_NULL)) {
      return Optional.empty();
    }
    RexNode value = ((RexCall) parts.get(0)).getOperands().get(0);
    if (parts.size() == 1) {
      return Optional.of(value);
    }
    return parts.size() == 2 && parts.get(1).equals(make.isNotZero(value))
        ? Optional.of(make.nullIfZero(value))
        : Optional.empty();
  }

  /** True if all rows with a value contribute, but for zeros. */
  boolean asksOnlyFor(Operand argument, RexNode condition) {
    return value(condition).isPresent()
        && RelOptUtil.conjunctions(condition).get(0).equals(make.isNotNull(argument.rex()));
  }

  private List<RexNode> enters(Operand argument, boolean sums) {
    if (argument.rex() instanceof RexLiteral literal && !literal.isNull()) {
      return List.of();
    }
    return sums && argument.argument().form() == Argument.Form.CANCELLING
        ? List.of(make.isNotNull(argument.rex()), make.isNotZero(argument.rex()))
        : List.of(make.isNotNull(argument.rex()));
  }
}
