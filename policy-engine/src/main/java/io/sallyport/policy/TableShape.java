package io.sallyport.policy;

import io.sallyport.policy.plan.TableName;
import java.util.List;

/** An existing table of a source, for a policy file to be checked against; no rows. */
public record TableShape(TableName name, List<Column> columns) {
  /**
   * One column in the source's spelling.
   *
   * @param type as DuckDB names it, such as {@code DECIMAL(15,2)}
   */
  public record Column(String name, String type) {}

  public TableShape {
    columns = List.copyOf(columns);
  }
}
