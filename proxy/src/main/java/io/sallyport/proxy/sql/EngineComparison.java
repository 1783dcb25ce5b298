package io.sallyport.proxy.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * A comparison as DuckDB defines it: Calcite sees its kind, adds no cast, and leaves the meaning to
 * the engine.
 */
final class EngineComparison extends SqlBinaryOperator {
  static final EngineComparison EQUAL = new EngineComparison("=", SqlKind.EQUALS);
  static final EngineComparison NOT_EQUAL = new EngineComparison("<>", SqlKind.NOT_EQUALS);
  static final EngineComparison LESS = new EngineComparison("<", SqlKind.LESS_THAN);
  static final EngineComparison LESS_OR_EQUAL =
      new EngineComparison("<=", SqlKind.LESS_THAN_OR_EQUAL);
  static final EngineComparison GREATER = new EngineComparison(">", SqlKind.GREATER_THAN);
  static final EngineComparison GREATER_OR_EQUAL =
      new EngineComparison(">=", SqlKind.GREATER_THAN_OR_EQUAL);
  static final EngineComparison DISTINCT_FROM =
      new EngineComparison("IS DISTINCT FROM", SqlKind.IS_DISTINCT_FROM);
  static final EngineComparison NOT_DISTINCT_FROM =
      new EngineComparison("IS NOT DISTINCT FROM", SqlKind.IS_NOT_DISTINCT_FROM);

  static final List<EngineComparison> ALL =
      List.of(
          EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL,
          DISTINCT_FROM,
          NOT_DISTINCT_FROM);

  private EngineComparison(String name, SqlKind kind) {
    super(
        name,
        kind,
        30,
        true,
        kind == SqlKind.IS_DISTINCT_FROM || kind == SqlKind.IS_NOT_DISTINCT_FROM
            ? ReturnTypes.BOOLEAN
            : ReturnTypes.BOOLEAN_NULLABLE,
        null,
        OperandTypes.ANY_ANY);
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    return inferReturnType(new SqlCallBinding(validator, scope, call));
  }
}
