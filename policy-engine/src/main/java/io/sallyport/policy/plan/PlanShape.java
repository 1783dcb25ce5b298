package io.sallyport.policy.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.Pair;
import org.jspecify.annotations.Nullable;

/**
 * A plan in a canonical form, apart from its constants: what statements have in common that differ
 * in literals and parameters alone.
 *
 * <pre>
 * SELECT count(*) FROM visits v WHERE v.cost &gt; 5 AND day = $1    →  one text, constants 5 and $1
 * select COUNT(*) from visits where day = DATE '2026-01-01' and 7 &lt; cost   →  the same text
 * </pre>
 *
 * <p>Aliases, layout, the order of what AND and OR join, and the sides of a comparison do not
 * matter. Nothing else that means the same is known to: such statements have other shapes.
 *
 * @param text equal for equal shapes
 * @param constants literals, negative ones, parameters, and casts of one, in the text's order
 */
public record PlanShape(String text, List<RexNode> constants) {
  public PlanShape {
    constants = List.copyOf(constants);
  }

  public static PlanShape of(RelNode plan) {
    Writer writer = new Writer(new ArrayDeque<>());
    writer.node(plan);
    return writer.shape();
  }

  private static boolean isCast(RexCall call) {
    String name = call.getOperator().getName();
    return call.getKind() == SqlKind.CAST || name.equals("cast") || name.equals("try_cast");
  }

  /** One cast at most, for how a constant is printed does not tell the types of casts inside. */
  private static boolean isConstant(RexNode expression) {
    return expression instanceof RexCall call && call.getOperands().size() == 1 && isCast(call)
        ? isSigned(call.getOperands().get(0))
        : isSigned(expression);
  }

  private static boolean isSigned(RexNode expression) {
    if (expression instanceof RexCall call && call.getOperands().size() == 1) {
      boolean negated = call.getKind() == SqlKind.MINUS_PREFIX;
      return (negated || call.getOperator().getName().equals("-"))
          && call.getOperands().get(0) instanceof RexLiteral;
    }
    return expression instanceof RexLiteral || expression instanceof RexDynamicParam;
  }

  private static final class Writer {
    private final StringBuilder text = new StringBuilder();
    private final List<RexNode> constants = new ArrayList<>();

    /** The nodes around this one whose rows are referred to from below, the nearest first. */
    private final Deque<Set<CorrelationId>> around;

    Writer(Deque<Set<CorrelationId>> around) {
      this.around = around;
    }

    PlanShape shape() {
      return new PlanShape(text.toString(), constants);
    }

    /** Its length goes first, so that no two lists of fields read the same. */
    private void field(String value) {
      text.append(value.length()).append(':').append(value);
    }

    private void close() {
      text.append(')');
    }

    void node(RelNode node) {
      if (node instanceof Project project
          && project.getVariablesSet().isEmpty()
          && RexUtil.isIdentity(project.getProjects(), project.getInput().getRowType())) {
        node(project.getInput());
        return;
      }
      field(node.getRelTypeName());
      Set<CorrelationId> variables =
          node instanceof Correlate correlate
              ? Set.of(correlate.getCorrelationId())
              : node.getVariablesSet();
      around.push(variables);
      if (node instanceof Values values) {
        types(values.getRowType());
        field(String.valueOf(values.getTuples()));
      } else {
        node.explain(new Terms(node instanceof Project || node instanceof Aggregate));
      }
      if (node instanceof TableScan) {
        types(node.getRowType());
      }
      node.getInputs().forEach(this::node);
      around.pop();
      close();
    }

    private void types(RelDataType row) {
      for (RelDataTypeField column : row.getFieldList()) {
        field(column.getType().getFullTypeString());
      }
      close();
    }

    /** Takes what a node says of itself; its inputs follow on their own. */
    private final class Terms implements RelWriter {
      /** True if the terms of expressions are aliases. */
      private final boolean aliases;

      Terms(boolean aliases) {
        this.aliases = aliases;
      }

      @Override
      public void explain(RelNode rel, List<Pair<String, @Nullable Object>> values) {
        throw new IllegalStateException("a node explains itself by its terms");
      }

      @Override
      public SqlExplainLevel getDetailLevel() {
        return SqlExplainLevel.DIGEST_ATTRIBUTES;
      }

      @Override
      public RelWriter item(String term, @Nullable Object value) {
        if (!(value instanceof RelNode)) {
          boolean named = value instanceof RexNode || value instanceof AggregateCall;
          field(aliases && named ? "expression" : term);
          term(value);
        }
        return this;
      }

      @Override
      public RelWriter done(RelNode node) {
        return this;
      }
    }

