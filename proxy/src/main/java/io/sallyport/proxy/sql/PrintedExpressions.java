package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.AggregateList;
import io.sallyport.policy.plan.FunctionList;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.sql.PrintedBlock.Column;
import io.sallyport.proxy.sql.PrintedBlock.Make;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Util;

/**
 * Writes row expressions as DuckDB's SQL, fully parenthesised, over the columns of a block.
 *
 * <pre>AND(=($0, 1), IS NULL($1))  →  ((t0."a" = 1) AND (t0."b" IS NULL))</pre>
 *
 * <p>A function that is not on the policy's lists is refused, whoever put it into the plan.
 */
final class PrintedExpressions {
  private static final Map<SqlKind, String> COMPARISONS =
      Map.of(
          SqlKind.EQUALS, "=",
          SqlKind.NOT_EQUALS, "<>",
          SqlKind.LESS_THAN, "<",
          SqlKind.LESS_THAN_OR_EQUAL, "<=",
          SqlKind.GREATER_THAN, ">",
          SqlKind.GREATER_THAN_OR_EQUAL, ">=",
          SqlKind.IS_DISTINCT_FROM, "IS DISTINCT FROM",
          SqlKind.IS_NOT_DISTINCT_FROM, "IS NOT DISTINCT FROM");

  private static final Map<SqlKind, String> TESTS =
      Map.of(
          SqlKind.IS_NULL, "IS NULL",
          SqlKind.IS_NOT_NULL, "IS NOT NULL",
          SqlKind.IS_TRUE, "IS TRUE",
          SqlKind.IS_NOT_TRUE, "IS NOT TRUE",
          SqlKind.IS_FALSE, "IS FALSE",
          SqlKind.IS_NOT_FALSE, "IS NOT FALSE");

  /** Window functions whose frame has a meaning. */
  private static final Set<String> FRAMED = Set.of("first_value", "last_value", "nth_value");

  /** What {@code GuardRewrite} may add to a plan beyond the lists. */
  private static final Set<String> GUARDS =
      Set.of("hash", "bit_count", "%", "&", "<<", "try", "try_cast", "list_sum", "getvariable");

  private final PlanPrinter plans;
  private final List<Integer> parameters = new ArrayList<>();
  private final Map<CorrelationId, List<Column>> outer = new HashMap<>();

  PrintedExpressions(PlanPrinter plans) {
    this.plans = plans;
  }

  /** The analyst's parameters in the order of their numbers in the text. */
  List<Integer> parameters() {
    return parameters;
  }

  /** Makes a row of an outer query known to the sub-queries that name it. */
  void correlate(CorrelationId id, List<Column> columns) {
    outer.put(id, columns);
  }

  static GatewayException unsupported(String what) {
    return new GatewayException(ErrorCode.NOT_SUPPORTED, "`" + what + "` is not supported here");
  }

