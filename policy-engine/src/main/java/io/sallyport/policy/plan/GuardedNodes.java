package io.sallyport.policy.plan;

import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Checked.Count;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Scope.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalIntersect;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalMinus;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Judges and rewrites a plan node by node, from the leaves up; a node that is not known is refused.
 *
 * <pre>
 * before: Filter(cost &gt; 5)            after: Filter(cost &gt; 5)
 *           Scan(clinic.visits)                Filter(patient_id IS NOT NULL)
 *                                                GuardedScan(clinic.visits, [cost, patient_id])
 * </pre>
 *
 * <p>It keeps the analyst's columns in their order; unit keys and counts ride along beside them.
 */
final class GuardedNodes {
  private final RexBuilder rex;
  private final Conditions make;
  private final GuardedTables tables;
  private final Joins joins;
  private final Unions unions;
  private final ReleaseBoundary boundary;
  private final GroupingSets groupingSets;
  private final PerUnitStep perUnit;
  private final RepeatedSteps repeated;
  private final TotalOrder order;
  private final OrderedAggregates orderedAggregates;
  private final AskedGroups asked = new AskedGroups();
  private final Set<String> protectedDatasets = new LinkedHashSet<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private int names;

  GuardedNodes(RelNode plan, Map<String, Obligations.Guard> guards) {
    rex = plan.getCluster().getRexBuilder();
    make = new Conditions(rex);
    tables = new GuardedTables(guards, make);
    joins = new Joins(this, make);
    unions = new Unions(this, make);
    boundary = new ReleaseBoundary(this, make, asked, warnings);
    groupingSets = new GroupingSets(this, make, boundary, warnings);
    perUnit = new PerUnitStep(this, make);
    repeated = new RepeatedSteps(plan);
    order = new TotalOrder(this, make);
    orderedAggregates = new OrderedAggregates(this, make);
    PlanNodes.visit(
        plan,
        node -> {
          if (node instanceof TableScan scan) {
            tables.protects(scan).ifPresent(protectedDatasets::add);
          }
        });
  }

