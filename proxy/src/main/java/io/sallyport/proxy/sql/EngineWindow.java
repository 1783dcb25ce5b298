package io.sallyport.proxy.sql;

import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWindow;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * A window whose frame DuckDB's binder has checked already: Calcite only resolves its columns, and
 * does not compare an interval's type with a sort key's.
 */
final class EngineWindow extends SqlWindow {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  EngineWindow(
      SqlNodeList partition,
      SqlNodeList orders,
      boolean rows,
      @Nullable SqlNode lower,
      @Nullable SqlNode upper,
      SqlLiteral exclude) {
    super(
        AT,
        null,
        null,
        partition,
        orders,
        SqlLiteral.createBoolean(rows, AT),
        lower,
        upper,
        null,
        exclude);
  }

  @Override
  public SqlOperator getOperator() {
    return new Maker(super.getOperator());
  }

  @Override
  public void validate(SqlValidator validator, SqlValidatorScope scope) {
    for (SqlNode key : getPartitionList()) {
      refuseNested(key);
      key.validateExpr(validator, scope);
    }
    boolean expands = validator.config().columnReferenceExpansion();
    validator.transform(config -> config.withColumnReferenceExpansion(false));
    try {
      for (SqlNode key : getOrderList()) {
        refuseNested(key);
        key.validateExpr(validator, scope);
      }
    } finally {
      validator.transform(config -> config.withColumnReferenceExpansion(expands));
    }
    validateBound(getLowerBound(), validator, scope);
    validateBound(getUpperBound(), validator, scope);
  }

  private static void refuseNested(SqlNode key) {
    try {
      key.accept(Util.OverFinder.INSTANCE);
    } catch (Util.FoundOne found) {
      throw Ast.unsupported("a window inside a window");
    }
  }

  private static void validateBound(
      @Nullable SqlNode bound, SqlValidator validator, SqlValidatorScope scope) {
    if (bound instanceof SqlBasicCall call) {
      call.operand(0).validateExpr(validator, scope);
    }
  }

  /** Keeps copies of a window windows of this kind. */
  private static final class Maker extends SqlSpecialOperator {
    private final SqlOperator original;

    Maker(SqlOperator original) {
      super("WINDOW", SqlKind.WINDOW);
      this.original = original;
    }

    @Override
    public void unparse(SqlWriter writer, SqlCall call, int left, int right) {
      original.unparse(writer, call, left, right);
    }

    @Override
    public SqlCall createCall(
        @Nullable SqlLiteral quantifier, SqlParserPos pos, @Nullable SqlNode... operands) {
      SqlWindow copy = (SqlWindow) original.createCall(quantifier, pos, operands);
      return new EngineWindow(
          copy.getPartitionList(),
          copy.getOrderList(),
          copy.isRows(),
          copy.getLowerBound(),
          copy.getUpperBound(),
          copy.getExclude());
    }
  }
}
