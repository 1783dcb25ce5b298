package io.sallyport.flight;

import static io.sallyport.flight.OpenDoor.ANN;
import static io.sallyport.flight.OpenDoor.rows;
import static io.sallyport.flight.OpenDoor.stream;
import static io.sallyport.flight.OpenDoor.told;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values go through a real client and a real upload. */
@Timeout(60)
class ParameterRowTest {
  private static final long MICROS = 1_795_568_523_000_004L;

  private OpenDoor open;
  private FlightSqlClient client;

  @BeforeEach
  void open() throws Exception {
    open = new OpenDoor();
    client = open.sqlWithCookies();
  }

  @AfterEach
  void close() throws Exception {
    open.close();
  }

  private FieldVector vector(ArrowType type) {
    return Field.nullable("p", type).createVector(open.allocator);
  }

  /** A vector of one number, as Arrow lays that type out. */
  private FieldVector number(ArrowType type, long value) {
    BaseFixedWidthVector vector = (BaseFixedWidthVector) vector(type);
    vector.allocateNew(1);
    switch (vector.getTypeWidth()) {
      case 1 -> vector.getDataBuffer().setByte(0, (int) value);
      case 2 -> vector.getDataBuffer().setShort(0, (int) value);
      case 4 -> vector.getDataBuffer().setInt(0, (int) value);
      default -> vector.getDataBuffer().setLong(0, value);
    }
    vector.getValidityBuffer().setByte(0, 1);
    vector.setValueCount(1);
    return vector;
  }

  private Object bound(FieldVector vector) throws Exception {
    try (PreparedStatement statement = client.prepare("ECHO ?", ANN)) {
      statement.setParameters(VectorSchemaRoot.of(vector));
      rows(stream(client, statement.execute(ANN), ANN));
      statement.clearParameters();
      statement.close(ANN);
    }
    return open.gateway.bound.get(open.gateway.bound.size() - 1).get(0);
  }

  @Test
  void readsEveryWidthOfInteger() throws Exception {
    assertThat(bound(number(new ArrowType.Int(8, true), -2))).isEqualTo((byte) -2);
    assertThat(bound(number(new ArrowType.Int(16, true), -2))).isEqualTo((short) -2);
    assertThat(bound(number(new ArrowType.Int(32, true), -2))).isEqualTo(-2);
    assertThat(bound(number(new ArrowType.Int(64, true), -2))).isEqualTo(-2L);
    assertThat(bound(number(new ArrowType.Int(8, false), -1))).isEqualTo((short) 255);
    assertThat(bound(number(new ArrowType.Int(16, false), -1))).isEqualTo(65_535);
    assertThat(bound(number(new ArrowType.Int(32, false), -1))).isEqualTo(4_294_967_295L);
    assertThat(bound(number(new ArrowType.Int(64, false), 7))).isEqualTo(7L);
    assertThat(bound(number(new ArrowType.Int(64, false), -1)))
        .isEqualTo(new BigInteger("18446744073709551615"));
  }

  @Test
  void readsFractions() throws Exception {
    Float4Vector single =
        (Float4Vector) vector(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    single.setSafe(0, 0.5f);
    single.setValueCount(1);
    assertThat(bound(single)).isEqualTo(0.5f);
    Float8Vector twice =
        (Float8Vector) vector(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
    twice.setSafe(0, 0.1);
    twice.setValueCount(1);
    assertThat(bound(twice)).isEqualTo(0.1);
    DecimalVector decimal = (DecimalVector) vector(new ArrowType.Decimal(10, 2, 128));
    decimal.setSafe(0, new BigDecimal("-1.50"));
    decimal.setValueCount(1);
    assertThat(bound(decimal)).isEqualTo(new BigDecimal("-1.50"));
  }

  @Test
  void readsTextsBytesAndTruth() throws Exception {
    VarCharVector text = (VarCharVector) vector(ArrowType.Utf8.INSTANCE);
    text.setSafe(0, "Zürich 🏥".getBytes(UTF_8));
    text.setValueCount(1);
    assertThat(bound(text)).isEqualTo("Zürich 🏥");
    LargeVarCharVector large = (LargeVarCharVector) vector(ArrowType.LargeUtf8.INSTANCE);
    large.setSafe(0, "x".getBytes(UTF_8));
    large.setValueCount(1);
    assertThat(bound(large)).isEqualTo("x");
    VarBinaryVector bytes = (VarBinaryVector) vector(ArrowType.Binary.INSTANCE);
    bytes.setSafe(0, new byte[] {0, -1});
    bytes.setValueCount(1);
    assertThat(bound(bytes)).isEqualTo(new byte[] {0, -1});
    BitVector bit = (BitVector) vector(ArrowType.Bool.INSTANCE);
    bit.setSafe(0, 1);
    bit.setValueCount(1);
    assertThat(bound(bit)).isEqualTo(true);
  }

  @Test
  void readsTimesOfEveryUnit() throws Exception {
    LocalDate day = LocalDate.of(1969, 12, 31);
    assertThat(bound(number(new ArrowType.Date(DateUnit.DAY), -1))).isEqualTo(day);
    assertThat(bound(number(new ArrowType.Date(DateUnit.MILLISECOND), -86_400_000))).isEqualTo(day);
    assertThat(bound(number(new ArrowType.Time(TimeUnit.SECOND, 32), 61)))
        .isEqualTo(LocalTime.of(0, 1, 1));
    assertThat(bound(number(new ArrowType.Time(TimeUnit.MILLISECOND, 32), 61_002)))
        .isEqualTo(LocalTime.of(0, 1, 1, 2_000_000));
    assertThat(bound(number(new ArrowType.Time(TimeUnit.MICROSECOND, 64), 61_000_002)))
        .isEqualTo(LocalTime.of(0, 1, 1, 2_000));
    assertThat(bound(number(new ArrowType.Time(TimeUnit.NANOSECOND, 64), 61_000_000_002L)))
        .isEqualTo(LocalTime.of(0, 1, 1, 2));
    LocalDateTime micros = LocalDateTime.parse("2026-11-25T01:02:03.000004");
    assertThat(bound(number(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), MICROS)))
        .isEqualTo(micros);
    assertThat(bound(number(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), MICROS * 1000 + 5)))
        .isEqualTo(micros.plusNanos(5));
    assertThat(bound(number(new ArrowType.Timestamp(TimeUnit.SECOND, null), -1)))
        .isEqualTo(LocalDateTime.parse("1969-12-31T23:59:59"));
    assertThat(bound(number(new ArrowType.Timestamp(TimeUnit.MILLISECOND, "Europe/Rome"), -1)))
        .isEqualTo(OffsetDateTime.parse("1969-12-31T23:59:59.999Z"));
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    FieldVector interval = number(new ArrowType.Duration(TimeUnit.SECOND), 5);
    assertThat(told(() -> bound(interval)))
        .containsExactly(
            "22023",
            "WRONG_PARAMETER",
            "the value of parameter 1 cannot be read; send a number, text, bytes, date or time");
  }

  @Test
  void refusesSeveralRows() throws Exception {
    VarCharVector texts = (VarCharVector) vector(ArrowType.Utf8.INSTANCE);
    texts.setSafe(0, "a".getBytes(UTF_8));
    texts.setSafe(1, "b".getBytes(UTF_8));
    texts.setValueCount(2);
    assertThat(told(() -> bound(texts)).get(0)).isEqualTo("0A000");
    assertThat(open.gateway.bound).isEmpty();
  }
}
