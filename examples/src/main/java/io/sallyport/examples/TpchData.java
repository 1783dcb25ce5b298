package io.sallyport.examples;

import io.trino.tpch.LineItem;
import io.trino.tpch.Order;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchColumnType;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The eight tables of TPC-H, row by row what the public generator makes, as one DuckDB file with
 * the specification's names and types, NOT NULL everywhere, and primary keys.
 *
 * <pre>
 * Path file = TpchData.write(Path.of("demo-state/data"), 0.1);   // …/tpch.duckdb, 600,572 line items
 * </pre>
 *
 * <p>It declares no foreign keys, and texts have no length.
 */
public final class TpchData {
  private static final String FILE = "tpch.duckdb";

  private static final Map<TpchTable<?>, String> PRIMARY_KEYS =
      Map.of(
          TpchTable.REGION, "r_regionkey",
          TpchTable.NATION, "n_nationkey",
          TpchTable.SUPPLIER, "s_suppkey",
          TpchTable.PART, "p_partkey",
          TpchTable.PART_SUPPLIER, "ps_partkey, ps_suppkey",
          TpchTable.CUSTOMER, "c_custkey",
          TpchTable.ORDERS, "o_orderkey",
          TpchTable.LINE_ITEM, "l_orderkey, l_linenumber");

  private TpchData() {}

  /**
   * Writes {@code tpch.duckdb} into the directory, over one that is there.
   *
   * @param scale 1 makes 6 million line items in about 1 GB of CSV
   * @return the file
   */
  public static Path write(Path directory, double scale) {
    return write(directory, scale, false);
  }

  /**
   * As {@link #write}, with a last column {@code lineitem.l_custkey}: the customer of the order.
   * TPC-H's line items do not say whom they are about; a policy whose unit is the customer needs to
   * know.
   */
  public static Path writeWithCustomerKeys(Path directory, double scale) {
    return write(directory, scale, true);
  }

  private static Path write(Path directory, double scale, boolean customerKeys) {
    Path file = directory.resolve(FILE);
    Path unfinished = directory.resolve(FILE + ".unfinished");
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(unfinished);
      try (DuckDBConnection database =
          DriverManager.getConnection("jdbc:duckdb:" + unfinished).unwrap(DuckDBConnection.class)) {
        for (TpchTable<?> table : TpchTable.getTables()) {
          boolean keyed = customerKeys && table == TpchTable.LINE_ITEM;
          create(database, table, keyed);
          fill(database, table, scale, keyed);
        }
        try (Statement statement = database.createStatement()) {
          statement.execute("CHECKPOINT");
        }
      }
      return Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (SQLException e) {
      throw new IllegalStateException("the TPC-H tables cannot be written to " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void create(DuckDBConnection database, TpchTable<?> table, boolean keyed)
      throws SQLException {
    String columns =
        table.getColumns().stream()
            .map(column -> column.getColumnName() + " " + type(column) + " NOT NULL")
            .collect(Collectors.joining(", "));
    try (Statement statement = database.createStatement()) {
      statement.execute(
          "CREATE TABLE "
              + name(table)
              + " ("
              + columns
              + (keyed ? ", l_custkey BIGINT NOT NULL" : "")
              + ", PRIMARY KEY ("
              + PRIMARY_KEYS.get(table)
              + "))");
    }
  }

  private static String name(TpchTable<?> table) {
    return table.getTableName();
  }

  private static String type(TpchColumn<?> column) {
    return switch (column.getType().getBase()) {
      case IDENTIFIER -> "BIGINT";
      case INTEGER -> "INTEGER";
      case DATE -> "DATE";
      case DOUBLE -> "DECIMAL(15,2)";
      case VARCHAR -> "VARCHAR";
    };
  }

  private static <E extends TpchEntity> void fill(
      DuckDBConnection database, TpchTable<E> table, double scale, boolean keyed)
      throws SQLException {
    List<TpchColumn<E>> columns = table.getColumns();
    OrderCustomers customers = new OrderCustomers(scale);
    try (DuckDBAppender appender = database.createAppender("main", name(table))) {
      for (E row : table.createGenerator(scale, 1, 1)) {
        appender.beginRow();
        for (TpchColumn<E> column : columns) {
          append(appender, column, row);
        }
        if (keyed) {
          appender.append(customers.of(((LineItem) row).getOrderKey()));
        }
        appender.endRow();
      }
    }
  }

  private static <E extends TpchEntity> void append(
      DuckDBAppender appender, TpchColumn<E> column, E row) throws SQLException {
    TpchColumnType.Base base = column.getType().getBase();
    switch (base) {
      case IDENTIFIER -> appender.append(column.getIdentifier(row));
      case INTEGER -> appender.append(column.getInteger(row));
      case DATE -> appender.appendEpochDays(column.getDate(row));
      // The generator gives cents divided by 100, hence the nearest cent is the one it meant.
      case DOUBLE -> appender.appendDecimal(Math.round(column.getDouble(row) * 100));
      case VARCHAR -> appender.append(column.getString(row));
    }
  }

  /** The customers of the orders in the order of the line items, made once more on the way. */
  private static final class OrderCustomers {
    private final Iterator<Order> orders;
    private Order order;

    OrderCustomers(double scale) {
      orders = TpchTable.ORDERS.createGenerator(scale, 1, 1).iterator();
      order = orders.next();
    }

    long of(long orderKey) {
      while (order.getOrderKey() != orderKey) {
        order = orders.next();
      }
      return order.getCustomerKey();
    }
  }
}
