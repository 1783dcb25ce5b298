package io.sallyport.proxy.http;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/** One value of an Arrow vector as an Avatica frame carries it. */
final class Cell {
  private static final long MICROS_PER_MILLI = 1000;
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long FIRST_SKIPPED = LocalDate.of(1582, 10, 5).toEpochDay();
  private static final long LAST_SKIPPED = LocalDate.of(1582, 10, 14).toEpochDay();
  private static final DateTimeFormatter TIME_TEXT = DateTimeFormatter.ofPattern("HH:mm:ss");

  private Cell() {}

  static @Nullable Object of(
      FrameType type, FieldVector encoded, int at, DictionaryProvider dictionaries) {
    if (encoded.isNull(at) || encoded instanceof NullVector) {
      return null;
    }
    FieldVector vector = encoded;
    int row = at;
    Dictionary dictionary = dictionary(encoded, dictionaries);
    if (dictionary != null) {
      vector = dictionary.getVector();
      row = (int) integer(encoded, at);
      if (vector.isNull(row)) {
        return null;
      }
    }
    return switch (type.sqlType()) {
      case Types.BOOLEAN -> ((BitVector) vector).get(row) != 0;
      case Types.TINYINT -> (byte) integer(vector, row);
      case Types.SMALLINT -> (short) integer(vector, row);
      case Types.INTEGER -> (int) integer(vector, row);
      case Types.BIGINT -> integer(vector, row);
      case Types.DECIMAL -> number(vector, row);
      case Types.REAL -> ((Float4Vector) vector).get(row);
      case Types.DOUBLE -> ((Float8Vector) vector).get(row);
      case Types.DATE -> (int) fitting(((DateDayVector) vector).get(row), 1);
      case Types.TIME -> (int) Math.floorDiv(microsOfDay(vector, row), MICROS_PER_MILLI);
      case Types.TIMESTAMP -> fitting(milliseconds((TimeStampVector) vector, row), MILLIS_PER_DAY);
      case Types.VARBINARY -> ((VarBinaryVector) vector).get(row);
      case Types.ARRAY -> array(type.element().orElseThrow(), vector, row, dictionaries);
      default -> text(vector, row, dictionaries);
    };
  }

