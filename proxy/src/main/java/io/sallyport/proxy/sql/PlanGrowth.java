package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RepeatUnion;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.TableSpool;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.schema.TransientTable;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.NlsString;

/**
 * Bounds what a whole plan makes of one row, following columns from step to step.
 *
 * <pre>SELECT y || y FROM (SELECT x || x AS y FROM (…))   doubles in each step</pre>
 */
final class PlanGrowth {
  /** With stored values of 16 bytes, and 2,048 rows at a time, this is 650 MB. */
  private static final double MOST = 20_000;

  private final Growth growth = new Growth(MOST);
  private final Map<CorrelationId, List<Size>> outer = new HashMap<>();
  private final Map<TransientTable, List<Size>> running = new HashMap<>();

  private final List<SentValue> values;

  private PlanGrowth(List<SentValue> values) {
    this.values = values;
  }

  /**
   * Refuses a plan that may make its texts or lists too long.
   *
   * @param values of its parameters, once they are there
   */
  static void check(RelNode plan, List<SentValue> values) {
    new PlanGrowth(values).columns(plan);
  }

  private List<Size> columns(RelNode node) {
    if (node instanceof RepeatUnion union) {
      return recursion(union);
    }
    if (node instanceof Correlate correlate) {
      List<Size> left = columns(correlate.getLeft());
      outer.put(correlate.getCorrelationId(), left);
      return joined(left, columns(correlate.getRight()));
    }
    List<List<Size>> inputs = new ArrayList<>();
    for (RelNode input : node.getInputs()) {
      inputs.add(columns(input));
    }
    if (node instanceof TableScan scan) {
      TransientTable own = scan.getTable().unwrap(TransientTable.class);
      return own == null ? stored(node) : ownRows(own);
    }
    if (node instanceof Values values) {
      return values(values);
    }
    if (node instanceof TableFunctionScan scan) {
      return Collections.nCopies(node.getRowType().getFieldCount(), rows((RexCall) scan.getCall()));
    }
    if (node instanceof Join join) {
      List<Size> both = joined(inputs.get(0), inputs.get(1));
      know(join.getVariablesSet(), both);
      of(join.getCondition(), both);
      return both.subList(0, node.getRowType().getFieldCount());
    }
    if (node instanceof SetOp) {
      return widest(inputs);
    }
    List<Size> input = inputs.size() == 1 ? inputs.get(0) : List.of();
    know(node.getVariablesSet(), input);
    if (node instanceof Project project) {
      return project.getProjects().stream().map(value -> of(value, input).size()).toList();
    }
    if (node instanceof Filter filter) {
      of(filter.getCondition(), input);
      return input;
    }
    if (node instanceof Aggregate aggregate) {
      return aggregated(aggregate, input);
    }
    if (node instanceof Sort || node instanceof TableSpool) {
      return input;
    }
    throw PrintedExpressions.unsupported("this kind of query");
  }

  /** What one row of a function in FROM holds. */
  private Size rows(RexCall call) {
    Size operands = Size.NONE;
    for (RexNode operand : call.getOperands()) {
      operands = operands.plus(of(operand, List.of()).size());
    }
    return EngineTableFunction.passesOn(call.getOperator().getName()) ? operands : Growth.SHORT;
  }

  private static List<Size> joined(List<Size> left, List<Size> right) {
    List<Size> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }

  private void know(Iterable<CorrelationId> names, List<Size> columns) {
    names.forEach(name -> outer.put(name, columns));
  }

  private static List<Size> stored(RelNode node) {
    return node.getRowType().getFieldList().stream()
        .map(field -> isShort(field.getType()) ? Growth.SHORT : Size.STORED)
        .toList();
  }

  private List<Size> values(Values values) {
    List<List<Size>> rows = new ArrayList<>();
    rows.add(Collections.nCopies(values.getRowType().getFieldCount(), Size.NONE));
    for (List<RexLiteral> row : values.getTuples()) {
      rows.add(row.stream().map(cell -> literal(cell).size()).toList());
    }
    return widest(rows);
  }

