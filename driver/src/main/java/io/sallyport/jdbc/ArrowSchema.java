package io.sallyport.jdbc;

import com.google.flatbuffers.Table;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Duration;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Interval;
import org.apache.arrow.flatbuf.IntervalUnit;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;

/**
 * Makes the columns that an Arrow schema describes, each with DuckDB's name of its type.
 *
 * <p>Arrow knows fewer types than DuckDB: UUID and JSON are text in it, HUGEINT is DECIMAL(38,0), a
 * TUPLE has field names. So a column has the name that the server gave its type, and what is inside
 * a list or a struct its part of it; only without one a name is made of Arrow's type. What no
 * column can read is refused by name.
 */
final class ArrowSchema {
  private static final long[] UNITS_PER_SECOND = {1, 1_000, 1_000_000, 1_000_000_000};
  private static final long[] NANOS_PER_UNIT = {1_000_000_000, 1_000_000, 1_000, 1};
  private static final String[] UNIT_SUFFIX = {"_S", "_MS", "", "_NS"};

  private final List<ArrowColumn> columns = new ArrayList<>();
  private final Map<Long, ArrowDictionary> dictionaries = new HashMap<>();
  private final Map<String, String> metadata = new HashMap<>();

  /**
   * @param declaredTypes the server's names of the columns' types, in order; may be fewer
   */
  ArrowSchema(Schema schema, List<String> declaredTypes) throws SQLException {
    if (schema.endianness() != Endianness.Little) {
      throw Failure.notSupported("an Arrow stream in big-endian order");
    }
    for (int i = 0; i < schema.fieldsLength(); i++) {
      columns.add(column(schema.fields(i), i < declaredTypes.size() ? declaredTypes.get(i) : ""));
    }
    for (int i = 0; i < schema.customMetadataLength(); i++) {
      KeyValue entry = schema.customMetadata(i);
      metadata.put(entry.key(), entry.value());
    }
  }

  List<ArrowColumn> columns() {
    return Collections.unmodifiableList(columns);
  }

