package io.sallyport.proxy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.sql.PlanPrinter;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataTypeField;

/**
 * A column of an answer or of a table, by its name and DuckDB's name of its type.
 *
 * @param type for example {@code DECIMAL(10,2)}, {@code VARCHAR[]} or {@code TIMESTAMP WITH TIME
 *     ZONE}
 */
public record OutputColumn(String name, String type, boolean nullable) {
  /** The type of what only the values of parameters will tell. */
  public static final String UNKNOWN = "UNKNOWN";

  /** The columns of a query's answer. */
  public static List<OutputColumn> of(BoundQuery bound) {
    List<OutputColumn> columns = new ArrayList<>();
    List<RelDataTypeField> fields = bound.plan().getRowType().getFieldList();
    for (int i = 0; i < fields.size(); i++) {
      columns.add(
          new OutputColumn(
              bound.columnNames().get(i), PlanPrinter.sent(fields.get(i).getType()), true));
    }
    return columns;
  }
}
