package io.sallyport.proxy.engine;

import io.sallyport.policy.TableShape;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.OutputColumn;
import java.util.List;

/**
 * A table that the engine can read: its columns as the source has them, hidden ones too, and the
 * sets of columns that the source itself keeps unique and not null (its primary key first).
 */
public record PublishedTable(
    TableName name, List<OutputColumn> columns, List<List<String>> uniqueKeys) {
  public PublishedTable {
    columns = List.copyOf(columns);
    uniqueKeys = uniqueKeys.stream().map(List::copyOf).toList();
  }

  /** What a policy file may name of it. */
  public TableShape shape() {
    return new TableShape(
        name,
        columns.stream()
            .map(column -> new TableShape.Column(column.name(), column.type()))
            .toList());
  }
}
