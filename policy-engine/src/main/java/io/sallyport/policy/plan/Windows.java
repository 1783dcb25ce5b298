package io.sallyport.policy.plan;

import com.google.common.collect.ImmutableList;
import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.Column.Restricted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Judges window functions: over protected rows the partition must be the rows of one unit.
 *
 * <pre>
 * row_number() OVER (PARTITION BY patient_id ORDER BY day)   stays protected
 * lag(salary) OVER (ORDER BY id)                             refused
 * </pre>
 */
final class Windows {
  private static final Set<String> ENTERING =
      Set.of(
          "row_number",
          "rank",
          "dense_rank",
          "lag",
          "lead",
          "first_value",
          "last_value",
          "sum",
          "avg",
          "min",
          "max",
          "count",
          "count_star");

  /** In the others one row of a unit decides what another shows. */
  private static final Set<String> ADDING =
      Set.of("row_number", "rank", "dense_rank", "sum", "count", "count_star");

  /** They fail on a number that is not positive, and so could tell that a row exists. */
  private static final Set<String> FAILING = Set.of("ntile", "nth_value");

  private final Expressions expressions;
  private final Scope scope;
  private final RexBuilder rex;
  private final Conditions make;

  Windows(Expressions expressions, Scope scope, RexBuilder rex, Conditions make) {
    this.expressions = expressions;
    this.scope = scope;
    this.rex = rex;
    this.make = make;
  }

  Operand over(RexOver over) {
    String name = over.getAggOperator().getName().toLowerCase(Locale.ROOT);
    RexWindow window = over.getWindow();
    bound(window, window.getLowerBound());
    bound(window, window.getUpperBound());
    List<Operand> arguments = expressions.of(over.getOperands());
    if (expressions.mayNotFail() && FailureFree.windowReadsText(name, Expressions.rex(arguments))) {
      throw refused("a text in the place of a number or time in `" + name + "`; cast it");
    }
    List<Operand> partition = expressions.of(window.partitionKeys);
    List<Operand> orders = new ArrayList<>();
    List<RexFieldCollation> collations = new ArrayList<>();
    for (RexFieldCollation key : window.orderKeys) {
      Operand order = expressions.of(key.left);
      orders.add(order);
      collations.add(new RexFieldCollation(order.rex(), key.right));
    }
    List<RexNode> values = new ArrayList<>();
    for (Operand argument : arguments) {
      values.add(scope.isStrict() ? BoundedValues.of(name, argument.rex(), make) : argument.rex());
    }
    RexNode moved =
        rex.makeOver(
            over.getType(),
            over.getAggOperator(),
            values,
            Expressions.rex(partition),
            ImmutableList.copyOf(collations),
            window.getLowerBound(),
            window.getUpperBound(),
            window.getExclude(),
            window.isRows(),
            true,
            false,
            over.isDistinct(),
            over.ignoreNulls());
    if (!scope.isStrict()) {
      return new Operand(moved, GuardedNodes.made());
    }
    return guarded(name, moved, arguments, partition, orders);
  }

  private Operand guarded(
      String name,
      RexNode moved,
      List<Operand> arguments,
      List<Operand> partition,
      List<Operand> orders) {
    if (AggregateList.STANDARD.find(name).isEmpty() || FAILING.contains(name)) {
      throw refused("`" + name + "` over protected rows");
    }
    FailingAggregates.over(name, Expressions.rex(arguments)).ifPresent(this::refuse);
    for (Unit unit : scope.standing().units()) {
      if (!isOf(unit, partition)) {
        throw refused(
            "a window over protected rows that is not partitioned by the unit key of `"
                + unit.table()
                + "`; it may stand above an aggregate");
      }
    }
    Set<Restricted> conditions = new HashSet<>();
    for (Operand key : partition) {
      Rights.require(key.facts(), Use.GROUP);
      conditions.addAll(key.facts().lineage());
    }
    for (Operand order : orders) {
      Rights.notKey(order.facts(), scope);
      Rights.require(order.facts(), Use.FILTER);
      conditions.addAll(order.facts().lineage());
    }
    Set<Restricted> lineage = new HashSet<>(conditions);
    for (Operand argument : arguments) {
      Rights.notKey(argument.facts(), scope);
      Rights.require(argument.facts(), Use.AGGREGATE);
      lineage.addAll(argument.facts().lineage());
    }
    Argument argument = argument(name, moved, arguments).withConditions(conditions);
    return new Operand(moved, new Facts(lineage, Optional.empty(), argument));
  }

  /**
   * What the window's value is as an argument: a zero may stand for no rows, so it is none. A
   * literal, as a value or as the default of {@code lag}, would weigh some rows against others.
   */
  private Argument argument(String name, RexNode moved, List<Operand> arguments) {
    boolean plain =
        arguments.size() <= 2
            && arguments.stream().limit(1).allMatch(a -> a.argument().isPlain())
            && arguments.stream().skip(1).allMatch(a -> a.rex() instanceof RexLiteral);
    boolean chosen =
        !ADDING.contains(name)
            && scope.standing().units().stream().anyMatch(unit -> !unit.branches().isEmpty());
    if (!ENTERING.contains(name) || !plain || chosen || !SqlTypeUtil.isNumeric(moved.getType())) {
      return ArgumentGrammar.refused("a window's value");
    }
    Set<Restricted> values = new HashSet<>();
    arguments.forEach(a -> values.addAll(a.argument().values()));
    Set<Argument.Source> sources = new HashSet<>();
    scope.standing().units().forEach(u -> sources.add(new Argument.Source(u.dataset(), u.id())));
    return Argument.column(values, sources)
        .withForm(Argument.Form.FIGURE)
        .withArms(List.of(new Arm(Optional.of(make.isNotZero(moved)), false)));
  }

  private static boolean isOf(Unit unit, List<Operand> partition) {
    if (unit.isTied()) {
      return true;
    }
    Set<Integer> parts = new HashSet<>();
    for (Operand key : partition) {
      key.facts()
          .key()
          .filter(k -> k.unit() == unit.id() && !k.padded())
          .map(KeyPart::part)
          .ifPresent(parts::add);
    }
    return unit.parts() > 0 && parts.size() == unit.parts();
  }

  /** Over protected rows a frame's offset must be unable to fail. */
  private void bound(RexWindow window, RexWindowBound bound) {
    RexNode offset = bound.getOffset();
    if (offset == null) {
      return;
    }
    boolean known = offset instanceof RexLiteral || offset instanceof RexDynamicParam;
    boolean safe = window.isRows() && Conditions.isCount(offset);
    if (!known || scope.isStrict() && !safe) {
      throw refused("a window frame that is not a fixed number of rows");
    }
  }

  private void refuse(String reason) {
    throw refused(reason + " over protected rows");
  }

  private NotReleasedException refused(String reason) {
    return new NotReleasedException(expressions.dataset(), reason);
  }
}
