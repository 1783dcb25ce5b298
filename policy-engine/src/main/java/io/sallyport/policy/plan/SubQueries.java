package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.Column.Restricted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Judges a sub-query in the place where it stands.
 *
 * <pre>
 * cost &gt; (SELECT avg(cost) FROM visits)                     its own release boundary
 * patient_id IN (SELECT patient_id FROM visits WHERE …)     a semi-join that keeps the unit
 * (SELECT max(cost) FROM visits v WHERE v.patient_id = p.patient_id)   a step within one unit
 * EXISTS (SELECT 1 FROM visits v WHERE v.zip = p.zip)       refused
 * </pre>
 */
final class SubQueries {
  /** A sub-query's value, and whether it brings figures of protected rows in. */
  record Value(Operand operand, boolean released) {}

  private final GuardedNodes nodes;
  private final Expressions expressions;
  private final Scope.Surroundings inner;
  private final RexBuilder rex;
  private final Conditions make;

  SubQueries(
      GuardedNodes nodes,
      Expressions expressions,
      Scope.Surroundings inner,
      RexBuilder rex,
      Conditions make) {
    this.nodes = nodes;
    this.expressions = expressions;
    this.inner = inner;
    this.rex = rex;
    this.make = make;
  }

  static boolean in(RexNode node) {
    return RexUtil.SubQueryFinder.find(node) != null;
  }

  Value of(RexSubQuery query) {
    List<Operand> operands = expressions.of(query.getOperands());
    Checked checked = nodes.inner(query.rel, inner);
    if (checked.standing().isProtected()) {
      withinUnits(query, operands, checked);
    } else {
      apart(query, operands, checked);
    }
    RelNode rel = nodes.visible(checked);
    RexNode moved = moved(query, operands, rel);
    Set<Restricted> lineage = new HashSet<>(outerLineage(query.rel));
    operands.forEach(operand -> lineage.addAll(operand.facts().lineage()));
    if (query.getKind() != SqlKind.EXISTS) {
      checked.columns().forEach(column -> lineage.addAll(column.facts().lineage()));
    }
    Argument argument = argument(query, moved, checked);
    return new Value(
        new Operand(moved, new Facts(lineage, Optional.empty(), argument)),
        checked.standing() instanceof Standing.Released);
  }

  private static RexNode moved(RexSubQuery query, List<Operand> operands, RelNode rel) {
    return query.clone(query.getType(), Expressions.rex(operands)).clone(rel);
  }

  private Argument argument(RexSubQuery query, RexNode moved, Checked checked) {
    if (query.getKind() != SqlKind.SCALAR_QUERY) {
      return new ArgumentGrammar(make).condition(moved, List.of());
    }
    Argument column = checked.columns().get(0).facts().argument();
    boolean plain =
        checked.standing().isProtected()
            && column.refusal().isEmpty()
            && column.arms().equals(List.of(Arm.ALWAYS))
            && SqlTypeUtil.isNumeric(query.getType());
    // A unit without rows counts as zero, so a zero does not enter.
    return plain
        ? column.withArms(List.of(new Arm(Optional.of(make.isNotZero(moved)), false)))
        : ArgumentGrammar.refused("a sub-query");
  }

  /** Over public rows or above a boundary of its own: free, but it must not fail. */
  private void apart(RexSubQuery query, List<Operand> operands, Checked checked) {
    Scope scope = expressions.scope();
    if (!scope.isStrict()) {
      return;
    }
    operands.forEach(operand -> Rights.notKey(operand.facts(), scope));
    checked.columns().forEach(column -> Rights.notKey(column.facts(), scope));
    comparable(operands, checked);
    single(query, checked);
  }

  private void comparable(List<Operand> operands, Checked checked) {
    for (int i = 0; i < operands.size(); i++) {
      List<RexNode> both =
          List.of(operands.get(i).rex(), make.ref(checked.rel(), checked.columns().get(i).at()));
      if (!FailureFree.together(both)) {
        throw new NotReleasedException(
            expressions.dataset(),
            "a comparison of protected rows with a sub-query of another type; cast the sub-query's"
                + " column to the same type");
      }
    }
  }

  private void single(RexSubQuery query, Checked checked) {
    if (query.getKind() == SqlKind.SCALAR_QUERY && !isSingle(checked.rel())) {
      throw new NotReleasedException(
          expressions.dataset(),
          "a sub-query that could give several rows where one is wanted, over protected rows; an"
              + " aggregate without group by gives one");
    }
  }

  private static boolean isSingle(RelNode rel) {
    if (rel instanceof Aggregate aggregate) {
      return aggregate.getGroupSet().isEmpty()
          && aggregate.getGroupType() == Aggregate.Group.SIMPLE;
    }
    if (rel instanceof Values values) {
      return values.getTuples().size() <= 1;
    }
    if (rel instanceof Join join) {
      return join.getJoinType() == JoinRelType.INNER
          && isSingle(join.getLeft())
          && isSingle(join.getRight());
    }
    return (rel instanceof Project || rel instanceof Filter || rel instanceof Sort)
        && isSingle(rel.getInput(0));
  }

