package io.sallyport.proxy.engine;

import io.sallyport.policy.TableShape;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.OutputColumn;
import java.util.List;

/**
 * A table that the engine can read: its columns as the source has them, hidden ones too, and the
 * sets of columns that are declared unique and not null (the primary key first).
 *
 * @param found further sets of columns in which no two rows are alike when the server starts
 */
public record PublishedTable(
    TableName name,
    List<OutputColumn> columns,
    List<List<String>> uniqueKeys,
    List<List<String>> found) {
  public PublishedTable {
    columns = List.copyOf(columns);
    uniqueKeys = uniqueKeys.stream().map(List::copyOf).toList();
    found = found.stream().map(List::copyOf).toList();
  }

  /** With the declared keys alone. */
  public PublishedTable(TableName name, List<OutputColumn> columns, List<List<String>> uniqueKeys) {
    this(name, columns, uniqueKeys, List.of());
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
