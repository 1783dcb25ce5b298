package io.sallyport.proxy.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * A scalar function or operator of DuckDB by its lower-case name, such as {@code upper} or {@code
 * +}; its result type is what DuckDB says.
 *
 * <p>Calcite knows nothing else of it: it neither folds nor casts around it.
 */
public class EngineFunction extends SqlFunction {
  private final boolean deterministic;

  public EngineFunction(String name, SqlReturnTypeInference type, boolean deterministic) {
    super(
        name,
        SqlKind.OTHER_FUNCTION,
        type,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
    this.deterministic = deterministic;
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    return inferReturnType(new SqlCallBinding(validator, scope, call));
  }

  @Override
  public boolean isDeterministic() {
    return deterministic;
  }

  /** Its operand as it is, of which nothing says that it cannot be NULL. */
  static final class Maybe extends EngineFunction {
    Maybe(String name) {
      super(name, ReturnTypes.ARG0_FORCE_NULLABLE, true);
    }
  }
}
