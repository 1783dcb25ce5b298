package io.sallyport.policy.plan;

import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.Argument.Trait;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.Restricted;
import io.sallyport.policy.plan.Unit.Mark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * An aggregate within each unit: its rows still belong to the units, so any listed function may
 * stand, and nothing is counted yet.
 *
 * <pre>
 * before: SELECT patient_id, sum(CASE WHEN sick THEN cost END) FROM visits GROUP BY patient_id
 * after:  … , bool_or(sick AND …)   -- so that an outer sum knows who entered by which arm
 * </pre>
 */
final class PerUnitStep {
  /** Functions whose result for one unit may enter an outer aggregate. */
  private static final Set<String> ENTERING =
      Set.of(
          "count",
          "count_star",
          "sum",
          "avg",
          "mean",
          "min",
          "max",
          "any_value",
          "arbitrary",
          "first",
          "last",
          "median",
          "stddev",
          "stddev_samp",
          "stddev_pop",
          "variance",
          "var_samp",
          "var_pop");

  /** In the others one row of a unit decides how much another counts. */
  private static final Set<String> ADDING = Set.of("count", "count_star", "sum");

  private final GuardedNodes nodes;
  private final Conditions make;
  private final ArgumentGrammar grammar;

  PerUnitStep(GuardedNodes nodes, Conditions make) {
    this.nodes = nodes;
    this.make = make;
    this.grammar = new ArgumentGrammar(make);
  }

  Checked step(AggregateStep step, List<String> fields) {
    return new Work(step).step(fields);
  }

  private final class Work {
    private final AggregateStep step;
    private final Expressions expressions;
    private final GuardedNodes.Row row;
    private final List<AggregateCall> calls = new ArrayList<>();
    private final List<AggregateCall> markers = new ArrayList<>();
    private final Map<Integer, Integer> marked = new LinkedHashMap<>();
    private int keys;

    Work(AggregateStep step) {
      this.step = step;
      this.expressions = nodes.expressions(step.scope(), Set.of());
      this.row = nodes.new Row(step.input().rel());
    }

    Checked step(List<String> fields) {
      List<Facts> facts = new ArrayList<>();
      for (int i = 0; i < step.keys().size(); i++) {
        Operand key = expressions.column(step.keys().get(i));
        Rights.require(key.facts(), Use.GROUP);
        row.add(key.rex(), fields.get(i));
        facts.add(keyFacts(key));
      }
      List<Unit> units = new ArrayList<>();
      for (Unit unit : step.input().standing().units()) {
        Unit moved = unit.in(List.of()).moved(at -> row.at(make.ref(step.input().rel(), at)));
        units.add(moved.once(isOnce(unit)));
      }
      keys = row.size();
      for (AggregateCall call : step.calls()) {
        facts.add(figure(call));
      }
      return finish(fields, facts, units);
    }

    /** Grouped by one unit's key and nothing else, each unit has one row. */
    private boolean isOnce(Unit unit) {
      return step.input().standing().units().size() == 1
          && step.keys().stream()
              .allMatch(
                  key ->
                      step.input().columns().get(key).facts().key().stream()
                          .anyMatch(k -> k.unit() == unit.id() && !k.padded()));
    }

    private Facts keyFacts(Operand key) {
      Argument argument = key.argument();
      boolean plain = argument.refusal().isEmpty() && argument.arms().equals(List.of(Arm.ALWAYS));
      return key.facts()
          .withArgument(plain ? argument : ArgumentGrammar.refused("a conditional group key"));
    }

