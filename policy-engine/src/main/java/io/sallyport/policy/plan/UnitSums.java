package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly.Dominance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

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
        Calls.sum(contribution, -1, make.number(), nodes.hiddenName()));
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
   * The keys, a count of each sort, and a check for each weight.
   *
   * @param keys how many first columns are the keys
   * @param unit the column of the unit, NULL in rows that belong to none
   * @param counted which rows count
   */
  RelNode of(RelNode rows, int keys, int unit, List<Which> counted, List<Weighed> weighed) {
    return new Units(rows, keys, unit, counted, weighed).groups(this::check);
  }

  /** The same with what all but the largest bring, in place of the checks. */
  RelNode rests(RelNode rows, int keys, int unit, List<Which> counted, List<Weighed> weighed) {
    return new Units(rows, keys, unit, counted, weighed).groups(this::rest);
  }

  private RexNode rest(RelNode groups, int largest, Weighed weighed) {
    return make.difference(make.ref(groups, largest + 1), make.sumOf(make.ref(groups, largest)));
  }

  /** Makes a figure of the largest contributions, at a column, and of the sum behind them. */
  @FunctionalInterface
  private interface Weighing {
    RexNode of(RelNode groups, int largest, Weighed weighed);
  }

  /** A row for each unit of each group. */
  private final class Units {
    private final RelNode rows;
    private final int keys;
    private final List<Which> counted;
    private final List<Weighed> weighed;
    private final List<Integer> read;
    private final List<AggregateCall> figures = new ArrayList<>();

    /** Where it says how much a unit brings, by the columns of what is added up. */
    private final Map<Integer, Integer> sums = new HashMap<>();

    /** Where it says in how many of its rows a unit counts. */
    private final Map<Which, Integer> counts = new HashMap<>();

    Units(RelNode rows, int keys, int unit, List<Which> counted, List<Weighed> weighed) {
      this.rows = rows;
      this.keys = keys;
      this.counted = counted;
      this.weighed = weighed;
      this.read = new ArrayList<>(ImmutableBitSet.range(keys).asList());
      read.add(unit);
      weighed.forEach(one -> sums.computeIfAbsent(one.contribution(), this::sum));
      counted.stream()
          .filter(which -> !which.isAll() && !isSummed(which))
          .forEach(which -> counts.computeIfAbsent(which, this::count));
    }

    private int sum(int column) {
      read.add(column);
      figures.add(Calls.sum(read.size() - 1, -1, make.number(), nodes.hiddenName()));
      return keys + figures.size();
    }

    private int count(Which which) {
      read.add(which.column());
      Which moved = new Which(read.size() - 1, which.valued(), which.most());
      figures.add(moved.count(keys, make.bigint(), nodes.hiddenName()));
      return keys + figures.size();
    }

    /** What a unit brings is NULL in all where it is NULL in each of its rows. */
    private boolean isSummed(Which which) {
      return which.valued() && sums.containsKey(which.column());
    }

    RelNode groups(Weighing weighing) {
      RelNode units =
          LogicalAggregate.create(
              nodes.placed(rows, read), List.of(), ImmutableBitSet.range(keys + 1), null, figures);
      GuardedNodes.Row row = nodes.new Row(units);
      for (int i = 0; i <= keys; i++) {
        row.add(make.ref(units, i), nodes.hiddenName());
      }
      List<AggregateCall> calls = new ArrayList<>();
      for (Which which : counted) {
        calls.add(in(units, which, row).count(keys, make.bigint(), nodes.hiddenName()));
      }
      for (Weighed one : weighed) {
        int sum = row.at(make.ref(units, place(sums.get(one.contribution()))));
        calls.addAll(calls(one, sum, row));
      }
      RelNode groups =
          LogicalAggregate.create(
              row.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, calls);
      GuardedNodes.Row answer = nodes.new Row(groups);
      for (int i = 0; i < keys + counted.size(); i++) {
        answer.add(make.ref(groups, i), nodes.hiddenName());
      }
      for (int i = 0; i < weighed.size(); i++) {
        answer.add(
            weighing.of(groups, keys + counted.size() + 2 * i, weighed.get(i)), nodes.hiddenName());
      }
      return answer.project(Set.of());
    }

    /** Which units count, of all. */
    private Which in(RelNode units, Which which, GuardedNodes.Row row) {
      if (which.isAll()) {
        return which;
      }
      if (isSummed(which)) {
        return Which.having(row.at(make.ref(units, place(sums.get(which.column())))), which.most());
      }
      RexNode rowsOfUnit = make.ref(units, place(counts.get(which)));
      return Which.where(row.at(make.asFilter(make.isAtLeast(rowsOfUnit, 1))));
    }

    private static int place(@Nullable Integer known) {
      return Objects.requireNonNull(known);
    }
  }
}