  private static List<Size> widest(List<List<Size>> rows) {
    List<Size> widest = new ArrayList<>(rows.get(0));
    for (List<Size> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widest.set(i, widest.get(i).or(row.get(i)));
      }
    }
    return widest;
  }

  private List<Size> aggregated(Aggregate aggregate, List<Size> input) {
    List<Size> columns = new ArrayList<>();
    for (int key : aggregate.getGroupSet()) {
      columns.add(input.get(key));
    }
    for (AggregateCall call : aggregate.getAggCallList()) {
      Size arguments = Size.NONE;
      for (int argument : call.getArgList()) {
        arguments = arguments.plus(input.get(argument));
      }
      columns.add(aggregate(call.getAggregation().getName(), arguments, call.getType()));
    }
    return columns;
  }

  private static Size aggregate(String name, Size arguments, RelDataType type) {
    if (isShort(type)) {
      return Growth.SHORT;
    }
    return Growth.gathers(name.toLowerCase(Locale.ROOT)) ? arguments.or(Growth.GROUP) : arguments;
  }

  private List<Size> recursion(RepeatUnion union) {
    TransientTable own = union.getTransientTable().unwrap(TransientTable.class);
    List<Size> seed = columns(union.getSeedRel());
    List<Object> names = new ArrayList<>();
    List<Size> named = new ArrayList<>();
    for (int i = 0; i < seed.size(); i++) {
      boolean isShort = isShort(union.getRowType().getFieldList().get(i).getType());
      names.add(List.of(own, i));
      named.add(isShort ? Growth.SHORT : Size.named(names.get(i)));
    }
    running.put(own, named);
    List<Size> result = growth.recursion(seed, names, () -> columns(union.getIterativeRel()));
    running.remove(own);
    return result;
  }

  private List<Size> ownRows(TransientTable own) {
    List<Size> columns = running.get(own);
    if (columns == null) {
      throw Ast.unsupported("a recursive query whose step reads its own rows in two places");
    }
    return columns;
  }

  private Growth.Operand of(RexNode node, List<Size> columns) {
    if (node instanceof RexInputRef reference) {
      return Growth.Operand.of(columns.get(reference.getIndex()));
    }
    if (node instanceof RexLiteral literal) {
      return literal(literal);
    }
    if (node instanceof RexDynamicParam parameter && parameter.getIndex() < values.size()) {
      return Growth.Operand.of(values.get(parameter.getIndex()).size());
    }
    if (node instanceof RexFieldAccess access) {
      List<Size> row =
          access.getReferenceExpr() instanceof RexCorrelVariable variable
              ? outer.getOrDefault(variable.id, List.of())
              : List.of();
      int index = access.getField().getIndex();
      return Growth.Operand.of(index < row.size() ? row.get(index) : Size.STORED);
    }
    if (node instanceof RexSubQuery query) {
      query.getOperands().forEach(operand -> of(operand, columns));
      List<Size> rows = columns(query.rel);
      return Growth.Operand.of(
          query.getKind() == SqlKind.SCALAR_QUERY ? rows.get(0) : Growth.SHORT);
    }
    if (node instanceof RexOver over) {
      Size arguments = Size.NONE;
      for (RexNode operand : over.getOperands()) {
        arguments = arguments.plus(of(operand, columns).size());
      }
      over.getWindow().partitionKeys.forEach(key -> of(key, columns));
      over.getWindow().orderKeys.forEach(key -> of(key.left, columns));
      return Growth.Operand.of(
          aggregate(over.getAggOperator().getName(), arguments, over.getType()));
    }
    if (node instanceof RexCall call) {
      return call(call, columns);
    }
    return Growth.Operand.of(isShort(node.getType()) ? Growth.SHORT : Size.STORED);
  }

  private Growth.Operand call(RexCall call, List<Size> columns) {
    List<RexNode> operands = call.getOperands();
    if (call.getOperator() instanceof EngineLambda.Parameter parameter) {
      return Growth.Operand.of(
          isShort(call.getType()) ? Growth.SHORT : Size.named(parameter.getName()));
    }
    String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
    if (operands.size() > 1
        && operands.get(1) instanceof RexCall lambda
        && lambda.getOperator() instanceof EngineLambda.Body body) {
      return growth.lambda(
          name,
          of(operands.get(0), columns).size(),
          operands.size() == 3
              ? Optional.of(of(operands.get(2), columns).size())
              : Optional.empty(),
          body.parameterNames(),
          () -> of(lambda.getOperands().get(0), columns));
    }
    List<Growth.Operand> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Growth.Operand value = of(operands.get(i), columns);
      boolean decides = call.getKind() == SqlKind.CASE && i % 2 == 0 && i < operands.size() - 1;
      if (!decides) {
        values.add(value);
      }
    }
    return growth.call(name, values, isShort(call.getType()));
  }

  private static Growth.Operand literal(RexLiteral literal) {
    Comparable<?> value = literal.getValue();
    if (value instanceof NlsString text) {
      return Growth.Operand.text(text.getValue());
    }
    return value instanceof BigDecimal number
        ? Growth.Operand.number(number.doubleValue())
        : Growth.Operand.none();
  }

  /** True for types whose values are all short. */
  private static boolean isShort(RelDataType type) {
    if (type instanceof EngineType engine) {
      return switch (engine.duckDbName().replaceAll("\\(.*", "")) {
        case "HUGEINT", "UHUGEINT", "UUID", "INTERVAL", "ENUM", "TIME WITH TIME ZONE", "TIME_NS" ->
            !engine.duckDbName().endsWith("]");
        default -> false;
      };
    }
    return type.getSqlTypeName() != SqlTypeName.VARCHAR
        && type.getSqlTypeName() != SqlTypeName.VARBINARY
        && !type.isStruct();
  }
}
