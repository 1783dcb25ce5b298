package io.sallyport.policy.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Counts the units of each group as cheaply as is exact: a count that reaches what it must is the
 * real one or less, and one that does not is the real one or NULL.
 *
 * <pre>
 * a unit has one row at most       count(unit)
 * else, in the same pass           bit_count(bit_or(1 &lt;&lt; hash(unit) % 64))   never more than the units
 * where a value is never NULL      units - count(*) + count(value)           as many as contribute
 * groups that fail these, and
 * have rows enough to pass         count(DISTINCT unit), in a second pass over those groups alone
 * </pre>
 *
 * <p>The second pass reads the rows again, so it is taken only where both passes are sure to see
 * the same; elsewhere every unit is counted.
 */
final class UnitCounts {
  private static final int BUCKETS = 64;

  /** More units than this rarely fill as many buckets. */
  private static final long MOST_BY_BUCKETS = 40;

  private final GuardedNodes nodes;
  private final Conditions make;
  private final GuardedNodes.Row row;
  private final SameGroups same;
  private final boolean bounded;
  private final Map<List<Integer>, Integer> known = new LinkedHashMap<>();
  private final List<Wanted> wanted = new ArrayList<>();

  /**
   * One count.
   *
   * @param unit the unit's column
   * @param once true if no unit has two rows
   * @param filter the column that says which rows count; -1: all
   * @param few true if rows that do not count are rare
   * @param whole the count of the same unit in all rows
   */
  private record Wanted(int unit, boolean once, int filter, boolean few, long atLeast, int whole) {}

  /**
   * @param row the rows that are grouped
   * @param repeatable true if the rows may be read twice
   */
  UnitCounts(GuardedNodes nodes, Conditions make, GuardedNodes.Row row, boolean repeatable) {
    this.nodes = nodes;
    this.make = make;
    this.row = row;
    this.same = new SameGroups(make);
    this.bounded = repeatable;
  }

  /** The index of the count of a unit in all rows of a group. */
  int of(Unit unit, int at) {
    return known.computeIfAbsent(
        List.of(at, -1),
        k -> {
          wanted.add(new Wanted(at, unit.once(), -1, false, unit.atLeast(), wanted.size()));
          return wanted.size() - 1;
        });
  }

  /**
   * The index of the count of a unit in rows that meet a condition.
   *
   * @param few true if rows that do not meet it are rare
   */
  int of(Unit unit, int at, RexNode condition, boolean few) {
    int whole = of(unit, at);
    int filter = row.at(make.asFilter(condition));
    return known.computeIfAbsent(
        List.of(at, filter),
        k -> {
          wanted.add(new Wanted(at, unit.once(), filter, few, unit.atLeast(), whole));
          return wanted.size() - 1;
        });
  }

  /** How many counts there are. */
  int size() {
    return wanted.size();
  }

  /**
   * Groups by the first columns of the row.
   *
   * @param last calls whose values come behind the counts
   * @return the keys, then the figures, then the counts, then the last calls
   */
  RelNode grouped(int keys, List<AggregateCall> figures, List<AggregateCall> last) {
    boolean all = !bounded;
    for (Wanted count : wanted) {
      all |= !count.once() && count.atLeast() > MOST_BY_BUCKETS;
    }
    return all || wanted.stream().allMatch(Wanted::once)
        ? counted(row.project(Set.of()), keys, figures, last)
        : new Bounded(keys, figures, last).recounted();
  }

  private RelNode counted(
      RelNode rows, int keys, List<AggregateCall> figures, List<AggregateCall> last) {
    List<AggregateCall> calls = new ArrayList<>(figures);
    for (Wanted count : wanted) {
      calls.add(count(count, !count.once()));
    }
    calls.addAll(last);
    return LogicalAggregate.create(rows, List.of(), ImmutableBitSet.range(keys), null, calls);
  }

  private AggregateCall count(Wanted count, boolean distinct) {
    return Calls.count(distinct, count.unit(), count.filter(), make.bigint(), nodes.hiddenName());
  }

  /** The lower bounds in one pass, and the second pass over the groups that fail them. */
  private final class Bounded {
    private final int keys;
    private final List<AggregateCall> figures;
    private final List<AggregateCall> last;
    private final int firstCount;

    Bounded(int keys, List<AggregateCall> figures, List<AggregateCall> last) {
      this.keys = keys;
      this.figures = figures;
      this.last = last;
      this.firstCount = keys + figures.size();
    }

