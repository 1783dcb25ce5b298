package io.sallyport.policy.plan;

import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Column.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/**
 * Judges and rewrites the expressions over one row: over protected rows only allow-listed functions
 * stand, and none of them can fail.
 *
 * <pre>
 * before: CAST(zip AS INTEGER) + 1 > 7     10 / cost
 * after:  TRY(TRY_CAST(zip AS INTEGER) + 1) > 7     10 / nullif(cost, 0)
 * </pre>
 *
 * <p>Over public and released rows any function stands, but in a plan that reads protected rows it
 * cannot fail either. It does not ask for column rights: whoever knows the use does.
 */
final class Expressions {
  /** NULL in, NULL out: a failure inside may be caught outside. */
  private static final Set<String> STRICT = Set.of("+", "-", "*", "/", "//", "%", "mod");

  private static final Set<String> DIVISIONS = Set.of("/", "//", "%", "mod");
  private static final Set<String> CHOICES =
      Set.of("coalesce", "ifnull", "if", "nullif", "greatest", "least", "in", "between");

  private static final Set<SqlKind> COMPARISONS =
      Set.of(
          SqlKind.EQUALS,
          SqlKind.NOT_EQUALS,
          SqlKind.LESS_THAN,
          SqlKind.LESS_THAN_OR_EQUAL,
          SqlKind.GREATER_THAN,
          SqlKind.GREATER_THAN_OR_EQUAL,
          SqlKind.IS_DISTINCT_FROM,
          SqlKind.IS_NOT_DISTINCT_FROM);

  private static final Set<SqlKind> CONNECTIVES =
      Set.of(
          SqlKind.AND,
          SqlKind.OR,
          SqlKind.NOT,
          SqlKind.IS_TRUE,
          SqlKind.IS_NOT_TRUE,
          SqlKind.IS_FALSE,
          SqlKind.IS_NOT_FALSE);

  private final GuardedNodes nodes;
  private final Scope scope;
  private final Scope.Surroundings inner;
  private final RexBuilder rex;
  private final Conditions make;
  private final ArgumentGrammar grammar;
  private boolean released;

  Expressions(
      GuardedNodes nodes, Scope scope, Scope.Surroundings inner, RexBuilder rex, Conditions make) {
    this.nodes = nodes;
    this.scope = scope;
    this.inner = inner;
    this.rex = rex;
    this.make = make;
    this.grammar = new ArgumentGrammar(make);
  }

  Scope scope() {
    return scope;
  }

  /** True in a plan that reads protected rows, of which a failure would tell. */
  boolean mayNotFail() {
    return scope.isStrict() || nodes.readsProtected();
  }

  /** True if a sub-query brought figures of protected rows in. */
  boolean released() {
    return released;
  }

  Operand of(RexNode node) {
    return of(node, false);
  }

  private Operand of(RexNode node, boolean caught) {
    if (node instanceof RexInputRef reference) {
      return column(reference.getIndex());
    }
    if (node instanceof RexLiteral literal) {
      return new Operand(literal, Facts.of(grammar.literal(literal)));
    }
    if (node instanceof RexDynamicParam) {
      return new Operand(node, Facts.of(grammar.parameter()));
    }
    if (node instanceof RexFieldAccess access) {
      return outerColumn(access);
    }
    if (node instanceof RexOver over) {
      return new Windows(this, scope, rex, make).over(over);
    }
    if (node instanceof RexSubQuery query) {
      SubQueries.Value value = new SubQueries(nodes, this, inner, rex, make).of(query);
      released |= value.released();
      return value.operand();
    }
    if (node instanceof RexCall call) {
      return scope.isStrict() ? call(call, caught) : free(call);
    }
    throw new NotReleasedException("", "an expression of an unknown sort");
  }

  List<Operand> of(List<RexNode> all) {
    List<Operand> operands = new ArrayList<>();
    for (RexNode node : all) {
      operands.add(of(node));
    }
    return operands;
  }

