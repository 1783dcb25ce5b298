package io.sallyport.flight;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The one row of values that a client binds to a prepared statement, as the Java values of {@link
 * FlightGateway.Session#run}.
 *
 * <pre>
 * Int(32) 7, Utf8 "x", Timestamp(MICROSECOND, "UTC") … → Integer 7, String "x", OffsetDateTime …
 * </pre>
 *
 * <p>It takes neither nested values nor several rows: those are refused, never cut.
 */
final class ParameterRow {
  private ParameterRow() {}

  /** Reads the whole upload; no row means no values. */
  static List<@Nullable Object> read(FlightStream upload) {
    List<@Nullable Object> values = Collections.emptyList();
    int rows = 0;
    while (upload.next()) {
      VectorSchemaRoot root = upload.getRoot();
      rows += root.getRowCount();
      if (rows > 1) {
        throw FlightError.unsupported(
            "only one row of parameters can be bound at a time; run the statement once for each");
      }
      if (root.getRowCount() == 1) {
        values = row(root, upload.getDictionaryProvider());
      }
    }
    return values;
  }

  private static List<@Nullable Object> row(
      VectorSchemaRoot root, @Nullable DictionaryProvider dictionaries) {
    List<@Nullable Object> values = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      values.add(value(vector, 0, dictionaries, values.size() + 1));
    }
    return values;
  }

  private static @Nullable Object value(
      FieldVector vector, int row, @Nullable DictionaryProvider dictionaries, int position) {
    if (vector instanceof NullVector || vector.isNull(row)) {
      return null;
    }
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      Dictionary dictionary = dictionaries == null ? null : dictionaries.lookup(encoding.getId());
      if (dictionary != null && vector instanceof BaseIntVector index) {
        long entry = index.getValueAsLong(row);
        if (entry >= 0 && entry < dictionary.getVector().getValueCount()) {
          return value(dictionary.getVector(), (int) entry, null, position);
        }
      }
      throw unknown(position);
    }
    return plain(vector, row, position);
  }

  private static Object plain(FieldVector vector, int row, int position) {
    if (vector instanceof BitVector bits) {
      return bits.get(row) != 0;
    }
    if (vector instanceof UInt8Vector unsigned) {
      BigInteger number = unsigned.getObjectNoOverflow(row);
      return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }
    if (vector instanceof TinyIntVector number) {
      return number.get(row);
    }
    if (vector instanceof SmallIntVector number) {
      return number.get(row);
    }
    if (vector instanceof IntVector number) {
      return number.get(row);
    }
    if (vector instanceof BigIntVector number) {
      return number.get(row);
    }
    if (vector instanceof UInt1Vector unsigned) {
      return unsigned.getObjectNoOverflow(row);
    }
    if (vector instanceof UInt2Vector unsigned) {
      return (int) unsigned.get(row);
    }
    if (vector instanceof UInt4Vector unsigned) {
      return unsigned.getObjectNoOverflow(row);
    }
    if (vector instanceof Float2Vector half) {
      return half.getValueAsFloat(row);
    }
    if (vector instanceof Float4Vector single) {
      return single.get(row);
    }
    if (vector instanceof Float8Vector number) {
      return number.get(row);
    }
    if (vector instanceof DecimalVector || vector instanceof Decimal256Vector) {
      return (BigDecimal) vector.getObject(row);
    }
    if (vector instanceof VarCharVector || vector instanceof LargeVarCharVector) {
      return vector.getObject(row).toString();
    }
    if (vector instanceof VarBinaryVector
        || vector instanceof LargeVarBinaryVector
        || vector instanceof FixedSizeBinaryVector) {
      return vector.getObject(row);
    }
    return time(vector, row, position);
  }

  private static Object time(FieldVector vector, int row, int position) {
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row));
    }
    if (vector instanceof DateMilliVector millis) {
      return instant(millis.get(row), TimeUnit.MILLISECOND).toLocalDate();
    }
    if (vector instanceof TimeSecVector time) {
      return LocalTime.ofSecondOfDay(time.get(row));
    }
    if (vector instanceof TimeMilliVector time) {
      return LocalTime.ofNanoOfDay(time.get(row) * 1_000_000L);
    }
    if (vector instanceof TimeMicroVector time) {
      return LocalTime.ofNanoOfDay(time.get(row) * 1_000L);
    }
    if (vector instanceof TimeNanoVector time) {
      return LocalTime.ofNanoOfDay(time.get(row));
    }
    if (vector instanceof TimeStampVector stamps
        && vector.getField().getType() instanceof ArrowType.Timestamp type) {
      LocalDateTime utc = instant(stamps.get(row), type.getUnit());
      return type.getTimezone() == null ? utc : OffsetDateTime.of(utc, ZoneOffset.UTC);
    }
    throw unknown(position);
  }

  private static LocalDateTime instant(long count, TimeUnit unit) {
    long perSecond =
        switch (unit) {
          case SECOND -> 1;
          case MILLISECOND -> 1_000;
          case MICROSECOND -> 1_000_000;
          case NANOSECOND -> 1_000_000_000;
        };
    long nanos = Math.floorMod(count, perSecond) * (1_000_000_000 / perSecond);
    Instant instant = Instant.ofEpochSecond(Math.floorDiv(count, perSecond), nanos);
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static FlightError unknown(int position) {
    return FlightError.wrongParameter(
        "the value of parameter "
            + position
            + " cannot be read; send a number, text, bytes, date or time");
  }
}