    private Facts figure(AggregateCall call) {
      AggregateList.Entry entry = step.entry(call);
      step.requireTotal(entry, call, expressions);
      List<Operand> arguments = step.arguments(entry, call, expressions, make);
      boolean countsKeys = entry.name().equals("count") && call.isDistinct();
      Set<Restricted> lineage = new HashSet<>();
      for (Operand argument : arguments) {
        if (!countsKeys) {
          Rights.notKey(argument.facts(), step.scope());
        }
        require(argument);
        lineage.addAll(argument.facts().lineage());
      }
      Optional<RexNode> filter = Optional.empty();
      Set<Restricted> conditions = Set.of();
      if (call.hasFilter()) {
        Operand operand = expressions.column(call.filterArg);
        Rights.notKey(operand.facts(), step.scope());
        Rights.require(operand.facts(), Use.FILTER);
        filter = Optional.of(make.isTrue(operand.rex()));
        conditions = operand.facts().lineage();
        lineage.addAll(conditions);
      }
      List<Integer> places = new ArrayList<>();
      for (Operand argument : arguments) {
        places.add(row.at(argument.rex()));
      }
      calls.add(Calls.over(call, places, filter.map(row::at).orElse(-1)));
      // A unit's rows may cancel out, so a figure that is zero brings nothing to an outer sum.
      Argument argument =
          argument(entry, call, arguments, filter)
              .withConditions(conditions)
              .withForm(Argument.Form.FIGURE);
      return new Facts(lineage, Optional.empty(), argument);
    }

    private void require(Operand argument) {
      if (argument.argument().refusal().isEmpty()) {
        Rights.require(argument.argument().values(), Use.AGGREGATE);
        Rights.require(argument.argument().conditions(), Use.FILTER);
      } else {
        Rights.require(argument.facts(), Use.AGGREGATE);
        Rights.require(argument.facts(), Use.FILTER);
      }
    }

    /** What the unit's figure is as an argument of an outer aggregate. */
    private Argument argument(
        AggregateList.Entry entry,
        AggregateCall call,
        List<Operand> arguments,
        Optional<RexNode> filter) {
      if (!ENTERING.contains(entry.name()) || arguments.size() > 1) {
        return ArgumentGrammar.refused("a figure by `" + entry.name() + "`");
      }
      boolean counts = entry.name().equals("count") || entry.name().equals("count_star");
      if (arguments.isEmpty()) {
        Argument one = Argument.column(Set.of(), sources()).withTrait(Trait.COUNTED);
        return one.withArms(counted(filter));
      }
      Operand only = arguments.get(0);
      if (only.facts().key().isPresent()) {
        return Argument.column(Set.of(), sources()).withTrait(Trait.COUNTED);
      }
      boolean branches =
          step.input().standing().units().stream().anyMatch(unit -> !unit.branches().isEmpty());
      if (!counts && FloatingSums.isChoiceWithNumber(only, branches)) {
        return ArgumentGrammar.refused(FloatingSums.CHOICE + ", added up within one unit,");
      }
      Argument argument = counts ? only.argument().withTrait(Trait.COUNTED) : only.argument();
      List<Arm> arms = new ArrayList<>();
      for (Arm arm : argument.arms()) {
        if (arm.when().isEmpty() && !counts && marks(arm).isEmpty()) {
          arms.add(arm.branches(Set.of()));
          continue;
        }
        List<RexNode> parts = new ArrayList<>();
        filter.ifPresent(parts::add);
        parts.add(make.isNotNull(only.rex()));
        arm.when().ifPresent(parts::add);
        for (Mark mark : marks(arm)) {
          arms.add(arm(parts, mark, arm.zero() && !counts));
        }
        if (marks(arm).isEmpty()) {
          arms.add(new Arm(Optional.of(marker(make.and(parts))), arm.zero() && !counts));
        }
      }
      if (arms.size() > 1 && (call.isDistinct() || !ADDING.contains(entry.name()))) {
        return Argument.refused(
            "`"
                + entry.name()
                + "` of a choice of values within one unit, in an outer aggregate; leave out its"
                + " ELSE, or add the values up within the unit");
      }
      if (counts) {
        arms.add(none(arms));
      }
      return argument.withArms(arms);
    }

