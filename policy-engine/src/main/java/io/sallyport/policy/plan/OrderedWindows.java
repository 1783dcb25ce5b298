package io.sallyport.policy.plan;

import com.google.common.collect.ImmutableList;
import io.sallyport.policy.plan.AggregateList.Order;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelFieldCollation.NullDirection;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowBounds;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.sql.SqlKind;

/**
 * Makes what a window shows of released rows the same in whatever order an engine has them.
 *
 * <pre>
 * row_number() OVER (ORDER BY n)            row_number() OVER (ORDER BY n, zip)
 * sum(n) OVER (ORDER BY n ROWS …)           sum(n) OVER (ORDER BY n, zip ROWS …)
 * list(zip) OVER (PARTITION BY n)           list(zip) OVER (PARTITION BY n ORDER BY zip ROWS …)
 * rank() OVER (ORDER BY n)                  the same, for rows with one n have one rank
 * list(zip) OVER (ORDER BY n)               refused, for they are in the frame together
 * </pre>
 */
final class OrderedWindows {
  private static final Set<String> FRAMED = Set.of("first_value", "last_value", "nth_value");

  private final TotalOrder order;
  private final Checked input;
  private final RexBuilder rex;
  private final Conditions make;
  private final String dataset;

  /**
   * @param input the rows that the windows are over
   */
  OrderedWindows(TotalOrder order, Checked input, RexBuilder rex, Conditions make, String dataset) {
    this.order = order;
    this.input = input;
    this.rex = rex;
    this.make = make;
    this.dataset = dataset;
  }

  RexNode ordered(RexNode value) {
    return value instanceof RexOver over ? new Window(over).ordered() : value;
  }

  private final class Window {
    private final RexOver over;
    private final RexWindow window;
    private final String name;
    private final List<RexNode> operands;
    private final boolean depends;

    Window(RexOver over) {
      this.over = over;
      window = over.getWindow();
      name = over.getAggOperator().getName().toLowerCase(Locale.ROOT);
      operands = new ArrayList<>(over.getOperands());
      Order order = OrderedAggregates.depends(name, operands, input.rel(), dataset);
      if (order.showsOneOfEquals()) {
        operands.set(0, OrderedAggregates.shown(name, operands.get(0), dataset, make));
      }
      depends = order.isFixedByAnOrder();
    }

    RexNode ordered() {
      List<RexFieldCollation> ties = ties();
      boolean places = isFramed() && window.isRows() && !isWhole();
      if (ties.isEmpty() || !depends && !places) {
        return made(
            window.orderKeys, window.getLowerBound(), window.getUpperBound(), window.isRows());
      }
      if (depends && over.isDistinct()) {
        throw refused("`" + name + "` of distinct values in a window");
      }
      if (isFramed() && (excludesEquals() || !isWhole() && !window.isRows() && !isFromAnEnd())) {
        throw refused("`" + name + "` in a window");
      }
      List<RexFieldCollation> keys = new ArrayList<>(window.orderKeys);
      keys.addAll(ties);
      return isFramed() && isWhole()
          ? made(
              keys, RexWindowBounds.UNBOUNDED_PRECEDING, RexWindowBounds.UNBOUNDED_FOLLOWING, true)
          : made(keys, window.getLowerBound(), window.getUpperBound(), true);
    }

    private boolean isFramed() {
      return FRAMED.contains(name)
          || AggregateList.STANDARD.find(name).filter(entry -> !entry.windowOnly()).isPresent();
    }

    /** True if every row of the partition is in the frame, but for those that are excluded. */
    private boolean isWhole() {
      boolean peers = !window.isRows() && window.orderKeys.isEmpty();
      return (window.getLowerBound().isUnbounded() || peers)
          && (window.getUpperBound().isUnbounded() || peers);
    }

    /** The first row of a frame is the same wherever that ends, and the last wherever it begins. */
    private boolean isFromAnEnd() {
      RexWindowBound lower = window.getLowerBound();
      RexWindowBound upper = window.getUpperBound();
      boolean first = name.equals("first_value") && lower.isUnbounded() && upper.isCurrentRow();
      boolean last = name.equals("last_value") && upper.isUnbounded() && lower.isCurrentRow();
      return (first || last)
          && !over.ignoreNulls()
          && window.getExclude() == RexWindowExclusion.EXCLUDE_NO_OTHER;
    }

    private boolean excludesEquals() {
      return window.getExclude() == RexWindowExclusion.EXCLUDE_TIES
          || window.getExclude() == RexWindowExclusion.EXCLUDE_GROUP;
    }

    /** What orders rows that are alike in the window's keys. */
    private List<RexFieldCollation> ties() {
      Set<Integer> known = new HashSet<>();
      window.partitionKeys.forEach(key -> column(key, known));
      window.orderKeys.forEach(key -> column(key.left, known));
      List<RexNode> ties = order.ties(input, known);
      if (ties.isEmpty() || input.order().isEmpty()) {
        return ties.stream()
            .map(tie -> new RexFieldCollation(tie, Set.of(SqlKind.NULLS_LAST)))
            .toList();
      }
      return input.order().stream()
          .filter(key -> !known.contains(key.getFieldIndex()))
          .map(this::asKey)
          .toList();
    }

    private void column(RexNode key, Set<Integer> columns) {
      if (key instanceof RexInputRef column) {
        columns.add(column.getIndex());
      }
    }

    private RexFieldCollation asKey(RelFieldCollation key) {
      EnumSet<SqlKind> marks =
          EnumSet.of(
              key.nullDirection == NullDirection.FIRST ? SqlKind.NULLS_FIRST : SqlKind.NULLS_LAST);
      if (key.direction.isDescending()) {
        marks.add(SqlKind.DESCENDING);
      }
      return new RexFieldCollation(make.ref(input.rel(), key.getFieldIndex()), marks);
    }

    private RexNode made(
        List<RexFieldCollation> keys, RexWindowBound lower, RexWindowBound upper, boolean rows) {
      return rex.makeOver(
          over.getType(),
          over.getAggOperator(),
          operands,
          window.partitionKeys,
          ImmutableList.copyOf(keys),
          lower,
          upper,
          window.getExclude(),
          rows,
          true,
          false,
          over.isDistinct(),
          over.ignoreNulls());
    }

    private NotReleasedException refused(String what) {
      return new NotReleasedException(
          dataset,
          what
              + " over figures about people, which depends on the order of rows that its ORDER BY"
              + " does not tell apart; order by a key of them too");
    }
  }
}
