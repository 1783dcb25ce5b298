package io.sallyport.policy.plan;

import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.UnitCounts.Rereading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rex.RexNode;

/**
 * An aggregate over protected rows before it is known whether it releases them.
 *
 * @param input the protected rows
 * @param scope the same as expressions see them
 * @param keys the analyst's columns that it groups by
 * @param calls its aggregate functions, over the analyst's columns
 */
record AggregateStep(Checked input, Scope scope, List<Integer> keys, List<AggregateCall> calls) {
  AggregateStep {
    keys = List.copyOf(keys);
    calls = List.copyOf(calls);
  }

  static AggregateStep of(Aggregate aggregate, Checked input, Scope scope) {
    return new AggregateStep(
        input, scope, aggregate.getGroupSet().asList(), aggregate.getAggCallList());
  }

  /** The same over other rows of the same columns. */
  AggregateStep over(Checked rows) {
    return new AggregateStep(rows, scope, keys, calls);
  }

  String dataset() {
    return input.standing().units().get(0).dataset();
  }

  /** How its rows are best had twice in one query: those of an outer row cannot be. */
  Rereading rereading() {
    if (!scope.outers().isEmpty()) {
      return Rereading.NEVER;
    }
    return Repeatable.is(input.rel()) && !FewRows.are(input.rel())
        ? Rereading.AGAIN
        : Rereading.KEPT;
  }

  /** True if each group holds rows of one unit of every sort. */
  boolean isPerUnit() {
    return input.standing().units().stream().allMatch(unit -> unit.isTied() || isKeyed(unit));
  }

  private boolean isKeyed(Unit unit) {
    for (int part = 0; part < unit.parts(); part++) {
      int wanted = part;
      boolean found =
          keys.stream()
              .map(key -> input.columns().get(key).facts().key())
              .flatMap(Optional::stream)
              .anyMatch(key -> names(key, unit, wanted));
      if (!found) {
        return false;
      }
    }
    return unit.parts() > 0;
  }

  private static boolean names(KeyPart key, Unit unit, int part) {
    return key.unit() == unit.id() && key.part() == part && !key.padded();
  }

  /** A call whose parts are all understood. */
  AggregateList.Entry entry(AggregateCall call) {
    String name = call.getAggregation().getName().toLowerCase(Locale.ROOT);
    boolean plain =
        !call.ignoreNulls()
            && !call.isApproximate()
            && call.rexList.isEmpty()
            && call.distinctKeys == null
            && call.getCollation().getFieldCollations().isEmpty();
    return AggregateList.STANDARD
        .find(name)
        .filter(entry -> !entry.windowOnly() && plain)
        .orElseThrow(
            () ->
                new NotReleasedException(
                    dataset(), "`" + name + "` in this form over protected rows"));
  }

  /** Refuses what an engine could fail in for the sake of one row. */
  void requireTotal(AggregateList.Entry entry, AggregateCall call, Expressions expressions) {
    List<RexNode> values =
        call.getArgList().stream().map(at -> expressions.column(at).rex()).toList();
    FailingAggregates.over(entry.name(), values, input.rel())
        .ifPresent(
            what -> {
              throw new NotReleasedException(dataset(), what + " over protected rows");
            });
  }

  /** The arguments as they enter: a value that stays out is NULL here already. */
  List<Operand> arguments(
      AggregateList.Entry entry, AggregateCall call, Expressions expressions, Conditions make) {
    List<Operand> arguments = new ArrayList<>();
    for (int argument : call.getArgList()) {
      Operand operand = expressions.column(argument);
      arguments.add(
          new Operand(BoundedValues.of(entry.name(), operand.rex(), make), operand.facts()));
    }
    return arguments;
  }
}
