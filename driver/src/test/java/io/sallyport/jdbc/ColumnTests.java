package io.sallyport.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Columns of real Arrow streams, three rows each, read through a result set. */
abstract class ColumnTests {
  ArrowFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new ArrowFixture();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** Writes one column of three rows, the middle one NULL, and reads it over HTTP. */
  <V extends FieldVector> ResultSet column(
      String declaredType, Function<BufferAllocator, V> maker, Consumer<V> fill) throws Exception {
    byte[] bytes =
        fixture.stream(
            List.of(maker::apply),
            List.of(
                root -> {
                  @SuppressWarnings("unchecked")
                  V vector = (V) root.getVector(0);
                  vector.setInitialCapacity(3);
                  vector.allocateNew();
                  fill.accept(vector);
                  vector.setValueCount(3);
                  root.setRowCount(3);
                }),
            new DictionaryProvider.MapDictionaryProvider(),
            Map.of());
    ResultSet rows =
        SallyportResultSet.of(new ArrowStream(fixture.overHttp(bytes), List.of(declaredType)));
    return rows;
  }

  /** Each value as object and as text, and that object, class name and NULL agree. */
  static void assertValues(
      ResultSet rows, String typeName, Object first, String firstText, Object last, String lastText)
      throws SQLException {
    ResultSetMetaData described = rows.getMetaData();
    assertThat(described.getColumnTypeName(1)).isEqualTo(typeName);
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isEqualTo(first);
    assertThat(rows.wasNull()).isFalse();
    assertThat(rows.getString(1)).isEqualTo(firstText);
    assertThat(rows.getObject(1).getClass())
        .satisfies(
            actual ->
                assertThat(Class.forName(described.getColumnClassName(1)))
                    .isAssignableFrom(actual));
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isNull();
    assertThat(rows.wasNull()).isTrue();
    assertThat(rows.getString(1)).isNull();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isEqualTo(last);
    assertThat(rows.getString(1)).isEqualTo(lastText);
    assertThat(rows.wasNull()).isFalse();
  }
}
