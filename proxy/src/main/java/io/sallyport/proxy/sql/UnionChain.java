package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;

/**
 * Three or more queries in a row with one kind of UNION between them: DuckDB casts each to the type
 * of all, Calcite two at a time.
 *
 * <pre>SELECT 1 UNION ALL SELECT 2.5 UNION ALL SELECT 'a'  →  '1', not '1.0'</pre>
 *
 * <p>Refused where that is another value.
 */
final class UnionChain {
  /** Between these a number stays what it is, whatever it is cast to on the way. */
  private static final Set<SqlTypeName> NUMBERS =
      Set.of(
          SqlTypeName.TINYINT,
          SqlTypeName.SMALLINT,
          SqlTypeName.INTEGER,
          SqlTypeName.BIGINT,
          SqlTypeName.DECIMAL,
          SqlTypeName.DOUBLE);

  private static final Set<SqlTypeName> TIMES =
      Set.of(SqlTypeName.DATE, SqlTypeName.TIMESTAMP, SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE);

  private UnionChain() {}

  /** Checks a union whose sides have been validated. */
  static void check(SqlCall union, SqlValidator validator) {
    if (!isLinkOf(union, union.operand(0))) {
      return;
    }
    SqlCall before = union.operand(0);
    RelDataType all = row(union, validator);
    RelDataType made = row(before, validator);
    List<SqlNode> queries = new ArrayList<>();
    queries(before, queries);
    for (int i = 0; i < made.getFieldCount(); i++) {
      RelDataTypeField column = made.getFieldList().get(i);
      RelDataType last = all.getFieldList().get(i).getType();
      for (SqlNode query : queries) {
        RelDataType first = row(query, validator).getFieldList().get(i).getType();
        if (!isSame(first, column.getType(), last)) {
          throw new GatewayException(
              ErrorCode.NOT_SUPPORTED,
              "`UNION` of columns of three types, `"
                  + DuckDbTypes.sql(first)
                  + "`, `"
                  + DuckDbTypes.sql(column.getType())
                  + "` and `"
                  + DuckDbTypes.sql(last)
                  + "`, is not supported; cast them to one of them");
        }
      }
    }
  }

  private static boolean isLinkOf(SqlCall union, SqlNode side) {
    return (union.getOperator() == SqlStdOperatorTable.UNION
            || union.getOperator() == SqlStdOperatorTable.UNION_ALL)
        && side instanceof SqlCall call
        && call.getOperator() == union.getOperator();
  }

  private static void queries(SqlCall union, List<SqlNode> queries) {
    if (isLinkOf(union, union.operand(0))) {
      queries(union.operand(0), queries);
    } else {
      queries.add(union.operand(0));
    }
    queries.add(union.operand(1));
  }

  private static RelDataType row(SqlNode query, SqlValidator validator) {
    return Objects.requireNonNull(validator.getNamespace(query)).getRowType();
  }

  /** True if a value is the same with or without the type between. */
  private static boolean isSame(RelDataType first, RelDataType between, RelDataType last) {
    return first.getSqlTypeName() == SqlTypeName.NULL
        || DuckDbTypes.sql(first).equals(DuckDbTypes.sql(between))
        || DuckDbTypes.sql(between).equals(DuckDbTypes.sql(last))
        || areAll(NUMBERS, first, between, last)
        || areAll(TIMES, first, between, last);
  }

  private static boolean areAll(Set<SqlTypeName> names, RelDataType... types) {
    for (RelDataType type : types) {
      if (type instanceof EngineType || !names.contains(type.getSqlTypeName())) {
        return false;
      }
    }
    return true;
  }
}
