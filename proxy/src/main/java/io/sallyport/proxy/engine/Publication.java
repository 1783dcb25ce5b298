package io.sallyport.proxy.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.OutputColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes a schema of every dataset, and a view or table of every source, before the engine is
 * locked.
 *
 * <p>It reads no file that a source does not name.
 */
final class Publication {
  private final Statement setup;
  private final Map<Path, String> attached = new LinkedHashMap<>();

  Publication(Statement setup) {
    this.setup = setup;
  }

  List<PublishedTable> publish(List<Dataset> datasets) throws SQLException {
    List<PublishedTable> tables = new ArrayList<>();
    for (Dataset dataset : datasets) {
      setup.execute("CREATE SCHEMA " + identifier(dataset.name()));
      for (Source source : dataset.sources()) {
        publish(dataset.name(), source, tables);
      }
    }
    tables.sort((one, other) -> one.name().compareTo(other.name()));
    return tables;
  }

  private void publish(String dataset, Source source, List<PublishedTable> tables) {
    try {
      if (source instanceof Source.Parquet parquet) {
        TableName name = new TableName(dataset, parquet.table());
        create(
            "VIEW",
            name,
            "read_parquet(" + paths(parquet.files()) + ", hive_partitioning = false)");
        tables.add(new PublishedTable(name, columns(qualified(name)), List.of()));
      } else if (source instanceof Source.Csv csv) {
        TableName name = new TableName(dataset, csv.table());
        create(
            "TABLE",
            name,
            "read_csv("
                + paths(csv.files())
                + ", header = true, sample_size = -1, hive_partitioning = false)");
        tables.add(new PublishedTable(name, columns(qualified(name)), List.of()));
      } else if (source instanceof Source.DuckDbFile file) {
        attachTables(dataset, file.file(), tables);
      } else {
        throw new IllegalArgumentException("an unknown kind of source in `" + dataset + "`");
      }
    } catch (SQLException e) {
      // The engine's text may hold values of rows, so the owner gets the file's name alone.
      throw new IllegalArgumentException(
          "the dataset `" + dataset + "` cannot be read from " + named(source));
    }
  }

  private static String named(Source source) {
    if (source instanceof Source.Parquet parquet) {
      return "the Parquet files " + parquet.files();
    }
    if (source instanceof Source.Csv csv) {
      return "the CSV files " + csv.files();
    }
    return "the DuckDB file " + ((Source.DuckDbFile) source).file();
  }

  private void create(String kind, TableName name, String from) throws SQLException {
    create(kind, name, from, "*");
  }

  private void create(String kind, TableName name, String from, String columns)
      throws SQLException {
    setup.execute(
        "CREATE " + kind + " " + qualified(name) + " AS SELECT " + columns + " FROM " + from);
  }

  private void attachTables(String dataset, Path file, List<PublishedTable> tables)
      throws SQLException {
    Path real = real(file);
    String catalog = attached.get(real);
    if (catalog == null) {
      catalog = "$source" + attached.size();
      setup.execute("ATTACH " + path(real) + " AS " + identifier(catalog) + " (READ_ONLY)");
      attached.put(real, catalog);
    }
    for (String table : baseTables(catalog)) {
      TableName name = new TableName(dataset, table);
      String source = identifier(catalog) + ".main." + identifier(table);
      List<OutputColumn> columns = columns(source);
      create("VIEW", name, source, mayCollate(catalog, table) ? uncollated(columns) : "*");
      tables.add(new PublishedTable(name, columns, keys(catalog, table)));
    }
  }

  /** DuckDB tells a column's collation only in the table's own statement. */
  private boolean mayCollate(String catalog, String table) throws SQLException {
    try (PreparedStatement ask =
        setup
            .getConnection()
            .prepareStatement(
                "SELECT contains(upper(sql), 'COLLATE') FROM duckdb_tables()"
                    + " WHERE database_name = ? AND schema_name = 'main' AND table_name = ?")) {
      ask.setString(1, catalog);
      ask.setString(2, table);
      try (ResultSet rows = ask.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  /**
   * Texts that a collation takes for equal are shown as the first row has them, so that a group of
   * many would show one row's own spelling.
   */
  private static String uncollated(List<OutputColumn> columns) {
    return columns.stream()
        .map(
            column ->
                column.type().equals("VARCHAR")
                    ? identifier(column.name())
                        + " COLLATE \"binary\" AS "
                        + identifier(column.name())
                    : identifier(column.name()))
        .collect(Collectors.joining(", "));
  }

  private List<String> baseTables(String catalog) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement ask =
        setup
            .getConnection()
            .prepareStatement(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
                    + " AND schema_name = 'main' AND NOT internal ORDER BY table_name")) {
      ask.setString(1, catalog);
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  private List<OutputColumn> columns(String relation) throws SQLException {
    List<OutputColumn> columns = new ArrayList<>();
    try (ResultSet rows = setup.executeQuery("DESCRIBE " + relation)) {
      while (rows.next()) {
        columns.add(
            new OutputColumn(
                rows.getString(1), rows.getString(2), !rows.getString(3).equals("NO")));
      }
    }
    return columns;
  }

  /** Primary key first; a UNIQUE constraint counts only where NULLs cannot repeat. */
  private List<List<String>> keys(String catalog, String table) throws SQLException {
    List<List<String>> keys = new ArrayList<>();
    try (PreparedStatement ask =
        setup
            .getConnection()
            .prepareStatement(
                "SELECT to_json(k.constraint_column_names) FROM duckdb_constraints() k"
                    + " WHERE k.database_name = ? AND k.schema_name = 'main' AND k.table_name = ?"
                    + " AND (k.constraint_type = 'PRIMARY KEY' OR k.constraint_type = 'UNIQUE'"
                    + " AND NOT EXISTS (FROM duckdb_columns() c WHERE c.is_nullable"
                    + " AND c.database_name = k.database_name AND c.schema_name = k.schema_name"
                    + " AND c.table_name = k.table_name"
                    + " AND list_contains(k.constraint_column_names, c.column_name)))"
                    + " ORDER BY k.constraint_type = 'UNIQUE', k.constraint_index")) {
      ask.setString(1, catalog);
      ask.setString(2, table);
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          keys.add(names(rows.getString(1)));
        }
      }
    }
    return keys;
  }

  private static List<String> names(String json) throws SQLException {
    try {
      return List.of(new ObjectMapper().readValue(json, String[].class));
    } catch (JsonProcessingException e) {
      throw new SQLException("a key cannot be read", e);
    }
  }

  /** The files that a query reads while it runs; others were loaded or attached before. */
  static List<Path> readInPlace(Source source) {
    return source instanceof Source.Parquet parquet ? parquet.files() : List.of();
  }

  private static String paths(List<Path> files) {
    return files.stream().map(Publication::path).collect(Collectors.joining(", ", "[", "]"));
  }

  static String path(Path file) {
    String real = real(file).toString();
    if (real.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0)) {
      throw new IllegalArgumentException(
          "the file `" + file + "` has one of * ? [ { in its name; rename it");
    }
    return text(real);
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException("the file `" + file + "` does not exist");
    }
  }

  static String qualified(TableName name) {
    return identifier(name.dataset()) + "." + identifier(name.table());
  }

  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