    RelNode recounted() {
      SharedRows bounds = new SharedRows(bounds(), nodes.hiddenName());
      RelNode undecided = nodes.placed(failed(bounds), upTo(keys));
      RelNode again = row.project(Set.of());
      int width = again.getRowType().getFieldCount();
      RelNode rows = same.join(again, keysOf(again), undecided, JoinRelType.INNER);
      RelNode exact = counted(nodes.placed(rows, upTo(width)), keys, List.of(), List.of());
      int offset = bounds.getRowType().getFieldCount();
      RelNode both = same.join(bounds, keysOf(bounds), exact, JoinRelType.LEFT);
      GuardedNodes.Row answer = nodes.new Row(both);
      for (int i = 0; i < firstCount; i++) {
        answer.add(make.ref(both, i), both.getRowType().getFieldNames().get(i));
      }
      for (int i = 0; i < wanted.size(); i++) {
        RexNode bound = make.ref(both, firstCount + i);
        RexNode count =
            make.choose(
                make.bigint(),
                List.of(
                    make.isAtLeast(bound, wanted.get(i).atLeast()),
                    bound,
                    make.ref(both, offset + keys + i)));
        answer.add(count, nodes.hiddenName());
      }
      for (int i = offset - last.size(); i < offset; i++) {
        answer.add(make.ref(both, i), nodes.hiddenName());
      }
      return answer.project(Set.of());
    }

    /** Keys, figures, a lower bound of each count, an upper bound of each count. */
    private RelNode bounds() {
      List<AggregateCall> calls = new ArrayList<>(figures);
      List<Integer> buckets = new ArrayList<>();
      for (Wanted count : wanted) {
        calls.add(count(count, false));
      }
      for (Wanted count : wanted) {
        buckets.add(firstCount - keys + wanted.size() + buckets.size());
        int bucket = count.once() || count.few() ? count.unit() : row.at(bucket(count));
        calls.add(
            count.once() || count.few()
                ? count(count, false)
                : Calls.union(bucket, count.filter(), make.someBits(), nodes.hiddenName()));
      }
      calls.addAll(last);
      RelNode grouped =
          LogicalAggregate.create(
              row.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, calls);
      GuardedNodes.Row bounds = nodes.new Row(grouped);
      for (int i = 0; i < firstCount; i++) {
        bounds.add(make.ref(grouped, i), grouped.getRowType().getFieldNames().get(i));
      }
      for (int i = 0; i < wanted.size(); i++) {
        bounds.add(least(grouped, i), nodes.hiddenName());
      }
      for (int i = 0; i < wanted.size(); i++) {
        bounds.add(most(grouped, i), nodes.hiddenName());
      }
      int end = grouped.getRowType().getFieldCount();
      for (int i = end - last.size(); i < end; i++) {
        bounds.add(make.ref(grouped, i), nodes.hiddenName());
      }
      return bounds.project(Set.of());
    }

    private RexNode bucket(Wanted count) {
      return make.bit(row.node(count.unit()), BUCKETS);
    }

    private RexNode most(RelNode grouped, int count) {
      return make.ref(grouped, firstCount + count);
    }

    /** A unit that does not contribute has a row that does not: so many may be missing at most. */
    private RexNode least(RelNode grouped, int at) {
      Wanted count = wanted.get(at);
      if (count.once()) {
        return most(grouped, at);
      }
      if (count.few()) {
        return make.plus(
            make.minus(least(grouped, count.whole()), most(grouped, count.whole())),
            most(grouped, at));
      }
      return make.filledBits(make.ref(grouped, firstCount + wanted.size() + at));
    }

    /** Groups that may pass as a whole, and of which a count that may pass has not. */
    private RelNode failed(RelNode bounds) {
      List<RexNode> all = new ArrayList<>();
      List<RexNode> any = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        Wanted count = wanted.get(i);
        RexNode mayPass =
            make.isAtLeast(make.ref(bounds, firstCount + wanted.size() + i), count.atLeast());
        RexNode passes = make.isAtLeast(make.ref(bounds, firstCount + i), count.atLeast());
        if (count.filter() < 0) {
          all.add(mayPass);
        }
        if (!count.once()) {
          any.add(make.and(List.of(mayPass, make.isNotTrue(passes))));
        }
      }
      all.addAll(RelOptUtil.conjunctions(make.or(any)));
      return LogicalFilter.create(bounds, make.and(all));
    }

    private List<RexNode> keysOf(RelNode rel) {
      return upTo(keys).stream().map(key -> make.ref(rel, key)).toList();
    }

    private List<Integer> upTo(int end) {
      return ImmutableBitSet.range(end).asList();
    }
  }
}
