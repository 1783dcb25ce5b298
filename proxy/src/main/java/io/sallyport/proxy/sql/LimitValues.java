package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** Refuses {@code LIMIT ?} and {@code OFFSET ?} with a number below zero before anything runs. */
final class LimitValues extends SqlBasicVisitor<Void> {
  private final List<SentValue> values;

  private LimitValues(List<SentValue> values) {
    this.values = values;
  }

  static void check(SqlNode query, List<SentValue> values) {
    if (values.stream().anyMatch(SentValue::isNegative)) {
      query.accept(new LimitValues(values));
    }
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    if (call instanceof SqlOrderBy order) {
      check(order.fetch, "LIMIT");
      check(order.offset, "OFFSET");
    }
    return super.visit(call);
  }

  private void check(@Nullable SqlNode count, String clause) {
    if (count instanceof SqlDynamicParam parameter
        && values.get(parameter.getIndex()).isNegative()) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "the value of parameter %d is below zero, and %s cannot be"
              .formatted(parameter.getIndex() + 1, clause));
    }
  }
}
