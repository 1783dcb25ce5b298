package io.sallyport.flight;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.flight.FlightError.Kind;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A gateway over rows made in memory. It understands a handful of statements, such as {@code ROWS
 * 1000} and {@code ECHO ? ?}, and counts what it was asked.
 */
final class MemoryGateway implements FlightGateway, AutoCloseable {
  static final String SECRET = "0570-secret";
  private static final int BATCH = 65_536;

  final BufferAllocator allocator = new RootAllocator();
  final Set<Rows> running = ConcurrentHashMap.newKeySet();
  final List<Map<String, String>> opened = new CopyOnWriteArrayList<>();
  final List<List<? extends @Nullable Object>> bound = new CopyOnWriteArrayList<>();
  final AtomicInteger openSessions = new AtomicInteger();
  final AtomicInteger begun = new AtomicInteger();
  final AtomicLong batchesMade = new AtomicLong();

  @Override
  public User authenticate(String user, String password) {
    if (!Set.of("ann", "bob").contains(user) || !password.equals(user + "-secret")) {
      throw FlightError.wrongCredentials();
    }
    return new Person(user);
  }

  @Override
  public User authenticate(String token) {
    if (!token.equals("token-of-ann")) {
      throw FlightError.wrongCredentials();
    }
    return new Person("ann");
  }

  @Override
  public Dialect dialect() {
    return new Dialect(
        "Memory",
        "1.2",
        List.of("ECHO"),
        List.of("abs"),
        List.of("lower", "upper"),
        List.of(),
        List.of(
            new Type("BIGINT", Types.BIGINT, 19, 0, ""),
            new Type("VARCHAR", Types.VARCHAR, Integer.MAX_VALUE, 0, "'")));
  }

  @Override
  public void close() {
    allocator.close();
  }

  private static final Column NUMBER =
      new Column(Field.nullable("number", new ArrowType.Int(64, true)), "BIGINT");
  private static final Column TEXT =
      new Column(Field.nullable("text", ArrowType.Utf8.INSTANCE), "VARCHAR");
  private static final DictionaryEncoding KINDS =
      new DictionaryEncoding(3, false, new ArrowType.Int(8, false));
  private static final Column KIND =
      new Column(
          new Field("kind", new FieldType(true, ArrowType.Utf8.INSTANCE, KINDS), List.of()),
          "ENUM('near', 'far')");

  private static List<Column> columns(String sql) {
    String verb = sql.split(" ")[0];
    return switch (verb) {
      case "ROWS", "SLOW", "BREAK", "CRASH", "WARN", "MAYBE" -> List.of(NUMBER, TEXT);
      case "ENUM" -> List.of(KIND, NUMBER);
      case "ECHO" -> List.of(TEXT);
      case "REFUSE" ->
          throw new FlightError(
              "42501", "REFUSED", Kind.FORBIDDEN, "`visits.name` cannot be shown; aggregate it");
      default ->
          throw new FlightError("42601", "SYNTAX", Kind.INVALID, "`" + verb + "` is not known");
    };
  }

  private final class Person implements User {
    private final String name;

    Person(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Session open(Map<String, String> properties) {
      if (properties.containsValue("nowhere")) {
        throw FlightError.wrongParameter("`nowhere` is not a dataset");
      }
      opened.add(properties);
      openSessions.incrementAndGet();
      return new Work();
    }
  }

  private final class Work implements Session {
    @Override
    public Statement prepare(String sql) {
      List<Column> parameters = new ArrayList<>();
      for (int i = 1; i <= sql.chars().filter(c -> c == '?').count(); i++) {
        parameters.add(
            new Column(Field.nullable(String.valueOf(i), ArrowType.Utf8.INSTANCE), "VARCHAR"));
      }
      return new Statement(columns(sql), parameters);
    }

    @Override
    public Answer run(
        String sql, List<? extends @Nullable Object> parameters, Consumer<Runnable> cancelled) {
      if (sql.startsWith("MAYBE")) {
        throw new IllegalStateException(SECRET);
      }
      bound.add(parameters);
      Rows rows = new Rows(sql, columns(sql), parameters);
      running.add(rows);
      return rows;
    }

