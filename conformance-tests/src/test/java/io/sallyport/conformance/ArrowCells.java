package io.sallyport.conformance;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/** A cell of an Arrow vector as the Java value that a JDBC client would get. */
final class ArrowCells {
  private static final long NANOS = 1_000_000_000L;

  private ArrowCells() {}

  static @Nullable Object value(DictionaryProvider dictionaries, FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      int at = ((Number) vector.getObject(row)).intValue();
      return value(
          dictionaries, (FieldVector) dictionaries.lookup(encoding.getId()).getVector(), at);
    }
    if (vector instanceof MapVector map) {
      return map(dictionaries, map, row);
    }
    if (vector instanceof ListVector list) {
      return items(
          dictionaries,
          list.getDataVector(),
          list.getElementStartIndex(row),
          list.getElementEndIndex(row));
    }
    if (vector instanceof FixedSizeListVector list) {
      return items(
          dictionaries,
          list.getDataVector(),
          list.getElementStartIndex(row),
          list.getElementEndIndex(row));
    }
    if (vector instanceof StructVector struct) {
      List<@Nullable Object> fields = new ArrayList<>();
      for (FieldVector field : struct.getChildrenFromFields()) {
        fields.add(value(dictionaries, field, row));
      }
      return new Cells.Fields(fields);
    }
    if (vector instanceof UnionVector union) {
      return value(dictionaries, (FieldVector) union.getVector(row), row);
    }
    if (vector instanceof DenseUnionVector union) {
      FieldVector member = (FieldVector) union.getVectorByType(union.getTypeId(row));
      return value(dictionaries, member, union.getOffset(row));
    }
    return scalar(vector, row);
  }

  private static @Nullable Object scalar(FieldVector vector, int row) {
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row));
    }
    if (vector instanceof TimeMicroVector micros) {
      return LocalTime.ofNanoOfDay(micros.get(row) * 1000);
    }
    if (vector instanceof TimeStampVector times) {
      return time(times, row);
    }
    if (vector instanceof IntervalMonthDayNanoVector intervals) {
      return interval(intervals.getObject(row));
    }
    if (vector instanceof UInt1Vector numbers) {
      return numbers.get(row) & 0xFF;
    }
    if (vector instanceof UInt2Vector numbers) {
      return (int) numbers.get(row);
    }
    if (vector instanceof UInt4Vector numbers) {
      return numbers.get(row) & 0xFFFFFFFFL;
    }
    if (vector instanceof UInt8Vector numbers) {
      return numbers.getObjectNoOverflow(row);
    }
    Object value = vector.getObject(row);
    return value instanceof Text text ? text.toString() : value;
  }

  private static List<@Nullable Object> items(
      DictionaryProvider dictionaries, FieldVector items, int start, int end) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = start; i < end; i++) {
      values.add(value(dictionaries, items, i));
    }
    return values;
  }

  private static Map<@Nullable Object, @Nullable Object> map(
      DictionaryProvider dictionaries, MapVector map, int row) {
    List<FieldVector> entry = ((StructVector) map.getDataVector()).getChildrenFromFields();
    Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = map.getElementStartIndex(row); i < map.getElementEndIndex(row); i++) {
      values.put(value(dictionaries, entry.get(0), i), value(dictionaries, entry.get(1), i));
    }
    return values;
  }

  private static LocalDateTime time(TimeStampVector times, int row) {
    long perSecond =
        switch (((ArrowType.Timestamp) times.getField().getType()).getUnit()) {
          case SECOND -> 1;
          case MILLISECOND -> 1_000;
          case MICROSECOND -> 1_000_000;
          case NANOSECOND -> NANOS;
        };
    long value = times.get(row);
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(value, perSecond),
        (int) (Math.floorMod(value, perSecond) * (NANOS / perSecond)),
        ZoneOffset.UTC);
  }

  /** As DuckDB writes one: {@code 1 year 2 days 03:00:00.5}. */
  private static String interval(PeriodDuration value) {
    List<String> parts = new ArrayList<>();
    Period period = value.getPeriod();
    part(parts, period.toTotalMonths() / 12, "year");
    part(parts, period.toTotalMonths() % 12, "month");
    part(parts, period.getDays(), "day");
    Duration clock = value.getDuration();
    if (!clock.isZero() || parts.isEmpty()) {
      Duration size = clock.abs();
      String fraction = String.format("%06d", size.getNano() / 1000).replaceFirst("0+$", "");
      parts.add(
          (clock.isNegative() ? "-" : "")
              + String.format(
                  "%02d:%02d:%02d", size.toHours(), size.toMinutesPart(), size.toSecondsPart())
              + (fraction.isEmpty() ? "" : "." + fraction));
    }
    return String.join(" ", parts);
  }

  private static void part(List<String> parts, long count, String unit) {
    if (count != 0) {
      parts.add(count + " " + unit + (Math.abs(count) == 1 ? "" : "s"));
    }
  }
}
