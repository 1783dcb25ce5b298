package io.sallyport.proxy;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.StatementBinder;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.engine.PublishedTable;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.DuckDbTypes;
import io.sallyport.proxy.sql.SqlFront;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/**
 * Binds the statements that one policy publishes, by the front end that binds its analysts'.
 *
 * <p>It sees the tables of the policy's own dataset alone, and opens nothing before the first
 * statement.
 */
final class OwnersStatements implements StatementBinder, AutoCloseable {
  private final String dataset;
  private final List<PublishedTable> tables;
  private @Nullable SqlFront front;

  /**
   * @param tables of the dataset
   */
  OwnersStatements(String dataset, List<PublishedTable> tables) {
    this.dataset = dataset;
    this.tables = List.copyOf(tables);
  }

  @Override
  public Bound bind(String sql, Set<TableName> published, Map<ColumnName, ColumnRight> rights) {
    SqlFront known = front;
    if (known == null) {
      known =
          new SqlFront(
              new Catalog(
                  tables.stream()
                      .filter(table -> published.contains(table.name()))
                      .map(table -> Publications.seen(table, rights))
                      .toList()));
      front = known;
    }
    try {
      BoundQuery query = known.bind(Optional.of(dataset), sql);
      List<String> names = known.parameters(sql);
      List<Parameter> parameters = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        RelDataType type = query.parameterTypes().get(i);
        parameters.add(new Parameter(names.get(i), DuckDbTypes.sql(type)));
      }
      return new Bound(query, parameters);
    } catch (GatewayException e) {
      throw new Unbound(e.getMessage());
    }
  }

  @Override
  public void close() {
    SqlFront open = front;
    if (open != null) {
      open.close();
    }
  }
}
