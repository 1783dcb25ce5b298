package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.AggregateOnly.Dominance;
import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Checked.Count;
import io.sallyport.policy.plan.UnitCounts.Rereading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * The place where rows of people become figures about groups: units and contributors are counted.
 *
 * <pre>
 * before: SELECT zip, sum(cost) FROM visits GROUP BY zip
 * after:  SELECT zip, CASE WHEN count(DISTINCT patient_id) FILTER (WHERE cost IS NOT NULL) &gt;= 10
 *                          THEN sum(cost) END
 *         FROM visits WHERE patient_id IS NOT NULL
 *         GROUP BY zip HAVING count(DISTINCT patient_id) &gt;= 10
 * </pre>
 *
 * <p>Without GROUP BY the one row stays, and its figures are NULL where the counts do not reach.
 */
final class ReleaseBoundary {
  /** How many arguments a function may have here: others of the same name do something else. */
  private static final Map<String, Integer> ARITY =
      Map.of(
          "covar_pop",
          2,
          "covar_samp",
          2,
          "corr",
          2,
          "regr_count",
          2,
          "quantile",
          2,
          "quantile_cont",
          2,
          "quantile_disc",
          2,
          "count_star",
          0);

  private final GuardedNodes nodes;
  private final Conditions make;
  private final Contributors contributors;
  private final AskedGroups asked;
  private final Set<String> warnings;

  ReleaseBoundary(GuardedNodes nodes, Conditions make, AskedGroups asked, Set<String> warnings) {
    this.nodes = nodes;
    this.make = make;
    this.asked = asked;
    this.contributors = new Contributors(make);
    this.warnings = warnings;
  }

  /** Figures that are counts, which a policy may want rounded. */
  private static final Set<String> COUNTS =
      Set.of("count", "count_star", "regr_count", "approx_count_distinct");

  /**
   * A count and what it must reach.
   *
   * @param call its index among the counts of units, or among the checks of the largest units
   */
  private record Threshold(boolean weighs, int call, long atLeast) {
    static Threshold ofUnits(int call, Unit unit) {
      return new Threshold(false, call, unit.atLeast());
    }

    static Threshold ofLargest(int call) {
      return new Threshold(true, call, 1);
    }
  }

  Checked release(AggregateStep step, List<String> fields) {
    Checked released =
        isMerged(step)
            ? new SmallGroups(nodes, make, this).release(step, fields)
            : shown(step, fields);
    ask(step);
    warnings.add(warning(step));
    return released;
  }

  /** Notes the question whether one of the groups may not be seen, if the policies ask it. */
  void ask(AggregateStep step) {
    if (isAsked(step)) {
      asked.add(step.dataset(), counted(step, step.rereading()).unseen());
    }
  }

  private static boolean isAsked(AggregateStep step) {
    return SmallGroups.of(step.input().standing().units()) == AggregateOnly.SmallGroups.ASK;
  }

  /** A number that the query itself writes weighs nothing. */
  private static boolean isWeighed(Operand argument) {
    return argument.argument().degree() > 0;
  }

  static boolean isMerged(AggregateStep step) {
    return !step.keys().isEmpty() && SmallGroups.areMerged(step.input().standing().units());
  }

  private static String warning(AggregateStep step) {
    String kinds =
        String.join(
            " and ",
            step.input().standing().units().stream()
                .map(u -> u.atLeast() + " of kind `" + u.kind() + "`")
                .toList());
    if (isAsked(step)) {
      return "an answer with a group of fewer than "
          + kinds
          + ", or with a figure to which fewer contribute, waits for its owners";
    }
    String small =
        isMerged(step)
            ? " are put together in one row without keys, or left out if that is no larger"
            : " are left out";
    return step.keys().isEmpty()
        ? "a figure about fewer than " + kinds + " is NULL"
        : "groups of fewer than "
            + kinds
            + small
            + ", and figures to which fewer contribute are NULL";
  }

  /** The groups that may be seen, as the analyst's row; small ones are not among them. */
  Checked shown(AggregateStep step, List<String> fields) {
    return counted(step, step.rereading()).finish(fields);
  }

  /** All rows as one group, which is not there if it may not be seen. */
  Checked together(AggregateStep rows, List<String> fields) {
    return counted(rows, rows.rereading(), true).finish(fields);
  }