    private void term(@Nullable Object value) {
      if (value instanceof RexNode expression) {
        expression(expression);
      } else if (value instanceof CorrelationId id) {
        correlation(id);
      } else if (value instanceof AggregateCall call) {
        aggregate(call);
      } else if (value instanceof Collection<?> list) {
        list.forEach(this::term);
        text.append(']');
      } else {
        field(String.valueOf(value));
      }
    }

    private void aggregate(AggregateCall call) {
      field(call.getAggregation().getName());
      field(
          List.of(
                  call.isDistinct(),
                  call.isApproximate(),
                  call.ignoreNulls(),
                  call.getArgList(),
                  call.filterArg,
                  String.valueOf(call.distinctKeys),
                  call.getCollation())
              .toString());
      call.rexList.forEach(this::expression);
      close();
    }

    /** An outer row by how far out it is, whatever the planner calls it. */
    private void correlation(CorrelationId id) {
      int depth = 0;
      for (Set<CorrelationId> variables : around) {
        if (variables.contains(id)) {
          field("outer row " + depth);
          return;
        }
        depth++;
      }
      throw new IllegalStateException("an outer row that no node around has");
    }

    private void expression(RexNode expression) {
      if (isConstant(expression)) {
        text.append('?');
        constants.add(expression);
      } else if (expression instanceof RexCorrelVariable variable) {
        correlation(variable.id);
      } else if (expression instanceof RexFieldAccess access) {
        expression(access.getReferenceExpr());
        field("field " + access.getField().getIndex());
      } else if (expression instanceof RexCall call) {
        call(call);
      } else {
        field(expression.toString());
      }
    }

    private void call(RexCall call) {
      switch (call.getKind()) {
        case AND, OR -> {
          field(call.getKind().name());
          alike(flat(call.getKind(), call).toList());
        }
        case EQUALS, NOT_EQUALS, IS_DISTINCT_FROM, IS_NOT_DISTINCT_FROM -> {
          field(call.getKind().name());
          alike(call.getOperands());
        }
        case GREATER_THAN, GREATER_THAN_OR_EQUAL -> {
          field(
              call.getKind() == SqlKind.GREATER_THAN
                  ? SqlKind.LESS_THAN.name()
                  : SqlKind.LESS_THAN_OR_EQUAL.name());
          expression(call.getOperands().get(1));
          expression(call.getOperands().get(0));
        }
        case LESS_THAN, LESS_THAN_OR_EQUAL -> {
          field(call.getKind().name());
          call.getOperands().forEach(this::expression);
        }
        default -> other(call);
      }
      close();
    }

    private void other(RexCall call) {
      field(call.getKind().name());
      field(call.getOperator().getName());
      if (isCast(call)) {
        field(call.getType().getFullTypeString());
      }
      call.getOperands().forEach(this::expression);
      if (call instanceof RexOver over) {
        over(over);
      }
      if (call instanceof RexSubQuery query) {
        node(query.rel);
      }
    }

    private static Stream<RexNode> flat(SqlKind kind, RexNode expression) {
      return expression instanceof RexCall call && call.getKind() == kind
          ? call.getOperands().stream().flatMap(operand -> flat(kind, operand))
          : Stream.of(expression);
    }

    /** Expressions whose order does not matter, by their shapes. */
    private void alike(List<RexNode> expressions) {
      expressions.stream()
          .map(
              expression -> {
                Writer writer = new Writer(around);
                writer.expression(expression);
                return writer.shape();
              })
          .sorted(Comparator.comparing(PlanShape::text))
          .forEach(
              shape -> {
                text.append(shape.text());
                constants.addAll(shape.constants());
              });
    }

    private void over(RexOver over) {
      RexWindow window = over.getWindow();
      field(List.of(over.isDistinct(), over.ignoreNulls(), window.isRows()).toString());
      window.partitionKeys.forEach(this::expression);
      close();
      for (RexFieldCollation key : window.orderKeys) {
        expression(key.left);
        RelFieldCollation.Direction direction = key.getDirection();
        field(direction + " " + key.getNullDirection());
      }
      close();
      bound(window.getLowerBound());
      bound(window.getUpperBound());
      field(String.valueOf(window.getExclude()));
    }

    private void bound(RexWindowBound bound) {
      field(
          List.of(
                  bound.isUnbounded(),
                  bound.isPreceding(),
                  bound.isFollowing(),
                  bound.isCurrentRow(),
                  bound.getOffset() != null)
              .toString());
      if (bound.getOffset() != null) {
        expression(bound.getOffset());
      }
    }
  }
}
