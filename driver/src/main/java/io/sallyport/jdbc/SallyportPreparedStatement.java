package io.sallyport.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.AvaticaPreparedStatement;
import org.apache.calcite.avatica.Meta;
import org.jspecify.annotations.Nullable;

/**
 * A question with parameters. Values go to the server apart from the text, each in the type of its
 * Java class; a type that a setter names beside the value is not looked at.
 */
final class SallyportPreparedStatement extends AvaticaPreparedStatement implements Watched {
  private final QueryWatch watch;

  SallyportPreparedStatement(
      AvaticaConnection connection,
      Meta.@Nullable StatementHandle handle,
      Meta.Signature signature,
      int type,
      int concurrency,
      int holdability)
      throws SQLException {
    super(connection, handle, signature, type, concurrency, holdability);
    this.watch = StatementRules.watch(this);
  }

  @Override
  public QueryWatch watch() {
    return watch;
  }

  private void set(int parameterIndex, @Nullable Object value) throws SQLException {
    checkOpen();
    slots[place(parameterIndex)] = Parameter.of(value);
  }

  private int place(int parameterIndex) throws SQLException {
    if (parameterIndex < 1 || parameterIndex > slots.length) {
      throw Failure.of(
          "07009",
          slots.length == 0
              ? "the statement has no parameters"
              : "the statement has parameters 1 to " + slots.length + ". Given: " + parameterIndex);
    }
    return parameterIndex - 1;
  }

