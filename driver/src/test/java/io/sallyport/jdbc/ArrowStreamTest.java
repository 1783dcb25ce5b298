package io.sallyport.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArrowStreamTest {
  private ArrowFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new ArrowFixture();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** Random rows in batches of unequal size, the second without a NULL, the third empty. */
  private byte[] numbersAndTexts(List<String> expected) throws IOException {
    Random random = new Random(20261125);
    List<Consumer<VectorSchemaRoot>> batches = new ArrayList<>();
    for (int rows : new int[] {1000, 3, 0, 4097}) {
      batches.add(
          root -> {
            BigIntVector numbers = (BigIntVector) root.getVector(0);
            VarCharVector texts = (VarCharVector) root.getVector(1);
            numbers.allocateNew();
            texts.allocateNew();
            for (int row = 0; row < rows; row++) {
              boolean isNull = rows > 3 && random.nextInt(4) == 0;
              long number = random.nextLong() >> random.nextInt(64);
              String text = "ü".repeat(random.nextInt(20)) + number;
              if (isNull) {
                numbers.setNull(row);
                texts.setNull(row);
              } else {
                numbers.setSafe(row, number);
                texts.setSafe(row, text.getBytes(UTF_8));
              }
              expected.add(isNull ? "null null" : number + " " + text);
            }
            root.setRowCount(rows);
          });
    }
    return fixture.stream(
        List.of(a -> new BigIntVector("n", a), a -> new VarCharVector("t", a)),
        batches,
        new DictionaryProvider.MapDictionaryProvider(),
        Map.of("sallyport.warnings", "[\"small groups were left out\", \"second\"]"));
  }

  private static List<String> rows(ResultSet rows) throws SQLException {
    List<String> seen = new ArrayList<>();
    while (rows.next()) {
      long number = rows.getLong("N");
      seen.add((rows.wasNull() ? "null" : number) + " " + rows.getString("T"));
    }
    return seen;
  }

  @Test
  void readsBatchesOfAnySizeInOrder() throws Exception {
    List<String> expected = new ArrayList<>();
    byte[] bytes = numbersAndTexts(expected);
    ResultSet rows = SallyportResultSet.of(new ArrowStream(fixture.overHttp(bytes), List.of()));
    assertThat(rows(rows)).isEqualTo(expected).hasSize(5100);
    assertThat(rows.next()).isFalse();
  }

  @Test
  void carriesTheServersWarnings() throws Exception {
    byte[] bytes = numbersAndTexts(new ArrayList<>());
    ResultSet rows = SallyportResultSet.of(new ArrowStream(fixture.overHttp(bytes), List.of()));
    Throwable first = rows.getWarnings();
    Throwable second = rows.getWarnings().getNextWarning();
    assertThat(first).hasMessage("small groups were left out");
    assertThat(second).hasMessage("second");
    rows.clearWarnings();
    Throwable none = rows.getWarnings();
    assertThat(none).isNull();
  }

  @Test
  void aStreamCutAnywhereIsAnErrorAndNeverAShortResult() throws Exception {
    List<String> expected = new ArrayList<>();
    byte[] bytes = numbersAndTexts(expected);
    for (int length = 0; length < bytes.length; length += length < 1000 ? 1 : 397) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(
              () ->
                  rows(
                      SallyportResultSet.of(
                          new ArrowStream(new ByteArrayInputStream(cut), List.of()))))
          .as("cut at %d of %d", length, bytes.length)
          .isInstanceOf(SQLException.class)
          .extracting("SQLState")
          .isEqualTo("08006");
    }
    byte[] withoutMark = Arrays.copyOf(bytes, bytes.length - 8);
    assertThatThrownBy(
            () ->
                rows(
                    SallyportResultSet.of(
                        new ArrowStream(new ByteArrayInputStream(withoutMark), List.of()))))
        .hasMessage("the connection broke before the answer was complete");
  }

  @Test
  void anErrorInMidStreamReachesTheReader() throws Exception {
    List<String> expected = new ArrayList<>();
    byte[] whole = numbersAndTexts(expected);
    byte[] json =
        "{\"sqlState\":\"57014\",\"message\":\"the query was cancelled\"}".getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(whole, 0, whole.length - 8);
    out.write(
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(-1)
            .putInt(-1)
            .putInt(json.length)
            .array());
    out.write(json);
    ResultSet rows =
        SallyportResultSet.of(new ArrowStream(fixture.overHttp(out.toByteArray()), List.of()));
    for (String row : expected) {
      assertThat(rows.next()).as(row).isTrue();
    }
    assertThatThrownBy(rows::next)
        .isInstanceOf(SQLException.class)
        .hasMessage("the query was cancelled")
        .extracting("SQLState")
        .isEqualTo("57014");
  }

  @Test
  void damagedBytesEndInAnSqlException() throws Exception {
    byte[] bytes = numbersAndTexts(new ArrayList<>());
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = bytes.clone();
      // The schema and the first batch's header, where lengths and offsets are.
      damaged[random.nextInt(900)] = (byte) random.nextInt();
      try {
        rows(SallyportResultSet.of(new ArrowStream(new ByteArrayInputStream(damaged), List.of())));
      } catch (SQLException e) {
        assertThat(e.getSQLState()).isNotNull();
      }
    }
  }
}