    @Override
    public List<Table> tables() {
      return List.of(
          new Table("clinic", "visits", List.of(NUMBER, KIND), List.of("number")),
          new Table("clinic", "wards", List.of(TEXT), List.of()),
          new Table("tpch", "visits", List.of(NUMBER), List.of()));
    }

    @Override
    public void close() {
      openSessions.decrementAndGet();
    }
  }

  final class Rows implements Answer {
    private final String sql;
    private final List<Column> columns;
    private final List<? extends @Nullable Object> parameters;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final DictionaryProvider.MapDictionaryProvider dictionaries =
        new DictionaryProvider.MapDictionaryProvider();
    private @Nullable VectorSchemaRoot root;
    private long sent;
    private int batches;

    Rows(String sql, List<Column> columns, List<? extends @Nullable Object> parameters) {
      this.sql = sql;
      this.columns = columns;
      this.parameters = parameters;
    }

    @Override
    public List<Column> columns() {
      return columns;
    }

    @Override
    public List<String> warnings() {
      return sql.startsWith("WARN") ? List.of("small \"groups\" were left out") : List.of();
    }

    private long wanted() {
      return switch (sql.split(" ")[0]) {
        case "ROWS", "ENUM", "WARN" -> Long.parseLong(sql.split(" ")[1]);
        case "ECHO" -> parameters.size();
        default -> Long.MAX_VALUE;
      };
    }

    @Override
    public boolean next() {
      if (batches++ == 0) {
        begun.incrementAndGet();
      }
      if (sql.startsWith("SLOW")) {
        try {
          cancelled.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (cancelled.getCount() == 0) {
        throw FlightError.cancelled();
      }
      if (batches == 2 && sql.startsWith("BREAK")) {
        throw new FlightError(
            "XX000", "ENGINE_FAILED", Kind.INTERNAL, "the query could not be computed");
      }
      if (batches == 2 && sql.startsWith("CRASH")) {
        throw new IllegalStateException(SECRET);
      }
      VectorSchemaRoot batch = batch();
      int rows = (int) Math.min(BATCH, wanted() - sent);
      // Buffers that gRPC still holds must not be written again.
      batch.getFieldVectors().forEach(FieldVector::clear);
      for (FieldVector vector : batch.getFieldVectors()) {
        fill(vector, rows);
      }
      batch.setRowCount(rows);
      sent += rows;
      batchesMade.incrementAndGet();
      return rows > 0;
    }

    private void fill(FieldVector vector, int rows) {
      vector.setInitialCapacity(Math.max(1, rows));
      vector.allocateNew();
      for (int row = 0; row < rows; row++) {
        long number = sent + row;
        if (vector instanceof BigIntVector numbers) {
          numbers.setSafe(row, number);
        } else if (vector instanceof UInt1Vector kinds) {
          kinds.setSafe(row, (int) (number % 2));
        } else if (vector instanceof VarCharVector texts) {
          String text =
              sql.startsWith("ECHO") ? String.valueOf(parameters.get(row)) : "row " + number;
          texts.setSafe(row, text.getBytes(UTF_8));
        }
      }
      vector.setValueCount(rows);
    }

    @Override
    public VectorSchemaRoot batch() {
      VectorSchemaRoot known = root;
      if (known == null) {
        List<FieldVector> vectors = new ArrayList<>();
        for (Column column : columns) {
          DictionaryEncoding encoding = column.field().getDictionary();
          ArrowType type = encoding == null ? column.field().getType() : encoding.getIndexType();
          Field field =
              new Field(column.field().getName(), new FieldType(true, type, encoding), List.of());
          vectors.add(field.createVector(allocator));
        }
        if (columns.contains(KIND)) {
          VarCharVector names = new VarCharVector("kinds", allocator);
          names.setSafe(0, "near".getBytes(UTF_8));
          names.setSafe(1, "far".getBytes(UTF_8));
          names.setValueCount(2);
          dictionaries.put(new Dictionary(names, KINDS));
        }
        known = new VectorSchemaRoot(vectors);
        root = known;
      }
      return known;
    }

    @Override
    public DictionaryProvider dictionaries() {
      return dictionaries;
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }

    @Override
    public void close() {
      cancel();
      if (running.remove(this)) {
        dictionaries.close();
        if (root != null) {
          root.close();
        }
      }
    }
  }
}
