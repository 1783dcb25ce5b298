package io.sallyport.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real DuckDB; heavy queries are cross joins that would run for hours. */
@Timeout(120)
class DuckDbEngineTest {
  private static final String HOURS =
      "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3";
  private static final String HOURS_OF_ROWS =
      "SELECT a.range, b.range FROM range(10000000) a, range(10000000) b"
          + " WHERE (a.range * b.range) % 7 = 3";

  @TempDir static Path directory;
  private static DuckDbEngine engine;
  private static RootAllocator allocator;

  @BeforeAll
  static void publish() throws Exception {
    try (Connection files =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("lab.db"));
        Statement make = files.createStatement()) {
      make.execute(
          "CREATE TABLE \"Samples\" (id INTEGER PRIMARY KEY, code VARCHAR NOT NULL UNIQUE,"
              + " alias VARCHAR UNIQUE, price DECIMAL(10,2), kind ENUM('a', 'b'))");
      make.execute(
          "INSERT INTO \"Samples\" VALUES (1, 'x', NULL, 1.50, 'a'), (2, 'y', 'z', 2, 'b')");
      make.execute(
          "COPY (SELECT range AS id, 'v' || range AS name FROM range(1000)) TO '"
              + directory.resolve("visits.parquet")
              + "'");
      make.execute(
          "COPY (SELECT 'treasure' AS secret) TO '" + directory.resolve("s.parquet") + "'");
    }
    Files.writeString(
        directory.resolve("wards.csv"), "ward,beds,opened\nNorth,12,2001-02-03\nSouth,7,\n");
    allocator = new RootAllocator();
    engine =
        DuckDbEngine.open(
            new EngineSettings(256L << 20, 2, directory.resolve("spill"), 64L << 20),
            List.of(
                new Dataset(
                    "clinic",
                    List.of(
                        new Source.Parquet("visits", List.of(directory.resolve("visits.parquet"))),
                        new Source.Csv("wards", List.of(directory.resolve("wards.csv"))))),
                new Dataset("lab", List.of(new Source.DuckDbFile(directory.resolve("lab.db")))),
                new Dataset("lab2", List.of(new Source.DuckDbFile(directory.resolve("lab.db"))))),
            allocator);
  }

  @AfterAll
  static void close() {
    assertThat(engine.running()).isZero();
    assertThat(allocator.getAllocatedMemory()).isZero();
    engine.close();
  }

  private static Engine.Run run(String sql, @Nullable Object... parameters) {
    return engine.run(sql, java.util.Arrays.asList(parameters), Instant.now().plusSeconds(100));
  }

  private static String cell(String sql, @Nullable Object... parameters) throws Exception {
    try (Engine.Run run = run(sql, parameters)) {
      ArrowReader batches = run.batches();
      assertThat(batches.loadNextBatch()).isTrue();
      Object value = batches.getVectorSchemaRoot().getVector(0).getObject(0);
      return String.valueOf(value);
    }
  }

  private static GatewayException failureOf(Engine.Run run) {
    try {
      while (run.batches().loadNextBatch()) {
        continue;
      }
    } catch (GatewayException e) {
      return e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("the run ended well");
  }

  @Test
  void publishesEachKindOfSource() throws Exception {
    assertThat(cell("SELECT count(*) FROM \"clinic\".\"visits\"")).isEqualTo("1000");
    assertThat(cell("SELECT beds FROM clinic.wards WHERE ward = 'South'")).isEqualTo("7");
    assertThat(cell("SELECT sum(price) FROM lab.samples")).isEqualTo("3.50");
    assertThat(cell("SELECT sum(price) FROM lab2.samples")).isEqualTo("3.50");
  }

  @Test
  void describesWhatItPublished() {
    assertThat(engine.describe())
        .extracting(PublishedTable::name)
        .containsExactly(
            new TableName("clinic", "visits"),
            new TableName("clinic", "wards"),
            new TableName("lab", "Samples"),
            new TableName("lab2", "Samples"));
    assertThat(engine.describe().get(1).columns())
        .containsExactly(
            new OutputColumn("ward", "VARCHAR", true),
            new OutputColumn("beds", "BIGINT", true),
            new OutputColumn("opened", "DATE", true));
    assertThat(engine.describe().get(2).columns())
        .containsExactly(
            new OutputColumn("id", "INTEGER", false),
            new OutputColumn("code", "VARCHAR", false),
            new OutputColumn("alias", "VARCHAR", true),
            new OutputColumn("price", "DECIMAL(10,2)", true),
            new OutputColumn("kind", "ENUM('a', 'b')", true));
    assertThat(engine.describe().get(2).uniqueKeys())
        .containsExactly(List.of("id"), List.of("code"));
  }

  /** Else a group of equal names would be shown as its first row spells it. */
  @Test
  void aSourcesCollationIsLeftBehind() throws Exception {
    try (Connection file =
            DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("names.db"));
        Statement make = file.createStatement()) {
      make.execute(
          "CREATE TABLE people (id INTEGER, \"a name\" VARCHAR COLLATE NOCASE, sex VARCHAR)");
      make.execute("INSERT INTO people VALUES (1, 'Ann', 'f'), (2, 'ANN', 'f'), (3, 'bob', 'm')");
    }
    try (DuckDbEngine own =
        DuckDbEngine.open(
            new EngineSettings(256L << 20, 1, directory.resolve("spill2"), 64L << 20),
            List.of(
                new Dataset(
                    "club", List.of(new Source.DuckDbFile(directory.resolve("names.db"))))))) {
      assertThat(own.describe().get(0).columns())
          .containsExactly(
              new OutputColumn("id", "INTEGER", true),
              new OutputColumn("a name", "VARCHAR", true),
              new OutputColumn("sex", "VARCHAR", true));
      try (Engine.Run run =
          own.run(
              "SELECT concat_ws(' ', count(DISTINCT \"a name\"), count(DISTINCT concat(\"a name\")),"
                  + " (SELECT count(*) FROM (SELECT \"a name\" FROM club.people GROUP BY ALL)),"
                  + " count(*) FILTER (WHERE \"a name\" = 'ann'), count(DISTINCT sex))"
                  + " FROM club.people",
              List.of(),
              Instant.now().plusSeconds(100))) {
        assertThat(run.batches().loadNextBatch()).isTrue();
        assertThat(String.valueOf(run.batches().getVectorSchemaRoot().getVector(0).getObject(0)))
            .isEqualTo("3 3 3 0 2");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM '%s/s.parquet'",
        "SELECT * FROM read_parquet('%s/*.parquet')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('%s/*')",
        "COPY (SELECT 1) TO '%s/out.csv'",
        "ATTACH '%s/other.db' AS other",
        "EXPORT DATABASE '%s/out'",
        "INSERT INTO \"$source0\".main.\"Samples\" VALUES (3, 'q', NULL, 1, 'a')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "SET memory_limit = '100GB'",
        "SET TimeZone = 'Europe/Berlin'",
        "RESET TimeZone",
        "SET integer_division = true",
        "SET default_null_order = 'nulls_first'",
        "SET default_collation = 'nocase'",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET temp_directory = '/'",
        "SET lock_configuration = false",
        "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
      })
  void holdsItsLock(String sql) {
    try (Engine.Run run = run(sql.formatted(directory))) {
      assertThat(failureOf(run).code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    }
  }

  @Test
  void pinsWhatChangesAQuerysMeaning() throws Exception {
    assertThat(
            cell(
                "SELECT concat_ws(' ', current_setting('TimeZone'), 1 / 2, 'a' = 'A',"
                    + " current_setting('threads'), (SELECT string_agg(coalesce(x::VARCHAR,"
                    + " 'null'), ',' ORDER BY x) FROM (VALUES (2), (NULL), (1)) t(x)))"))
        .isEqualTo("UTC 0.5 false 2 1,2,null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 / 2 | 0.5",
        "7 // 2 | 3",
        "-7 // 2 | -3",
        "-7 % 2 | -1",
        "1.00 / 3 | 0.3333333333333333",
        "'a' < 'B' | false",
        "list_sort(['b', 'B', 'a', NULL]) | [B, a, b, NULL]",
        "CAST(1.50 AS DECIMAL(5, 2)) | 1.50",
        "CAST(2.005 AS DECIMAL(5, 2)) | 2.01",
        "CAST(2.5 AS INTEGER) | 3",
        "CAST(2.5 AS DOUBLE)::INTEGER | 2",
        "0.1::DOUBLE + 0.2::DOUBLE | 0.30000000000000004",
        "CAST(0.1 AS FLOAT) | 0.1",
        "1e20 | 1e+20",
        "3::DOUBLE | 3.0",
        "TIMESTAMPTZ '2024-07-01 12:00:00+02' | 2024-07-01 10:00:00+00",
        "CAST(TIMESTAMP '2024-07-01 12:00:00' AS TIMESTAMPTZ) | 2024-07-01 12:00:00+00",
        "DATE '2024-01-31' + INTERVAL 1 MONTH | 2024-02-29 00:00:00",
      })
  void meansAndPrintsTheSameInEverySession(String expression, String text) throws Exception {
    assertThat(cell("SELECT CAST((" + expression + ") AS VARCHAR)")).isEqualTo(text);
  }

  @Test
  void findsKeysInTheData() {
    Map<String, List<String>> unique =
        engine.describe().stream()
            .filter(table -> !table.name().dataset().equals("lab2"))
            .collect(Collectors.toMap(t -> t.name().table(), engine::uniqueColumns));
    assertThat(unique)
        .containsOnly(
            Map.entry("visits", List.of("id", "name")),
            Map.entry("wards", List.of("ward", "beds")),
            Map.entry("Samples", List.of("id", "code", "price", "kind")));
    TableName samples = new TableName("lab", "Samples");
    assertThat(engine.isKey(samples, List.of("code", "kind"))).isTrue();
    assertThat(engine.isKey(samples, List.of("alias"))).as("has a NULL").isFalse();
  }

  @Test
  void aQuestionComesBeforeTheRowsOfTheSameRun() throws Exception {
    try (Engine.Run run = run("SELECT count(*) FROM clinic.visits")) {
      String question = "SELECT 1 FROM clinic.visits WHERE id = $1";
      assertThat(run.finds(question, List.of(999L))).isTrue();
      assertThat(run.finds(question, List.of(1000L))).isFalse();
      assertThat(run.batches().loadNextBatch()).isTrue();
      assertThat(run.batches().getVectorSchemaRoot().getVector(0).getObject(0)).isEqualTo(1000L);
    }
    try (Engine.Run run = engine.run("SELECT 1", List.of(), Instant.now().plusMillis(300))) {
      assertThatThrownBy(() -> run.finds(HOURS, List.of()))
          .isInstanceOfSatisfying(
              GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    }
  }

  @Test
  void aFailureTellsNothingOfTheData() {
    try (Engine.Run run = run("SELECT CAST(name AS INTEGER) FROM clinic.visits")) {
      GatewayException failure = failureOf(run);
      assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
      assertThat(failure.getMessage())
          .matches("the query could not be computed; incident [0-9a-f]{10}");
      assertThat(failure.getCause()).isNull();
    }
  }

  @Test
  void memoryIsLimited() {
    try (Engine.Run run =
        run("SELECT list(a.range || 'some longer text') FROM range(50000000) a")) {
      assertThat(failureOf(run).code()).isEqualTo(ErrorCode.ENGINE_FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HOURS, HOURS_OF_ROWS})
  void theDeadlineEndsTheWork(String sql) {
    try (Engine.Run run = engine.run(sql, List.of(), Instant.now().plusMillis(300))) {
      assertThat(failureOf(run).code()).isEqualTo(ErrorCode.TIMED_OUT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HOURS, HOURS_OF_ROWS})
  void anotherThreadCancels(String sql) throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (Engine.Run run = run(sql)) {
      CountDownLatch begun = new CountDownLatch(1);
      Future<GatewayException> failure =
          reader.submit(
              () -> {
                begun.countDown();
                return failureOf(run);
              });
      begun.await();
      Thread.sleep(200);
      long before = System.nanoTime();
      run.cancel();
      assertThat(failure.get(60, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CANCELLED);
      // A second is what we promise; a machine under load gets some more here.
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    } finally {
      reader.shutdownNow();
    }
  }

  @Test
  void cancelledBeforeItsFirstBatchItNeverBegins() {
    try (Engine.Run run = run(HOURS)) {
      run.cancel();
      assertThat(failureOf(run).code()).isEqualTo(ErrorCode.CANCELLED);
    }
  }

  @Test
  void anAbandonedRunIsEndedByItsDeadlineAndFreedByClosing() throws Exception {
    Engine.Run run =
        engine.run(
            "SELECT range AS n FROM range(1000000000000)", List.of(), Instant.now().plusSeconds(2));
    assertThat(run.batches().loadNextBatch()).isTrue();
    Thread.sleep(2_100);
    assertThat(failureOf(run).code()).isEqualTo(ErrorCode.TIMED_OUT);
    run.close();
    run.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  @Test
  void closingFromAnotherThreadLeavesTheBatchToItsReader() throws Exception {
    Engine.Run run = run("SELECT range AS n FROM range(1000000)");
    ArrowReader batches = run.batches();
    VectorSchemaRoot root = batches.getVectorSchemaRoot();
    assertThat(batches.loadNextBatch()).isTrue();
    Thread closer = new Thread(run::close);
    closer.start();
    closer.join();
    assertThat(root.getVector(0).getObject(7)).isEqualTo(7L);
    assertThatThrownBy(batches::loadNextBatch)
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  @Test
  void millionsOfRowsStreamInAFewMegabytes() throws Exception {
    try (RootAllocator small = new RootAllocator(16L << 20);
        DuckDbEngine own =
            DuckDbEngine.open(
                new EngineSettings(256L << 20, 2, directory.resolve("spill"), 0),
                List.of(),
                small);
        Engine.Run run =
            own.run(
                "SELECT range AS n, 'row ' || range AS t FROM range(5000000)",
                List.of(),
                Instant.now().plusSeconds(100))) {
      long rows = 0;
      while (run.batches().loadNextBatch()) {
        rows += run.batches().getVectorSchemaRoot().getRowCount();
      }
      assertThat(rows).isEqualTo(5_000_000);
      assertThat(small.getPeakMemoryAllocation()).isLessThan(16L << 20);
    }
  }

  @Test
  void bindsEveryKindOfValueWhole() throws Exception {
    assertThat(bound(true, "BOOLEAN")).isEqualTo("true");
    assertThat(bound(5L, "INTEGER")).isEqualTo("5");
    assertThat(bound(new BigDecimal("1.250"), "DECIMAL(10,3)")).isEqualTo("1.250");
    assertThat(bound(new BigDecimal("1E+5"), "DECIMAL(10,3)")).isEqualTo("100000.000");
    assertThat(bound(new BigDecimal("0.00001"), "DECIMAL(10,5)")).isEqualTo("0.00001");
    assertThat(bound(new BigInteger("170141183460469231731687303715884105727"), "HUGEINT"))
        .isEqualTo("170141183460469231731687303715884105727");
    assertThat(bound(1.5, "DOUBLE")).isEqualTo("1.5");
    assertThat(bound("a'é😀", "VARCHAR")).isEqualTo("a'é😀");
    assertThat(bound(new byte[] {0, 65, -1}, "BLOB")).isEqualTo("\\x00A\\xFF");
    assertThat(bound(LocalDate.of(2020, 1, 2), "DATE")).isEqualTo("2020-01-02");
    assertThat(bound(LocalDate.of(1500, 2, 28), "DATE")).isEqualTo("1500-02-28");
    assertThat(bound(LocalDate.of(-44, 3, 15), "DATE")).isEqualTo("0045-03-15 (BC)");
    assertThat(bound(LocalDate.of(20000, 3, 15), "DATE")).isEqualTo("20000-03-15");
    assertThat(bound(LocalTime.of(1, 2, 3, 456789000), "TIME")).isEqualTo("01:02:03.456789");
    assertThat(bound(LocalDateTime.of(1500, 1, 2, 3, 4, 5, 123456000), "TIMESTAMP"))
        .isEqualTo("1500-01-02 03:04:05.123456");
    assertThat(bound(LocalDateTime.of(-44, 1, 2, 3, 4, 5, 123456000), "TIMESTAMP"))
        .isEqualTo("0045-01-02 (BC) 03:04:05.123456");
    assertThat(bound(LocalDateTime.of(2020, 1, 2, 3, 4, 5, 123456789), "TIMESTAMP_NS"))
        .isEqualTo("2020-01-02 03:04:05.123456789");
    OffsetDateTime offset = OffsetDateTime.of(2020, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2));
    assertThat(bound(offset, "TIMESTAMP WITH TIME ZONE")).isEqualTo("2020-01-02 01:04:05+00");
    assertThat(bound(offset.withYear(-44), "TIMESTAMP WITH TIME ZONE"))
        .isEqualTo("0045-01-02 (BC) 01:04:05+00");
    UUID uuid = UUID.fromString("f0000000-0000-0000-8000-000000000001");
    assertThat(bound(uuid, "UUID")).isEqualTo(uuid.toString());
    assertThat(bound(null, "INTEGER")).isEqualTo("null");
  }

  private static String bound(@Nullable Object value, String type) throws Exception {
    return cell("SELECT CAST(CAST($1 AS " + type + ") AS VARCHAR)", value);
  }

  @Test
  void refusesToStartOnWhatIsNotThere() {
    EngineSettings settings = new EngineSettings(64L << 20, 1, directory.resolve("spill"), 0);
    Path missing = directory.resolve("missing.parquet");
    assertThatThrownBy(
            () ->
                DuckDbEngine.open(
                    settings,
                    List.of(new Dataset("d", List.of(new Source.Parquet("t", List.of(missing)))))))
        .hasMessage("the file `" + missing + "` does not exist");
    Path wrong = directory.resolve("wards.csv");
    assertThatThrownBy(
            () ->
                DuckDbEngine.open(
                    settings,
                    List.of(new Dataset("d", List.of(new Source.Parquet("t", List.of(wrong)))))))
        .hasMessage("the dataset `d` cannot be read from the Parquet files [" + wrong + "]");
    assertThatThrownBy(() -> new Dataset("main", List.of()))
        .hasMessageContaining("cannot be called `main`");
  }
}