  /** The groups of which every figure may be seen: keys, figures, and the counts behind them. */
  Checked whole(AggregateStep step) {
    return counted(step, Rereading.NEVER).whole();
  }

  /** The keys of all other groups. */
  RelNode failing(AggregateStep step) {
    return counted(step, Rereading.NEVER).failing();
  }

  private Step counted(AggregateStep step, Rereading rereading) {
    return counted(step, rereading, !step.keys().isEmpty());
  }

  private Step counted(AggregateStep step, Rereading rereading, boolean mayBeAbsent) {
    Step work = new Step(step, rereading, mayBeAbsent);
    work.keys();
    work.countUnits();
    for (AggregateCall call : step.calls()) {
      work.figure(call);
    }
    return work;
  }

  private final class Step {
    private final AggregateStep step;
    private final List<Unit> units;
    private final Expressions expressions;
    private final GuardedNodes.Row row;
    private final List<AggregateCall> figures = new ArrayList<>();

    /** What is read beside the figures, so that they can be made. */
    private final List<AggregateCall> beside = new ArrayList<>();

    /** Where sums of floating numbers have what they are rounded by, by their figures. */
    private final Map<Integer, FloatingSums.Beside> floating = new HashMap<>();

    private final List<List<Threshold>> needs = new ArrayList<>();
    private final List<Threshold> groupNeeds = new ArrayList<>();
    private final boolean mayBeAbsent;
    private final UnitCounts counts;
    private final LargestUnits largest;

    /**
     * @param mayBeAbsent true if a row of too few units is left out, false if its figures are NULL
     */
    Step(AggregateStep step, Rereading rereading, boolean mayBeAbsent) {
      this.mayBeAbsent = mayBeAbsent;
      this.step = step;
      this.units = step.input().standing().units();
      this.expressions = nodes.expressions(step.scope(), Set.of());
      this.row = nodes.new Row(step.input().rel());
      this.counts = new UnitCounts(nodes, make, row, rereading);
      this.largest = new LargestUnits(nodes, make, row);
    }

    void keys() {
      for (int position : step.keys()) {
        Operand key = expressions.column(position);
        Rights.notKey(key.facts(), step.scope());
        Rights.require(key.facts(), Use.GROUP);
        row.add(GroupKeys.alike(key.rex(), step.dataset(), make), nodes.hiddenName());
      }
    }

    void countUnits() {
      if (units.stream().anyMatch(Unit::isTied)) {
        throw refused(
            "a sub-query about one "
                + units.get(0).kind()
                + " and others at once; tie all its tables to the outer row by the unit key");
      }
      for (Unit unit : units) {
        groupNeeds.add(Threshold.ofUnits(countOf(unit), unit));
      }
    }

    private int countOf(Unit unit) {
      return counts.of(unit, row.at(make.ref(step.input().rel(), unit.at())));
    }

    /**
     * @param added what is added up in the rows that meet the condition, and weighed
     */
    private int countOf(Unit unit, RexNode condition, Optional<Operand> added) {
      Optional<RexNode> value = contributors.value(condition);
      return counts.of(
          unit,
          row.at(make.ref(step.input().rel(), unit.at())),
          condition,
          added
              .filter(a -> contributors.asksFor(a, condition))
              .map(a -> contributors.size(a, condition))
              .or(() -> value),
          value.isPresent());
    }

    void figure(AggregateCall call) {
      AggregateList.Entry entry = step.entry(call);
      List<Operand> arguments = step.arguments(entry, call, expressions, make);
      allowed(entry, call, arguments);
      step.requireTotal(entry, call, expressions);
      if (entry.sums() && !FloatingSums.NAMES.contains(entry.name())) {
        arguments.forEach(this::refuseSwallowing);
      }
      Optional<RexNode> filter = filter(call);
      List<Threshold> thresholds = new ArrayList<>();
      Set<RexNode> conditions = contributors.of(told(), entry, arguments, filter);
      for (Unit unit : units) {
        Optional<Operand> added =
            entry.sums() && unit.release().dominance().isPresent()
                ? arguments.stream().filter(ReleaseBoundary::isWeighed).findFirst()
                : Optional.empty();
        for (RexNode condition : contributors.of(unit, told(), entry, arguments, filter)) {
          thresholds.add(Threshold.ofUnits(countOf(unit, condition, added), unit));
        }
      }
      if (entry.sums()) {
        for (Operand argument : arguments) {
          thresholds.addAll(undominated(argument, conditions));
        }
      }
      needs.add(thresholds);
      List<Integer> places = new ArrayList<>();
      for (Operand argument : arguments) {
        RexNode value = argument.rex();
        places.add(row.at(places.isEmpty() ? value : PlanNodes.known(value, step.input().rel())));
      }
      int only = filter.map(row::at).orElse(-1);
      if (FloatingSums.is(entry.name(), arguments)) {
        floating(entry, arguments.get(0), places.get(0), only);
      } else {
        figures.add(Calls.over(call, places, only));
      }
    }

