package io.sallyport.proxy.sql;

import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.util.Util;

/** Which functions exist at all for analysts, by their lower-case DuckDB names. */
interface Vocabulary {
  boolean scalar(String name);

  boolean aggregate(String name);

  boolean window(String name);

  boolean windowOnly(String name);

  boolean deterministic(String name);

  /** True if the expression holds an aggregate that is not over a window. */
  default boolean aggregates(SqlNode expression) {
    try {
      expression.accept(
          new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
              if (call.getKind() == SqlKind.OVER || call.isA(SqlKind.QUERY)) {
                return null;
              }
              if (call.getOperator() instanceof SqlAggFunction) {
                throw Util.FoundOne.NULL;
              }
              return super.visit(call);
            }
          });
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }
}
