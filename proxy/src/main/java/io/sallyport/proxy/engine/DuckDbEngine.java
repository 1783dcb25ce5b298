package io.sallyport.proxy.engine;

import io.sallyport.policy.plan.FloatingSums;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.Incident;
import io.sallyport.proxy.OutputColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
 * <p>After {@link #open} no setting changes, no other file is read and no extension is loaded.
 * DuckDB still answers {@code duckdb_settings()} and the like, hence only printed SQL may come
 * here.
 */
public final class DuckDbEngine implements Engine {
  /** Nobody outside this process knows it, so nobody can say to which side a figure is rounded. */
  private static final String SECRET = secret();

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
    // It takes what two expressions have in common out of the TRY around each, where it may fail.
    setup.execute("SET disabled_optimizers = 'common_subexpressions'");
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

  /**
   * True if no two rows of a table that was published are alike in these columns, and none has a
   * NULL in one; the whole table is read for it.
   */
  public boolean isKey(TableName table, List<String> columns) {
    String names = columns.stream().map(Publication::identifier).collect(Collectors.joining(", "));
    String missing =
        columns.stream()
            .map(column -> Publication.identifier(column) + " IS NULL")
            .collect(Collectors.joining(" OR "));
    String from = " FROM " + Publication.qualified(table);
    try (Connection connection = database.duplicate();
        Statement ask = connection.createStatement();
        ResultSet answer =
            ask.executeQuery(
                "SELECT NOT EXISTS (SELECT 1"
                    + from
                    + " WHERE "
                    + missing
                    + ") AND NOT EXISTS (SELECT 1"
                    + from
                    + " GROUP BY "
                    + names
                    + " HAVING count(*) > 1)")) {
      return answer.next() && answer.getBoolean(1);
    } catch (SQLException e) {
      throw Incident.engineFailed(e);
    }
  }

  /**
   * The columns of a table that was published, in each of which no two rows are alike and none is
   * NULL; the whole table is read for it.
   */
  public List<String> uniqueColumns(PublishedTable table) {
    List<String> looks =
        table.columns().stream()
            .map(OutputColumn::name)
            .map(Publication::identifier)
            // The estimate is cheap, and rarely so far off for a column that is unique.
            .map(c -> "approx_count_distinct(" + c + ") >= 0.7 * count(*)")
            .toList();
    List<String> likely = new ArrayList<>();
    List<Boolean> found = truths(looks, table.name());
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i)) {
        likely.add(table.columns().get(i).name());
      }
    }
    return likely.stream().filter(column -> isKey(table.name(), List.of(column))).toList();
  }

  private List<Boolean> truths(List<String> aggregates, TableName table) {
    try (Connection connection = database.duplicate();
        Statement ask = connection.createStatement();
        ResultSet answer =
            ask.executeQuery(
                "SELECT "
                    + String.join(", ", aggregates)
                    + " FROM "
                    + Publication.qualified(table))) {
      List<Boolean> truths = new ArrayList<>();
      answer.next();
      for (int i = 1; i <= aggregates.size(); i++) {
        truths.add(answer.getBoolean(i));
      }
      return truths;
    } catch (SQLException e) {
      throw Incident.engineFailed(e);
    }
  }

  @Override
  public Run run(String sql, List<? extends @Nullable Object> parameters, Instant deadline) {
    DuckDBConnection connection;
    try {
      connection = database.duplicate();
    } catch (SQLException e) {
      throw Incident.engineFailed(e);
    }
    if (sql.contains(FloatingSums.SECRET)) {
      share(connection);
    }
    DuckDbRun run = new DuckDbRun(connection, sql, parameters, allocator, running::remove);
    running.add(run);
    long left = Math.max(0, Duration.between(Instant.now(), deadline).toMillis());
    run.endsAt(
        clock.schedule(
            () -> enders.execute(() -> run.end(ErrorCode.TIMED_OUT)), left, TimeUnit.MILLISECONDS));
    return run;
  }

  /** A variable belongs to one connection. */
  private static void share(DuckDBConnection connection) {
    try (Statement setup = connection.createStatement()) {
      setup.execute("SET VARIABLE " + FloatingSums.SECRET + " = " + Publication.text(SECRET));
    } catch (SQLException e) {
      closeQuietly(connection);
      throw Incident.engineFailed(e);
    }
  }

  private static String secret() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
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
}
