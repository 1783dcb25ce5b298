package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly.Dominance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Counts and weighs the units of each group exactly: adds up what each unit brings, once for all
 * counts and weights together.
 *
 * <pre>
 * SELECT zip, count(u), count(u) FILTER (WHERE n &gt;= 1), list_sum(max(c, 2)) &lt;= 0.9 * sum(c)
 * FROM (SELECT zip, u, count(u) FILTER (WHERE sick) AS n, sum(abs(cost)) AS c FROM rows GROUP BY zip, u)
 * GROUP BY zip
 * </pre>
 */
final class UnitSums {
  /**
   * What is weighed.
   *
   * @param unit the unit's column in the row
   * @param once true if no unit has two rows
   * @param contribution the column of what a row brings, NULL if it brings nothing
   */
  record Weighed(int unit, boolean once, int contribution, Dominance limit) {}

  private final GuardedNodes nodes;
  private final Conditions make;

  UnitSums(GuardedNodes nodes, Conditions make) {
    this.nodes = nodes;
    this.make = make;
  }

  /** The calls for the largest contributions, and for all together. */
  List<AggregateCall> calls(Weighed weighed, int contribution, GuardedNodes.Row from) {
    int many = from.at(make.number(weighed.limit().units()));
    return List.of(
        Calls.greatest(contribution, many, make.number(), nodes.hiddenName()),
        Calls.sum(contribution, make.number(), nodes.hiddenName()));
  }

  /** A count that reaches 1 where few do not bring most; NULL or 0 where nobody contributes. */
  RexNode check(RelNode groups, int largest, Weighed weighed) {
    return make.asCount(
        make.isAtMost(
            make.sumOf(make.ref(groups, largest)),
            weighed.limit().share(),
            make.ref(groups, largest + 1)));
  }

  /**
   * The keys, a count for each filter, and a check for each weight.
   *
   * @param keys how many first columns are the keys
   * @param unit the column of the unit, NULL in rows that belong to none
   * @param filters the columns that say which rows count; -1: all
   */
  RelNode of(RelNode rows, int keys, int unit, List<Integer> filters, List<Weighed> weighed) {
    return groups(perUnit(rows, keys, unit, filters, weighed), keys, filters, weighed, this::check);
  }

  /** The same with what all but the largest bring, in place of the checks. */
  RelNode rests(RelNode rows, int keys, int unit, List<Integer> filters, List<Weighed> weighed) {
    return groups(perUnit(rows, keys, unit, filters, weighed), keys, filters, weighed, this::rest);
  }

  private RexNode rest(RelNode groups, int largest, Weighed weighed) {
    return make.difference(make.ref(groups, largest + 1), make.sumOf(make.ref(groups, largest)));
  }

  private RelNode perUnit(
      RelNode rows, int keys, int unit, List<Integer> filters, List<Weighed> weighed) {
    List<Integer> real = filters.stream().filter(filter -> filter >= 0).toList();
    List<Integer> places = new ArrayList<>(ImmutableBitSet.range(keys).asList());
    places.add(unit);
    places.addAll(real);
    weighed.forEach(w -> places.add(w.contribution()));
    List<AggregateCall> perUnit = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      perUnit.add(Calls.count(false, keys, keys + 1 + i, make.bigint(), nodes.hiddenName()));
    }
    for (int i = 0; i < weighed.size(); i++) {
      perUnit.add(Calls.sum(keys + 1 + real.size() + i, make.number(), nodes.hiddenName()));
    }
    return LogicalAggregate.create(
        nodes.placed(rows, places), List.of(), ImmutableBitSet.range(keys + 1), null, perUnit);
  }

  /** Makes a figure of the largest contributions, at a column, and of the sum behind them. */
  @FunctionalInterface
  private interface Weighing {
    RexNode of(RelNode groups, int largest, Weighed weighed);
  }

  private RelNode groups(
      RelNode units, int keys, List<Integer> filters, List<Weighed> weighed, Weighing weighing) {
    GuardedNodes.Row sums = nodes.new Row(units);
    for (int i = 0; i <= keys; i++) {
      sums.add(make.ref(units, i), nodes.hiddenName());
    }
    List<AggregateCall> calls = new ArrayList<>();
    int next = keys + 1;
    for (int filter : filters) {
      int counts =
          filter < 0 ? -1 : sums.at(make.asFilter(make.isAtLeast(make.ref(units, next++), 1)));
      calls.add(Calls.count(false, keys, counts, make.bigint(), nodes.hiddenName()));
    }
    for (Weighed one : weighed) {
      calls.addAll(calls(one, sums.at(make.ref(units, next++)), sums));
    }
    RelNode groups =
        LogicalAggregate.create(
            sums.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, calls);
    GuardedNodes.Row answer = nodes.new Row(groups);
    for (int i = 0; i < keys + filters.size(); i++) {
      answer.add(make.ref(groups, i), nodes.hiddenName());
    }
    for (int i = 0; i < weighed.size(); i++) {
      answer.add(
          weighing.of(groups, keys + filters.size() + 2 * i, weighed.get(i)), nodes.hiddenName());
    }
    return answer.project(Set.of());
  }
}
