package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSetOperator;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlDelegatingConformance;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.jspecify.annotations.Nullable;

/** Calcite's validator with DuckDB's rules for names, and parameters whose types are known. */
final class EngineValidator extends SqlValidatorImpl {
  private final List<RelDataType> parameters;
  private final EngineFunction coalesce;

  EngineValidator(
      CalciteCatalogReader reader,
      DuckDbTypes types,
      List<RelDataType> parameters,
      TypeOracle oracle) {
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
    coalesce = new EngineFunction("coalesce", oracle.scalar("coalesce"), true);
  }

  @Override
  public RelDataType deriveType(SqlValidatorScope scope, SqlNode expression) {
    if (expression instanceof SqlDynamicParam parameter) {
      RelDataType type = parameters.get(parameter.getIndex());
      setValidatedNodeType(parameter, type);
      return type;
    }
    RelDataType type = super.deriveType(scope, expression);
    return expression instanceof SqlCase choice ? typed(choice, scope, type) : type;
  }

  /**
   * In DuckDB's CASE a literal takes its type from the other branches, as it does in COALESCE.
   *
   * <pre>CASE WHEN a THEN 10 ELSE '9' END  →  CASE WHEN a THEN 10 ELSE CAST('9' AS INTEGER) END
   * </pre>
   */
  private RelDataType typed(SqlCase choice, SqlValidatorScope scope, RelDataType calcites) {
    List<SqlNode> branches = new ArrayList<>();
    branches.add(Objects.requireNonNull(choice.getElseOperand()));
    branches.addAll(choice.getThenOperands());
    RelDataType type =
        typeFactory.createTypeWithNullability(
            coalesce.inferReturnType(
                new SqlCallBinding(this, scope, coalesce.createCall(SqlParserPos.ZERO, branches))),
            calcites.isNullable());
    setValidatedNodeType(choice, type);
    return type;
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
    if (expression instanceof SqlCall call && call.getOperator() instanceof EngineLambda) {
      // Its parameters have no type before it has one.
      deriveType(scope, expression);
    }
    super.inferUnknownTypes(inferredType, scope, expression);
  }

  /** DuckDB has said already what type a number has, which may be wider than Calcite's widest. */
  @Override
  public void validateLiteral(SqlLiteral literal) {
    if (!(literal instanceof Literals.Number)) {
      super.validateLiteral(literal);
    }
  }

  @Override
  public void validateQuery(SqlNode node, SqlValidatorScope scope, RelDataType target) {
    super.validateQuery(node, scope, target);
    if (node instanceof SqlCall call && call.getOperator() instanceof SqlSetOperator) {
      UnionChain.check(call, this);
    }
  }

  @Override
  protected void validateQualifyClause(SqlSelect select) {
    checkAliases(select, select.getQualify());
    super.validateQualifyClause(select);
  }

  @Override
  protected void validateHavingClause(SqlSelect select) {
    if (hasGroupingSets(select)) {
      checkAliases(select, select.getHaving());
    }
    super.validateHavingClause(select);
  }

  private static boolean hasGroupingSets(SqlSelect select) {
    SqlNodeList groups = select.getGroup();
    return groups != null
        && groups.stream()
            .anyMatch(
                key ->
                    key.getKind() == SqlKind.GROUPING_SETS
                        || key.getKind() == SqlKind.ROLLUP
                        || key.getKind() == SqlKind.CUBE);
  }

  /**
   * Where a name is a column to DuckDB, Calcite takes the alias. Mostly the tree has told which is
   * meant; where what FROM holds is known here only, it is refused.
   */
  private void checkAliases(SqlSelect select, @Nullable SqlNode condition) {
    if (condition == null) {
      return;
    }
    Set<String> aliases = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (SqlNode item : select.getSelectList()) {
      if (item.getKind() == SqlKind.AS) {
        aliases.add(((SqlIdentifier) ((SqlCall) item).operand(1)).getSimple());
      }
    }
    condition.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          public @Nullable Void visit(SqlCall call) {
            return call.getKind().belongsTo(SqlKind.QUERY) ? null : super.visit(call);
          }

          @Override
          public @Nullable Void visit(SqlIdentifier name) {
            if (name.isSimple()
                && aliases.contains(name.getSimple())
                && !getWhereScope(select)
                    .findQualifyingTableNames(
                        name.getSimple(), name, getCatalogReader().nameMatcher())
                    .isEmpty()) {
              throw Ast.unsupported(
                  "`" + name.getSimple() + "`, both an alias and a column,", "another alias");
            }
            return null;
          }
        });
  }

  /** Calcite's own does not look at sub-queries in a FILTER. */
  @Override
  public void validateAggregateParams(
      SqlCall call,
      @Nullable SqlNode filter,
      @Nullable SqlNodeList distinct,
      @Nullable SqlNodeList order,
      SqlValidatorScope scope) {
    super.validateAggregateParams(call, filter, distinct, order, scope);
    if (filter != null) {
      filter.validate(this, scope.getOperandScope(call));
    }
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
