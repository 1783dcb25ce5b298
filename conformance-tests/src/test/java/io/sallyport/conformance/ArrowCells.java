package io.sallyport.conformance;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/** A cell of an Arrow vector as the Java value that a JDBC client would get. */
final class ArrowCells {
  private static final long NANOS = 1_000_000_000L;

  private ArrowCells() {}

  static @Nullable Object value(DictionaryProvider dictionaries, FieldVector vector, int row) {
    if (vector.getField().getDictionary() != null) {
      try (ValueVector decoded =
          DictionaryEncoder.decode(
              vector, dictionaries.lookup(vector.getField().getDictionary().getId()))) {
        return plain(decoded.getObject(row));
      }
    }
    Object value = plain(vector.getObject(row));
    if (value instanceof Integer days && vector instanceof DateDayVector) {
      return LocalDate.ofEpochDay(days);
    }
    if (value instanceof Long && vector instanceof TimeStampVector times) {
      return time(times, row);
    }
    return value;
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

  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Text text ? text.toString() : value;
  }
}
