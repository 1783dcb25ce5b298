package io.sallyport.policy.plan;

import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;

/**
 * One analyst's statement after parsing, validation and planning: what a policy judges.
 *
 * @param sql the text as typed, for the audit log and the owner only; nothing runs it
 * @param plan the logical plan; its fields are the answer's columns, in order
 * @param columnNames the answer's column names as DuckDB would name them
 * @param parameterTypes the type of each {@code ?}, in order
 * @param probe true if the plan provably yields no row ({@code LIMIT 0}, {@code WHERE 1=0}): only
 *     its schema is wanted
 */
public record BoundQuery(
    String sql,
    RelNode plan,
    List<String> columnNames,
    List<RelDataType> parameterTypes,
    boolean probe) {
  public BoundQuery {
    columnNames = List.copyOf(columnNames);
    parameterTypes = List.copyOf(parameterTypes);
  }
}
