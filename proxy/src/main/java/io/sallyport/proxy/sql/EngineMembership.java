package io.sallyport.proxy.sql;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlInOperator;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * {@code x IN (SELECT …)} as DuckDB compares: its binder says which types go together, and Calcite
 * adds no opinion.
 */
final class EngineMembership extends SqlInOperator {
  static final EngineMembership IN = new EngineMembership();

  private EngineMembership() {
    super("IN", SqlKind.IN);
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    validator.deriveType(scope, call.operand(0));
    validator.deriveType(scope, call.operand(1));
    return validator
        .getTypeFactory()
        .createTypeWithNullability(
            validator.getTypeFactory().createSqlType(SqlTypeName.BOOLEAN), true);
  }
}
