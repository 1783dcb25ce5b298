package io.sallyport.policy.plan;

import io.sallyport.policy.plan.RowSources.Equality;
import io.sallyport.policy.plan.RowSources.Origin;
import io.sallyport.policy.plan.RowSources.Source;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sources of rows that an expression of the analyst's reads, its sub-queries included.
 *
 * @param rows the rows that it stands over
 * @param ids the names by which its sub-queries read those rows
 * @param outers the names of the outer rows
 */
record NamedSources(RowSources rows, Set<CorrelationId> ids, Set<CorrelationId> outers) {

  Origin origin(RexNode node) {
    RexNode value = unwidened(node);
    if (value instanceof RexInputRef reference) {
      return rows.columns().get(reference.getIndex());
    }
    return value instanceof RexFieldAccess
        ? Origin.outer()
        : Origin.computed(sources(List.of(value)));
  }

  /** A cast of whole numbers keeps them apart, or makes NULL of them. */
  private static RexNode unwidened(RexNode node) {
    if (node.isA(SqlKind.CAST) && node instanceof RexCall cast) {
      RexNode value = cast.getOperands().get(0);
      RelDataType to = cast.getType();
      if (SqlTypeUtil.isIntType(value.getType())
          && (SqlTypeUtil.isIntType(to) || SqlTypeUtil.isDecimal(to))) {
        return unwidened(value);
      }
    }
    return node;
  }

  Set<Source> sources(List<RexNode> nodes) {
    Reader reader = new Reader();
    nodes.forEach(node -> node.accept(reader));
    return reader.found;
  }

  /** The rows that meet a condition. */
  RowSources where(RexNode condition, RexBuilder rex) {
    Parts parts = parts(condition, rex);
    return rows.where(parts.equalities(), parts.conditions());
  }

  /** The rows of an outer join, of which these are all that an inner one without condition has. */
  RowSources outer(RexNode condition, RexBuilder rex, JoinRelType type, Set<Source> left) {
    Parts parts = parts(condition, rex);
    return rows.outer(type, left, parts.equalities(), parts.conditions());
  }

  private record Parts(List<Equality> equalities, List<Set<Source>> conditions) {}

  private Parts parts(RexNode condition, RexBuilder rex) {
    List<Equality> equalities = new ArrayList<>();
    List<Set<Source>> conditions = new ArrayList<>();
    for (RexNode part : RelOptUtil.conjunctions(RexUtil.pullFactors(rex, condition))) {
      equality(part).ifPresentOrElse(equalities::add, () -> conditions.add(sources(List.of(part))));
    }
    return new Parts(equalities, conditions);
  }

  private Optional<Equality> equality(RexNode condition) {
    if (!condition.isA(SqlKind.EQUALS)) {
      return Optional.empty();
    }
    List<RexNode> sides = ((RexCall) condition).getOperands();
    Equality equality = Equality.of(origin(sides.get(0)), origin(sides.get(1)));
    boolean known = equality.one().cell().isPresent() || equality.other().cell().isPresent();
    return known ? Optional.of(equality) : Optional.empty();
  }

  private final class Reader extends RexVisitorImpl<Void> {
    private final Set<Source> found = new LinkedHashSet<>();

    Reader() {
      super(true);
    }

    @Override
    public Void visitInputRef(RexInputRef reference) {
      found.addAll(rows.columns().get(reference.getIndex()).sources());
      return null;
    }

    @Override
    public Void visitFieldAccess(RexFieldAccess access) {
      found.add(Source.OUTER);
      return null;
    }

    /** Chance, and what else differs from row to row by itself, chooses among all rows. */
    @Override
    public Void visitCall(RexCall call) {
      if (FunctionList.STANDARD.drawsLots(call)) {
        found.addAll(rows.sources());
      }
      return super.visitCall(call);
    }

    /** A window reads all rows of the node. */
    @Override
    public Void visitOver(RexOver over) {
      found.addAll(rows.sources());
      return super.visitOver(over);
    }

    @Override
    public Void visitSubQuery(RexSubQuery query) {
      query.getOperands().forEach(operand -> operand.accept(this));
      new Inside(found).read(query.rel);
      return null;
    }
  }

  /** Inside a sub-query, whose own columns are no concern of the rows outside. */
  private final class Inside extends RexShuttle {
    private final Set<Source> found;

    Inside(Set<Source> found) {
      this.found = found;
    }

    @Override
    public RexNode visitFieldAccess(RexFieldAccess access) {
      if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
        if (ids.contains(variable.id)) {
          found.addAll(rows.columns().get(access.getField().getIndex()).sources());
        } else if (outers.contains(variable.id)) {
          found.add(Source.OUTER);
        }
      }
      return access;
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
      read(query.rel);
      return super.visitSubQuery(query);
    }

    private void read(RelNode query) {
      new RelVisitor() {
        @Override
        public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
          node.accept(Inside.this);
          super.visit(node, ordinal, parent);
        }
      }.go(query);
    }
  }
}