    /** An average is a sum by a count, so that the sum can be rounded. */
    private void floating(AggregateList.Entry entry, Operand argument, int at, int filter) {
      int size = row.at(make.size(argument.rex()));
      int first = beside.size();
      beside.add(Calls.sum(size, filter, make.number(), nodes.hiddenName()));
      boolean average = !entry.name().equals("sum");
      if (average) {
        beside.add(Calls.count(false, at, filter, make.bigint(), nodes.hiddenName()));
      }
      floating.put(figures.size(), new FloatingSums.Beside(first, average));
      figures.add(Calls.compensatedSum(at, filter, make.number(), nodes.hiddenName()));
    }

    /** Figures that are no sums are not rounded, so that numbers must not swallow others there. */
    private void refuseSwallowing(Operand argument) {
      boolean several = units.stream().anyMatch(u -> !u.branches().isEmpty());
      if (FloatingSums.isChoiceWithNumber(argument, several)) {
        throw refused(FloatingSums.CHOICE + "; cast them to DECIMAL");
      }
      if (FloatingSums.isShifted(argument)) {
        throw refused("the spread of long numbers to which a number is added; leave it out");
      }
    }

    /** The unions of which the keys tell the branch. */
    private Set<Object> told() {
      Set<Object> told = new HashSet<>();
      step.keys().forEach(k -> step.input().columns().get(k).facts().label().ifPresent(told::add));
      return told;
    }

    /** Few units must not bring most of a sum, nor of any arm of it. */
    private List<Threshold> undominated(Operand argument, Set<RexNode> conditions) {
      List<Threshold> thresholds = new ArrayList<>();
      if (!isWeighed(argument)) {
        return thresholds;
      }
      for (Unit unit : units) {
        if (unit.release().dominance().isEmpty()) {
          continue;
        }
        Dominance limit = unit.release().dominance().get();
        if (conditions.isEmpty()) {
          thresholds.add(weighed(unit, argument, make.always(), countOf(unit), limit));
        }
        for (RexNode arm : conditions) {
          int count = countOf(unit, arm, Optional.of(argument));
          thresholds.add(weighed(unit, argument, arm, count, limit));
        }
      }
      return thresholds;
    }

    private Threshold weighed(
        Unit unit, Operand argument, RexNode arm, int count, Dominance limit) {
      RexNode size = contributors.size(argument, arm);
      int brought = row.at(make.onlyIfKnown(step.input().rel(), unit.at(), size));
      int at = row.at(make.ref(step.input().rel(), unit.at()));
      return Threshold.ofLargest(largest.of(unit, at, brought, limit, count));
    }

    private Optional<RexNode> filter(AggregateCall call) {
      if (!call.hasFilter()) {
        return Optional.empty();
      }
      Operand filter = expressions.column(call.filterArg);
      Rights.notKey(filter.facts(), step.scope());
      Rights.require(filter.facts(), Use.FILTER);
      return Optional.of(make.isTrue(filter.rex()));
    }

