package io.sallyport.proxy.sql;

import java.util.List;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/** Calcite's validator with DuckDB's rules for names, and parameters whose types are known. */
final class EngineValidator extends SqlValidatorImpl {
  private final List<RelDataType> parameters;

  EngineValidator(CalciteCatalogReader reader, DuckDbTypes types, List<RelDataType> parameters) {
    super(
        SqlStdOperatorTable.instance(),
        reader,
        types,
        Config.DEFAULT
            .withCallRewrite(false)
            .withTypeCoercionEnabled(false)
            .withDefaultNullCollation(NullCollation.LAST)
            .withIdentifierExpansion(true)
            .withConformance(new DuckDbConformance()));
    this.parameters = parameters;
  }

  @Override
  public RelDataType deriveType(SqlValidatorScope scope, SqlNode expression) {
    if (expression instanceof SqlDynamicParam parameter) {
      RelDataType type = parameters.get(parameter.getIndex());
      setValidatedNodeType(parameter, type);
      return type;
    }
    return super.deriveType(scope, expression);
  }

  /** A NULL of no known type stays one: DuckDB gives it a type where it stands. */
  @Override
  protected void inferUnknownTypes(
      RelDataType inferredType, SqlValidatorScope scope, SqlNode expression) {
    if (inferredType.equals(unknownType) && SqlUtil.isNullLiteral(expression, false)) {
      setValidatedNodeType(expression, typeFactory.createSqlType(SqlTypeName.NULL));
      return;
    }
    if (expression instanceof SqlDynamicParam) {
      deriveType(scope, expression);
      return;
    }
    super.inferUnknownTypes(inferredType, scope, expression);
  }

  private static final class DuckDbConformance extends SqlDelegatingConformance {
    DuckDbConformance() {
      super(SqlConformanceEnum.BABEL);
    }

    @Override
    public boolean isNonStrictGroupBy() {
      return false;
    }

    @Override
    public SelectAliasLookup isSelectAlias() {
      return SelectAliasLookup.LEFT_TO_RIGHT;
    }

    @Override
    public boolean isSortByAlias() {
      return false;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }

    @Override
    public boolean allowQualifyingCommonColumn() {
      return true;
    }

    @Override
    public boolean supportsUnsignedTypes() {
      return true;
    }
  }
}
