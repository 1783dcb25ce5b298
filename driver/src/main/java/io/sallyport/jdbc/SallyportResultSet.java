package io.sallyport.jdbc;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.apache.calcite.avatica.AvaticaResultSet;
import org.apache.calcite.avatica.AvaticaResultSetMetaData;
import org.apache.calcite.avatica.AvaticaStatement;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.QueryState;
import org.jspecify.annotations.Nullable;

/** Rows read from Arrow batches, forward only, each column described by what really arrived. */
final class SallyportResultSet extends AvaticaResultSet {
  private final Batches batches;
  private final long maxRows;
  private final QueryWatch watch;
  private final Map<String, Integer> places = new HashMap<>();
  private @Nullable SQLWarning warnings;

  private SallyportResultSet(
      @Nullable AvaticaStatement statement,
      QueryState state,
      Meta.Signature signature,
      TimeZone zone,
      Batches batches,
      QueryWatch watch)
      throws SQLException {
    super(
        statement,
        state,
        signature,
        new AvaticaResultSetMetaData(statement, null, signature),
        zone,
        Meta.Frame.EMPTY);
    this.batches = batches;
    this.maxRows = statement == null ? 0 : statement.getLargeMaxRows();
    this.watch = watch;
    this.warnings = chain(batches.warnings());
    for (ColumnMetaData column : signature.columns) {
      places.putIfAbsent(column.label.toLowerCase(Locale.ROOT), column.ordinal + 1);
    }
  }

  /** A result set of rows that the driver made; it belongs to no statement. */
  static ResultSet of(Batches batches) throws SQLException {
    return new SallyportResultSet(
            null,
            new QueryState(""),
            signature("", batches.columns()),
            TimeZone.getDefault(),
            batches,
            QueryWatch.NONE)
        .execute();
  }

  /** A statement's result set; Avatica calls {@link #execute} next. */
  static SallyportResultSet of(
      AvaticaStatement statement,
      QueryState state,
      String sql,
      TimeZone zone,
      Batches batches,
      QueryWatch watch)
      throws SQLException {
    return new SallyportResultSet(
        statement, state, signature(sql, batches.columns()), zone, batches, watch);
  }

  private static Meta.Signature signature(String sql, List<? extends Column> columns) {
    List<ColumnMetaData> described = new ArrayList<>();
    for (Column column : columns) {
      described.add(
          SqlType.of(column.typeName()).column(described.size(), column.name(), column.nullable()));
    }
    return new Meta.Signature(
        described, sql, List.of(), Map.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
  }

  static @Nullable SQLWarning chain(List<String> sentences) {
    SQLWarning first = null;
    for (String sentence : sentences) {
      SQLWarning warning = new SQLWarning(sentence, "01000");
      if (first == null) {
        first = warning;
      } else {
        first.setNextWarning(warning);
      }
    }
    return first;
  }

  @Override
  protected AvaticaResultSet execute() {
    return execute2(new ColumnCursor(batches, maxRows), columnMetaDataList);
  }

  @Override
  public boolean next() throws SQLException {
    try {
      boolean more = super.next();
      if (!more) {
        watch.finished();
      }
      return more;
    } catch (SQLException e) {
      throw watch.explain(e);
    }
  }

  @Override
  public void close() {
    watch.finished();
    super.close();
  }

  @Override
  public @Nullable Object getObject(int columnIndex) throws SQLException {
    return getObject(columnIndex, Map.of());
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return warnings;
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
    warnings = null;
  }

  @Override
  public int getType() throws SQLException {
    checkOpen();
    return TYPE_FORWARD_ONLY;
  }

  @Override
  public int getConcurrency() throws SQLException {
    checkOpen();
    return CONCUR_READ_ONLY;
  }

  // By label: as Avatica has them they throw without a SQLSTATE and compare every label each time.

  @Override
  public int findColumn(String columnLabel) throws SQLException {
    checkOpen();
    Integer known = places.get(columnLabel.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw Failure.of("42703", "the result has no column `" + columnLabel + "`");
    }
    return known;
  }

  @Override
  public @Nullable String getString(String columnLabel) throws SQLException {
    return getString(findColumn(columnLabel));
  }

  @Override
  public boolean getBoolean(String columnLabel) throws SQLException {
    return getBoolean(findColumn(columnLabel));
  }

  @Override
  public byte getByte(String columnLabel) throws SQLException {
    return getByte(findColumn(columnLabel));
  }

  @Override
  public short getShort(String columnLabel) throws SQLException {
    return getShort(findColumn(columnLabel));
  }

  @Override
  public int getInt(String columnLabel) throws SQLException {
    return getInt(findColumn(columnLabel));
  }

  @Override
  public long getLong(String columnLabel) throws SQLException {
    return getLong(findColumn(columnLabel));
  }

  @Override
  public float getFloat(String columnLabel) throws SQLException {
    return getFloat(findColumn(columnLabel));
  }

  @Override
  public double getDouble(String columnLabel) throws SQLException {
    return getDouble(findColumn(columnLabel));
  }

  @Override
  public @Nullable BigDecimal getBigDecimal(String columnLabel) throws SQLException {
    return getBigDecimal(findColumn(columnLabel));
  }

  @Override
  public byte @Nullable [] getBytes(String columnLabel) throws SQLException {
    return getBytes(findColumn(columnLabel));
  }

  @Override
  public @Nullable Date getDate(String columnLabel) throws SQLException {
    return getDate(findColumn(columnLabel));
  }

  @Override
  public @Nullable Date getDate(String columnLabel, Calendar calendar) throws SQLException {
    return getDate(findColumn(columnLabel), calendar);
  }

  @Override
  public @Nullable Time getTime(String columnLabel) throws SQLException {
    return getTime(findColumn(columnLabel));
  }

  @Override
  public @Nullable Time getTime(String columnLabel, Calendar calendar) throws SQLException {
    return getTime(findColumn(columnLabel), calendar);
  }

  @Override
  public @Nullable Timestamp getTimestamp(String columnLabel) throws SQLException {
    return getTimestamp(findColumn(columnLabel));
  }

  @Override
  public @Nullable Timestamp getTimestamp(String columnLabel, Calendar calendar)
      throws SQLException {
    return getTimestamp(findColumn(columnLabel), calendar);
  }

  @Override
  public @Nullable Array getArray(String columnLabel) throws SQLException {
    return getArray(findColumn(columnLabel));
  }

  @Override
  public @Nullable Object getObject(String columnLabel) throws SQLException {
    return getObject(findColumn(columnLabel));
  }

  @Override
  public <T> @Nullable T getObject(String columnLabel, Class<T> type) throws SQLException {
    return getObject(findColumn(columnLabel), type);
  }
}
