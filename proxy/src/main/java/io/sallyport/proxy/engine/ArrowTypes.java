package io.sallyport.proxy.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.proxy.Incident;
import io.sallyport.proxy.OutputColumn;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * The Arrow fields in which DuckDB sends columns of given types, known before any query runs.
 *
 * <pre>DECIMAL(10,2) → Decimal(10, 2, 128)      ENUM('a', 'b') → Utf8, dictionary of UInt8</pre>
 *
 * <p>It asks a DuckDB of its own, which holds no data, so that it cannot differ from the engine.
 */
public final class ArrowTypes implements AutoCloseable {
  private static final int REMEMBERED = 1_000;

  private final DuckDBConnection database;
  private final BufferAllocator allocator = new RootAllocator();
  private final Cache<List<OutputColumn>, List<Field>> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  public ArrowTypes() {
    try {
      database = DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
      try (Statement setup = database.createStatement()) {
        setup.execute("SET threads = 1");
        setup.execute("SET TimeZone = 'UTC'");
        setup.execute("SET enable_external_access = false");
        setup.execute("SET lock_configuration = true");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the engine does not start", e);
    }
  }

  /**
   * The fields of an answer with these columns, in Arrow's message format: a dictionary-encoded
   * field has the type of its values.
   */
  public List<Field> fields(List<OutputColumn> columns) {
    return columns.isEmpty() ? List.of() : known.get(columns, this::ask);
  }

  private synchronized List<Field> ask(List<OutputColumn> columns) {
    String nulls =
        columns.stream()
            .map(
                column ->
                    (column.type().equals("\"NULL\"")
                            ? "NULL"
                            : "CAST(NULL AS " + column.type() + ")")
                        + " AS "
                        + Publication.identifier(column.name()))
            .collect(Collectors.joining(", ", "SELECT ", " LIMIT 0"));
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(nulls);
        ArrowReader reader =
            (ArrowReader) rows.unwrap(DuckDBResultSet.class).arrowExportStream(allocator, 1)) {
      List<Field> fields = new ArrayList<>();
      for (Field field : reader.getVectorSchemaRoot().getSchema().getFields()) {
        fields.add(DictionaryUtility.toMessageFormat(field, reader, new HashSet<>()));
      }
      return List.copyOf(fields);
    } catch (SQLException | IOException e) {
      throw Incident.unexpected(e);
    }
  }

  @Override
  public void close() {
    try {
      database.close();
    } catch (SQLException e) {
      Incident.engineFailed(e);
    }
    allocator.close();
  }
}
