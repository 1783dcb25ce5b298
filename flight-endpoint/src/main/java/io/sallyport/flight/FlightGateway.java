package io.sallyport.flight;

import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What the Flight door asks of the gateway behind it: who someone is, and what they may read.
 *
 * <pre>
 * User user = gateway.authenticate("ann", "secret");
 * try (Session session = user.open(Map.of("dataset", "clinic"));
 *     Answer answer = session.run("SELECT count(*) FROM visits", List.of(), end -> {})) {
 *   answer.next();
 * }
 * </pre>
 *
 * <p>The door decides nothing about data and knows neither policies nor the engine. Every method
 * throws {@link FlightError} and nothing else.
 */
public interface FlightGateway {
  /** A wrong password and an unknown user answer alike (28000). */
  User authenticate(String user, String password);

  /**
   * Checks a token that was issued outside this door, for example in the server's configuration.
   */
  User authenticate(String token);

  Dialect dialect();

  /** Someone whose password or token held. */
  interface User {
    /** Names the user to the door: what belongs to one name is never shown to another. */
    String name();

    /**
     * Opens a session.
     *
     * @param properties what the client set, such as {@code dataset}, {@code purpose} or {@code
     *     approval}; the gateway refuses those that it does not know (22023)
     */
    Session open(Map<String, String> properties);
  }

  /** A user at work with certain properties. */
  interface Session extends AutoCloseable {
    /** Parses and describes; reads no data and judges nothing. */
    Statement prepare(String sql);

    /**
     * Judges a statement and makes it ready; a refusal is thrown here.
     *
     * @param parameters one value for each {@code ?}, whose class tells its type: Boolean, Byte,
     *     Short, Integer, Long, BigInteger, BigDecimal, Float, Double, String, byte[], LocalDate,
     *     LocalTime, LocalDateTime, OffsetDateTime or null
     * @param cancelled takes what ends the work, from another thread, if the client cancels before
     *     there is an answer; 57014 is thrown then
     */
    Answer run(
        String sql, List<? extends @Nullable Object> parameters, Consumer<Runnable> cancelled);

    /** The tables that the user may see, in order of schema and name. */
    List<Table> tables();

    @Override
    void close();
  }

  /** An answer whose rows have not been asked for yet; read once, by one thread. */
  interface Answer extends AutoCloseable {
    List<Column> columns();

    /** Sentences for the user; without data. */
    List<String> warnings();

    /** Goes to the next batch, if there is one; the first call begins the work. */
    boolean next();

    /** The batch that {@link #next} went to; it is overwritten by the following one. */
    VectorSchemaRoot batch();

    /**
     * The dictionaries of the batch's dictionary-encoded columns; known from the first batch on.
     */
    DictionaryProvider dictionaries();

    /** Ends the work within a second, from any thread; the reader then gets 57014. */
    void cancel();

    /** Cancels and frees, from any thread. */
    @Override
    void close();
  }

  /** What a statement will answer and what it asks for. */
  record Statement(List<Column> columns, List<Column> parameters) {
    public Statement {
      columns = List.copyOf(columns);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A column, as its batches carry it.
   *
   * @param field in Arrow's message format: a dictionary-encoded column has the type of its values
   * @param typeName SQL's name of the type
   */
  record Column(Field field, String typeName) {}

  /** A table as one user may see it. */
  record Table(String schema, String name, List<Column> columns, List<String> primaryKey) {
    public Table {
      columns = List.copyOf(columns);
      primaryKey = List.copyOf(primaryKey);
    }
  }

  /** What the gateway speaks, for clients that ask before they write SQL. */
  record Dialect(
      String product,
      String version,
      List<String> keywords,
      List<String> numericFunctions,
      List<String> stringFunctions,
      List<String> datetimeFunctions,
      List<Type> types) {
    public Dialect {
      keywords = List.copyOf(keywords);
      numericFunctions = List.copyOf(numericFunctions);
      stringFunctions = List.copyOf(stringFunctions);
      datetimeFunctions = List.copyOf(datetimeFunctions);
      types = List.copyOf(types);
    }
  }

  /**
   * A type that a column may have.
   *
   * @param jdbcType one of {@link Types} that XDBC has too, so BIT stands for BOOLEAN
   * @param size digits, bytes or characters at most
   * @param scale digits after the point at most, where a type has any
   * @param quote what stands before and after a literal, or nothing
   */
  record Type(String name, int jdbcType, int size, int scale, String quote) {}
}
