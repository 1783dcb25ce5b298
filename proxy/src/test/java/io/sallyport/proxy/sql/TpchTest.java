package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The 22 queries of TPC-H with the validation parameters, over real data at scale 0.01. */
class TpchTest {
  private static final double SCALE = 0.01;

  private static Differential differential;

  @BeforeAll
  static void open(@TempDir Path directory) throws Exception {
    Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement setup = duckDb.createStatement()) {
      setup.execute("SET threads = 1");
      for (String table : resource("schema.sql").split(";")) {
        if (!table.isBlank()) {
          setup.execute(table);
        }
      }
      for (TpchTable<?> table : TpchTable.getTables()) {
        Path file = generated(table, directory);
        setup.execute(
            "COPY " + table.getTableName() + " FROM '" + file + "' (DELIMITER '|', HEADER false)");
      }
    }
    differential = new Differential(duckDb);
  }

  private static Path generated(TpchTable<?> table, Path directory) throws Exception {
    Path file = directory.resolve(table.getTableName() + ".tbl");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (TpchEntity row : table.createGenerator(SCALE, 1, 1)) {
        String line = row.toLine();
        writer.write(line.endsWith("|") ? line.substring(0, line.length() - 1) : line);
        writer.write('\n');
      }
    }
    return file;
  }

  private static String resource(String name) throws Exception {
    try (InputStream stream = TpchTest.class.getResourceAsStream("/tpch/" + name)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void close() throws Exception {
    differential.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22})
  void givesWhatDuckDbGives(int number) throws Exception {
    Differential.Outcome outcome = differential.compare(resource("q%02d.sql".formatted(number)));
    assertThat(outcome.kind()).as(outcome.detail()).isEqualTo(Differential.Kind.EQUAL);
  }
}
