package io.sallyport.conformance;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Apache's own FlightSqlClient; one handshake for each user, prepared statements for parameters.
 */
final class FlightClientDoor implements Door {
  private final BufferAllocator allocator = new RootAllocator();
  private final FlightSqlClient client;
  private final Map<User, CallOption[]> logins = new HashMap<>();
  private final FlightClient transport;
  private final Cells cells;

  /**
   * @param caFile what to trust; without one the client speaks plain text
   */
  FlightClientDoor(int port, Optional<Path> caFile) throws IOException {
    this(port, caFile, Cells.TWELVE_DIGITS);
  }

  /**
   * @param cells how it tells values
   */
  FlightClientDoor(int port, Optional<Path> caFile, Cells cells) throws IOException {
    this.cells = cells;
    Location location =
        caFile.isPresent()
            ? Location.forGrpcTls("localhost", port)
            : Location.forGrpcInsecure("localhost", port);
    FlightClient.Builder builder = FlightClient.builder(allocator, location);
    if (caFile.isPresent()) {
      builder.trustedCertificates(Files.newInputStream(caFile.get()));
    }
    transport = builder.build();
    client = new FlightSqlClient(transport);
  }

  @Override
  public String name() {
    return "flight";
  }

  @Override
  public Outcome ask(User user, String sql, List<? extends @Nullable Object> parameters) {
    try {
      CallOption[] options = logins.computeIfAbsent(user, this::login);
      if (parameters.isEmpty()) {
        return read(client.execute(sql, options), options);
      }
      FlightSqlClient.PreparedStatement statement = client.prepare(sql, options);
      try (VectorSchemaRoot row = row(parameters)) {
        statement.setParameters(row);
        return read(statement.execute(options), options);
      } finally {
        statement.close(options);
      }
    } catch (FlightRuntimeException e) {
      ErrorFlightMetadata metadata = e.status().metadata();
      return new Outcome.Failed(
          metadata == null ? "none" : String.valueOf(metadata.get("sqlstate")),
          String.valueOf(e.status().description()));
    }
  }

  /** Asks for a stream's ticket. */
  FlightInfo execute(User user, String sql) {
    return client.execute(sql, logins.computeIfAbsent(user, this::login));
  }

  FlightStream stream(User user, FlightInfo info) {
    return stream(user, info.getEndpoints().get(0).getTicket());
  }

  FlightStream stream(User user, Ticket ticket) {
    return client.getStream(ticket, logins.computeIfAbsent(user, this::login));
  }

  private CallOption[] login(User user) {
    CallHeaders headers = new FlightCallHeaders();
    user.properties().forEach((name, value) -> headers.insert("sallyport-" + name, value));
    List<CallOption> options = new ArrayList<>();
    options.add(new HeaderCallOption(headers));
    Optional<? extends CallOption> bearer =
        transport.authenticateBasicToken(user.name(), user.password());
    bearer.ifPresent(options::add);
    return options.toArray(CallOption[]::new);
  }

  private Outcome read(FlightInfo info, CallOption[] options) {
    List<List<String>> rows = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    List<String> types = new ArrayList<>();
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket(), options)) {
      for (Field field : stream.getSchema().getFields()) {
        columns.add(field.getName());
        String type = new FlightSqlColumnMetadata(field.getMetadata()).getTypeName();
        types.add(Outcome.type(String.valueOf(type), field.isNullable()));
      }
      while (stream.next()) {
        VectorSchemaRoot root = stream.getRoot();
        for (int i = 0; i < root.getRowCount(); i++) {
          List<String> row = new ArrayList<>();
          for (FieldVector vector : root.getFieldVectors()) {
            row.add(cells.text(ArrowCells.value(stream.getDictionaryProvider(), vector, i)));
          }
          rows.add(row);
        }
      }
      return new Outcome.Rows(columns, types, rows);
    } catch (FlightRuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private VectorSchemaRoot row(List<? extends @Nullable Object> parameters) {
    List<FieldVector> vectors = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      vectors.add(vector("p" + i, parameters.get(i)));
    }
    VectorSchemaRoot root = new VectorSchemaRoot(vectors);
    root.setRowCount(1);
    return root;
  }

  private FieldVector vector(String name, @Nullable Object value) {
    if (value == null) {
      NullVector vector = new NullVector(name);
      vector.setValueCount(1);
      return vector;
    }
    FieldVector vector;
    if (value instanceof Long number) {
      BigIntVector made = new BigIntVector(name, allocator);
      made.setSafe(0, number);
      vector = made;
    } else if (value instanceof Double number) {
      Float8Vector made = new Float8Vector(name, allocator);
      made.setSafe(0, number);
      vector = made;
    } else if (value instanceof Boolean flag) {
      BitVector made = new BitVector(name, allocator);
      made.setSafe(0, flag ? 1 : 0);
      vector = made;
    } else if (value instanceof BigDecimal number) {
      DecimalVector made = new DecimalVector(name, allocator, 38, Math.max(0, number.scale()));
      made.setSafe(0, number.setScale(Math.max(0, number.scale())));
      vector = made;
    } else if (value instanceof LocalDate date) {
      DateDayVector made = new DateDayVector(name, allocator);
      made.setSafe(0, (int) date.toEpochDay());
      vector = made;
    } else if (value instanceof String text) {
      VarCharVector made = new VarCharVector(name, allocator);
      made.setSafe(0, text.getBytes(StandardCharsets.UTF_8));
      vector = made;
    } else {
      throw new IllegalArgumentException("no parameter of class " + value.getClass());
    }
    vector.setValueCount(1);
    return vector;
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