  /** Over protected rows: each must belong to a unit of the outer row, by its key. */
  private void withinUnits(RexSubQuery query, List<Operand> operands, Checked checked) {
    Scope scope = expressions.scope();
    Set<Integer> tied = new HashSet<>();
    for (Unit unit : checked.standing().units()) {
      if (unit.outer().filter(o -> scope.unit(o.unit()).isPresent()).isPresent()) {
        tied.add(unit.id());
      }
    }
    switch (query.getKind()) {
      case IN -> byOperands(operands, checked).ifPresent(tied::add);
      case EXISTS -> {}
      case SCALAR_QUERY -> single(query, checked);
      default -> throw refused(checked);
    }
    for (Unit unit : checked.standing().units()) {
      if (!tied.contains(unit.id())) {
        throw refused(checked);
      }
    }
    if (query.getKind() != SqlKind.IN) {
      checked.columns().stream()
          .limit(query.getKind() == SqlKind.SCALAR_QUERY ? 1 : 0)
          .forEach(column -> Rights.notKey(column.facts(), scope));
    }
  }

  private NotReleasedException refused(Checked checked) {
    Unit unit = checked.standing().units().get(0);
    return new NotReleasedException(
        unit.dataset(),
        "a sub-query over protected rows of `"
            + unit.table()
            + "`; it may aggregate them into groups, or be tied by the unit key to the outer row of"
            + " the same "
            + unit.kind());
  }

  /** {@code key IN (SELECT key …)}: the sub-query's unit that the operands name. */
  private Optional<Integer> byOperands(List<Operand> operands, Checked checked) {
    Scope scope = expressions.scope();
    Set<Integer> parts = new HashSet<>();
    Optional<Integer> found = Optional.empty();
    for (int i = 0; i < operands.size(); i++) {
      Optional<KeyPart> outer = operands.get(i).facts().key();
      Optional<KeyPart> own = checked.columns().get(i).facts().key();
      if (outer.isEmpty() && own.isEmpty()) {
        comparable(
            List.of(operands.get(i)),
            Checked.of(checked.rel(), List.of(checked.columns().get(i)), checked.standing()));
        continue;
      }
      if (!matches(outer, own, scope, checked)) {
        operands.forEach(operand -> Rights.notKey(operand.facts(), scope));
        throw refused(checked);
      }
      parts.add(own.orElseThrow().part());
      int unit = own.orElseThrow().unit();
      if (found.isPresent() && found.get() != unit) {
        throw refused(checked);
      }
      found = Optional.of(unit);
    }
    int wanted =
        found
            .flatMap(id -> checked.standing().units().stream().filter(u -> u.id() == id).findAny())
            .map(Unit::parts)
            .orElse(0);
    return found.filter(id -> parts.size() == wanted);
  }

  private static boolean matches(
      Optional<KeyPart> outer, Optional<KeyPart> own, Scope scope, Checked checked) {
    if (outer.isEmpty() || own.isEmpty() || own.get().padded()) {
      return false;
    }
    Optional<Unit> ours = scope.unit(outer.get().unit());
    Optional<Unit> theirs =
        checked.standing().units().stream().filter(u -> u.id() == own.get().unit()).findAny();
    return outer.get().part() == own.get().part()
        && ours.isPresent()
        && theirs.isPresent()
        && ours.get().isComparable(theirs.get());
  }

  /**
   * A call of one scalar sub-query and constants, moved into the sub-query, because TRY cannot hold
   * one.
   *
   * <pre>0.2 * (SELECT avg(x) …)  →  (SELECT TRY(0.2 * avg(x)) …)</pre>
   */
  static Optional<RexNode> inside(RexNode node, RexBuilder rex, Conditions make) {
    RexCall call = (RexCall) node;
    RexSubQuery only = null;
    for (RexNode operand : call.getOperands()) {
      if (operand instanceof RexSubQuery query
          && query.getKind() == SqlKind.SCALAR_QUERY
          && only == null) {
        only = query;
      } else if (!(operand instanceof RexLiteral || operand instanceof RexDynamicParam)) {
        return Optional.empty();
      }
    }
    if (only == null) {
      return Optional.empty();
    }
    List<RexNode> operands = new ArrayList<>();
    for (RexNode operand : call.getOperands()) {
      operands.add(operand == only ? rex.makeInputRef(only.rel, 0) : operand);
    }
    RexNode value = make.total(call.clone(call.getType(), operands));
    RelNode project =
        LogicalProject.create(only.rel, List.of(), List.of(value), List.of("value"), Set.of());
    return Optional.of(RexSubQuery.scalar(project));
  }

  /** The restricted columns of this scope's row that the query names anywhere. */
  private Set<Restricted> outerLineage(RelNode query) {
    Set<Restricted> lineage = new HashSet<>();
    RexShuttle names =
        new RexShuttle() {
          @Override
          public RexNode visitFieldAccess(RexFieldAccess access) {
            if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
              lineage.addAll(lineage(variable.id, access.getField().getIndex()));
            }
            return access;
          }

          @Override
          public RexNode visitSubQuery(RexSubQuery inside) {
            lineage.addAll(outerLineage(inside.rel));
            return super.visitSubQuery(inside);
          }
        };
    new RelVisitor() {
      @Override
      public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
        node.accept(names);
        super.visit(node, ordinal, parent);
      }
    }.go(query);
    return lineage;
  }

  private Set<Restricted> lineage(CorrelationId id, int field) {
    Scope outer = inner.outers().get(id);
    return outer == null ? Set.of() : outer.columns().get(field).facts().lineage();
  }
}