  /** True if rows about people are read anywhere in the plan. */
  boolean readsProtected() {
    return !protectedDatasets.isEmpty();
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Whether a group that the policies ask about is too small; empty if they ask about none. */
  Optional<RelNode> question() {
    return asked.question();
  }

  /** A name for a column that the analyst does not see. */
  String hiddenName() {
    return "$hidden" + names++;
  }

  Expressions expressions(Scope scope, Set<CorrelationId> ids) {
    return new Expressions(this, scope, scope.around(ids), rex, make);
  }

  /** A sub-query's plan. */
  Checked inner(RelNode node, Surroundings around) {
    return node(node, around);
  }

  Checked node(RelNode node, Surroundings around) {
    if (node instanceof TableScan scan) {
      return tables.scan(scan);
    }
    if (node instanceof LogicalValues values) {
      return values(values);
    }
    if (node instanceof LogicalFilter filter) {
      return filter(filter, around);
    }
    if (node instanceof LogicalProject project) {
      return project(project, around);
    }
    if (node instanceof LogicalJoin join) {
      return joins.join(join, node(join.getLeft(), around), node(join.getRight(), around), around);
    }
    if (node instanceof LogicalAggregate aggregate) {
      return aggregate(aggregate, around);
    }
    if (node instanceof LogicalSort sort) {
      return sort(sort, around);
    }
    if (node instanceof LogicalUnion union) {
      return unions.union(union, inputs(union, around), around);
    }
    if (node instanceof LogicalIntersect || node instanceof LogicalMinus) {
      return unions.free(
          node, inputs(node, around), node instanceof LogicalMinus ? "EXCEPT" : "INTERSECT");
    }
    throw new NotReleasedException(
        dataset(), unknown(node) + ", in a query over protected rows; " + instead(node));
  }

  private static String instead(RelNode node) {
    return node instanceof Correlate
        ? "it may be a join with groups of their own, or stand in SELECT or WHERE"
        : "it may stand in one over public rows";
  }

  /** Whose rows about people the plan reads first; empty if it reads none. */
  String dataset() {
    return protectedDatasets.stream().findFirst().orElse("");
  }

  private static String unknown(RelNode node) {
    if (node instanceof Correlate) {
      return "a lateral join, a sub-query in FROM that names a table beside it";
    }
    if (node instanceof TableFunctionScan) {
      return "a table function";
    }
    return node instanceof RepeatUnion
        ? "a recursive query"
        : "a step that the policy does not know";
  }

  /** The plan as it may run if it reads no row about people. */
  Optional<RelNode> free(RelNode plan) {
    return readsProtected() ? Optional.empty() : Optional.of(FreePlan.of(plan, tables));
  }

  private List<Checked> inputs(RelNode node, Surroundings around) {
    return node.getInputs().stream().map(input -> node(input, around)).toList();
  }

  private static Checked values(LogicalValues values) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < values.getRowType().getFieldCount(); i++) {
      columns.add(new Column(i, made()));
    }
    int width = columns.size();
    RowSources rows =
        values.getTuples().size() <= 1
            ? RowSources.one(width)
            : RowSources.made(width, List.of(), false, List.of());
    return Checked.of(values, columns, Standing.PUBLIC, rows);
  }

  /**
   * What is known of a value that the query makes for rows that are free: inside an aggregate it
   * could weigh one person's row against all others.
   */
  static Facts made() {
    return Facts.of(
        Argument.refused(
            "a value that the query itself makes for public rows, inside an aggregate over"
                + " protected rows; it may be a group key or stand in a condition"));
  }

  private Checked filter(LogicalFilter filter, Surroundings around) {
    Checked input = node(filter.getInput(), around);
    Scope scope = Scope.of(input, around);
    Expressions expressions = expressions(scope, filter.getVariablesSet());
    KeyEqualities equal = new KeyEqualities(scope);
    List<RexNode> conditions = new ArrayList<>();
    PublicValues values = new PublicValues(scope);
    for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
      values.meet(condition);
      conditions.add(condition(condition, expressions, equal, false));
    }
    RelNode rel = filter.copy(filter.getTraitSet(), input.rel(), make.and(conditions));
    RowSources rows =
        named(input.rows(), filter.getVariablesSet(), around).where(filter.getCondition(), rex);
    Checked filtered =
        new Checked(
            rel, values.apply(input.columns()), freed(input, expressions), input.counts(), rows);
    boolean moves = SubQueries.in(filter.getCondition());
    return equal.apply(filtered).in(moves ? List.of() : input.order());
  }

  /** Finds what expressions over these rows read. */
  NamedSources named(RowSources rows, Set<CorrelationId> ids, Surroundings around) {
    return new NamedSources(rows, ids, around.outers().keySet());
  }

  /** Public rows in which a figure about protected rows shows are RELEASED. */
  private static Standing freed(Checked input, Expressions expressions) {
    return expressions.released() && !input.standing().isProtected()
        ? Standing.RELEASED
        : input.standing();
  }

  /**
   * One condition that all rows meet.
   *
   * @param across true if it may relate the two sides of a join
   */
  RexNode condition(
      RexNode condition, Expressions expressions, KeyEqualities equal, boolean across) {
    Scope scope = expressions.scope();
    Optional<RexNode> keys = equal.take(condition, expressions);
    if (keys.isPresent()) {
      return keys.get();
    }
    Operand operand = expressions.of(condition);
    if (scope.isStrict()) {
      Rights.notKey(operand.facts(), scope);
      Rights.require(
          operand.facts(), across || KeyEqualities.isOfColumns(condition) ? Use.JOIN : Use.FILTER);
    }
    return operand.rex();
  }

  private Checked project(LogicalProject project, Surroundings around) {
    Checked input = node(project.getInput(), around);
    return readsProtected()
        ? SplitWindows.of(project)
            .map(
                split -> project(split.computed(), project(split.windows(), input, around), around))
            .orElseGet(() -> project(project, input, around))
        : project(project, input, around);
  }

  private Checked project(LogicalProject project, Checked input, Surroundings around) {
    Scope scope = Scope.of(input, around);
    Expressions expressions = expressions(scope, project.getVariablesSet());
    Row row = new Row(input.rel());
    List<Column> columns = new ArrayList<>();
    List<String> fields = project.getRowType().getFieldNames();
    List<Operand> operands = expressions.of(project.getProjects());
    if (TotalOrder.tells(input, around)) {
      OrderedWindows windows = new OrderedWindows(order, input, rex, make, dataset());
      operands =
          operands.stream().map(o -> new Operand(windows.ordered(o.rex()), o.facts())).toList();
    }
    for (int i = 0; i < operands.size(); i++) {
      row.add(operands.get(i).rex(), fields.get(i));
    }
    for (int i = 0; i < operands.size(); i++) {
      columns.add(
          new Column(i, scope.isStrict() ? kept(operands.get(i), row) : freely(operands.get(i))));
    }
    Standing standing =
        scope.standing().isProtected()
            ? new Standing.Protected(
                scope.standing().units().stream()
                    .map(u -> u.moved(at -> row.at(make.ref(input.rel(), at))))
                    .toList())
            : freed(input, expressions);
    List<Count> counts = new ArrayList<>();
    for (Count count : input.counts()) {
      counts.addAll(carried(count, input, operands, row));
    }
    NamedSources named = named(input.rows(), project.getVariablesSet(), around);
    for (RexNode node : project.getProjects()) {
      if (scope.standing().isProtected() && RexOver.containsOver(node)) {
        RowWeights.check(input, named.sources(List.of(node)));
      }
    }
    RowSources rows = input.rows().with(project.getProjects().stream().map(named::origin).toList());
    List<RelFieldCollation> kept = kept(input, project, row);
    return new Checked(
        row.project(project.getVariablesSet()), columns, standing, counts, rows, kept);
  }

  /** The order that rows keep where each is computed on its own. */
  private List<RelFieldCollation> kept(Checked input, LogicalProject project, Row row) {
    boolean moves =
        project.getProjects().stream()
            .anyMatch(node -> RexOver.containsOver(node) || SubQueries.in(node));
    return moves
        ? List.of()
        : input.order().stream()
            .map(key -> key.withFieldIndex(row.at(make.ref(input.rel(), key.getFieldIndex()))))
            .toList();
  }

  private static Facts freely(Operand operand) {
    return operand.rex() instanceof RexInputRef ? operand.facts() : made();
  }

  /** A column's facts in the new row: the conditions of its arms become hidden columns. */
  Facts kept(Operand operand, Row row) {
    Argument argument = operand.argument();
    if (argument.refusal().isPresent()) {
      return operand.facts().withArgument(argument.withArms(List.of(Argument.Arm.ALWAYS)));
    }
    List<Argument.Arm> arms = new ArrayList<>();
    for (Argument.Arm arm : argument.arms()) {
      arms.add(arm.when(arm.when().map(row::reference)));
    }
    return operand.facts().withArgument(argument.withArms(arms));
  }

  private List<Count> carried(Count count, Checked input, List<Operand> operands, Row row) {
    List<Count> carried = new ArrayList<>();
    if (count.figure().isEmpty()) {
      int at = row.at(make.ref(input.rel(), count.at()));
      carried.add(new Count(at, count.atLeast(), OptionalInt.empty()));
      return carried;
    }
    int figure = input.columns().get(count.figure().getAsInt()).at();
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i).rex() instanceof RexInputRef reference
          && reference.getIndex() == figure) {
        int at = row.at(make.ref(input.rel(), count.at()));
        carried.add(new Count(at, count.atLeast(), OptionalInt.of(i)));
      }
    }
    return carried;
  }

  /** A projection in the making: each expression once, hidden ones after the analyst's. */
  final class Row {
    private final RelNode input;
    private final List<RexNode> nodes = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();

    Row(RelNode input) {
      this.input = input;
    }

    void add(RexNode node, String name) {
      nodes.add(node);
      fields.add(name);
    }

    /** The position of an expression, which is added if it is not there. */
    int at(RexNode node) {
      int known = nodes.indexOf(node);
      if (known >= 0) {
        return known;
      }
      add(node, hiddenName());
      return nodes.size() - 1;
    }

    int size() {
      return nodes.size();
    }

    RelNode input() {
      return input;
    }

    /** What stands at a position, over the columns of the input. */
    RexNode node(int at) {
      return nodes.get(at);
    }

    RexNode reference(RexNode node) {
      return new RexInputRef(at(node), node.getType());
    }

    RelNode project(Set<CorrelationId> ids) {
      return LogicalProject.create(input, List.of(), nodes, fields, ids);
    }
  }

  private Checked sort(LogicalSort sort, Surroundings around) {
    Checked input = node(sort.getInput(), around);
    boolean cuts = sort.fetch != null || sort.offset != null;
    if (input.standing().isProtected()) {
      if (cuts) {
        throw new NotReleasedException(
            input.standing().units().get(0).dataset(),
            "`limit` over protected rows; it may stand above an aggregate");
      }
      return input;
    }
    List<RelFieldCollation> keys = new ArrayList<>();
    for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
      keys.add(key.withFieldIndex(input.columns().get(key.getFieldIndex()).at()));
    }
    RowSources rows = cuts ? input.rows().cut() : input.rows();
    if (TotalOrder.tells(input, around)) {
      return order.sorted(input, keys, sort.offset, sort.fetch).with(rows);
    }
    RelNode rel = LogicalSort.create(input.rel(), RelCollations.of(keys), sort.offset, sort.fetch);
    return new Checked(rel, input.columns(), input.standing(), input.counts(), rows);
  }

  /** The rows of an answer, in an order that tells no more than they do. */
  Checked answer(RelNode plan) {
    Checked rows = node(plan, Surroundings.NONE);
    return rows.order().isEmpty() && TotalOrder.tells(rows, Surroundings.NONE)
        ? order.sorted(rows, List.of(), null, null)
        : rows;
  }

  private Checked aggregate(LogicalAggregate aggregate, Surroundings around) {
    Checked input = node(aggregate.getInput(), around);
    if (!input.standing().isProtected()) {
      return free(aggregate, input, around);
    }
    AggregateStep step = AggregateStep.of(aggregate, input, Scope.of(input, around));
    if (aggregate.getGroupType() != Aggregate.Group.SIMPLE) {
      Checked groups = groupingSets.release(aggregate, input, step.scope());
      ImmutableBitSet inAll =
          aggregate.getGroupSets().stream()
              .reduce(aggregate.getGroupSet(), ImmutableBitSet::intersect);
      RowWeights.check(step, inAll.asList());
      return groups;
    }
    List<String> fields = aggregate.getRowType().getFieldNames();
    Optional<Checked> shared =
        step.isPerUnit() || !around.outers().isEmpty()
            ? Optional.empty()
            : repeated.shared(aggregate, hiddenName(), () -> boundary.release(step, fields));
    return shared.map(groups -> released(step, groups)).orElseGet(() -> aggregate(step, fields));
  }

  /** An aggregate over protected rows: a step within each unit, or a release boundary. */
  Checked aggregate(AggregateStep step, List<String> fields) {
    if (!step.isPerUnit()) {
      return released(step, boundary.release(step, fields));
    }
    Checked units = perUnit.step(step, fields);
    RowWeights.check(step);
    return units;
  }

  /** What came through a boundary: a row for each group. */
  private static Checked released(AggregateStep step, Checked groups) {
    RowWeights.check(step);
    int width = groups.columns().size();
    int keys = step.keys().size();
    return groups.with(
        ReleaseBoundary.isMerged(step)
            ? RowSources.merged(
                width, ImmutableBitSet.range(keys).asList(), List.of(step.input().rows()))
            : grouped(width, keys, step.input()));
  }

  private Checked free(LogicalAggregate aggregate, Checked input, Surroundings around) {
    Scope scope = Scope.of(input, around);
    List<Facts> facts = new ArrayList<>();
    for (Column column : input.columns()) {
      if (scope.isStrict()) {
        Rights.notKey(column.facts(), scope);
      }
      facts.add(column.facts());
    }
    if (scope.isStrict()) {
      refuseFailing(aggregate);
    }
    RelNode rel =
        TotalOrder.tells(input, around)
            ? orderedAggregates.aggregate(aggregate, input)
            : aggregate.copy(
                aggregate.getTraitSet(),
                visible(input),
                aggregate.getGroupSet(),
                aggregate.getGroupSets(),
                aggregate.getAggCallList());
    List<Column> columns = freeColumns(rel, facts);
    RowSources rows =
        aggregate.getGroupType() == Aggregate.Group.SIMPLE
            ? grouped(columns.size(), aggregate.getGroupCount(), input)
            : RowSources.made(columns.size(), List.of(), false, List.of(input.rows()));
    return Checked.of(rel, columns, input.standing(), rows);
  }

  /** One row for each group of free rows, by its first columns. */
  private static RowSources grouped(int width, int keys, Checked input) {
    return keys == 0
        ? RowSources.one(width)
        : RowSources.made(
            width, ImmutableBitSet.range(keys).asList(), false, List.of(input.rows()));
  }

  /** Inside protected rows, an aggregate over free rows may see their values and must not fail. */
  private static void refuseFailing(LogicalAggregate aggregate) {
    for (AggregateCall call : aggregate.getAggCallList()) {
      String name = call.getAggregation().getName().toLowerCase(Locale.ROOT);
      List<RexNode> arguments = new ArrayList<>();
      for (int argument : call.getArgList()) {
        arguments.add(RexInputRef.of(argument, aggregate.getInput().getRowType()));
      }
      FailingAggregates.unbounded(name, arguments, aggregate.getInput())
          .ifPresent(
              what -> {
                throw new NotReleasedException("", what + " in a sub-query over protected rows");
              });
    }
  }

  /** Columns of a node over free rows, each of which may depend on all outer values below. */
  static List<Column> freeColumns(RelNode rel, List<Facts> below) {
    Facts all = new Facts(Column.lineage(below), Optional.empty(), made().argument());
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < rel.getRowType().getFieldCount(); i++) {
      columns.add(new Column(i, all));
    }
    return columns;
  }

  /** The node with the analyst's columns alone, in their order. */
  RelNode visible(Checked checked) {
    return placed(checked.rel(), checked.columns().stream().map(Column::at).toList());
  }

  /** The node with the columns at the given places. */
  RelNode placed(RelNode rel, List<Integer> places) {
    boolean asIs = rel.getRowType().getFieldCount() == places.size();
    Row row = new Row(rel);
    Set<Integer> seen = new LinkedHashSet<>();
    for (int i = 0; i < places.size(); i++) {
      int at = places.get(i);
      asIs &= at == i;
      String name = seen.add(at) ? rel.getRowType().getFieldNames().get(at) : hiddenName();
      row.add(make.ref(rel, at), name);
    }
    return asIs ? rel : row.project(Set.of());
  }
}