    private void allowed(AggregateList.Entry entry, AggregateCall call, List<Operand> arguments) {
      String name = entry.name();
      boolean named = units.stream().allMatch(u -> u.release().functions().contains(name));
      if (entry.release() == AggregateList.Release.NEVER) {
        throw refused(
            "`" + name + "` can show one person's own value; count, sum, avg and their like pass");
      }
      if (entry.release() == AggregateList.Release.NAMED && !named) {
        throw refused(
            "`"
                + name
                + "` shows one person's own value, and the policy does not name it; count, sum, avg"
                + " and their like pass");
      }
      boolean counts = name.equals("count");
      int arity = counts ? Math.min(1, arguments.size()) : ARITY.getOrDefault(name, 1);
      if (arguments.size() != arity || call.isDistinct() && !counts) {
        throw refused("`" + name + "` with these arguments over protected rows");
      }
      for (Operand argument : arguments) {
        allowed(entry, argument, counts, call.isDistinct());
      }
      if (entry.sums() && roundTo() > 1 && arguments.stream().anyMatch(a -> isCount(name, a))) {
        throw refused(
            "`"
                + name
                + "` of counts, or of numbers that the query itself writes, where the policy rounds"
                + " counts; write count(*) filter (where …)");
      }
      int degree = arguments.stream().mapToInt(a -> a.argument().degree()).sum();
      Set<Argument.Source> sources = new HashSet<>();
      arguments.forEach(a -> sources.addAll(a.argument().sources()));
      boolean several = sources.stream().filter(source -> !source.isOpen()).count() > 1;
      if (units.size() > 1 && degree > 1 && several) {
        throw refused(
            "a product of columns over rows that belong to several persons; set the unit keys equal"
                + " or aggregate one side first");
      }
    }

    /** Counts are rounded as the coarsest policy concerned asks. */
    private long roundTo() {
      return units.stream().mapToInt(u -> u.release().roundTo()).max().orElse(1);
    }

    /** True for a count in disguise. */
    private static boolean isCount(String aggregate, Operand operand) {
      Argument argument = operand.argument();
      boolean counted =
          aggregate.equals("sum")
              && argument.traits().contains(Argument.Trait.COUNTED)
              && argument.degree() == 1;
      return argument.refusal().isEmpty() && (argument.degree() == 0 || counted);
    }

    private void allowed(
        AggregateList.Entry entry, Operand argument, boolean counts, boolean distinct) {
      if (argument.facts().key().isPresent()) {
        if (!(counts && distinct)) {
          Rights.notKey(argument.facts(), step.scope());
        }
        return;
      }
      Argument made = argument.argument();
      if (made.refusal().isPresent()) {
        throw refused(made.refusal().get());
      }
      if (entry.sums() && !isNumber(argument.rex())) {
        throw refused("`" + entry.name() + "` of what is not a number, over protected rows");
      }
      Rights.require(made.values(), Use.AGGREGATE);
      Rights.require(made.conditions(), Use.FILTER);
      Set<String> strangers = new HashSet<>(made.owners());
      units.forEach(u -> strangers.removeAll(u.datasets()));
      if (!counts && !strangers.isEmpty()) {
        throw refused(
            "a value of another owner's public table inside `"
                + entry.name()
                + "` over protected rows; it may be a group key or stand in a condition");
      }
    }

    private boolean isNumber(RexNode value) {
      return SqlTypeUtil.isNumeric(value.getType())
          || ArgumentGrammar.isBoolean(value.getType())
          || value.getType().getSqlTypeName() == SqlTypeName.NULL
          || value.getType().toString().endsWith("HUGEINT");
    }

    private NotReleasedException refused(String reason) {
      return new NotReleasedException(step.dataset(), reason);
    }

    /** The keys, the figures and the counts of each group. */
    private RelNode grouped() {
      List<AggregateCall> calls = new ArrayList<>(figures);
      calls.addAll(beside);
      return counts.grouped(step.keys().size(), calls, largest);
    }

    private List<Threshold> every() {
      Set<Threshold> every = new LinkedHashSet<>(groupNeeds);
      needs.forEach(every::addAll);
      return List.copyOf(every);
    }

    Checked whole() {
      int keys = step.keys().size();
      RelNode groups = grouped();
      groups = LogicalFilter.create(groups, reached(groups, every()));
      GuardedNodes.Row answer = nodes.new Row(groups);
      for (int i = 0; i < keys + figures.size(); i++) {
        answer.add(i < keys ? make.ref(groups, i) : figure(groups, i - keys), nodes.hiddenName());
      }
      List<Count> riding = new ArrayList<>();
      for (Threshold need : every()) {
        riding.add(new Count(answer.size(), need.atLeast(), OptionalInt.empty()));
        answer.add(make.ref(groups, place(need)), nodes.hiddenName());
      }
      return new Checked(answer.project(Set.of()), List.of(), Standing.RELEASED, riding);
    }

