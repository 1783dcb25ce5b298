package io.sallyport.proxy.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.util.Optionality;

/**
 * An aggregate or window function of DuckDB by its lower-case name, such as {@code sum} or {@code
 * lag}; its result type is what DuckDB says.
 */
public final class EngineAggregate extends SqlAggFunction {
  private final boolean windowOnly;

  public EngineAggregate(String name, SqlReturnTypeInference type, boolean windowOnly) {
    super(
        name,
        null,
        SqlKind.OTHER_FUNCTION,
        type,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION,
        false,
        windowOnly,
        Optionality.OPTIONAL);
    this.windowOnly = windowOnly;
  }

  /** True for functions that only make sense with OVER, such as {@code row_number}. */
  public boolean windowOnly() {
    return windowOnly;
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    return inferReturnType(new SqlCallBinding(validator, scope, call));
  }

  @Override
  public boolean allowsFraming() {
    return true;
  }

  @Override
  public boolean allowsNullTreatment() {
    return true;
  }
}
