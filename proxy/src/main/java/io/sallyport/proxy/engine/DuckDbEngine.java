package io.sallyport.proxy.engine;

import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * DuckDB inside the server: one database in memory in which every dataset is a schema, set up once
 * and then locked.
 *
 * <p>After {@link #open} no setting changes, no other file is read and no extension is loaded. DuckDB
 * still answers {@code duckdb_settings()} and the like, hence only printed SQL may come here.
 */
public final class DuckDbEngine implements Engine {
  private final DuckDBConnection database;
  private final BufferAllocator allocator;
  private final List<PublishedTable> tables;
  private final Set<DuckDbRun> running = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(daemon("engine-clock"));
  private final ExecutorService enders = Executors.newCachedThreadPool(daemon("engine-end"));

  private DuckDbEngine(
      DuckDBConnection database, BufferAllocator allocator, List<PublishedTable> tables) {
    this.database = database;
    this.allocator = allocator;
    this.tables = List.copyOf(tables);
  }

  private static ThreadFactory daemon(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Publishes the datasets and locks the engine.
   *
   * @throws IllegalArgumentException if a file is missing or does not hold what is said of it
   */
  public static DuckDbEngine open(EngineSettings settings, List<Dataset> datasets) {
    return open(settings, datasets, new RootAllocator());
  }

  static DuckDbEngine open(
      EngineSettings settings, List<Dataset> datasets, BufferAllocator allocator) {
    Properties streaming = new Properties();
    streaming.setProperty("jdbc_stream_results", "true");
    DuckDBConnection database;
    try {
      Files.createDirectories(settings.spillDirectory());
      database =
          DriverManager.getConnection("jdbc:duckdb:", streaming).unwrap(DuckDBConnection.class);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("the engine does not start", e);
    }
    try (Statement setup = database.createStatement()) {
      meaning(setup);
      limits(setup, settings);
      List<PublishedTable> tables = new Publication(setup).publish(datasets);
      lock(setup, datasets);
      return new DuckDbEngine(database, allocator, tables);
    } catch (SQLException e) {
      closeQuietly(database);
      throw new IllegalStateException("the engine does not start", e);
    } catch (RuntimeException e) {
      closeQuietly(database);
      throw e;
    }
  }

  private static void closeQuietly(DuckDBConnection database) {
    try {
      database.close();
    } catch (SQLException e) {
      Incident.engineFailed(e);
    }
  }

  /** Settings that change what a query means. */
  private static void meaning(Statement setup) throws SQLException {
    setup.execute("SET TimeZone = 'UTC'");
    setup.execute("SET Calendar = 'gregorian'");
    setup.execute("SET integer_division = false");
    setup.execute("SET default_null_order = 'nulls_last'");
    setup.execute("SET default_order = 'asc'");
    setup.execute("SET default_collation = ''");
    setup.execute("SET preserve_insertion_order = true");
  }

  private static void limits(Statement setup, EngineSettings settings) throws SQLException {
    setup.execute("SET memory_limit = '" + settings.memoryBytes() + " bytes'");
    setup.execute("SET threads = " + settings.threads());
    setup.execute("SET temp_directory = " + Publication.text(settings.spillDirectory().toString()));
    setup.execute("SET max_temp_directory_size = '" + settings.spillBytes() + " bytes'");
  }

  private static void lock(Statement setup, List<Dataset> datasets) throws SQLException {
    setup.execute("SET autoinstall_known_extensions = false");
    setup.execute("SET autoload_known_extensions = false");
    setup.execute("SET allow_community_extensions = false");
    setup.execute("SET allow_unsigned_extensions = false");
    setup.execute("SET allow_persistent_secrets = false");
    String published =
        datasets.stream()
            .flatMap(dataset -> dataset.sources().stream())
            .flatMap(source -> Publication.readInPlace(source).stream())
            .map(Publication::path)
            .distinct()
            .collect(Collectors.joining(", ", "[", "]"));
    setup.execute("SET allowed_paths = " + published);
    setup.execute("SET enable_external_access = false");
    setup.execute("SET lock_configuration = true");
  }

  /** What was published, in order of dataset and table. */
  public List<PublishedTable> describe() {
    return tables;
  }

  @Override
  public Run run(String sql, List<? extends @Nullable Object> parameters, Instant deadline) {
    DuckDBConnection connection;
    try {
      connection = database.duplicate();
    } catch (SQLException e) {
      throw Incident.engineFailed(e);
    }
    DuckDbRun run = new DuckDbRun(connection, sql, parameters, allocator, running::remove);
    running.add(run);
    long left = Math.max(0, Duration.between(Instant.now(), deadline).toMillis());
    run.endsAt(
        clock.schedule(
            () -> enders.execute(() -> run.end(ErrorCode.TIMED_OUT)), left, TimeUnit.MILLISECONDS));
    return run;
  }

  /** How many runs were begun and not yet closed. */
  public int running() {
    return running.size();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    List.copyOf(running).forEach(DuckDbRun::close);
    enders.shutdown();
    closeQuietly(database);
    try {
      allocator.close();
    } catch (IllegalStateException e) {
      Incident.engineFailed(e);
    }
  }

  /** Makes schemas, views and tables of the sources. */
  private static final class Publication {
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
          tables.add(new PublishedTable(name, columns(name), List.of()));
        } else if (source instanceof Source.Csv csv) {
          TableName name = new TableName(dataset, csv.table());
          create(
              "TABLE",
              name,
              "read_csv("
                  + paths(csv.files())
                  + ", header = true, sample_size = -1, hive_partitioning = false)");
          tables.add(new PublishedTable(name, columns(name), List.of()));
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
      setup.execute("CREATE " + kind + " " + qualified(name) + " AS SELECT * FROM " + from);
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
        create("VIEW", name, identifier(catalog) + ".main." + identifier(table));
        tables.add(new PublishedTable(name, columns(name), keys(catalog, table)));
      }
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

    private List<OutputColumn> columns(TableName name) throws SQLException {
      List<OutputColumn> columns = new ArrayList<>();
      try (ResultSet rows = setup.executeQuery("DESCRIBE " + qualified(name))) {
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
        return List.of(
            new com.fasterxml.jackson.databind.ObjectMapper().readValue(json, String[].class));
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
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

    private static String qualified(TableName name) {
      return identifier(name.dataset()) + "." + identifier(name.table());
    }

    private static String identifier(String name) {
      return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String text(String value) {
      return "'" + value.replace("'", "''") + "'";
    }
  }
}
