package io.sallyport.jdbc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Calendar;
import java.util.Map;
import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;
import org.apache.calcite.avatica.util.Cursor;
import org.joou.UByte;
import org.joou.UInteger;
import org.joou.ULong;
import org.joou.UShort;
import org.jspecify.annotations.Nullable;

/**
 * JDBC's getters over one column at the cursor's row. The getters of numbers and booleans allocate
 * nothing.
 */
final class ColumnAccessor implements Cursor.Accessor {
  private final ColumnCursor cursor;
  private final Column column;
  private final LocalCalendar local = new LocalCalendar();

  ColumnAccessor(ColumnCursor cursor, Column column) {
    this.cursor = cursor;
    this.column = column;
  }

  /** The row to read, or -1 where the value is NULL; remembers which for {@code wasNull}. */
  private int row() throws SQLException {
    int row = cursor.row();
    boolean isNull = column.isNull(row);
    cursor.wasNull(isNull);
    return isNull ? -1 : row;
  }

  @Override
  public boolean wasNull() {
    return cursor.wasNull();
  }

  @Override
  public @Nullable String getString() throws SQLException {
    int row = row();
    try {
      return row < 0 ? null : column.text(row);
    } catch (IndexOutOfBoundsException e) {
      throw ArrowBatch.malformed();
    }
  }

  @Override
  public boolean getBoolean() throws SQLException {
    int row = row();
    return row >= 0 && column.bool(row);
  }

  @Override
  public byte getByte() throws SQLException {
    return (byte) integer(Byte.MIN_VALUE, Byte.MAX_VALUE, "`byte`");
  }

  @Override
  public short getShort() throws SQLException {
    return (short) integer(Short.MIN_VALUE, Short.MAX_VALUE, "`short`");
  }

  @Override
  public int getInt() throws SQLException {
    return (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE, "`int`");
  }

  @Override
  public long getLong() throws SQLException {
    int row = row();
    return row < 0 ? 0 : column.integer(row);
  }

  private long integer(long min, long max, String target) throws SQLException {
    int row = row();
    if (row < 0) {
      return 0;
    }
    long value = column.integer(row);
    if (value < min || value > max) {
      throw column.outOfRange(target);
    }
    return value;
  }

  @Override
  public float getFloat() throws SQLException {
    int row = row();
    return row < 0 ? 0 : (float) column.floating(row);
  }

  @Override
  public double getDouble() throws SQLException {
    int row = row();
    return row < 0 ? 0 : column.floating(row);
  }

  @Override
  public @Nullable BigDecimal getBigDecimal() throws SQLException {
    int row = row();
    return row < 0 ? null : column.decimal(row);
  }

  @Override
  public @Nullable BigDecimal getBigDecimal(int scale) throws SQLException {
    BigDecimal value = getBigDecimal();
    return value == null ? null : value.setScale(scale, RoundingMode.HALF_UP);
  }

  @Override
  public byte @Nullable [] getBytes() throws SQLException {
    int row = row();
    try {
      return row < 0 ? null : column.bytes(row);
    } catch (IndexOutOfBoundsException e) {
      throw ArrowBatch.malformed();
    }
  }

  @Override
  public @Nullable InputStream getAsciiStream() throws SQLException {
    String text = getString();
    return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public @Nullable InputStream getUnicodeStream() throws SQLException {
    String text = getString();
    return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable InputStream getBinaryStream() throws SQLException {
    byte[] bytes = getBytes();
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  @Override
  public @Nullable Reader getCharacterStream() throws SQLException {
    String text = getString();
    return text == null ? null : new StringReader(text);
  }

  @Override
  public @Nullable Object getObject() throws SQLException {
    int row = row();
    try {
      return row < 0 ? null : column.object(row);
    } catch (IndexOutOfBoundsException e) {
      throw ArrowBatch.malformed();
    }
  }

  @Override
  public @Nullable Object getObject(Map<String, Class<?>> map) throws SQLException {
    if (map != null && !map.isEmpty()) {
      throw Failure.notSupported("a type map");
    }
    return getObject();
  }

  @Override
  public <T> @Nullable T getObject(Class<T> type) throws SQLException {
    int row = row();
    return row < 0 ? null : Conversion.to(type, column, row);
  }

  @Override
  public @Nullable Date getDate(Calendar calendar) throws SQLException {
    int row = row();
    if (row < 0) {
      return null;
    }
    Instant instant = column.instant(row);
    return instant == null
        ? new Date(local.millis(column.date(row).atStartOfDay(), calendar))
        : new Date(
            local.millis(local.at(instant, calendar).toLocalDate().atStartOfDay(), calendar));
  }

  @Override
  public @Nullable Time getTime(Calendar calendar) throws SQLException {
    int row = row();
    if (row < 0) {
      return null;
    }
    Instant instant = column.instant(row);
    return new Time(
        local.millis(
            (instant == null ? column.time(row) : local.at(instant, calendar).toLocalTime())
                .atDate(LocalCalendar.DAY_OF_TIMES),
            calendar));
  }

  @Override
  public @Nullable Timestamp getTimestamp(Calendar calendar) throws SQLException {
    int row = row();
    if (row < 0) {
      return null;
    }
    Instant instant = column.instant(row);
    return instant == null
        ? local.timestamp(column.dateTime(row), calendar)
        : Timestamp.from(instant);
  }

  @Override
  public @Nullable Array getArray() throws SQLException {
    return as(Array.class, "an array");
  }

  @Override
  public @Nullable Struct getStruct() throws SQLException {
    return as(Struct.class, "a struct");
  }

  private <T> @Nullable T as(Class<T> type, String what) throws SQLException {
    Object value = getObject();
    if (value != null && !type.isInstance(value)) {
      throw column.unreadable(what);
    }
    return type.cast(value);
  }

  @Override
  public @Nullable URL getURL() throws SQLException {
    String text = getString();
    try {
      return text == null ? null : new URL(text);
    } catch (MalformedURLException e) {
      throw column.malformed("a URL", "22018");
    }
  }

  @Override
  public @Nullable String getNString() throws SQLException {
    return getString();
  }

  @Override
  public @Nullable Reader getNCharacterStream() throws SQLException {
    return getCharacterStream();
  }

  @Override
  public @Nullable Blob getBlob() throws SQLException {
    byte[] bytes = getBytes();
    return bytes == null ? null : new SerialBlob(bytes);
  }

  @Override
  public @Nullable Clob getClob() throws SQLException {
    String text = getString();
    return text == null ? null : new SerialClob(text.toCharArray());
  }

  @Override
  public Ref getRef() throws SQLException {
    throw column.unreadable("a ref");
  }

  @Override
  public NClob getNClob() throws SQLException {
    throw column.unreadable("an NCLOB");
  }

  @Override
  public SQLXML getSQLXML() throws SQLException {
    throw column.unreadable("XML");
  }

  // Avatica's own getters of unsigned numbers, which no JDBC interface leads to.

  @Override
  public @Nullable UByte getUByte() throws SQLException {
    long value = getLong();
    return wasNull() ? null : UByte.valueOf(value);
  }

  @Override
  public @Nullable UShort getUShort() throws SQLException {
    int value = getInt();
    return wasNull() ? null : UShort.valueOf(value);
  }

  @Override
  public @Nullable UInteger getUInt() throws SQLException {
    long value = getLong();
    return wasNull() ? null : UInteger.valueOf(value);
  }

  @Override
  public @Nullable ULong getULong() throws SQLException {
    BigDecimal value = getBigDecimal();
    return value == null ? null : ULong.valueOf(value.toBigInteger());
  }
}