  private void checkBound() throws SQLException {
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] == null) {
        throw Failure.of("07002", "parameter " + (i + 1) + " has no value");
      }
    }
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    checkOpen();
    checkBound();
    return super.executeQuery();
  }

  @Override
  public boolean execute() throws SQLException {
    executeQuery();
    return true;
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    throw Failure.notSupported("an update");
  }

  @Override
  public void addBatch() throws SQLException {
    throw Failure.notSupported("a batch");
  }

  @Override
  public int[] executeBatch() throws SQLException {
    throw Failure.notSupported("a batch");
  }

  @Override
  protected void checkOpen() throws SQLException {
    StatementRules.checkOpen(closed);
  }

  @Override
  public void close() throws SQLException {
    try {
      super.close();
    } catch (SQLException | Failure e) {
      StatementRules.closed(e);
    }
  }

  /** Not synchronized, unlike Avatica's: the running query holds this statement. */
  @Override
  public void cancel() throws SQLException {
    checkOpen();
    watch.cancel();
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    throw Failure.notSupported("a batch");
  }

  @Override
  public ResultSet getGeneratedKeys() throws SQLException {
    throw Failure.notSupported("returning generated keys");
  }

  @Override
  public boolean getMoreResults(int current) throws SQLException {
    return super.getMoreResults(StatementRules.oneResult(current));
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return StatementRules.warnings(openResultSet);
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
    StatementRules.clearWarnings(openResultSet);
  }

  @Override
  public void setEscapeProcessing(boolean enable) throws SQLException {
    checkOpen();
  }

  @Override
  public void setMaxFieldSize(int max) throws SQLException {
    checkOpen();
  }

  @Override
  public void setCursorName(String name) throws SQLException {
    checkOpen();
  }

  @Override
  public void setPoolable(boolean poolable) throws SQLException {
    checkOpen();
  }

  // Values.

  @Override
  public void setNull(int parameterIndex, int sqlType) throws SQLException {
    set(parameterIndex, null);
  }

  @Override
  public void setBoolean(int parameterIndex, boolean x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setByte(int parameterIndex, byte x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setShort(int parameterIndex, short x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setInt(int parameterIndex, int x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setLong(int parameterIndex, long x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setFloat(int parameterIndex, float x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setDouble(int parameterIndex, double x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setBigDecimal(int parameterIndex, @Nullable BigDecimal x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setString(int parameterIndex, @Nullable String x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setNString(int parameterIndex, @Nullable String x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setBytes(int parameterIndex, byte @Nullable [] x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setDate(int parameterIndex, @Nullable Date x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setTime(int parameterIndex, @Nullable Time x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setTimestamp(int parameterIndex, @Nullable Timestamp x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setURL(int parameterIndex, @Nullable URL x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setClob(int parameterIndex, @Nullable Clob x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setBlob(int parameterIndex, @Nullable Blob x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setObject(int parameterIndex, @Nullable Object x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setObject(int parameterIndex, @Nullable Object x, int targetSqlType)
      throws SQLException {
    set(parameterIndex, TargetType.of(x, targetSqlType));
  }

  /** A scale takes no digit away, as it takes none in DuckDB's own driver. */
  @Override
  public void setObject(
      int parameterIndex, @Nullable Object x, int targetSqlType, int scaleOrLength)
      throws SQLException {
    setObject(parameterIndex, x, targetSqlType);
  }

  @Override
  public void setObject(int parameterIndex, @Nullable Object x, SQLType targetSqlType)
      throws SQLException {
    setObject(parameterIndex, x, targetSqlType.getVendorTypeNumber().intValue());
  }

  @Override
  public void setObject(
      int parameterIndex, @Nullable Object x, SQLType targetSqlType, int scaleOrLength)
      throws SQLException {
    setObject(parameterIndex, x, targetSqlType);
  }

  @Override
  public void setNull(int parameterIndex, int sqlType, String typeName) throws SQLException {
    set(parameterIndex, null);
  }

  @Override
  public void setDate(int parameterIndex, @Nullable Date x, Calendar zone) throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.inZone(x, zone).toLocalDate());
  }

  @Override
  public void setTime(int parameterIndex, @Nullable Time x, Calendar zone) throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.inZone(x, zone).toLocalTime());
  }

  @Override
  public void setTimestamp(int parameterIndex, @Nullable Timestamp x, Calendar zone)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.inZone(x, zone));
  }

  @Override
  public void setBinaryStream(int parameterIndex, @Nullable InputStream x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setBinaryStream(int parameterIndex, @Nullable InputStream x, long length)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.bytes(x, length));
  }

  @Override
  public void setBlob(int parameterIndex, @Nullable InputStream x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setBlob(int parameterIndex, @Nullable InputStream x, long length)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.bytes(x, length));
  }

  @Override
  public void setBinaryStream(int parameterIndex, @Nullable InputStream x, int length)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.bytes(x, length));
  }

  @Override
  public void setCharacterStream(int parameterIndex, @Nullable Reader x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setCharacterStream(int parameterIndex, @Nullable Reader x, long length)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.characters(x, length));
  }

  @Override
  public void setNCharacterStream(int parameterIndex, @Nullable Reader x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setNCharacterStream(int parameterIndex, @Nullable Reader x, long length)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.characters(x, length));
  }

  @Override
  public void setClob(int parameterIndex, @Nullable Reader x) throws SQLException {
    set(parameterIndex, x);
  }

  @Override
  public void setClob(int parameterIndex, @Nullable Reader x, long length) throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.characters(x, length));
  }

  @Override
  public void setCharacterStream(int parameterIndex, @Nullable Reader x, int length)
      throws SQLException {
    set(parameterIndex, x == null ? null : Parameter.characters(x, length));
  }

  @Override
  public void setAsciiStream(int parameterIndex, @Nullable InputStream x) throws SQLException {
    set(parameterIndex, x == null ? null : ascii(x, Integer.MAX_VALUE));
  }

  @Override
  public void setAsciiStream(int parameterIndex, @Nullable InputStream x, long length)
      throws SQLException {
    set(parameterIndex, x == null ? null : ascii(x, length));
  }

  @Override
  public void setAsciiStream(int parameterIndex, @Nullable InputStream x, int length)
      throws SQLException {
    set(parameterIndex, x == null ? null : ascii(x, length));
  }

  private static String ascii(InputStream in, long length) throws SQLException {
    return new String(Parameter.bytes(in, length), StandardCharsets.US_ASCII);
  }

  @Override
  public void setArray(int parameterIndex, Array x) throws SQLException {
    throw Failure.notSupported("an array as a parameter");
  }

  @Override
  public void setRef(int parameterIndex, Ref x) throws SQLException {
    throw Failure.notSupported("a REF as a parameter");
  }

  @Override
  public void setRowId(int parameterIndex, RowId x) throws SQLException {
    throw Failure.notSupported("a ROWID as a parameter");
  }

  @Override
  public void setSQLXML(int parameterIndex, SQLXML x) throws SQLException {
    throw Failure.notSupported("XML as a parameter");
  }

  @Override
  public void setNClob(int parameterIndex, NClob x) throws SQLException {
    throw Failure.notSupported("an NCLOB as a parameter");
  }

  @Override
  public void setNClob(int parameterIndex, Reader x) throws SQLException {
    throw Failure.notSupported("an NCLOB as a parameter");
  }

  @Override
  public void setNClob(int parameterIndex, Reader x, long length) throws SQLException {
    throw Failure.notSupported("an NCLOB as a parameter");
  }

  @Deprecated
  @Override
  public void setUnicodeStream(int parameterIndex, InputStream x, int length) throws SQLException {
    throw Failure.notSupported("a Unicode stream as a parameter");
  }

  // What the parameters are, in the driver's words for the server's types.

  private SqlType type(int param) throws SQLException {
    AvaticaParameter parameter = getSignature().parameters.get(place(param));
    return SqlType.of(parameter.typeName);
  }

  @Override
  public int isNullable(int param) throws SQLException {
    place(param);
    return parameterNullable;
  }

  @Override
  public boolean isSigned(int param) throws SQLException {
    return type(param).isSigned();
  }

  @Override
  public int getPrecision(int param) throws SQLException {
    return type(param).precision();
  }

  @Override
  public int getScale(int param) throws SQLException {
    return type(param).scale();
  }

  @Override
  public int getParameterType(int param) throws SQLException {
    return type(param).jdbcType();
  }

  @Override
  public String getParameterTypeName(int param) throws SQLException {
    return type(param).name();
  }

  @Override
  public String getParameterClassName(int param) throws SQLException {
    return type(param).javaClass().getName();
  }
}