  Operand column(int index) {
    Column column = scope.columns().get(index);
    RexNode reference =
        new RexInputRef(column.at(), scope.row().getFieldList().get(column.at()).getType());
    Facts facts = column.facts();
    return new Operand(reference, facts.withArgument(grammar.column(reference, facts.argument())));
  }

  private Operand outerColumn(RexFieldAccess access) {
    if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
      Scope outer = scope.outers().get(variable.id);
      if (outer != null) {
        Column column = outer.columns().get(access.getField().getIndex());
        RexNode moved = rex.makeFieldAccess(rex.makeCorrel(outer.row(), variable.id), column.at());
        return new Operand(
            moved,
            column.facts().withArgument(ArgumentGrammar.refused("a column of an outer query")));
      }
    }
    throw new NotReleasedException("", "a column of an outer query that is not in sight");
  }

  /**
   * Over rows that are free no function is refused. But in a plan that also reads protected rows
   * none may fail either: engines evaluate conditions on groups that a guard leaves out, and skip
   * one side of a join if the other is empty, so that a failure would tell of them.
   */
  private Operand free(RexCall call) {
    if (nodes.readsProtected() && call.getKind() == SqlKind.OTHER_FUNCTION) {
      String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
      if (FunctionList.STANDARD.find(name).isEmpty()) {
        throw new NotReleasedException(
            nodes.dataset(), "`" + name + "` in a query over protected rows");
      }
    }
    List<RexNode> operands = rex(of(call.getOperands()));
    RexCall copy = call.clone(call.getType(), operands);
    return new Operand(nodes.readsProtected() ? unfailing(copy) : copy, GuardedNodes.made());
  }

  private RexNode unfailing(RexCall call) {
    SqlKind kind = call.getKind();
    List<RexNode> operands = call.getOperands();
    if (kind == SqlKind.IS_NULL || kind == SqlKind.IS_NOT_NULL || CONNECTIVES.contains(kind)) {
      return call;
    }
    if (COMPARISONS.contains(kind)) {
      return compared(call);
    }
    if (kind == SqlKind.CASE) {
      return FailureFree.together(results(operands)) ? call : total(call);
    }
    String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
    RexCall guarded = guarded(call, name, operands);
    boolean fails =
        FunctionList.STANDARD.find(name).map(FunctionList.Entry::mayFail).orElse(true)
                && !name.equals("cast")
            || failsOnTypes(name, operands, guarded);
    return fails ? SubQueries.inside(guarded, rex, make).orElseGet(() -> total(guarded)) : guarded;
  }

  static List<RexNode> rex(List<Operand> operands) {
    return operands.stream().map(Operand::rex).toList();
  }

  private Operand call(RexCall call, boolean caught) {
    SqlKind kind = call.getKind();
    if (kind == SqlKind.IS_NULL || kind == SqlKind.IS_NOT_NULL) {
      List<Operand> operands = of(call.getOperands());
      return condition(call.clone(call.getType(), rex(operands)), operands);
    }
    if (CONNECTIVES.contains(kind)) {
      List<Operand> operands = values(call.getOperands(), false);
      return condition(call.clone(call.getType(), rex(operands)), operands);
    }
    if (COMPARISONS.contains(kind)) {
      List<Operand> operands = values(call.getOperands(), false);
      return condition(compared(call.clone(call.getType(), rex(operands))), operands);
    }
    if (kind == SqlKind.CASE) {
      return choice(call);
    }
    return function(call, call.getOperator().getName().toLowerCase(Locale.ROOT), caught);
  }

  /** Operands in which no unit key may stand. */
  private List<Operand> values(List<RexNode> nodes, boolean caught) {
    List<Operand> operands = new ArrayList<>();
    for (RexNode node : nodes) {
      Operand operand = of(node, caught);
      Rights.notKey(operand.facts(), scope);
      operands.add(operand);
    }
    return operands;
  }

  private Operand condition(RexNode condition, List<Operand> operands) {
    return new Operand(
        condition,
        new Facts(
            Column.lineage(operands.stream().map(Operand::facts).toList()),
            Optional.empty(),
            grammar.condition(condition, operands)));
  }

  private RexNode compared(RexCall call) {
    List<RexNode> operands =
        FailureFree.instants(FailureFree.texts(call.getOperands(), make), make);
    RexCall compared = call.clone(call.getType(), operands);
    return FailureFree.together(compared.getOperands()) ? compared : total(compared);
  }

  private RexNode total(RexNode call) {
    if (SubQueries.in(call)) {
      throw new NotReleasedException(
          "",
          "a sub-query inside `"
              + ((RexCall) call).getOperator().getName().toLowerCase(Locale.ROOT)
              + "` over protected rows; compare with the sub-query's own result");
    }
    return make.total(call);
  }

  private Operand choice(RexCall call) {
    List<Operand> operands = values(call.getOperands(), false);
    RexNode chosen = call.clone(call.getType(), rex(operands));
    RexNode safe = FailureFree.together(results(rex(operands))) ? chosen : total(chosen);
    return new Operand(safe, facts(operands, argument(safe, grammar.choice(operands))));
  }

  /** What a CASE can give: every second operand, and the last. */
  private static List<RexNode> results(List<RexNode> operands) {
    List<RexNode> results = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      if (i % 2 == 1 || i == operands.size() - 1) {
        results.add(operands.get(i));
      }
    }
    return results;
  }

  private Argument argument(RexNode value, Argument made) {
    return grammar.column(value, made);
  }

  private static Facts facts(List<Operand> operands, Argument argument) {
    return new Facts(
        Column.lineage(operands.stream().map(Operand::facts).toList()), Optional.empty(), argument);
  }

  private Operand function(RexCall call, String name, boolean caught) {
    FunctionList.Entry entry = FunctionList.STANDARD.find(name).orElse(null);
    if (entry == null || !entry.overProtected()) {
      throw new NotReleasedException(
          dataset(),
          "`" + name + "` over protected rows; use it on the figures that an aggregate gives");
    }
    boolean catches = STRICT.contains(name) && entry.mayFail();
    List<Operand> operands = values(call.getOperands(), catches);
    RexCall checked = guarded(call, name, rex(operands));
    RexNode guarded = checked;
    boolean fails =
        entry.mayFail() && !name.equals("cast") || failsOnTypes(name, rex(operands), checked);
    if (fails && (!(caught && STRICT.contains(name)) || SubQueries.in(guarded))) {
      Optional<RexNode> inside = SubQueries.inside(guarded, rex, make);
      guarded = inside.isPresent() ? inside.get() : total(guarded);
    }
    return new Operand(
        guarded, facts(operands, argument(guarded, grammar.call(name, guarded, operands))));
  }

  /** True if values have to be brought to a type that some of them may not have. */
  private static boolean failsOnTypes(String name, List<RexNode> operands, RexCall guarded) {
    if (FailureFree.overflows(name, operands) || FailureFree.readsCondition(name, operands)) {
      return true;
    }
    return CHOICES.contains(name)
        ? !FailureFree.together(guarded.getOperands())
        : !name.equals("cast") && FailureFree.readsText(name, operands);
  }

  private RexCall guarded(RexCall call, String name, List<RexNode> operands) {
    UncaughtFailures.in(name, operands)
        .ifPresent(
            what -> {
              throw new NotReleasedException(
                  nodes.dataset(),
                  what + " in a query over protected rows, which would fail if there is a row");
            });
    if (name.equals("cast")) {
      return (RexCall) make.tryCast(operands.get(0), call.getType());
    }
    if (CHOICES.contains(name)) {
      return call.clone(call.getType(), FailureFree.texts(operands, make));
    }
    if (DIVISIONS.contains(name)
        && operands.size() == 2
        && !Conditions.isNonZeroNumber(operands.get(1))
        && !FailureFree.isText(operands.get(1))) {
      return call.clone(call.getType(), List.of(operands.get(0), make.nullIfZero(operands.get(1))));
    }
    return call.clone(call.getType(), UncaughtFailures.checked(name, operands, make));
  }

  /** Whose policy is meant where no single column is at fault. */
  String dataset() {
    return scope.standing().units().stream().findFirst().map(Unit::dataset).orElse("");
  }

  RelDataType row() {
    return scope.row();
  }
}
