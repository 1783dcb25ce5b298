package io.sallyport.proxy.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB's own parser and binder in an instance that holds no data: it parses an analyst's text,
 * says what an expression's type is, and what a query's columns are called.
 *
 * <p>It executes nothing of the analyst's: texts are bound as parameters or prepared, never run,
 * and at most read as a value; its tables are empty twins of what the analyst may see.
 */
final class DuckDbBinder implements AutoCloseable {
  /**
   * What DuckDB's binder says of a query before its parameters have values: its columns, and those
   * types of parameters that are certain where they stand.
   */
  record Described(List<OutputColumn> columns, List<Optional<String>> parameterTypes) {
    /** True if each parameter has a type where it stands. */
    boolean isCertain() {
      return parameterTypes.stream().allMatch(Optional::isPresent);
    }

    /** True if the columns are told, which they may be where a parameter's type is not. */
    boolean isDescribed() {
      return columns.stream().noneMatch(column -> column.type().equals(OutputColumn.UNKNOWN));
    }
  }

  private static final String PARSE =
      "SELECT json_serialize_sql(?, skip_null := true, skip_empty := true)";

  private static final JsonNode EMPTY = AstWriter.JSON.objectNode().put("type", "EMPTY");

  private final JsonMapper json =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(600).build())
              .build());

  /** A question may be as long as the statement that it came from, so length is what counts. */
  private final Cache<String, Optional<String>> types =
      Caffeine.newBuilder()
          .maximumWeight(10_000_000)
          .<String, Optional<String>>weigher((question, answer) -> 100 + question.length())
          .build();

  private final DuckDBConnection connection;
  private final Deque<Worker> idle = new ConcurrentLinkedDeque<>();

  /** One for each statement at work, at most. */
  private final ExecutorService describers =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "describe");
            thread.setDaemon(true);
            return thread;
          });

  /** A connection for one thread at a time, with the parsing statement made ready once. */
  private static final class Worker {
    private final DuckDBConnection connection;
    private final PreparedStatement parse;
    private String schema = "main";

    Worker(DuckDBConnection database) throws SQLException {
      connection = database.duplicate();
      parse = connection.prepareStatement(PARSE);
    }

    void use(String dataset) throws SQLException {
      String wanted = dataset.isEmpty() ? "main" : dataset;
      if (!wanted.equals(schema)) {
        connection.setSchema(wanted);
        schema = wanted;
      }
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T by(Worker worker) throws SQLException;
  }

  DuckDbBinder(List<String> twins) {
    try {
      connection =
          DriverManager.getConnection("jdbc:duckdb:", new Properties())
              .unwrap(DuckDBConnection.class);
      try (Statement statement = connection.createStatement()) {
        for (String twin : twins) {
          statement.execute(twin);
        }
        statement.execute("SET TimeZone = 'UTC'");
        statement.execute("SET threads = 1");
        statement.execute("SET memory_limit = '256MiB'");
        // Nothing prepared here is run, so its names and types are wanted and no good plan of it.
        statement.execute("SET enable_optimizer = false");
        statement.execute("SET autoinstall_known_extensions = false");
        statement.execute("SET autoload_known_extensions = false");
        statement.execute("SET enable_external_access = false");
        statement.execute("SET lock_configuration = true");
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the parser does not start", e);
    }
  }

  private <T> T work(Work<T> work) throws SQLException {
    Worker known = idle.poll();
    Worker worker = known == null ? new Worker(connection) : known;
    try {
      return work.by(worker);
    } finally {
      idle.push(worker);
    }
  }

  /** The syntax tree of one SELECT statement. */
  JsonNode parse(String sql) {
    String serialized;
    try {
      serialized =
          work(
              worker -> {
                worker.parse.setString(1, sql);
                try (ResultSet result = worker.parse.executeQuery()) {
                  result.next();
                  return result.getString(1);
                }
              });
    } catch (SQLException e) {
      throw new GatewayException(
          ErrorCode.SYNTAX, "the statement cannot be parsed; check its syntax");
    }
    JsonNode tree;
    try {
      tree = json.readTree(serialized);
    } catch (JsonProcessingException e) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE, "the statement is nested too deeply; split it into smaller parts");
    }
    if (tree.path("error").asBoolean(true)) {
      throw refused(tree, sql);
    }
    JsonNode statements = tree.path("statements");
    if (statements.size() != 1) {
      throw new GatewayException(
          ErrorCode.SYNTAX, "one statement at a time is allowed; send each on its own");
    }
    return statements.get(0);
  }

  /** An expression of a syntax tree as DuckDB writes it, which is also what it calls its column. */
  Optional<String> text(JsonNode expression) {
    ObjectNode select = AstWriter.select(AstWriter.list(List.of(expression)), EMPTY);
    select.putObject("cte_map");
    ObjectNode tree = AstWriter.JSON.objectNode().put("error", false);
    tree.putArray("statements").addObject().set("node", select);
    try {
      return work(
          worker -> {
            try (PreparedStatement write =
                worker.connection.prepareStatement("SELECT json_deserialize_sql(?)")) {
              write.setString(1, tree.toString());
              try (ResultSet written = write.executeQuery()) {
                written.next();
                String sql = written.getString(1);
                return sql.startsWith("SELECT ")
                    ? Optional.of(sql.substring("SELECT ".length()))
                    : Optional.empty();
              }
            }
          });
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private static GatewayException refused(JsonNode tree, String sql) {
    if (tree.path("error_type").asText().equals("not implemented")) {
      return new GatewayException(ErrorCode.NOT_SUPPORTED, notASelect(SqlText.firstWord(sql)));
    }
    String position = tree.path("position").asText("");
    boolean known = !position.isEmpty() && position.chars().allMatch(Character::isDigit);
    return new GatewayException(
        ErrorCode.SYNTAX,
        known
            ? "syntax error at character " + (Long.parseLong(position) + 1)
            : "the statement has a syntax error");
  }

  private static String notASelect(String word) {
    return switch (word) {
      case "pivot", "select", "from", "with" ->
          "a PIVOT without the list of its values is not supported, and only SELECT statements are"
              + " allowed; write PIVOT … ON … IN (…)";
      case "explain" -> "`EXPLAIN` is not supported; write EXPLAIN POLICY FOR and the SELECT";
      default -> "only SELECT statements are allowed; write a SELECT";
    };
  }

  /**
   * The type of an expression without columns, such as {@code upper(CAST(NULL AS VARCHAR))}; empty
   * if DuckDB does not know such a call.
   */
  Optional<String> typeOf(String expression) {
    return types.get(expression, this::ask);
  }

  private Optional<String> ask(String expression) {
    try {
      return work(worker -> typeOf(worker.connection, expression));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> typeOf(Connection own, String expression) throws SQLException {
    try (PreparedStatement select = own.prepareStatement("SELECT " + expression)) {
      String type = select.getMetaData().getColumnTypeName(1);
      if (type.contains("ENUM")) {
        return described(own, expression);
      }
      return type.equalsIgnoreCase("UNKNOWN") ? Optional.empty() : Optional.of(type);
    }
  }

  /** The driver does not tell an enum's values; DESCRIBE does, and runs nothing either. */
  private static Optional<String> described(Connection own, String expression) throws SQLException {
    try (Statement describe = own.createStatement();
        ResultSet row = describe.executeQuery("DESCRIBE SELECT " + expression)) {
      return row.next() ? Optional.of(row.getString("column_type")) : Optional.empty();
    }
  }

  /**
   * What DESCRIBE says of a query over the empty twins with values for its numbered parameters; it
   * runs nothing of it. Empty if DuckDB does not bind it so.
   */
  Optional<List<OutputColumn>> description(String dataset, String sql, List<SentValue> values) {
    try {
      return work(
          worker -> {
            worker.use(dataset);
            try (PreparedStatement describe =
                worker.connection.prepareStatement("DESCRIBE " + sql)) {
              for (int i = 0; i < values.size(); i++) {
                describe.setObject(i + 1, values.get(i).sample());
              }
              try (ResultSet rows = describe.executeQuery()) {
                return Optional.of(columns(rows));
              }
            }
          });
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private static List<OutputColumn> columns(ResultSet described) throws SQLException {
    List<OutputColumn> columns = new ArrayList<>();
    while (described.next()) {
      boolean nullable = !described.getString(3).equals("NO");
      columns.add(new OutputColumn(described.getString(1), described.getString(2), nullable));
    }
    return columns;
  }

  /** Why DuckDB does not bind the text, which it has failed to. */
  GatewayException complaint(String dataset, String sql) {
    try {
      return work(
          worker -> {
            worker.use(dataset);
            worker.connection.prepareStatement(sql).close();
            return BinderComplaint.of("");
          });
    } catch (SQLException e) {
      return BinderComplaint.of(String.valueOf(e.getMessage()));
    }
  }

  /** What the query's columns are called, if DuckDB binds the text to the empty twins. */
  Optional<Described> describe(String dataset, String sql) {
    try {
      return work(
          worker -> {
            worker.use(dataset);
            try (PreparedStatement select = worker.connection.prepareStatement(sql)) {
              return Optional.of(described(select));
            }
          });
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  /** True if a text is a value of the type. */
  boolean reads(String text, String type) {
    try {
      return work(
          worker -> {
            try (PreparedStatement cast =
                worker.connection.prepareStatement(
                    "SELECT TRY_CAST(CAST(? AS VARCHAR) AS " + type + ") IS NOT NULL")) {
              cast.setString(1, text);
              try (ResultSet row = cast.executeQuery()) {
                return row.next() && row.getBoolean(1);
              }
            }
          });
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Asks by another thread while the caller goes on with the statement. The caller must await it,
   * whatever comes of the statement.
   */
  <T> CompletableFuture<T> aside(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, describers);
  }

  private static Described described(PreparedStatement select) throws SQLException {
    ParameterMetaData parameters = select.getParameterMetaData();
    List<Optional<String>> parameterTypes = new ArrayList<>();
    for (int i = 1; i <= parameters.getParameterCount(); i++) {
      String type = parameters.getParameterTypeName(i);
      parameterTypes.add(
          type == null
                  || type.equals("INVALID")
                  || type.equals(OutputColumn.UNKNOWN)
                  || type.contains("ENUM")
              ? Optional.empty()
              : Optional.of(type));
    }
    List<OutputColumn> columns = new ArrayList<>();
    ResultSetMetaData meta = select.getMetaData();
    for (int i = 1; meta != null && i <= meta.getColumnCount(); i++) {
      columns.add(new OutputColumn(meta.getColumnName(i), meta.getColumnTypeName(i), true));
    }
    return new Described(columns, parameterTypes);
  }

  @Override
  public void close() {
    describers.shutdown();
    try {
      for (Worker worker = idle.poll(); worker != null; worker = idle.poll()) {
        worker.connection.close();
      }
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("the parser does not stop", e);
    }
  }
}