  Map<Long, ArrowDictionary> dictionaries() {
    return dictionaries;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private ArrowColumn column(Field field, String declared) throws SQLException {
    DictionaryEncoding encoding = field.dictionary();
    if (encoding == null) {
      return plainColumn(field, declared);
    }
    ArrowDictionary dictionary = dictionaries.get(encoding.id());
    if (dictionary == null) {
      dictionary = new ArrowDictionary(plainColumn(field, declared), declared);
      dictionaries.put(encoding.id(), dictionary);
    }
    Int index = encoding.indexType();
    IntegerColumn indices =
        index == null
            ? new IntegerColumn(field.name(), 32, true, true)
            : new IntegerColumn(field.name(), index.bitWidth(), index.isSigned(), true);
    return new DictionaryColumn(field.name(), indices, dictionary, field.nullable());
  }

  private ArrowColumn plainColumn(Field field, String declared) throws SQLException {
    String name = field.name() == null ? "" : field.name();
    boolean nullable = field.nullable();
    switch (field.typeType()) {
      case Type.Null:
        return new NullColumn(name);
      case Type.Bool:
        return new BooleanColumn(name, nullable);
      case Type.Int:
        Int integer = type(field, new Int());
        return new IntegerColumn(name, integer.bitWidth(), integer.isSigned(), nullable);
      case Type.FloatingPoint:
        short precision = type(field, new FloatingPoint()).precision();
        if (precision == Precision.HALF) {
          throw unsupported(field);
        }
        return new FloatingColumn(name, precision == Precision.SINGLE, nullable);
      case Type.Decimal:
        return decimal(name, type(field, new Decimal()), declared, nullable);
      case Type.Utf8:
      case Type.LargeUtf8:
      case Type.Utf8View:
        return new TextColumn(name, new TypeName(declared).or("VARCHAR"), layout(field), nullable);
      case Type.Binary:
      case Type.LargeBinary:
      case Type.BinaryView:
      case Type.FixedSizeBinary:
        return new BinaryColumn(name, new TypeName(declared).or("BLOB"), layout(field), nullable);
      case Type.Date:
        return new DateColumn(name, type(field, new Date()).unit() == DateUnit.DAY, nullable);
      case Type.Time:
        Time time = type(field, new Time());
        boolean wide = time.bitWidth() == 64;
        String timeType = time.unit() == TimeUnit.NANOSECOND ? "TIME_NS" : "TIME";
        return new TimeColumn(name, timeType, wide, NANOS_PER_UNIT[time.unit()], nullable);
      case Type.Timestamp:
        return timestamp(name, type(field, new Timestamp()), nullable);
      case Type.Interval:
        short unit = type(field, new Interval()).unit();
        return new IntervalColumn(name, intervalUnit(unit), 1, nullable);
      case Type.Duration:
        long nanos = NANOS_PER_UNIT[type(field, new Duration()).unit()];
        return new IntervalColumn(name, IntervalColumn.Unit.DURATION, nanos, nullable);
      default:
        return nested(field, name, new TypeName(declared), nullable);
    }
  }

  private static ArrowColumn decimal(String name, Decimal type, String declared, boolean nullable) {
    String arrow = "DECIMAL(" + type.precision() + "," + type.scale() + ")";
    return new DecimalColumn(
        name, new TypeName(declared).or(arrow), type.bitWidth() / 8, type.scale(), nullable);
  }

  private ArrowColumn timestamp(String name, Timestamp type, boolean nullable) throws SQLException {
    long unitsPerSecond = UNITS_PER_SECOND[type.unit()];
    String zone = type.timezone();
    if (zone == null || zone.isEmpty()) {
      return new TimestampColumn(
          name, "TIMESTAMP" + UNIT_SUFFIX[type.unit()], unitsPerSecond, null, nullable);
    }
    try {
      return new TimestampColumn(
          name, "TIMESTAMP WITH TIME ZONE", unitsPerSecond, ZoneId.of(zone), nullable);
    } catch (DateTimeException e) {
      throw Failure.notSupported("the time zone `" + zone + "`");
    }
  }

  private static IntervalColumn.Unit intervalUnit(short unit) {
    switch (unit) {
      case IntervalUnit.YEAR_MONTH:
        return IntervalColumn.Unit.YEAR_MONTH;
      case IntervalUnit.DAY_TIME:
        return IntervalColumn.Unit.DAY_TIME;
      default:
        return IntervalColumn.Unit.MONTH_DAY_NANO;
    }
  }

  private static BytesLayout layout(Field field) {
    switch (field.typeType()) {
      case Type.LargeUtf8:
      case Type.LargeBinary:
        return BytesLayout.offsets(true);
      case Type.Utf8View:
      case Type.BinaryView:
        return BytesLayout.views();
      case Type.FixedSizeBinary:
        return BytesLayout.fixed(type(field, new FixedSizeBinary()).byteWidth());
      default:
        return BytesLayout.offsets(false);
    }
  }

  private ArrowColumn nested(Field field, String name, TypeName declared, boolean nullable)
      throws SQLException {
    if (field.typeType() == Type.Map) {
      return map(field, name, declared, nullable);
    }
    List<ArrowColumn> children = children(field, declared);
    switch (field.typeType()) {
      case Type.List:
        return list(name, ListColumn.Layout.OFFSETS, children, nullable);
      case Type.LargeList:
        return list(name, ListColumn.Layout.LARGE_OFFSETS, children, nullable);
      case Type.ListView:
        return list(name, ListColumn.Layout.VIEWS, children, nullable);
      case Type.LargeListView:
        return list(name, ListColumn.Layout.LARGE_VIEWS, children, nullable);
      case Type.FixedSizeList:
        int size = type(field, new FixedSizeList()).listSize();
        return new ListColumn(
            name,
            children.get(0).typeName() + "[" + size + "]",
            ListColumn.Layout.FIXED,
            size,
            children.get(0),
            nullable);
      case Type.Struct_:
        return new StructColumn(
            name, declared.or("STRUCT(" + members(children) + ")"), children, nullable);
      case Type.Union:
        return union(field, name, declared, children, nullable);
      default:
        throw unsupported(field);
    }
  }

  private List<ArrowColumn> children(Field field, TypeName declared) throws SQLException {
    List<String> types = declared.parts(field.childrenLength());
    List<ArrowColumn> children = new ArrayList<>();
    for (int i = 0; i < field.childrenLength(); i++) {
      children.add(column(field.children(i), types.get(i)));
    }
    return children;
  }

  private static ListColumn list(
      String name, ListColumn.Layout layout, List<ArrowColumn> children, boolean nullable) {
    ArrowColumn elements = children.get(0);
    return new ListColumn(name, elements.typeName() + "[]", layout, 0, elements, nullable);
  }

  /** A list of entries, each of which is a struct of a key and a value. */
  private ListColumn map(Field field, String name, TypeName declared, boolean nullable)
      throws SQLException {
    Field entry = field.children(0);
    if (entry.typeType() != Type.Struct_ || entry.childrenLength() != 2) {
      throw unsupported(field);
    }
    List<ArrowColumn> pair = children(entry, declared);
    String typeName = "MAP(" + pair.get(0).typeName() + ", " + pair.get(1).typeName() + ")";
    ArrowColumn entries =
        new StructColumn(entry.name(), "STRUCT(" + members(pair) + ")", pair, entry.nullable());
    return new ListColumn(name, typeName, ListColumn.Layout.OFFSETS, 0, entries, nullable);
  }

  private static UnionColumn union(
      Field field, String name, TypeName declared, List<ArrowColumn> members, boolean nullable) {
    Union union = type(field, new Union());
    int[] typeIds = new int[members.size()];
    for (int i = 0; i < typeIds.length; i++) {
      typeIds[i] = i < union.typeIdsLength() ? union.typeIds(i) : i;
    }
    boolean dense = union.mode() == UnionMode.Dense;
    String typeName = declared.or("UNION(" + members(members) + ")");
    return new UnionColumn(name, typeName, dense, typeIds, members, nullable);
  }

  private static String members(List<ArrowColumn> columns) {
    return columns.stream()
        .map(column -> column.name() + " " + column.typeName())
        .collect(Collectors.joining(", "));
  }

  private static <T extends Table> T type(Field field, T type) {
    field.type(type);
    return type;
  }

  private static SQLException unsupported(Field field) {
    return Failure.notSupported(
        "column `" + field.name() + "` of Arrow's type " + Type.name(field.typeType()));
  }
}
