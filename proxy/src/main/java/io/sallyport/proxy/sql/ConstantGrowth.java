package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what the expressions of a statement make before its types are known: DuckDB's binder
 * computes some of those that name no column.
 *
 * <p>It does not follow columns into sub-queries, where nothing is computed at that time; {@link
 * PlanGrowth} does.
 */
final class ConstantGrowth {
  private static final double MOST = 1_000_000;

  /** Functions and operators whose values are short, among those that people chain. */
  private static final Set<String> SHORT =
      Set.of(
          "+",
          "-",
          "*",
          "/",
          "//",
          "%",
          "mod",
          "**",
          "^",
          "&",
          "|",
          "<<",
          ">>",
          "in",
          "between",
          "condition",
          "~~",
          "!~~",
          "~~*",
          "!~~*",
          "abs",
          "round",
          "floor",
          "ceil",
          "len",
          "length",
          "contains");

  private final Growth growth = new Growth(MOST);

  private final List<SentValue> values;

  private ConstantGrowth(List<SentValue> values) {
    this.values = values;
  }

  /**
   * @param values of the statement's parameters, once they are there
   */
  static void check(SqlNode statement, List<SentValue> values) {
    new ConstantGrowth(values).of(statement);
  }

  private Growth.Operand of(SqlNode node) {
    if (node instanceof SqlLiteral literal) {
      return literal(literal);
    }
    if (node instanceof SqlDynamicParam parameter && parameter.getIndex() < values.size()) {
      return Growth.Operand.of(values.get(parameter.getIndex()).size());
    }
    if (node instanceof SqlCase choice) {
      choice.getWhenOperands().forEach(this::of);
      List<Growth.Operand> values = new ArrayList<>();
      choice.getThenOperands().forEach(value -> values.add(of(value)));
      SqlNode otherwise = choice.getElseOperand();
      if (otherwise != null) {
        values.add(of(otherwise));
      }
      return growth.call("case", values, false);
    }
    if (node instanceof SqlNodeList list) {
      list.forEach(this::each);
      return Growth.Operand.of(Size.STORED);
    }
    if (node instanceof SqlCall call) {
      return call(call);
    }
    return Growth.Operand.of(node instanceof SqlIdentifier ? Size.STORED : Growth.SHORT);
  }

  /** A clause that a query does not have is no node. */
  private void each(@Nullable SqlNode node) {
    if (node != null) {
      of(node);
    }
  }

  private static Growth.Operand literal(SqlLiteral literal) {
    Object value = literal.getValue();
    if (value instanceof NlsString text) {
      return Growth.Operand.text(text.getValue());
    }
    return value instanceof BigDecimal number
        ? Growth.Operand.number(number.doubleValue())
        : Growth.Operand.none();
  }

  private Growth.Operand call(SqlCall call) {
    if (call.getOperator() instanceof EngineLambda.Parameter parameter) {
      return Growth.Operand.of(Size.named(parameter.getName()));
    }
    String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
    if (call.getOperator() instanceof EngineLambda) {
      SqlCall lambda = call.operand(1);
      return growth.lambda(
          name,
          of(call.operand(0)).size(),
          call.operandCount() == 3 ? Optional.of(of(call.operand(2)).size()) : Optional.empty(),
          ((EngineLambda.Body) lambda.getOperator()).parameterNames(),
          () -> of(lambda.operand(0)));
    }
    if (call.getOperator() instanceof EngineFunction) {
      return growth.call(
          name, call.getOperandList().stream().map(this::of).toList(), SHORT.contains(name));
    }
    call.getOperandList().forEach(this::each);
    return Growth.Operand.of(call.isA(SqlKind.COMPARISON) ? Growth.SHORT : Size.STORED);
  }
}
