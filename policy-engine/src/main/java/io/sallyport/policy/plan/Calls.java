package io.sallyport.policy.plan;

import java.util.List;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.util.Optionality;

/** Makes the aggregate calls of a guarded plan; {@code -1} is a filter that is not there. */
final class Calls {
  private static final SqlAggFunction BOOL_OR =
      function("bool_or", ReturnTypes.BOOLEAN_FORCE_NULLABLE);

  private static final SqlAggFunction BIT_OR = function("bit_or", ReturnTypes.ARG0_FORCE_NULLABLE);

  private static final SqlReturnTypeInference NUMBER =
      ReturnTypes.DOUBLE.andThen(SqlTypeTransforms.FORCE_NULLABLE);

  /** Over DOUBLEs and in them. */
  private static final SqlAggFunction SUM = function("sum", NUMBER);

  /** A sum that keeps account of what its additions lose (Kahan's). */
  private static final SqlAggFunction COMPENSATED = function("fsum", NUMBER);

  /** With a number behind the value: the list of so many greatest values. */
  private static final SqlAggFunction GREATEST = function("max", NUMBER);

  private Calls() {}

  /** A function of DuckDB, which Calcite's libraries type otherwise. */
  private static SqlAggFunction function(String name, SqlReturnTypeInference type) {
    return new SqlAggFunction(
        name,
        null,
        SqlKind.OTHER_FUNCTION,
        type,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION,
        false,
        false,
        Optionality.FORBIDDEN) {};
  }

  /** An analyst's call over moved columns. */
  static AggregateCall over(AggregateCall call, List<Integer> arguments, int filter) {
    return AggregateCall.create(
        SqlParserPos.ZERO,
        call.getAggregation(),
        call.isDistinct(),
        false,
        false,
        List.of(),
        arguments,
        filter,
        null,
        RelCollations.EMPTY,
        call.getType(),
        call.getName());
  }

  /** An analyst's call over moved columns, in an order. */
  static AggregateCall ordered(
      AggregateCall call, List<Integer> arguments, List<RelFieldCollation> order) {
    return call.withArgList(arguments).withCollation(RelCollations.of(order));
  }

  static AggregateCall count(
      boolean distinct, int column, int filter, RelDataType type, String name) {
    return make(SqlStdOperatorTable.COUNT, distinct, List.of(column), filter, type, name);
  }

  /** The number of rows. */
  static AggregateCall count(int filter, RelDataType type, String name) {
    return make(SqlStdOperatorTable.COUNT, false, List.of(), filter, type, name);
  }

  /** True if the column is true in any row of the group. */
  static AggregateCall any(int column, RelDataType type, String name) {
    return make(BOOL_OR, false, List.of(column), -1, type, name);
  }

  static AggregateCall sum(int column, int filter, RelDataType type, String name) {
    return make(SUM, false, List.of(column), filter, type, name);
  }

  /** A sum of floating numbers whose error does not grow with the number of rows. */
  static AggregateCall compensatedSum(int column, int filter, RelDataType type, String name) {
    return make(COMPENSATED, false, List.of(column), filter, type, name);
  }

  /** The greatest values of a column, as many as another column says. */
  static AggregateCall greatest(int column, int many, RelDataType type, String name) {
    return make(GREATEST, false, List.of(column, many), -1, type, name);
  }

  /** All bits that are set in any row of the group. */
  static AggregateCall union(int column, int filter, RelDataType type, String name) {
    return make(BIT_OR, false, List.of(column), filter, type, name);
  }

  private static AggregateCall make(
      SqlAggFunction function,
      boolean distinct,
      List<Integer> columns,
      int filter,
      RelDataType type,
      String name) {
    return AggregateCall.create(
        SqlParserPos.ZERO,
        function,
        distinct,
        false,
        false,
        List.of(),
        columns,
        filter,
        null,
        RelCollations.EMPTY,
        type,
        name);
  }
}