  /** True if an expression holds TRY, in which DuckDB takes no aggregate. */
  static boolean tries(Iterable<? extends RexNode> expressions) {
    RexVisitorImpl<Void> finder =
        new RexVisitorImpl<>(true) {
          @Override
          public Void visitCall(RexCall call) {
            if (call.getOperator().getName().equalsIgnoreCase("try")) {
              throw Util.FoundOne.NULL;
            }
            return super.visitCall(call);
          }
        };
    try {
      expressions.forEach(expression -> expression.accept(finder));
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }

  /** How often the expressions name each of the block's columns. */
  static int[] uses(PrintedBlock block, Iterable<? extends RexNode> expressions) {
    int[] uses = new int[block.columns.size()];
    RexVisitorImpl<Void> counter =
        new RexVisitorImpl<>(true) {
          @Override
          public Void visitInputRef(RexInputRef reference) {
            uses[reference.getIndex()]++;
            return null;
          }
        };
    expressions.forEach(e -> e.accept(counter));
    return uses;
  }

  /** What an expression over the block is made of. */
  static Make make(RexNode node, PrintedBlock block) {
    if (RexOver.containsOver(node)
        || RexUtil.SubQueryFinder.find(node) != null
        || !RexUtil.isDeterministic(node)) {
      return Make.DELICATE;
    }
    if (node instanceof RexLiteral || node instanceof RexDynamicParam) {
      return Make.CONSTANT;
    }
    int[] uses = uses(block, List.of(node));
    boolean constant = Arrays.stream(uses).allMatch(n -> n == 0) && !isCorrelated(node);
    Make made = constant ? Make.CONSTANT : Make.COMPUTED;
    for (int i = 0; i < uses.length; i++) {
      Make source = block.columns.get(i).make();
      if (uses[i] > 0 && source == Make.DELICATE) {
        return Make.DELICATE;
      }
      if (uses[i] > 0 && source == Make.AGGREGATE) {
        made = Make.AGGREGATE;
      }
    }
    return made;
  }

  private static boolean isCorrelated(RexNode node) {
    try {
      node.accept(
          new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitFieldAccess(RexFieldAccess access) {
              throw Util.FoundOne.NULL;
            }
          });
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }

  Column column(RexNode node, PrintedBlock block) {
    if (node instanceof RexInputRef reference) {
      return block.columns.get(reference.getIndex());
    }
    String sql = print(node, block.columns);
    if (node instanceof RexLiteral && !sql.startsWith("CAST(") && !sql.equals("NULL")) {
      return new Column(
          sql, "CAST(" + sql + " AS " + DuckDbTypes.sql(node.getType()) + ")", Make.CONSTANT);
    }
    if (node instanceof RexDynamicParam parameter && isText(parameter)) {
      return new Column(sql, "CAST(" + sql + " AS VARCHAR)", Make.CONSTANT);
    }
    return Column.of(sql, make(node, block));
  }

  String print(RexNode node, List<Column> inputs) {
    if (node instanceof RexInputRef reference) {
      return inputs.get(reference.getIndex()).inside();
    }
    if (node instanceof RexLiteral literal) {
      return PrintedLiteral.of(literal);
    }
    if (node instanceof RexDynamicParam parameter) {
      return parameter(parameter);
    }
    if (node instanceof RexFieldAccess access) {
      return outerColumn(access);
    }
    if (node instanceof RexOver over) {
      return over(over, inputs);
    }
    if (node instanceof RexSubQuery subQuery) {
      return subQuery(subQuery, inputs);
    }
    if (node instanceof RexCall call) {
      return call(call, inputs);
    }
    throw unsupported("this expression");
  }

  private List<String> print(List<RexNode> nodes, List<Column> inputs) {
    List<String> printed = new ArrayList<>();
    for (RexNode node : nodes) {
      printed.add(print(node, inputs));
    }
    return printed;
  }

  private static boolean isText(RexDynamicParam parameter) {
    return parameter.getType().getSqlTypeName() == SqlTypeName.VARCHAR;
  }

  /** A text stays bare, because it takes its type from its neighbours, as a literal does. */
  private String parameter(RexDynamicParam parameter) {
    if (parameter.getType().getSqlTypeName() == SqlTypeName.NULL) {
      return "NULL";
    }
    int position = parameters.indexOf(parameter.getIndex());
    if (position < 0) {
      position = parameters.size();
      parameters.add(parameter.getIndex());
    }
    String value = "$" + (position + 1);
    return isText(parameter)
        ? value
        : "CAST(" + value + " AS " + DuckDbTypes.sql(parameter.getType()) + ")";
  }

  private String outerColumn(RexFieldAccess access) {
    if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
      List<Column> columns = outer.get(variable.id);
      if (columns != null) {
        return columns.get(access.getField().getIndex()).inside();
      }
    }
    throw unsupported("this reference to an outer query");
  }

  private String call(RexCall call, List<Column> inputs) {
    SqlKind kind = call.getKind();
    List<RexNode> operands = call.getOperands();
    if (kind == SqlKind.SEARCH) {
      throw unsupported("a folded range");
    }
    if (kind == SqlKind.AND || kind == SqlKind.OR) {
      return "(" + String.join(" " + kind.sql + " ", print(operands, inputs)) + ")";
    }
    if (kind == SqlKind.NOT) {
      return "(NOT " + print(operands.get(0), inputs) + ")";
    }
    if (COMPARISONS.containsKey(kind) && operands.size() == 2) {
      List<String> sides = print(operands, inputs);
      return "(" + sides.get(0) + " " + COMPARISONS.get(kind) + " " + sides.get(1) + ")";
    }
    if (TESTS.containsKey(kind)) {
      return "(" + print(operands.get(0), inputs) + " " + TESTS.get(kind) + ")";
    }
    if (kind == SqlKind.CASE) {
      return caseWhen(print(operands, inputs));
    }
    if (kind == SqlKind.CAST) {
      return CallSyntax.call("cast", print(operands, inputs), DuckDbTypes.sql(call.getType()));
    }
    if (call.getOperator() instanceof EngineFunction.Maybe) {
      return print(operands.get(0), inputs);
    }
    if (call.getOperator() instanceof EngineLambda.Parameter parameter) {
      return CallSyntax.identifier(parameter.getName());
    }
    if (call.getOperator() instanceof EngineLambda.Body body) {
      return CallSyntax.lambda(body.parameterNames(), print(operands.get(0), inputs));
    }
    String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
    if (FunctionList.STANDARD.find(name).isEmpty() && !GUARDS.contains(name)) {
      throw unsupported(name);
    }
    return CallSyntax.call(name, print(operands, inputs), DuckDbTypes.sql(call.getType()));
  }

