package io.sallyport.policy.plan;

import io.sallyport.policy.plan.AggregateList.Order;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;

/**
 * Makes what an aggregate gives of released rows the same in whatever order an engine has them.
 *
 * <pre>
 * list(zip)             list(zip ORDER BY zip)
 * avg(mean)             avg(mean ORDER BY mean)        -- of DOUBLE, where (a + b) + c is not a + (b + c)
 * max(mean)             max(mean), with one zero       -- 0.0 and -0.0 are equal and not alike
 * list(zip ORDER BY n)  list(zip ORDER BY n, zip)
 * entropy(zip)          refused
 * </pre>
 */
final class OrderedAggregates {
  private final GuardedNodes nodes;
  private final Conditions make;

  OrderedAggregates(GuardedNodes nodes, Conditions make) {
    this.nodes = nodes;
    this.make = make;
  }

  RelNode aggregate(LogicalAggregate aggregate, Checked input) {
    GuardedNodes.Row row = nodes.new Row(input.rel());
    for (int i = 0; i < input.columns().size(); i++) {
      RexNode column = make.ref(input.rel(), input.columns().get(i).at());
      boolean key = aggregate.getGroupSet().get(i);
      row.add(key ? GroupKeys.alike(column, nodes.dataset(), make) : column, nodes.hiddenName());
    }
    List<AggregateCall> calls =
        aggregate.getAggCallList().stream().map(call -> ordered(call, input, row)).toList();
    return aggregate.copy(
        aggregate.getTraitSet(),
        calls.equals(aggregate.getAggCallList()) && isPlain(row, input)
            ? nodes.visible(input)
            : row.project(Set.of()),
        aggregate.getGroupSet(),
        aggregate.getGroupSets(),
        calls);
  }

  private boolean isPlain(GuardedNodes.Row row, Checked input) {
    for (int i = 0; i < row.size(); i++) {
      if (!row.node(i).equals(make.ref(input.rel(), input.columns().get(i).at()))) {
        return false;
      }
    }
    return true;
  }

  private AggregateCall ordered(AggregateCall call, Checked input, GuardedNodes.Row row) {
    String name = call.getAggregation().getName().toLowerCase(Locale.ROOT);
    List<RexNode> values = call.getArgList().stream().map(row::node).toList();
    Order depends = depends(name, values, input.rel(), nodes.dataset());
    switch (depends) {
      case UNLIKE -> {
        List<Integer> arguments = new ArrayList<>(call.getArgList());
        arguments.set(0, row.at(shown(name, row.node(arguments.get(0)))));
        return call.withArgList(arguments);
      }
      case ALWAYS, TIES -> {
        List<Integer> arguments = new ArrayList<>();
        for (int argument : call.getArgList()) {
          RexNode value = row.node(argument);
          boolean oneOfEquals = call.isDistinct() || depends == Order.TIES;
          arguments.add(oneOfEquals ? row.at(shown(name, value)) : argument);
        }
        return Calls.ordered(call, arguments, order(call, arguments, input, row));
      }
      default -> {
        return call;
      }
    }
  }

  private List<RelFieldCollation> order(
      AggregateCall call, List<Integer> arguments, Checked input, GuardedNodes.Row row) {
    List<RelFieldCollation> order = new ArrayList<>();
    Set<Integer> ordered = new HashSet<>();
    for (RelFieldCollation key : call.getCollation().getFieldCollations()) {
      int place = call.getArgList().indexOf(key.getFieldIndex());
      int at = place < 0 ? key.getFieldIndex() : arguments.get(place);
      if (ordered.add(at)) {
        order.add(key.withFieldIndex(at));
      }
    }
    for (RelFieldCollation key : call.isDistinct() ? List.<RelFieldCollation>of() : input.order()) {
      int at = row.at(make.ref(input.rel(), key.getFieldIndex()));
      if (ordered.add(at)) {
        order.add(key.withFieldIndex(at));
      }
    }
    arguments.stream()
        .filter(ordered::add)
        .forEach(argument -> order.add(TotalOrder.ascending(argument)));
    for (int argument : arguments) {
      RexNode value = row.node(argument);
      if (!call.isDistinct() && !GroupKeys.areAlike(value.getType())) {
        int at = row.at(make.text(value));
        if (ordered.add(at)) {
          order.add(TotalOrder.ascending(at));
        }
      }
    }
    return order;
  }

  /** Whether the order decides what a function gives of such values. */
  static Order depends(String name, List<RexNode> arguments, RelNode rows, String dataset) {
    Order order =
        AggregateList.STANDARD.find(name).map(AggregateList.Entry::order).orElse(Order.NEVER);
    // An engine takes the number of values, as in max(x, 2), from the first row.
    boolean open =
        order == Order.UNLIKE && !arguments.stream().skip(1).allMatch(a -> isFixed(a, rows));
    if (order == Order.OPEN || open) {
      throw new NotReleasedException(
          dataset,
          "`"
              + name
              + (open ? "` with anything but a fixed value behind the first" : "`")
              + " over figures about people, which depends on the order that they come in");
    }
    if (order == Order.FLOATING) {
      boolean exact =
          arguments.stream().noneMatch(a -> FloatingSums.isAddedAsFloating(a.getType()));
      return exact ? Order.NEVER : Order.ALWAYS;
    }
    boolean alike =
        arguments.stream().limit(1).allMatch(value -> GroupKeys.areAlike(value.getType()));
    return order == Order.UNLIKE && alike ? Order.NEVER : order;
  }

  /** True if a value is the same in all rows. */
  private static boolean isFixed(RexNode value, RelNode rows) {
    RexNode made =
        value instanceof RexInputRef reference && rows instanceof Project project
            ? project.getProjects().get(reference.getIndex())
            : value;
    return RelOptUtil.InputFinder.bits(made).isEmpty()
        && RexUtil.isDeterministic(made)
        && !RexUtil.containsCorrelation(made)
        && RexUtil.SubQueryFinder.find(made) == null;
  }

  private RexNode shown(String name, RexNode value) {
    return shown(name, value, nodes.dataset(), make);
  }

  /** A value that a function shows as one of several that are equal. */
  static RexNode shown(String name, RexNode value, String dataset, Conditions make) {
    return GroupKeys.alike(value, "`" + name + "`", "over figures about people", dataset, make);
  }
}
