package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** UNION: each value is one member's, and is read as that member reads it. */
final class UnionColumn extends ArrowColumn {
  private static final int TYPE_IDS = 128;

  private final boolean dense;
  private final List<ArrowColumn> members;
  private final int[] memberOfType = new int[TYPE_IDS];
  private int types;
  private int offsets;

  /**
   * @param typeIds the number by which the stream calls each member
   */
  UnionColumn(
      String name,
      String typeName,
      boolean dense,
      int[] typeIds,
      List<ArrowColumn> members,
      boolean nullable) {
    super(name, typeName, nullable);
    this.dense = dense;
    this.members = members;
    for (int i = 0; i < typeIds.length; i++) {
      memberOfType[typeIds[i]] = i;
    }
  }

  @Override
  boolean hasValidity() {
    return false;
  }

  @Override
  void loadBuffers(ArrowBatch batch) throws SQLException {
    types = batch.buffer(batch.length());
    offsets = dense ? batch.buffer(4L * batch.length()) : 0;
    for (ArrowColumn member : members) {
      member.load(batch);
    }
  }

  private ArrowColumn member(int row) {
    return members.get(memberOfType[body[types + row]]);
  }

  private int place(int row) {
    return dense ? LittleEndian.int32(body, offsets + 4 * row) : row;
  }

  @Override
  boolean isNull(int row) {
    return member(row).isNull(place(row));
  }

  @Override
  @Nullable Object object(int row) throws SQLException {
    return member(row).object(place(row));
  }

  @Override
  boolean isNested() {
    return true;
  }

  @Override
  String textWithin(int row) throws SQLException {
    return member(row).textWithin(place(row));
  }

  @Override
  String text(int row) throws SQLException {
    return member(row).text(place(row));
  }

  @Override
  boolean bool(int row) throws SQLException {
    return member(row).bool(place(row));
  }

  @Override
  long integer(int row) throws SQLException {
    return member(row).integer(place(row));
  }

  @Override
  double floating(int row) throws SQLException {
    return member(row).floating(place(row));
  }

  @Override
  BigDecimal decimal(int row) throws SQLException {
    return member(row).decimal(place(row));
  }
}