  private static String caseWhen(List<String> operands) {
    StringBuilder sql = new StringBuilder("(CASE");
    int last = operands.size() - 1;
    for (int i = 0; i < last; i += 2) {
      sql.append(" WHEN ").append(operands.get(i)).append(" THEN ").append(operands.get(i + 1));
    }
    return sql.append(" ELSE ").append(operands.get(last)).append(" END)").toString();
  }

  private String subQuery(RexSubQuery subQuery, List<Column> inputs) {
    List<String> operands = print(subQuery.getOperands(), inputs);
    String left = operands.size() == 1 ? operands.get(0) : "(" + String.join(", ", operands) + ")";
    String query = "(" + select(subQuery.rel) + ")";
    return switch (subQuery.getKind()) {
      case IN -> "(" + left + " IN " + query + ")";
      case EXISTS -> "(EXISTS " + query + ")";
      case SCALAR_QUERY -> query;
      case SOME -> "(" + left + " " + comparison(subQuery) + " ANY " + query + ")";
      case ALL -> "(" + left + " " + comparison(subQuery) + " ALL " + query + ")";
      default -> throw unsupported(subQuery.getKind().sql);
    };
  }

  private static String comparison(RexSubQuery subQuery) {
    String printed =
        subQuery.getOperator() instanceof SqlQuantifyOperator quantified
            ? COMPARISONS.get(quantified.comparisonKind)
            : null;
    if (printed == null) {
      throw unsupported(subQuery.getKind().sql);
    }
    return printed;
  }

  private String select(RelNode query) {
    return plans.block(query).select();
  }

  /** The name of an aggregate or window function that the lists know. */
  static String aggregateName(String operator) {
    String name = operator.toLowerCase(Locale.ROOT);
    if (AggregateList.STANDARD.find(name).isEmpty()) {
      throw unsupported(name);
    }
    return name;
  }

  private String over(RexOver over, List<Column> inputs) {
    String name = aggregateName(over.getAggOperator().getName());
    List<String> operands = print(over.getOperands(), inputs);
    StringBuilder sql = new StringBuilder("(").append(CallSyntax.identifier(name)).append('(');
    sql.append(over.isDistinct() ? "DISTINCT " : "");
    sql.append(name.equals("count") && operands.isEmpty() ? "*" : String.join(", ", operands));
    sql.append(over.ignoreNulls() ? " IGNORE NULLS" : "").append(") OVER (");
    RexWindow window = over.getWindow();
    List<String> parts = new ArrayList<>();
    if (!window.partitionKeys.isEmpty()) {
      parts.add("PARTITION BY " + String.join(", ", print(window.partitionKeys, inputs)));
    }
    if (!window.orderKeys.isEmpty()) {
      List<String> orders = new ArrayList<>();
      for (RexFieldCollation key : window.orderKeys) {
        orders.add(
            print(key.left, inputs)
                + direction(key.getDirection())
                + nulls(key.getNullDirection()));
      }
      parts.add("ORDER BY " + String.join(", ", orders));
    }
    boolean framed =
        FRAMED.contains(name)
            || AggregateList.STANDARD.find(name).filter(e -> !e.windowOnly()).isPresent();
    if (framed) {
      parts.add(frame(window, inputs));
    }
    return sql.append(String.join(" ", parts)).append("))").toString();
  }

  private String frame(RexWindow window, List<Column> inputs) {
    String exclude =
        switch (window.getExclude()) {
          case EXCLUDE_NO_OTHER -> "";
          case EXCLUDE_CURRENT_ROW -> " EXCLUDE CURRENT ROW";
          case EXCLUDE_GROUP -> " EXCLUDE GROUP";
          case EXCLUDE_TIES -> " EXCLUDE TIES";
        };
    return (window.isRows() ? "ROWS" : "RANGE")
        + " BETWEEN "
        + bound(window.getLowerBound(), inputs)
        + " AND "
        + bound(window.getUpperBound(), inputs)
        + exclude;
  }

  private String bound(RexWindowBound bound, List<Column> inputs) {
    if (bound.isCurrentRow()) {
      return "CURRENT ROW";
    }
    String side = bound.isPreceding() ? " PRECEDING" : " FOLLOWING";
    if (bound.isUnbounded()) {
      return "UNBOUNDED" + side;
    }
    RexNode offset = bound.getOffset();
    if (offset == null) {
      throw unsupported("this window frame");
    }
    return print(offset, inputs) + side;
  }

  static String direction(RelFieldCollation.Direction direction) {
    return direction.isDescending() ? " DESC" : " ASC";
  }

  static String nulls(RelFieldCollation.NullDirection nulls) {
    return nulls == RelFieldCollation.NullDirection.FIRST ? " NULLS FIRST" : " NULLS LAST";
  }
}
