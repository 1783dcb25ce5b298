package io.sallyport.proxy;

import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.PublishedTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks the keys that an operator declares against the data, for guards rest on them: where a key
 * gives each row one partner, rows are counted as people.
 *
 * <pre>
 * csv: { table: wards, files: [wards.csv], key: [floor] }   -- two wards on one floor: no start
 * </pre>
 *
 * <p>It looks once, when the server starts; files that change under a running server are not
 * noticed. Keys that a DuckDB file declares itself are kept by DuckDB.
 */
final class DeclaredKeys {
  private DeclaredKeys() {}

  /**
   * Refuses the first key that the data does not keep.
   *
   * @throws IllegalArgumentException naming the table and the columns, and no value
   */
  static void check(DuckDbEngine engine, List<GatewayConfig.DatasetConfig> datasets) {
    Map<TableName, PublishedTable> tables =
        engine.describe().stream().collect(Collectors.toMap(PublishedTable::name, t -> t));
    for (GatewayConfig.DatasetConfig dataset : datasets) {
      dataset
          .keys()
          .forEach(
              (name, keys) -> {
                PublishedTable table = tables.get(name);
                if (table == null) {
                  throw new IllegalArgumentException(
                      "a key is declared for `" + name + "`, and its source has no such table");
                }
                keys.forEach(key -> check(engine, table, key));
              });
    }
  }

  private static void check(DuckDbEngine engine, PublishedTable table, List<String> key) {
    Set<String> columns =
        table.columns().stream().map(OutputColumn::name).collect(Collectors.toSet());
    String quoted = key.stream().map(c -> "`" + c + "`").collect(Collectors.joining(", "));
    if (!columns.containsAll(key)) {
      throw new IllegalArgumentException(
          "the key "
              + quoted
              + " of `"
              + table.name()
              + "` names a column that the table does not have, letter by letter");
    }
    if (!engine.isKey(table.name(), key)) {
      throw new IllegalArgumentException(
          "the key "
              + quoted
              + " of `"
              + table.name()
              + "` is none: two rows are alike in it, or one has no value there; mend the data or"
              + " declare another key");
    }
  }
}
