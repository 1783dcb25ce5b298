package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.Argument.Branch;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Unit.Mark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

  /** Figures in which contributions are added, so that a zero brings nothing. */
  private static final Set<String> TOTALS = Set.of("sum", "avg", "mean");

  /**
   * The conditions; none if every row of the group enters, a false one if none can.
   *
   * @param told unions of which each group holds the rows of one branch only
   */
  Set<RexNode> of(
      Set<Object> told,
      AggregateList.Entry entry,
      List<Operand> arguments,
      Optional<RexNode> filter) {
    List<Arm> ways = ways(entry, arguments, filter);
    for (Object union : told) {
      ways = together(ways, union);
    }
    return conditions(ways);
  }

  /**
   * The same for one unit, branch by branch of the unions in which it has rows: one branch may hold
   * one person, and the others what is known.
   */
  Set<RexNode> of(
      Unit unit,
      Set<Object> told,
      AggregateList.Entry entry,
      List<Operand> arguments,
      Optional<RexNode> filter) {
    List<Arm> ways = ways(entry, arguments, filter);
    for (Object union : unions(unit)) {
      if (told.contains(union) && !holdsUnions(unit, union)) {
        continue;
      }
      List<Arm> apart = new ArrayList<>();
      for (Arm way : ways) {
        apart.addAll(apart(way, union, unit));
      }
      ways = apart;
    }
    for (Object union : told) {
      ways = together(ways, union);
    }
    return conditions(ways);
  }

  /** True if a branch is a union in turn, of which the label of its row tells no branch. */
  private static boolean holdsUnions(Unit unit, Object union) {
    return unit.branches().stream()
        .map(Mark::branch)
        .anyMatch(branch -> branch.union() == union && branch.path().size() > 1);
  }

  /**
   * Where a group holds the rows of one branch, only the ways of that branch must have
   * contributors: the first of each branch are one, and the second, and so on.
   *
   * <pre>branch 1: a, b    branch 2: c    →    a OR c, b OR c</pre>
   */
  private List<Arm> together(List<Arm> ways, Object union) {
    Map<Integer, List<Arm>> byBranch = new TreeMap<>();
    List<Arm> joined = new ArrayList<>();
    for (Arm way : ways) {
      Optional<Branch> branch = way.branches().stream().filter(b -> b.union() == union).findAny();
      branch.ifPresentOrElse(
          b -> byBranch.computeIfAbsent(b.path().get(0), n -> new ArrayList<>()).add(way),
          () -> joined.add(way));
    }
    int most = byBranch.values().stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < most; i++) {
      List<RexNode> conditions = new ArrayList<>();
      Set<Branch> branches = new HashSet<>();
      for (List<Arm> own : byBranch.values()) {
        Arm way = own.get(Math.min(i, own.size() - 1));
        conditions.add(way.when().orElseGet(make::always));
        branches.addAll(way.branches());
      }
      joined.add(new Arm(Optional.of(make.or(conditions)), false, branches));
    }
    return joined;
  }

  private static Set<Object> unions(Unit unit) {
    Set<Object> unions = new LinkedHashSet<>();
    unit.branches().forEach(mark -> unions.add(mark.branch().union()));
    return unions;
  }

  private List<Arm> apart(Arm way, Object union, Unit unit) {
    if (way.branches().stream().anyMatch(branch -> branch.union() == union)) {
      return List.of(way);
    }
    List<Arm> apart = new ArrayList<>();
    for (Mark mark : unit.branches()) {
      if (mark.branch().union() == union) {
        List<RexNode> both = new ArrayList<>(way.when().stream().toList());
        both.add(make.placeholder(mark.at()));
        Set<Branch> branches = new HashSet<>(way.branches());
        branches.add(mark.branch());
        apart.add(new Arm(Optional.of(make.and(both)), way.zero(), branches));
      }
    }
    return apart;
  }

  private Set<RexNode> conditions(List<Arm> ways) {
    Set<RexNode> conditions = new LinkedHashSet<>();
    for (Arm way : ways) {
      if (way.when().isEmpty()) {
        return Set.of();
      }
      conditions.add(way.when().get());
    }
    return conditions.isEmpty() ? Set.of(make.never()) : conditions;
  }

  private List<Arm> ways(
      AggregateList.Entry entry, List<Operand> arguments, Optional<RexNode> filter) {
    boolean zeroEnters = !TOTALS.contains(entry.name());
    List<Arm> ways = new ArrayList<>();
    for (Arm arm : grammar.product(arguments).arms()) {
      if (arm.zero() && !zeroEnters) {
        continue;
      }
      List<RexNode> parts = new ArrayList<>();
      filter.ifPresent(parts::add);
      arm.when().ifPresent(parts::add);
      for (Operand argument : arguments) {
        parts.addAll(enters(argument, entry.sums()));
      }
      ways.add(arm.when(parts.isEmpty() ? Optional.empty() : Optional.of(make.and(parts))));
    }
    return ways;
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

  /**
   * How much a row brings to what is added up; NULL in just the rows that do not contribute.
   *
   * @param condition says which rows do, all of which have a value
   */
  RexNode size(Operand argument, RexNode condition) {
    if (condition.isAlwaysTrue()) {
      return make.size(argument.rex());
    }
    return value(condition)
        .filter(v -> asksFor(argument, condition))
        .map(make::size)
        .orElseGet(() -> make.onlyIf(condition, make.size(argument.rex())));
  }

  /** True if only rows in which it has a value meet the condition. */
  boolean asksFor(Operand argument, RexNode condition) {
    return RelOptUtil.conjunctions(condition).contains(make.isNotNull(argument.rex()));
  }

  private List<RexNode> enters(Operand argument, boolean sums) {
    if (argument.rex() instanceof RexLiteral literal && !literal.isNull()) {
      return List.of();
    }
    return sums && argument.argument().form().mayCancel()
        ? List.of(make.isNotNull(argument.rex()), make.isNotZero(argument.rex()))
        : List.of(make.isNotNull(argument.rex()));
  }
}
