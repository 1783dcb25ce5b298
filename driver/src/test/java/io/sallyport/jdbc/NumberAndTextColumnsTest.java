package io.sallyport.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.junit.jupiter.api.Test;

class NumberAndTextColumnsTest extends ColumnTests {
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
  void refusesToReadBesideARow() throws Exception {
    ResultSet rows = column("", a -> new IntVector("c", a), v -> v.set(0, 1));
    assertThatThrownBy(() -> rows.getInt(1)).extracting("SQLState").isEqualTo("24000");
    while (rows.next()) {
      rows.getInt(1);
    }
    assertThatThrownBy(() -> rows.getInt(1)).extracting("SQLState").isEqualTo("24000");
  }
}
