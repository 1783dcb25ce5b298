package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import java.io.BufferedWriter;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The 99 queries of TPC-DS, written from the specification with its qualification values, over its
 * data at scale 0.01; of those in variants the first.
 */
class TpcdsTest {
  private static final double SCALE = 0.01;

  /** The demographics do not shrink with the scale; so many of their 1.9 million rows serve. */
  private static final int MOST_ROWS = 300_000;

  private static Connection duckDb;
  private static Differential differential;

  @BeforeAll
  static void open(@TempDir Path directory) throws Exception {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement setup = duckDb.createStatement()) {
      setup.execute("SET threads = 1");
      for (Table table : Table.getBaseTables()) {
        if (table != Table.DBGEN_VERSION) {
          setup.execute(TpcdsTables.created(table));
          setup.execute(
              "COPY %s FROM '%s' (DELIMITER '|', HEADER false, QUOTE '', NULL_PADDING false)"
                  .formatted(table.getName(), generated(table, directory)));
        }
      }
    }
    differential = new Differential(duckDb);
  }

  private static Path generated(Table table, Path directory) throws Exception {
    Path file = directory.resolve(table.getName() + ".dat");
    Session session = Session.getDefaultSession().withScale(SCALE).withTable(table);
    int rows = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (List<List<String>> row : Results.constructResults(table, session)) {
        writer.write(
            row.get(0).stream()
                .map(value -> Objects.requireNonNullElse(value, ""))
                .collect(Collectors.joining("|")));
        writer.write('\n');
        if (++rows == MOST_ROWS) {
          break;
        }
      }
    }
    return file;
  }

  private static String resource(int number) throws Exception {
    String name = "/tpcds/q%02d.sql".formatted(number);
    try (InputStream stream = TpcdsTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static IntStream numbers() {
    return IntStream.rangeClosed(1, 99);
  }

  @AfterAll
  static void close() throws Exception {
    differential.close();
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void givesWhatDuckDbGives(int number) throws Exception {
    Differential.Outcome outcome = differential.compare(resource(number));
    assertThat(outcome.kind()).as(outcome.detail()).isEqualTo(Differential.Kind.EQUAL);
  }

  /** An empty answer is easily equal. */
  @Test
  void mostQueriesFindRows() throws Exception {
    int found = 0;
    try (Statement statement = duckDb.createStatement()) {
      for (int number : numbers().toArray()) {
        try (ResultSet rows = statement.executeQuery(resource(number))) {
          found += rows.next() ? 1 : 0;
        }
      }
    }
    assertThat(found).isGreaterThanOrEqualTo(70);
  }
}
