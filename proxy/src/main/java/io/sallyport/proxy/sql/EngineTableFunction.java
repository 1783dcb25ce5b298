package io.sallyport.proxy.sql;

import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * A function in FROM that makes rows of its arguments alone, such as {@code range(5)} or {@code
 * unnest(tags)}: one column, whose type is what DuckDB says.
 *
 * <p>Functions that read files, settings or the engine's catalogue are not among them.
 */
final class EngineTableFunction extends SqlFunction implements SqlTableFunction {
  private static final Set<String> KNOWN = Set.of("range", "generate_series", "unnest");

  private final SqlReturnTypeInference column;

  /**
   * @param column the type of its only column
   */
  EngineTableFunction(String name, SqlReturnTypeInference column) {
    super(
        name,
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.CURSOR,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_TABLE_FUNCTION);
    this.column = column;
  }

  static boolean isKnown(String name) {
    return KNOWN.contains(name);
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    call.getOperandList().forEach(operand -> validator.deriveType(scope, operand));
    return validator.getTypeFactory().createSqlType(SqlTypeName.CURSOR);
  }

  @Override
  public SqlReturnTypeInference getRowTypeInference() {
    return this::row;
  }

  private RelDataType row(SqlOperatorBinding binding) {
    return binding.getTypeFactory().builder().add("c0", column.inferReturnType(binding)).build();
  }
}
