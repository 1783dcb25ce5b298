package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.flight.FlightDoor;
import io.sallyport.flight.FlightDoor.Settings;
import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.engine.Source;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Flight SQL client, the Flight door, this port and a real DuckDB. */
@Timeout(120)
class FlightPortTest {
  private static final CallOption ANN =
      new CredentialCallOption(new BasicAuthCredentialWriter("ann", "ann-secret"));
  private static final String HOURS =
      "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b"
          + " WHERE (a.range * b.range) % 7 = 3";

  @TempDir static Path directory;
  private static DuckDbEngine engine;
  private static FlightPort port;
  private static FlightDoor door;
  private static BufferAllocator allocator;
  private static FlightSqlClient client;

  @BeforeAll
  static void open() throws Exception {
    try (Connection files =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("lab.db"));
        Statement make = files.createStatement()) {
      make.execute(
          "CREATE TABLE samples (id INTEGER PRIMARY KEY, price DECIMAL(10,2), kind ENUM('a','b'))");
      make.execute("INSERT INTO samples VALUES (1, 1.50, 'a'), (2, 2, 'b'), (3, NULL, 'b')");
    }
    engine =
        DuckDbEngine.open(
            new EngineSettings(512L << 20, 2, directory.resolve("spill"), 64L << 20),
            List.of(
                new Dataset("lab", List.of(new Source.DuckDbFile(directory.resolve("lab.db"))))));
    port = new FlightPort(new BareGateway(engine));
    door = FlightDoor.start(port, Settings.on("localhost", 0));
    allocator = new RootAllocator();
    client = client();
  }

  private static FlightSqlClient client() {
    return new FlightSqlClient(
        FlightClient.builder(allocator, Location.forGrpcInsecure("localhost", door.port()))
            .intercept(new ClientCookieMiddleware.Factory())
            .build());
  }

  @AfterAll
  static void close() throws Exception {
    client.close();
    door.close();
    port.close();
    assertThat(engine.running()).isZero();
    engine.close();
    allocator.close();
  }

  private static FlightStream stream(FlightInfo info) {
    return client.getStream(info.getEndpoints().get(0).getTicket(), ANN);
  }

  private static List<Object> values(FlightStream stream) throws Exception {
    List<Object> values = new ArrayList<>();
    each(
        stream,
        root -> {
          for (int row = 0; row < root.getRowCount(); row++) {
            for (FieldVector vector : root.getFieldVectors()) {
              values.add(String.valueOf(vector.getObject(row)));
            }
          }
        });
    return values;
  }

  private static void each(FlightStream stream, Consumer<VectorSchemaRoot> batch) throws Exception {
    try (stream) {
      while (stream.next()) {
        batch.accept(stream.getRoot());
      }
    }
  }

  private static void withinASecond(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plusSeconds(1);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(5);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "1::TINYINT",
        "1::SMALLINT",
        "1::INTEGER",
        "1::BIGINT",
        "1::HUGEINT",
        "1::UTINYINT",
        "1::USMALLINT",
        "1::UINTEGER",
        "1::UBIGINT",
        "1::UHUGEINT",
        "1.5::FLOAT",
        "1.5::DOUBLE",
        "1.5::DECIMAL(4,1)",
        "1.5::DECIMAL(38,10)",
        "'x'",
        "'x'::BLOB",
        "DATE '2026-11-25'",
        "TIME '01:02:03.000004'",
        "TIMESTAMP '2026-11-25 01:02:03.000004'",
        "'2026-11-25'::TIMESTAMP_S",
        "'2026-11-25'::TIMESTAMP_MS",
        "'2026-11-25'::TIMESTAMP_NS",
        "TIMESTAMPTZ '2026-11-25 01:02:03+02'",
        "INTERVAL 3 DAYS",
        "uuid()",
        "'a'::ENUM('a','b')",
        "['a'::ENUM('a','b')]",
        "{'k': 'b'::ENUM('a','b')}",
        "[1, 2]",
        "[[1], NULL]",
        "[1,2]::INTEGER[2]",
        "{'a': 1, 'b': 'x'}",
        "MAP {'a': 1}",
        "NULL",
        "'101'::BIT",
        "TIMETZ '01:02:03+01'",
        "1::BIGNUM",
        "union_value(n := 1)",
        "'{\"a\":1}'::JSON",
        "TIME_NS '01:02:03.000000004'"
      })
  void knowsTheSchemaBeforeItRuns(String value) throws Exception {
    FlightInfo info = client.execute("SELECT " + value + " AS v, 7 AS seven", ANN);
    try (FlightStream stream = stream(info)) {
      List<Field> sent = new ArrayList<>();
      for (Field field : stream.getSchema().getFields()) {
        sent.add(
            DictionaryUtility.toMessageFormat(
                field, stream.getDictionaryProvider(), new HashSet<>()));
      }
      assertThat(sent).isEqualTo(info.getSchemaOptional().orElseThrow().getFields());
      assertThat(stream.next()).isTrue();
      assertThat(stream.getRoot().getVector("seven").getObject(0)).isEqualTo(7);
    }
  }

  @Test
  void sendsEnums() throws Exception {
    List<String> kinds = new ArrayList<>();
    FlightStream stream =
        stream(client.execute("SELECT kind, [kind] AS kinds FROM lab.samples ORDER BY id", ANN));
    var dictionaries = stream.getDictionaryProvider();
    each(
        stream,
        root -> {
          for (FieldVector vector :
              List.of(
                  root.getVector("kind"), ((ListVector) root.getVector("kinds")).getDataVector())) {
            var id = vector.getField().getDictionary().getId();
            try (var decoded = DictionaryEncoder.decode(vector, dictionaries.lookup(id))) {
              for (int row = 0; row < decoded.getValueCount(); row++) {
                kinds.add(decoded.getObject(row).toString());
              }
            }
          }
        });
    assertThat(kinds).containsExactly("a", "b", "b", "a", "b", "b");
  }

  @Test
  void bindsParameters() throws Exception {
    try (var statement =
        client.prepare("SELECT id, price FROM lab.samples WHERE id >= ? ORDER BY id", ANN)) {
      BigIntVector least = new BigIntVector("1", allocator);
      least.setSafe(0, 2);
      least.setValueCount(1);
      statement.setParameters(VectorSchemaRoot.of(least));
      assertThat(values(stream(statement.execute(ANN)))).containsExactly("2", "2.00", "3", "null");
      statement.clearParameters();
      statement.close(ANN);
    }
  }

  @Test
  void tellsTheGatewaysOwnCode() {
    FlightRuntimeException refused =
        catchThrowableOfType(
            FlightRuntimeException.class, () -> client.execute("SELECT forbidden", ANN));
    assertThat(refused.status().metadata().get("sqlstate")).isEqualTo("42501");
    assertThat(refused.status().metadata().get("sallyport-code")).isEqualTo("REFUSED");
    assertThat(refused.status().description())
        .isEqualTo("`forbidden` cannot be shown; ask for something else");
  }

  @Test
  void keepsTheEnginesTextAndValuesBack() throws Exception {
    FlightInfo info =
        client.execute("SELECT CAST('canary-' || id AS INTEGER) AS n FROM lab.samples", ANN);
    FlightRuntimeException failed =
        catchThrowableOfType(FlightRuntimeException.class, () -> values(stream(info)));
    assertThat(failed.status().metadata().get("sqlstate")).isEqualTo("XX000");
    assertThat(failed.status().description())
        .matches("the query could not be computed; incident [0-9a-f]{10}");
    assertThat(failed.toString()).doesNotContain("canary");
  }

  @Test
  void cancelEndsTheEnginesWorkWithinASecond() throws Exception {
    FlightInfo info = client.execute(HOURS, ANN);
    FlightStream stream = stream(info);
    Thread.sleep(300);
    assertThat(engine.running()).isEqualTo(1);
    client.cancelFlightInfo(new CancelFlightInfoRequest(info), ANN);
    withinASecond(() -> engine.running() == 0);
    FlightRuntimeException told =
        catchThrowableOfType(FlightRuntimeException.class, () -> values(stream));
    assertThat(told.status().metadata().get("sqlstate")).isEqualTo("57014");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HOURS,
        "SELECT a.range AS a, b.range AS b FROM range(1000000) a, range(1000000) b"
      })
  void aClientThatGoesAwayEndsTheEnginesWorkWithinASecond(String sql) throws Exception {
    FlightSqlClient leaving = client();
    FlightStream stream =
        leaving.getStream(leaving.execute(sql, ANN).getEndpoints().get(0).getTicket(), ANN);
    if (!sql.equals(HOURS)) {
      assertThat(stream.next()).isTrue();
    }
    Thread.sleep(300);
    assertThat(engine.running()).isEqualTo(1);
    stream.cancel("gone", null);
    stream.close();
    leaving.close();
    withinASecond(() -> engine.running() == 0);
  }

  @Test
  void streamsManyRows() throws Exception {
    int wanted = Integer.getInteger("flight.rows", 3_000_000);
    long[] countAndSum = new long[2];
    each(
        stream(client.execute("SELECT range AS n, 'row' AS t FROM range(" + wanted + ")", ANN)),
        root -> {
          BigIntVector numbers = (BigIntVector) root.getVector("n");
          countAndSum[0] += root.getRowCount();
          for (int row = 0; row < root.getRowCount(); row++) {
            countAndSum[1] += numbers.get(row);
          }
        });
    assertThat(countAndSum).containsExactly(wanted, (wanted - 1L) * wanted / 2);
  }

  @Test
  void showsTheCatalogue() throws Exception {
    assertThat(values(stream(client.getTables(null, null, null, null, false, ANN))))
        .containsExactly("null", "lab", "samples", "TABLE");
    assertThat(values(stream(client.getXdbcTypeInfo(ANN)))).contains("DECIMAL", "TIMESTAMP");
  }
}