    /**
     * A row of each group. Where keys of several sources tell groups apart, the sources stay apart,
     * too: of each person's rows some conditions could still pick more or fewer.
     */
    private RowSources sources(int width) {
      RowSources rows = step.input().rows();
      Set<RowSources.Source> grouped = new HashSet<>();
      step.keys().forEach(key -> grouped.addAll(rows.now(rows.columns().get(key).sources())));
      int keys = step.keys().size();
      if (keys == 0) {
        return RowSources.one(width);
      }
      if (grouped.size() <= 1) {
        List<Integer> key = ImmutableBitSet.range(keys).asList();
        return RowSources.made(width, key, true, List.of(rows));
      }
      List<RowSources.Origin> origins = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        origins.add(
            i < keys
                ? rows.columns().get(step.keys().get(i))
                : RowSources.Origin.computed(rows.sources()));
      }
      List<Set<RowSources.Source>> chosen = new ArrayList<>();
      origins.stream().limit(keys).filter(o -> !o.isPlain()).forEach(o -> chosen.add(o.sources()));
      return rows.with(origins).where(List.of(), chosen);
    }

    private Set<Argument.Source> sources() {
      return step.input().standing().units().stream()
          .map(unit -> new Argument.Source(unit.dataset(), unit.id()))
          .collect(Collectors.toSet());
    }

    /** A way for the rows of each branch, and a zero for units that have none. */
    private List<Arm> counted(Optional<RexNode> filter) {
      List<Arm> arms = new ArrayList<>();
      for (Mark mark : marks(Arm.ALWAYS)) {
        arms.add(arm(filter.stream().toList(), mark, false));
      }
      if (arms.isEmpty() && filter.isEmpty()) {
        return List.of(Arm.ALWAYS);
      }
      filter
          .filter(f -> arms.isEmpty())
          .ifPresent(f -> arms.add(new Arm(Optional.of(marker(f)), false)));
      arms.add(none(arms));
      return arms;
    }

    /**
     * Rows of several branches make the row of one unit, so its ways exclude each other no more.
     */
    private Arm arm(List<RexNode> parts, Mark mark, boolean zero) {
      List<RexNode> all = new ArrayList<>(parts);
      all.add(make.ref(step.input().rel(), mark.at()));
      return new Arm(Optional.of(marker(make.and(all))), zero);
    }

    /** The branches that an arm is in, as far as it does not say so itself. */
    private Set<Mark> marks(Arm arm) {
      Set<Mark> marks = new LinkedHashSet<>();
      for (Unit unit : step.input().standing().units()) {
        unit.branches().stream()
            .filter(m -> arm.branches().stream().noneMatch(b -> b.union() == m.branch().union()))
            .forEach(marks::add);
      }
      return marks;
    }

    /** Units that came by none of the ways: of them a count is zero, not nothing. */
    private Arm none(List<Arm> arms) {
      return new Arm(
          Optional.of(
              make.and(arms.stream().map(a -> make.isNotTrue(a.when().orElseThrow())).toList())),
          true);
    }

    /** A placeholder for "in any row of the unit"; it gets its place when the row is complete. */
    private RexNode marker(RexNode condition) {
      int at = row.at(make.asFilter(condition));
      int marker =
          marked.computeIfAbsent(
              at,
              k -> {
                markers.add(Calls.any(k, make.truth(), nodes.hiddenName()));
                return markers.size() - 1;
              });
      return make.placeholder(marker);
    }

    private Checked finish(List<String> fields, List<Facts> facts, List<Unit> units) {
      List<AggregateCall> all = new ArrayList<>(calls);
      all.addAll(markers);
      RelNode rel =
          LogicalAggregate.create(
              row.project(Set.of()), List.of(), ImmutableBitSet.range(keys), null, all);
      int firstMarker = keys + calls.size();
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        boolean key = i < step.keys().size();
        int at = key ? i : keys + i - step.keys().size();
        columns.add(new Column(at, key ? facts.get(i) : facts.get(i).moved(m -> firstMarker + m)));
      }
      return Checked.of(rel, columns, new Standing.Protected(units), sources(columns.size()));
    }
  }
}