  /** Avatica's client writes such days, and infinity, as a date that is not the value. */
  private static long fitting(long value, long perDay) {
    long day = Math.floorDiv(value, perDay);
    boolean skipped = day >= FIRST_SKIPPED && day <= LAST_SKIPPED;
    if (day < FIRST_DAY || day > LAST_DAY || skipped) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED,
          "a date outside of the years 1 to 9999, or one of October 1582 that the old calendar"
              + " skipped, does not reach this client; cast the column to VARCHAR");
    }
    return value;
  }

  private static @Nullable Dictionary dictionary(
      FieldVector vector, DictionaryProvider dictionaries) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    return encoding == null ? null : dictionaries.lookup(encoding.getId());
  }

  private static long integer(ValueVector vector, int row) {
    if (vector instanceof BigIntVector v) {
      return v.get(row);
    }
    if (vector instanceof IntVector v) {
      return v.get(row);
    }
    if (vector instanceof SmallIntVector v) {
      return v.get(row);
    }
    if (vector instanceof TinyIntVector v) {
      return v.get(row);
    }
    if (vector instanceof UInt1Vector v) {
      return Byte.toUnsignedLong(v.get(row));
    }
    if (vector instanceof UInt2Vector v) {
      return v.get(row);
    }
    if (vector instanceof UInt4Vector v) {
      return Integer.toUnsignedLong(v.get(row));
    }
    throw unknown(vector);
  }

  private static BigDecimal number(ValueVector vector, int row) {
    if (vector instanceof DecimalVector v) {
      return v.getObject(row);
    }
    if (vector instanceof UInt8Vector v) {
      return new BigDecimal(v.getObjectNoOverflow(row));
    }
    throw unknown(vector);
  }

  private static long microsOfDay(ValueVector vector, int row) {
    if (vector instanceof TimeMicroVector v) {
      return v.get(row);
    }
    if (vector instanceof TimeNanoVector v) {
      return v.get(row) / 1000;
    }
    throw unknown(vector);
  }

  private static long milliseconds(TimeStampVector vector, int row) {
    long value = vector.get(row);
    return switch (unit(vector)) {
      case SECOND -> Math.multiplyExact(value, 1000L);
      case MILLISECOND -> value;
      case MICROSECOND -> Math.floorDiv(value, 1000L);
      case NANOSECOND -> Math.floorDiv(value, 1_000_000L);
    };
  }

  private static TimeUnit unit(TimeStampVector vector) {
    return ((ArrowType.Timestamp) vector.getField().getType()).getUnit();
  }

  private static List<@Nullable Object> array(
      FrameType element, ValueVector list, int row, DictionaryProvider dictionaries) {
    List<@Nullable Object> items = new ArrayList<>();
    FieldVector values = values(list);
    for (int i = start(list, row); i < end(list, row); i++) {
      items.add(of(element, values, i, dictionaries));
    }
    return items;
  }

  private static FieldVector values(ValueVector list) {
    return list instanceof FixedSizeListVector fixed
        ? fixed.getDataVector()
        : ((ListVector) list).getDataVector();
  }

  private static int start(ValueVector list, int row) {
    return list instanceof FixedSizeListVector fixed
        ? fixed.getElementStartIndex(row)
        : ((ListVector) list).getElementStartIndex(row);
  }

  private static int end(ValueVector list, int row) {
    return list instanceof FixedSizeListVector fixed
        ? fixed.getElementEndIndex(row)
        : ((ListVector) list).getElementEndIndex(row);
  }

  /** As DuckDB writes a value: {@code [1, 2]}, {@code {'a': 1}}, {@code {k=v}}. */
  private static String text(FieldVector encoded, int at, DictionaryProvider dictionaries) {
    if (encoded.isNull(at)) {
      return "NULL";
    }
    Dictionary dictionary = dictionary(encoded, dictionaries);
    if (dictionary != null) {
      return text(dictionary.getVector(), (int) integer(encoded, at), dictionaries);
    }
    if (encoded instanceof MapVector map) {
      return map(map, at, dictionaries);
    }
    if (encoded instanceof ListVector || encoded instanceof FixedSizeListVector) {
      List<String> items = new ArrayList<>();
      for (int i = start(encoded, at); i < end(encoded, at); i++) {
        items.add(text(values(encoded), i, dictionaries));
      }
      return "[" + String.join(", ", items) + "]";
    }
    if (encoded instanceof StructVector struct) {
      List<String> fields = new ArrayList<>();
      for (FieldVector field : struct.getChildrenFromFields()) {
        fields.add("'" + field.getName() + "': " + text(field, at, dictionaries));
      }
      return "{" + String.join(", ", fields) + "}";
    }
    if (encoded instanceof UnionVector union) {
      return text((FieldVector) union.getVector(at), at, dictionaries);
    }
    if (encoded instanceof DenseUnionVector union) {
      FieldVector member = (FieldVector) union.getVectorByType(union.getTypeId(at));
      return text(member, union.getOffset(at), dictionaries);
    }
    return scalar(encoded, at);
  }

  private static String map(MapVector map, int at, DictionaryProvider dictionaries) {
    StructVector entries = (StructVector) map.getDataVector();
    List<FieldVector> keyAndValue = entries.getChildrenFromFields();
    List<String> items = new ArrayList<>();
    for (int i = map.getElementStartIndex(at); i < map.getElementEndIndex(at); i++) {
      items.add(
          text(keyAndValue.get(0), i, dictionaries)
              + "="
              + text(keyAndValue.get(1), i, dictionaries));
    }
    return "{" + String.join(", ", items) + "}";
  }

  private static String scalar(FieldVector vector, int row) {
    if (vector instanceof VarCharVector v) {
      return new String(v.get(row), StandardCharsets.UTF_8);
    }
    if (vector instanceof BitVector v) {
      return v.get(row) != 0 ? "true" : "false";
    }
    if (vector instanceof Float4Vector v) {
      return Float.toString(v.get(row));
    }
    if (vector instanceof Float8Vector v) {
      return Double.toString(v.get(row));
    }
    if (vector instanceof DecimalVector || vector instanceof UInt8Vector) {
      return number(vector, row).toPlainString();
    }
    if (vector instanceof DateDayVector v) {
      return LocalDate.ofEpochDay(v.get(row)).toString();
    }
    if (vector instanceof TimeMicroVector || vector instanceof TimeNanoVector) {
      long micros = microsOfDay(vector, row);
      return time(LocalTime.ofSecondOfDay(micros / 1_000_000), micros % 1_000_000);
    }
    if (vector instanceof TimeStampVector v) {
      return timestamp(v, row);
    }
    if (vector instanceof IntervalMonthDayNanoVector v) {
      return interval(v.getObject(row));
    }
    if (vector instanceof VarBinaryVector v) {
      StringBuilder hex = new StringBuilder();
      for (byte b : v.get(row)) {
        hex.append(String.format("\\x%02X", b));
      }
      return hex.toString();
    }
    return Long.toString(integer(vector, row));
  }

  private static String time(LocalTime time, long micros) {
    String fraction = micros == 0 ? "" : String.format(".%06d", micros).replaceFirst("0+$", "");
    return TIME_TEXT.format(time) + fraction;
  }

  private static String timestamp(TimeStampVector vector, int row) {
    long value = vector.get(row);
    if (value == Long.MAX_VALUE || value == -Long.MAX_VALUE) {
      return value > 0 ? "infinity" : "-infinity";
    }
    long perSecond =
        switch (unit(vector)) {
          case SECOND -> 1L;
          case MILLISECOND -> 1000L;
          case MICROSECOND -> 1_000_000L;
          case NANOSECOND -> 1_000_000_000L;
        };
    long nanos = Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond);
    LocalDateTime when =
        LocalDateTime.ofInstant(
            Instant.ofEpochSecond(Math.floorDiv(value, perSecond)), ZoneOffset.UTC);
    boolean zoned = ((ArrowType.Timestamp) vector.getField().getType()).getTimezone() != null;
    return when.toLocalDate() + " " + time(when.toLocalTime(), nanos / 1000) + (zoned ? "+00" : "");
  }

  private static String interval(PeriodDuration value) {
    Period period = value.getPeriod().normalized();
    Duration duration = value.getDuration();
    List<String> parts = new ArrayList<>();
    part(parts, period.getYears(), "year");
    part(parts, period.getMonths(), "month");
    part(parts, period.getDays(), "day");
    if (!duration.isZero() || parts.isEmpty()) {
      Duration size = duration.abs();
      String sign = duration.isNegative() ? "-" : "";
      String clock =
          String.format(
              "%s%02d:%02d:%02d", sign, size.toHours(), size.toMinutesPart(), size.toSecondsPart());
      int micros = size.getNano() / 1000;
      parts.add(
          micros == 0 ? clock : clock + String.format(".%06d", micros).replaceFirst("0+$", ""));
    }
    return String.join(" ", parts);
  }

  private static void part(List<String> parts, int count, String unit) {
    if (count != 0) {
      parts.add(count + " " + unit + (Math.abs(count) == 1 ? "" : "s"));
    }
  }

  private static IllegalStateException unknown(ValueVector vector) {
    return new IllegalStateException("no way to read a " + vector.getClass().getSimpleName());
  }
}
