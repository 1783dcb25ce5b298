package io.sallyport.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.MetaImpl;
import org.apache.calcite.avatica.QueryState;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;

/**
 * What Avatica's connection and statements ask of a server, asked of ours. Rows do not pass here:
 * {@link ControlPlane#rows} has them.
 *
 * <p>Avatica's own remote {@code Meta} is not used: it sends the state of a connection before each
 * statement, tries again by itself, and loading it registers a driver that would take stock
 * Avatica's URLs.
 */
final class SallyportMeta extends MetaImpl {
  SallyportMeta(AvaticaConnection connection) {
    super(connection);
  }

  /** Not kept in a field: Avatica makes this object before its connection is complete. */
  private ControlPlane control() {
    return ((SallyportConnection) connection).control();
  }

  private <T extends Service.Response> T ask(Service.Request request, Class<T> expected) {
    try {
      return control().ask(request, expected);
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  @Override
  public void openConnection(ConnectionHandle ch, Map<String, String> info) {
    ask(new Service.OpenConnectionRequest(ch.id, info), Service.OpenConnectionResponse.class);
  }

  @Override
  public void closeConnection(ConnectionHandle ch) {
    ask(new Service.CloseConnectionRequest(ch.id), Service.CloseConnectionResponse.class);
  }

  @Override
  public StatementHandle createStatement(ConnectionHandle ch) {
    Service.CreateStatementResponse made =
        ask(new Service.CreateStatementRequest(ch.id), Service.CreateStatementResponse.class);
    return new StatementHandle(made.connectionId, made.statementId, null);
  }

  @Override
  public void closeStatement(StatementHandle h) {
    ask(
        new Service.CloseStatementRequest(h.connectionId, h.id),
        Service.CloseStatementResponse.class);
  }

  @Override
  public StatementHandle prepare(ConnectionHandle ch, String sql, long maxRowCount) {
    return ask(new Service.PrepareRequest(ch.id, sql, maxRowCount), Service.PrepareResponse.class)
        .statement;
  }

  @Override
  public ExecuteResult prepareAndExecute(
      StatementHandle h,
      String sql,
      long maxRowCount,
      int maxRowsInFirstFrame,
      PrepareCallback callback) {
    try {
      List<MetaResultSet> results;
      synchronized (callback.getMonitor()) {
        callback.clear();
        results =
            execute(
                h,
                sql,
                new Service.PrepareAndExecuteRequest(h.connectionId, h.id, sql, maxRowCount));
        MetaResultSet first = results.get(0);
        callback.assign(first.signature, first.firstFrame, first.updateCount);
      }
      callback.execute();
      return new ExecuteResult(results);
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  @Override
  public ExecuteResult execute(
      StatementHandle h, List<TypedValue> parameterValues, int maxRowsInFirstFrame) {
    try {
      String sql = h.signature == null ? "" : h.signature.sql;
      return new ExecuteResult(
          execute(
              h,
              sql,
              new Service.ExecuteRequest(
                  new StatementHandle(h.connectionId, h.id, null),
                  parameterValues,
                  maxRowsInFirstFrame)));
    } catch (SQLException e) {
      throw new Failure(e);
    }
  }

  /** A statement has one result: its rows, which describe themselves once they come. */
  private List<MetaResultSet> execute(StatementHandle h, String sql, Service.Request request)
      throws SQLException {
    control().execute(h.id, request);
    Signature unread =
        new Signature(
            new ArrayList<>(), sql, List.of(), Map.of(), CursorFactory.LIST, StatementType.SELECT);
    return List.of(MetaResultSet.create(h.connectionId, h.id, false, unread, Frame.EMPTY));
  }

  @Override
  public ExecuteResult prepareAndExecute(
      StatementHandle h, String sql, long maxRowCount, PrepareCallback callback) {
    return prepareAndExecute(h, sql, maxRowCount, -1, callback);
  }

  @Override
  public ExecuteResult execute(
      StatementHandle h, List<TypedValue> parameterValues, long maxRowCount) {
    return execute(h, parameterValues, -1);
  }

  @Override
  public ExecuteBatchResult prepareAndExecuteBatch(StatementHandle h, List<String> sqlCommands) {
    throw new Failure(Failure.notSupported("a batch"));
  }

  @Override
  public ExecuteBatchResult executeBatch(
      StatementHandle h, List<List<TypedValue>> parameterValues) {
    throw new Failure(Failure.notSupported("a batch"));
  }

  @Override
  public Frame fetch(StatementHandle h, long offset, int fetchMaxRowCount) {
    throw new Failure(Failure.notSupported("fetching rows in frames"));
  }

  @Override
  public boolean syncResults(StatementHandle sh, QueryState state, long offset) {
    throw new Failure(Failure.notSupported("going back in a result"));
  }

  @Override
  public void commit(ConnectionHandle ch) {
    throw new Failure(Failure.notSupported("a transaction"));
  }

  @Override
  public void rollback(ConnectionHandle ch) {
    throw new Failure(Failure.notSupported("a transaction"));
  }
}
