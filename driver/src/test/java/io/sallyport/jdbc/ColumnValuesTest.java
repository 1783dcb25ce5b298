package io.sallyport.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.complex.impl.UnionFixedSizeListWriter;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.complex.impl.UnionMapWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.holders.NullableFloat8Holder;
import org.apache.arrow.vector.holders.NullableIntHolder;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ColumnValuesTest {
  private ArrowFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new ArrowFixture();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** Writes one column of three rows, the middle one NULL, and reads it over HTTP. */
  private <V extends FieldVector> ResultSet column(
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
  private static void assertValues(
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

  @Test
  void readsSignedIntegers() throws Exception {
    ResultSet tiny =
        column(
            "",
            a -> new TinyIntVector("c", a),
            v -> {
              v.set(0, -128);
              v.set(2, 127);
            });
    assertValues(tiny, "TINYINT", -128, "-128", 127, "127");
    ResultSet small =
        column(
            "",
            a -> new SmallIntVector("c", a),
            v -> {
              v.set(0, -32768);
              v.set(2, 32767);
            });
    assertValues(small, "SMALLINT", -32768, "-32768", 32767, "32767");
    assertThatThrownBy(() -> small.getByte(1))
        .isInstanceOf(SQLException.class)
        .hasMessage("a number in column `c` does not fit `byte`; read it as a decimal")
        .extracting("SQLState")
        .isEqualTo("22003");
    ResultSet integer =
        column(
            "",
            a -> new IntVector("c", a),
            v -> {
              v.set(0, Integer.MIN_VALUE);
              v.set(2, Integer.MAX_VALUE);
            });
    assertValues(
        integer, "INTEGER", Integer.MIN_VALUE, "-2147483648", Integer.MAX_VALUE, "2147483647");
    ResultSet big =
        column(
            "",
            a -> new BigIntVector("c", a),
            v -> {
              v.set(0, Long.MIN_VALUE);
              v.set(2, Long.MAX_VALUE);
            });
    assertValues(
        big,
        "BIGINT",
        Long.MIN_VALUE,
        "-9223372036854775808",
        Long.MAX_VALUE,
        "9223372036854775807");
    assertThat(big.getBigDecimal(1)).isEqualTo(BigDecimal.valueOf(Long.MAX_VALUE));
    assertThat(big.getObject(1, BigInteger.class)).isEqualTo(BigInteger.valueOf(Long.MAX_VALUE));
    assertThatThrownBy(() -> big.getInt(1)).extracting("SQLState").isEqualTo("22003");
    assertThatThrownBy(() -> big.getObject(1, Integer.class))
        .extracting("SQLState")
        .isEqualTo("22003");
  }

  @Test
  void readsUnsignedIntegers() throws Exception {
    assertValues(
        column(
            "",
            a -> new UInt1Vector("c", a),
            v -> {
              v.set(0, 255);
              v.set(2, 1);
            }),
        "UTINYINT",
        255,
        "255",
        1,
        "1");
    assertValues(
        column(
            "",
            a -> new UInt2Vector("c", a),
            v -> {
              v.set(0, 65535);
              v.set(2, 1);
            }),
        "USMALLINT",
        65535,
        "65535",
        1,
        "1");
    assertValues(
        column(
            "",
            a -> new UInt4Vector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1);
            }),
        "UINTEGER",
        4294967295L,
        "4294967295",
        1L,
        "1");
    ResultSet big =
        column(
            "",
            a -> new UInt8Vector("c", a),
            v -> {
              v.set(0, 7);
              v.set(2, -1);
            });
    BigDecimal max = new BigDecimal("18446744073709551615");
    assertValues(big, "UBIGINT", BigDecimal.valueOf(7), "7", max, max.toString());
    assertThat(big.getDouble(1)).isEqualTo(0x1p64);
    assertThat(big.getBoolean(1)).isTrue();
    assertThatThrownBy(() -> big.getLong(1)).extracting("SQLState").isEqualTo("22003");
  }

  @Test
  void readsFloatingNumbers() throws Exception {
    ResultSet single =
        column(
            "",
            a -> new Float4Vector("c", a),
            v -> {
              v.set(0, 1.5f);
              v.set(2, Float.NaN);
            });
    assertValues(single, "FLOAT", 1.5f, "1.5", Float.NaN, "NaN");
    ResultSet doubles =
        column(
            "",
            a -> new Float8Vector("c", a),
            v -> {
              v.set(0, 0.1);
              v.set(2, Double.NEGATIVE_INFINITY);
            });
    assertValues(doubles, "DOUBLE", 0.1, "0.1", Double.NEGATIVE_INFINITY, "-Infinity");
    assertThatThrownBy(() -> doubles.getLong(1)).extracting("SQLState").isEqualTo("22003");
    assertThatThrownBy(() -> doubles.getBigDecimal(1)).extracting("SQLState").isEqualTo("22003");
  }

  @Test
  void readsDecimalsExactly() throws Exception {
    BigDecimal long38 = new BigDecimal("-1234567890123456789012345678901234.5678");
    ResultSet decimals =
        column(
            "",
            a -> new DecimalVector("c", a, 38, 4),
            v -> {
              v.set(0, long38);
              v.set(2, new BigDecimal("12.3400"));
            });
    assertValues(
        decimals,
        "DECIMAL(38,4)",
        long38,
        long38.toPlainString(),
        new BigDecimal("12.3400"),
        "12.3400");
    assertThat(decimals.getDouble(1)).isEqualTo(12.34);
    assertThat(decimals.getLong(1)).isEqualTo(12);
    assertThat(decimals.getMetaData().getPrecision(1)).isEqualTo(38);
    assertThat(decimals.getMetaData().getScale(1)).isEqualTo(4);

    BigDecimal wide = new BigDecimal(BigInteger.TWO.pow(200).negate(), 3);
    assertValues(
        column(
            "",
            a -> new Decimal256Vector("c", a, 70, 3),
            v -> {
              v.set(0, wide);
              v.set(2, new BigDecimal("-0.001"));
            }),
        "DECIMAL(70,3)",
        wide,
        wide.toPlainString(),
        new BigDecimal("-0.001"),
        "-0.001");
  }

  @Test
  void readsHugeIntegersByTheServersTypeName() throws Exception {
    Consumer<DecimalVector> fill =
        v -> {
          v.setBigEndian(
              0, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
          byte[] lowest = new byte[16];
          lowest[0] = (byte) 0x80;
          v.setBigEndian(2, lowest);
        };
    BigDecimal lowest = new BigDecimal(BigInteger.TWO.pow(127).negate());
    ResultSet signed = column("HUGEINT", a -> new DecimalVector("c", a, 38, 0), fill);
    assertValues(signed, "HUGEINT", BigDecimal.valueOf(-1), "-1", lowest, lowest.toPlainString());
    assertThatThrownBy(() -> signed.getLong(1)).extracting("SQLState").isEqualTo("22003");
    BigDecimal highest = new BigDecimal(BigInteger.TWO.pow(128).subtract(BigInteger.ONE));
    assertValues(
        column("UHUGEINT", a -> new DecimalVector("c", a, 38, 0), fill),
        "UHUGEINT",
        highest,
        highest.toPlainString(),
        lowest.negate(),
        lowest.negate().toPlainString());
  }

  @Test
  void readsBooleans() throws Exception {
    ResultSet rows =
        column(
            "",
            a -> new BitVector("c", a),
            v -> {
              v.set(0, 1);
              v.set(2, 0);
            });
    assertValues(rows, "BOOLEAN", true, "true", false, "false");
    assertThat(rows.getInt(1)).isZero();
  }

  @Test
  void readsTextOfEachLayout() throws Exception {
    String first = "Grüße, 世界 🙂, longer than twelve bytes";
    assertValues(
        column(
            "",
            a -> new VarCharVector("c", a),
            v -> {
              v.setSafe(0, first.getBytes(UTF_8));
              v.setSafe(2, new byte[0]);
            }),
        "VARCHAR",
        first,
        first,
        "",
        "");
    assertValues(
        column(
            "",
            a -> new LargeVarCharVector("c", a),
            v -> {
              v.setSafe(0, first.getBytes(UTF_8));
              v.setSafe(2, "b".getBytes(UTF_8));
            }),
        "VARCHAR",
        first,
        first,
        "b",
        "b");
    assertValues(
        column(
            "",
            a -> new ViewVarCharVector("c", a),
            v -> {
              v.setSafe(0, first.getBytes(UTF_8));
              v.setSafe(2, "short".getBytes(UTF_8));
            }),
        "VARCHAR",
        first,
        first,
        "short",
        "short");
  }

  @Test
  void readsTextAsWhatItSays() throws Exception {
    ResultSet rows =
        column(
            "",
            a -> new VarCharVector("c", a),
            v -> {
              v.setSafe(0, "12.75".getBytes(UTF_8));
              v.setSafe(2, "2024-02-29".getBytes(UTF_8));
            });
    assertThat(rows.next()).isTrue();
    assertThat(rows.getInt(1)).isEqualTo(12);
    assertThat(rows.getDouble(1)).isEqualTo(12.75);
    assertThat(rows.getBigDecimal(1)).isEqualTo("12.75");
    assertThatThrownBy(() -> rows.getDate(1))
        .hasMessage("a text in column `c` is not a date")
        .extracting("SQLState")
        .isEqualTo("22007");
    assertThat(rows.next()).isTrue();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getDate(1)).isEqualTo(Date.valueOf("2024-02-29"));
    assertThatThrownBy(() -> rows.getInt(1))
        .hasMessage("a text in column `c` is not a number")
        .extracting("SQLState")
        .isEqualTo("22018");
  }

  @Test
  void readsUuidsByTheServersTypeName() throws Exception {
    UUID id = UUID.fromString("00000000-0000-4000-8000-00000000002a");
    UUID other = UUID.fromString("ffffffff-0000-4000-8000-000000000000");
    ResultSet rows =
        column(
            "UUID",
            a -> new VarCharVector("c", a),
            v -> {
              v.setSafe(0, id.toString().getBytes(UTF_8));
              v.setSafe(2, other.toString().getBytes(UTF_8));
            });
    assertValues(rows, "UUID", id, id.toString(), other, other.toString());
    assertThat(rows.getObject(1, UUID.class)).isEqualTo(other);
  }

  @Test
  void readsBytesOfEachLayout() throws Exception {
    byte[] first = {0, -1, 16};
    ResultSet rows =
        column(
            "",
            a -> new VarBinaryVector("c", a),
            v -> {
              v.setSafe(0, first);
              v.setSafe(2, new byte[0]);
            });
    assertValues(rows, "BLOB", first, "00FF10", new byte[0], "");
    assertThatThrownBy(() -> rows.getInt(1))
        .hasMessage("column `c` of type BLOB cannot be read as a number")
        .extracting("SQLState")
        .isEqualTo("0A000");
    assertValues(
        column(
            "",
            a -> new LargeVarBinaryVector("c", a),
            v -> {
              v.setSafe(0, first);
              v.setSafe(2, new byte[] {1});
            }),
        "BLOB",
        first,
        "00FF10",
        new byte[] {1},
        "01");
    assertValues(
        column(
            "",
            a -> new FixedSizeBinaryVector("c", a, 3),
            v -> {
              v.set(0, first);
              v.set(2, new byte[] {1, 2, 3});
            }),
        "BLOB",
        first,
        "00FF10",
        new byte[] {1, 2, 3},
        "010203");
  }

  @Test
  void readsDates() throws Exception {
    LocalDate old = LocalDate.of(1492, 10, 12);
    ResultSet rows =
        column(
            "",
            a -> new DateDayVector("c", a),
            v -> {
              v.set(0, (int) old.toEpochDay());
              v.set(2, 19_782);
            });
    assertValues(
        rows, "DATE", Date.valueOf(old), "1492-10-12", Date.valueOf("2024-02-29"), "2024-02-29");
    assertThat(rows.getObject(1, LocalDate.class)).isEqualTo("2024-02-29");
    assertThat(rows.getTimestamp(1)).isEqualTo(Timestamp.valueOf("2024-02-29 00:00:00"));
    assertValues(
        column(
            "",
            a -> new DateMilliVector("c", a),
            v -> {
              v.set(0, old.toEpochDay() * 86_400_000L);
              v.set(2, 0);
            }),
        "DATE",
        Date.valueOf(old),
        "1492-10-12",
        Date.valueOf("1970-01-01"),
        "1970-01-01");
  }

  @Test
  void readsTimesOfEachUnit() throws Exception {
    Time time = Time.valueOf("01:02:03");
    Time end = Time.valueOf("23:59:59");
    assertValues(
        column(
            "",
            a -> new TimeSecVector("c", a),
            v -> {
              v.set(0, 3723);
              v.set(2, 86_399);
            }),
        "TIME",
        time,
        "01:02:03",
        end,
        "23:59:59");
    assertValues(
        column(
            "",
            a -> new TimeMilliVector("c", a),
            v -> {
              v.set(0, 3_723_004);
              v.set(2, 86_399_999);
            }),
        "TIME",
        time,
        "01:02:03.004",
        end,
        "23:59:59.999");
    ResultSet micros =
        column(
            "",
            a -> new TimeMicroVector("c", a),
            v -> {
              v.set(0, 3_723_000_004L);
              v.set(2, 86_399_999_999L);
            });
    assertValues(micros, "TIME", time, "01:02:03.000004", end, "23:59:59.999999");
    assertThat(micros.getObject(1, LocalTime.class))
        .isEqualTo(LocalTime.of(23, 59, 59, 999_999_000));
    assertValues(
        column(
            "",
            a -> new TimeNanoVector("c", a),
            v -> {
              v.set(0, 3_723_000_000_004L);
              v.set(2, 86_399_999_999_999L);
            }),
        "TIME_NS",
        time,
        "01:02:03.000000004",
        end,
        "23:59:59.999999999");
  }

  @Test
  void readsTimestampsOfEachUnitWithAllDigits() throws Exception {
    assertValues(
        column(
            "",
            a -> new TimeStampSecVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 0);
            }),
        "TIMESTAMP_S",
        Timestamp.valueOf("1969-12-31 23:59:59"),
        "1969-12-31 23:59:59",
        Timestamp.valueOf("1970-01-01 00:00:00"),
        "1970-01-01 00:00:00");
    assertValues(
        column(
            "",
            a -> new TimeStampMilliVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1);
            }),
        "TIMESTAMP_MS",
        Timestamp.valueOf("1969-12-31 23:59:59.999"),
        "1969-12-31 23:59:59.999",
        Timestamp.valueOf("1970-01-01 00:00:00.001"),
        "1970-01-01 00:00:00.001");
    ResultSet micros =
        column(
            "",
            a -> new TimeStampMicroVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1_709_210_096_123_456L);
            });
    assertValues(
        micros,
        "TIMESTAMP",
        Timestamp.valueOf("1969-12-31 23:59:59.999999"),
        "1969-12-31 23:59:59.999999",
        Timestamp.valueOf("2024-02-29 12:34:56.123456"),
        "2024-02-29 12:34:56.123456");
    assertThat(micros.getObject(1, LocalDateTime.class)).isEqualTo("2024-02-29T12:34:56.123456");
    assertThat(micros.getDate(1)).isEqualTo(Date.valueOf("2024-02-29"));
    assertThat(micros.getTime(1)).isEqualTo(new Time(Time.valueOf("12:34:56").getTime() + 123));
    assertThatThrownBy(() -> micros.getObject(1, Instant.class))
        .hasMessage(
            "column `c` of type TIMESTAMP cannot be read as an instant, because it has no time zone")
        .extracting("SQLState")
        .isEqualTo("0A000");
    assertValues(
        column(
            "",
            a -> new TimeStampNanoVector("c", a),
            v -> {
              v.set(0, -1);
              v.set(2, 1);
            }),
        "TIMESTAMP_NS",
        Timestamp.valueOf("1969-12-31 23:59:59.999999999"),
        "1969-12-31 23:59:59.999999999",
        Timestamp.valueOf("1970-01-01 00:00:00.000000001"),
        "1970-01-01 00:00:00.000000001");
  }

  @Test
  void readsInstants() throws Exception {
    ResultSet rows =
        column(
            "",
            a -> new TimeStampMicroTZVector("c", a, "Etc/UTC"),
            v -> {
              v.set(0, 1_709_210_096_123_456L);
              v.set(2, 0);
            });
    OffsetDateTime first = OffsetDateTime.parse("2024-02-29T12:34:56.123456Z");
    assertValues(
        rows,
        "TIMESTAMP WITH TIME ZONE",
        first,
        "2024-02-29 12:34:56.123456+00",
        OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
        "1970-01-01 00:00:00+00");
    Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
    assertThat(rows.getTimestamp(1, tokyo)).isEqualTo(new Timestamp(0));
    assertThat(rows.getObject(1, Instant.class)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void readsATimestampInTheCallersCalendar() throws Exception {
    ResultSet rows =
        column(
            "",
            a -> new TimeStampMicroVector("c", a),
            v -> {
              v.set(0, 3_600_000_000L);
              v.set(2, 0);
            });
    Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
    long before = tokyo.getTimeInMillis();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getTimestamp(1, tokyo).toInstant()).isEqualTo("1969-12-31T16:00:00Z");
    assertThat(rows.getDate(1, tokyo).getTime())
        .isEqualTo(Instant.parse("1969-12-31T15:00:00Z").toEpochMilli());
    assertThat(tokyo.getTimeInMillis()).isEqualTo(before);
  }

  @Test
  void readsIntervals() throws Exception {
    ResultSet rows =
        column(
            "",
            a ->
                new IntervalMonthDayNanoVector(
                    "c", FieldType.nullable(MinorType.INTERVALMONTHDAYNANO.getType()), a),
            v -> {
              v.set(0, 14, 3, 14_706_500_000_000L);
              v.set(2, 0, 0, -1_000_000_000L);
            });
    assertValues(
        rows,
        "INTERVAL",
        "1 year 2 months 3 days 04:05:06.5",
        "1 year 2 months 3 days 04:05:06.5",
        "-00:00:01",
        "-00:00:01");
    assertThat(rows.getObject(1, Duration.class)).isEqualTo(Duration.ofSeconds(-1));
    ResultSet months =
        column(
            "",
            a -> new IntervalYearVector("c", a),
            v -> {
              v.set(0, 25);
              v.set(2, -1);
            });
    assertValues(months, "INTERVAL", "2 years 1 month", "2 years 1 month", "-1 month", "-1 month");
    assertThat(months.getObject(1, Period.class)).isEqualTo(Period.ofMonths(-1));
    assertThatThrownBy(() -> months.getObject(1, Duration.class))
        .extracting("SQLState")
        .isEqualTo("0A000");
    assertValues(
        column(
            "",
            a -> new IntervalDayVector("c", a),
            v -> {
              v.set(0, 1, 1500);
              v.set(2, 0, 0);
            }),
        "INTERVAL",
        "1 day 00:00:01.5",
        "1 day 00:00:01.5",
        "00:00:00",
        "00:00:00");
    assertValues(
        column(
            "",
            a ->
                new DurationVector(
                    "c", FieldType.nullable(new ArrowType.Duration(TimeUnit.MICROSECOND)), a),
            v -> {
              v.set(0, 360_000_000_001L);
              v.set(2, 1);
            }),
        "INTERVAL",
        "100:00:00.000001",
        "100:00:00.000001",
        "00:00:00.000001",
        "00:00:00.000001");
  }

  private static Field field(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  private static final ArrowType INT = new ArrowType.Int(32, true);
  private static final ArrowType TEXT = new ArrowType.Utf8();

  @SuppressWarnings("unchecked")
  private <V extends FieldVector> ResultSet nested(Field field, Consumer<V> fill) throws Exception {
    return column("", a -> (V) field.createVector(a), fill);
  }

  @Test
  void readsLists() throws Exception {
    ResultSet rows =
        this.<ListVector>nested(
            field("c", new ArrowType.List(), field("l", INT)),
            v -> {
              UnionListWriter writer = v.getWriter();
              writer.setPosition(0);
              writer.startList();
              writer.integer().writeInt(1);
              writer.integer().writeNull();
              writer.integer().writeInt(3);
              writer.endList();
              writer.setPosition(2);
              writer.startList();
              writer.endList();
            });
    assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("INTEGER[]");
    assertThat(rows.getMetaData().getColumnType(1)).isEqualTo(Types.ARRAY);
    assertThat(rows.next()).isTrue();
    assertThat((Object[]) rows.getArray(1).getArray()).containsExactly(1, null, 3);
    assertThat(rows.getArray(1).getBaseType()).isEqualTo(Types.INTEGER);
    assertThat(rows.getString(1)).isEqualTo("[1, NULL, 3]");
    ResultSet elements = rows.getArray(1).getResultSet();
    List<String> seen = new ArrayList<>();
    while (elements.next()) {
      seen.add(elements.getInt("INDEX") + "=" + elements.getObject("VALUE"));
    }
    assertThat(seen).containsExactly("1=1", "2=null", "3=3");
    assertThat(rows.next()).isTrue();
    assertThat(rows.getArray(1)).isNull();
    assertThat(rows.next()).isTrue();
    assertThat((Object[]) rows.getArray(1).getArray()).isEmpty();
  }

  @Test
  void readsArraysOfFixedSize() throws Exception {
    ResultSet rows =
        this.<FixedSizeListVector>nested(
            field("c", new ArrowType.FixedSizeList(2), field("l", INT)),
            v -> {
              UnionFixedSizeListWriter writer = v.getWriter();
              for (int row = 0; row < 3; row += 2) {
                writer.setPosition(row);
                writer.startList();
                writer.integer().writeInt(row);
                writer.integer().writeInt(row + 1);
                writer.endList();
              }
            });
    assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("INTEGER[2]");
    assertThat(rows.next()).isTrue();
    assertThat((Object[]) rows.getArray(1).getArray()).containsExactly(0, 1);
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isNull();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1, List.class)).isEqualTo(List.of(2, 3));
  }

  @Test
  void readsStructs() throws Exception {
    ResultSet rows =
        this.<StructVector>nested(
            field("c", new ArrowType.Struct(), field("a", INT), field("b", TEXT)),
            v -> {
              v.getChild("a", IntVector.class).setSafe(0, 1);
              v.getChild("b", VarCharVector.class).setSafe(0, "x".getBytes(UTF_8));
              v.setIndexDefined(0);
              v.setIndexDefined(2);
            });
    assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("STRUCT(a INTEGER, b VARCHAR)");
    assertThat(rows.next()).isTrue();
    assertThat(((Struct) rows.getObject(1)).getAttributes()).containsExactly(1, "x");
    assertThat(rows.getObject(1, Map.class)).isEqualTo(Map.of("a", 1, "b", "x"));
    assertThat(rows.getString(1)).isEqualTo("{'a': 1, 'b': x}");
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isNull();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getString(1)).isEqualTo("{'a': NULL, 'b': NULL}");
  }

  @Test
  void readsMaps() throws Exception {
    Field key = new Field("key", FieldType.notNullable(TEXT), List.of());
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(new ArrowType.Struct()),
            List.of(key, field("value", INT)));
    ResultSet rows =
        this.<MapVector>nested(
            field("c", new ArrowType.Map(false), entries),
            v -> {
              UnionMapWriter writer = v.getWriter();
              writer.setPosition(0);
              writer.startMap();
              writer.startEntry();
              writer.key().varChar().writeVarChar("k");
              writer.value().integer().writeInt(7);
              writer.endEntry();
              writer.startEntry();
              writer.key().varChar().writeVarChar("l");
              writer.value().integer().writeNull();
              writer.endEntry();
              writer.endMap();
            });
    assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("MAP(VARCHAR, INTEGER)");
    assertThat(rows.next()).isTrue();
    Map<?, ?> map = rows.getObject(1, Map.class);
    assertThat(map.get("k")).isEqualTo(7);
    assertThat(map.containsKey("l")).isTrue();
    assertThat(rows.getString(1)).isEqualTo("{k=7, l=NULL}");
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isNull();
  }

  @Test
  void readsUnions() throws Exception {
    Field union =
        field(
            "c",
            new ArrowType.Union(
                UnionMode.Sparse, new int[] {MinorType.INT.ordinal(), MinorType.FLOAT8.ordinal()}),
            field("int", INT),
            field("float8", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
    ResultSet rows =
        this.<UnionVector>nested(
            union,
            v -> {
              NullableIntHolder integer = new NullableIntHolder();
              integer.isSet = 1;
              integer.value = 42;
              v.setType(0, MinorType.INT);
              v.setSafe(0, integer);
              NullableFloat8Holder floating = new NullableFloat8Holder();
              floating.isSet = 1;
              floating.value = 1.5;
              v.setType(2, MinorType.FLOAT8);
              v.setSafe(2, floating);
            });
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isEqualTo(42);
    assertThat(rows.getInt(1)).isEqualTo(42);
    assertThat(rows.next()).isTrue();
    assertThat(rows.next()).isTrue();
    assertThat(rows.getObject(1)).isEqualTo(1.5);
    assertThat(rows.getString(1)).isEqualTo("1.5");
  }

  @Test
  void readsNothing() throws Exception {
    ResultSet rows = column("", a -> new NullVector("c", 3), v -> {});
    assertThat(rows.getMetaData().getColumnType(1)).isEqualTo(Types.NULL);
    for (int row = 0; row < 3; row++) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getObject(1)).isNull();
      assertThat(rows.getInt(1)).isZero();
      assertThat(rows.wasNull()).isTrue();
    }
    assertThat(rows.next()).isFalse();
  }

  @Test
  void readsEnums() throws Exception {
    DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(8, false));
    try (VarCharVector values = new VarCharVector("values", fixture.allocator)) {
      values.allocateNew();
      values.setSafe(0, "red".getBytes(UTF_8));
      values.setSafe(1, "green".getBytes(UTF_8));
      values.setValueCount(2);
      byte[] bytes =
          fixture.stream(
              List.of(
                  a ->
                      new UInt1Vector(
                          "c", new FieldType(true, new ArrowType.Int(8, false), encoding), a)),
              List.of(root -> fillEnum(root, 1, 0), root -> fillEnum(root, 0, 1)),
              new DictionaryProvider.MapDictionaryProvider(new Dictionary(values, encoding)),
              Map.of());
      ResultSet rows = SallyportResultSet.of(new ArrowStream(fixture.overHttp(bytes), List.of()));
      assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("ENUM");
      assertThat(texts(rows)).containsExactly("green", null, "red", "red", null, "green");
    }
  }

  private static void fillEnum(VectorSchemaRoot root, int first, int last) {
    UInt1Vector vector = (UInt1Vector) root.getVector(0);
    vector.allocateNew(3);
    vector.set(0, first);
    vector.setNull(1);
    vector.set(2, last);
    vector.setValueCount(3);
    root.setRowCount(3);
  }

  private static List<String> texts(ResultSet rows) throws SQLException {
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      texts.add(rows.getString(1));
    }
    return texts;
  }

  @Test
  void refusesToReadBesideARow() throws Exception {
    ResultSet rows = column("", a -> new IntVector("c", a), v -> v.set(0, 1));
    assertThatThrownBy(() -> rows.getInt(1)).extracting("SQLState").isEqualTo("24000");
    while (rows.next()) {
      rows.getInt(1);
    }
    assertThatThrownBy(() -> rows.getInt(1)).extracting("SQLState").isEqualTo("24000");
  }
}