    /** A row for each group that may not be seen, or of which a figure may not. */
    RelNode unseen() {
      RelNode groups = grouped();
      GuardedNodes.Row found =
          nodes.new Row(LogicalFilter.create(groups, make.isNotTrue(reached(groups, every()))));
      found.add(make.number(1), nodes.hiddenName());
      return found.project(Set.of());
    }

    RelNode failing() {
      int keys = step.keys().size();
      RelNode groups = grouped();
      RelNode all = groups;
      List<RexNode> empty =
          groupNeeds.stream()
              .map(need -> make.isNotTrue(make.isAtLeast(make.ref(all, place(need)), 1)))
              .toList();
      // Without keys there is a group even of no rows at all, which nobody could be told from.
      List<RexNode> fails =
          List.of(make.isNotTrue(make.and(empty)), make.isNotTrue(reached(all, every())));
      groups = LogicalFilter.create(all, make.and(fails));
      return nodes.placed(groups, ImmutableBitSet.range(keys).asList());
    }

    Checked finish(List<String> fields) {
      int keys = step.keys().size();
      RelNode grouped = grouped();
      int firstCount = keys + figures.size();
      if (mayBeAbsent) {
        grouped = LogicalFilter.create(grouped, reached(grouped, groupNeeds));
      }
      GuardedNodes.Row answer = nodes.new Row(grouped);
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < firstCount; i++) {
        RexNode value = i < keys ? make.ref(grouped, i) : figure(grouped, i - keys);
        List<Threshold> all = i < keys ? List.of() : needed(i - keys);
        answer.add(
            all.isEmpty() ? value : make.onlyIf(reached(grouped, all), value), fields.get(i));
        columns.add(new Column(i, GuardedNodes.made()));
      }
      List<Count> riding = riding(grouped, answer);
      return new Checked(answer.project(Set.of()), columns, Standing.RELEASED, riding);
    }

    /** The counts as hidden columns, so that the last door can check each row once more. */
    private List<Count> riding(RelNode grouped, GuardedNodes.Row answer) {
      List<Count> riding = new ArrayList<>();
      int keys = step.keys().size();
      if (mayBeAbsent) {
        for (Threshold need : groupNeeds) {
          int at = answer.at(make.ref(grouped, place(need)));
          riding.add(new Count(at, need.atLeast(), OptionalInt.empty()));
        }
      }
      for (int figure = 0; figure < figures.size(); figure++) {
        for (Threshold need : needed(figure)) {
          int at = answer.at(make.ref(grouped, place(need)));
          riding.add(new Count(at, need.atLeast(), OptionalInt.of(keys + figure)));
        }
      }
      return riding;
    }

    private List<Threshold> needed(int figure) {
      List<Threshold> all = new ArrayList<>();
      if (!mayBeAbsent) {
        all.addAll(groupNeeds);
      }
      needs.get(figure).stream().filter(t -> !all.contains(t)).forEach(all::add);
      return all;
    }

    /** Where a threshold's count is among the keys, figures, counts of units and checks. */
    private int place(Threshold threshold) {
      int first = step.keys().size() + figures.size() + beside.size();
      return first + (threshold.weighs() ? counts.size() : 0) + threshold.call();
    }

    private RexNode figure(RelNode grouped, int figure) {
      RexNode value = make.ref(grouped, step.keys().size() + figure);
      FloatingSums.Beside rounding = floating.get(figure);
      if (rounding != null) {
        int first = step.keys().size() + figures.size() + rounding.first();
        RexNode sum = new FloatingSums(make).rounded(value, make.ref(grouped, first));
        return rounding.average() ? make.quotient(sum, make.ref(grouped, first + 1)) : sum;
      }
      String name = figures.get(figure).getAggregation().getName().toLowerCase(Locale.ROOT);
      return COUNTS.contains(name) && roundTo() > 1 ? make.rounded(value, roundTo()) : value;
    }

    private RexNode reached(RelNode grouped, List<Threshold> thresholds) {
      return make.and(
          thresholds.stream()
              .map(t -> make.isAtLeast(make.ref(grouped, place(t)), t.atLeast()))
              .toList());
    }
  }
}
