package io.sallyport.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
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
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class NestedColumnsTest extends ColumnTests {
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
}
