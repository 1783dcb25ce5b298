package io.sallyport.proxy.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.Answer;
import io.sallyport.proxy.CatalogTable;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.RunOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.apache.calcite.avatica.AvaticaParameter;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.remote.JsonService;
import org.apache.calcite.avatica.remote.Service;
import org.apache.calcite.avatica.remote.TypedValue;
import org.jspecify.annotations.Nullable;

/**
 * Avatica's requests of one principal, answered from the gateway.
 *
 * <p>The gateway only reads: commit and rollback do nothing, batches are refused. Nothing here
 * decides what may be read.
 */
final class GatewayMeta implements Service {
  /** How long an answer may take to come with its execute response. */
  private static final Duration INLINE_PATIENCE = Duration.ofMillis(300);

  /** A client that waits for rows gets an empty frame after this, and asks again. */
  private static final Duration FRAME_PATIENCE = Duration.ofSeconds(30);

  private static final int DEFAULT_FRAME_ROWS = 1_000;
  private static final int MAX_FRAME_ROWS = 10_000;

  private final GatewayService gateway;
  private final ClientConnections connections;
  private final Executor executor;
  private final Principal principal;
  private final boolean json;
  private final Exchange exchange;

  /**
   * @param json whether responses travel as JSON, which cannot carry Arrow
   * @param exchange tells when the client hangs up
   */
  GatewayMeta(
      GatewayService gateway,
      ClientConnections connections,
      Executor executor,
      Principal principal,
      boolean json,
      Exchange exchange) {
    this.gateway = gateway;
    this.connections = connections;
    this.executor = executor;
    this.principal = principal;
    this.json = json;
    this.exchange = exchange;
  }

  private ClientConnection connection(@Nullable String id) {
    return connections.connection(principal, id == null ? "" : id);
  }

  @Override
  public OpenConnectionResponse apply(OpenConnectionRequest request) {
    connections.open(
        principal, request.connectionId, request.info == null ? Map.of() : request.info);
    return new OpenConnectionResponse(null);
  }

  @Override
  public CloseConnectionResponse apply(CloseConnectionRequest request) {
    connections.close(principal, request.connectionId);
    return new CloseConnectionResponse(null);
  }

  @Override
  public ConnectionSyncResponse apply(ConnectionSyncRequest request) {
    return new ConnectionSyncResponse(
        connection(request.connectionId).sync(request.connProps), null);
  }

  @Override
  public DatabasePropertyResponse apply(DatabasePropertyRequest request) {
    connection(request.connectionId);
    return new DatabasePropertyResponse(CatalogAnswers.properties(), null);
  }

  @Override
  public CreateStatementResponse apply(CreateStatementRequest request) {
    ClientStatement statement =
        connection(request.connectionId).newStatement(Optional.empty(), OptionalLong.empty());
    return new CreateStatementResponse(request.connectionId, statement.id(), null);
  }

  @Override
  public CloseStatementResponse apply(CloseStatementRequest request) {
    connection(request.connectionId).closeStatement(request.statementId);
    return new CloseStatementResponse(null);
  }

  @Override
  public PrepareResponse apply(PrepareRequest request) {
    ClientConnection connection = connection(request.connectionId);
    Prepared prepared = gateway.prepare(connection.session(), request.sql);
    ClientStatement statement =
        connection.newStatement(Optional.of(prepared), rows(request.maxRowCount));
    Meta.Signature signature =
        signature(prepared.columns(), prepared.sql(), prepared.parameterTypes());
    return new PrepareResponse(
        new Meta.StatementHandle(request.connectionId, statement.id(), signature), null);
  }

  /** Avatica says "no limit" with zero and with negative numbers. */
  private static OptionalLong rows(long maxRowCount) {
    return maxRowCount <= 0 ? OptionalLong.empty() : OptionalLong.of(maxRowCount);
  }

  @Override
  public ExecuteResponse apply(PrepareAndExecuteRequest request) {
    ClientConnection connection = connection(request.connectionId);
    ClientStatement statement = connection.statement(request.statementId);
    return run(connection, statement, request.sql, List.of(), rows(request.maxRowCount));
  }

  @Override
  public ExecuteResponse apply(ExecuteRequest request) {
    ClientConnection connection = connection(request.statementHandle.connectionId);
    ClientStatement statement = connection.statement(request.statementHandle.id);
    Prepared prepared =
        statement
            .prepared()
            .orElseThrow(
                () ->
                    new GatewayException(
                        ErrorCode.BAD_TICKET, "the statement was not prepared; prepare it first"));
    List<TypedValue> values = request.parameterValues == null ? List.of() : request.parameterValues;
    return run(
        connection, statement, prepared.sql(), ParameterValues.of(values), statement.maxRows());
  }

  private ExecuteResponse run(
      ClientConnection connection,
      ClientStatement statement,
      String sql,
      List<? extends @Nullable Object> parameters,
      OptionalLong maxRows) {
    boolean arrow = connection.arrow() && !json;
    RunOptions options = new RunOptions(maxRows, Optional.empty(), Optional.empty());
    exchange.whenGone(statement::cancel);
    OpenAnswer open =
        statement.begin(
            cancellation ->
                gateway.run(connection.session(), sql, parameters, options.until(cancellation)),
            arrow,
            executor);
    Answer answer = open.answer();
    Meta.Signature signature = signature(answer.columns(), sql, List.of());
    if (!arrow) {
      Meta.Frame first = open.frame(0, DEFAULT_FRAME_ROWS, FRAME_PATIENCE);
      return new ExecuteResponse(
          List.of(result(connection, statement, signature, first)), false, null);
    }
    Optional<byte[]> whole = open.begunWithin(INLINE_PATIENCE) ? open.whole() : Optional.empty();
    if (whole.isPresent()) {
      open.close();
      return ArrowResponse.whole(
          result(connection, statement, signature, Meta.Frame.EMPTY), whole.get());
    }
    return ArrowResponse.ticket(
        result(connection, statement, signature, Meta.Frame.MORE),
        connections.ticket(principal, connection.id(), open));
  }

  private static ResultSetResponse result(
      ClientConnection connection,
      ClientStatement statement,
      Meta.Signature signature,
      Meta.Frame first) {
    return new ResultSetResponse(
        connection.id(), statement.id(), false, signature, first, -1, null);
  }

  private static Meta.Signature signature(
      List<OutputColumn> columns, String sql, List<String> parameterTypes) {
    List<ColumnMetaData> shown = new ArrayList<>();
    for (OutputColumn column : columns) {
      shown.add(FrameType.of(column.type()).column(shown.size(), column.name(), column.nullable()));
    }
    List<AvaticaParameter> parameters = new ArrayList<>();
    for (String type : parameterTypes) {
      parameters.add(FrameType.of(type).parameter(parameters.size()));
    }
    return Meta.Signature.create(
        shown, sql, parameters, Meta.CursorFactory.LIST, Meta.StatementType.SELECT);
  }

  @Override
  public FetchResponse apply(FetchRequest request) {
    ClientConnection connection = connection(request.connectionId);
    OpenAnswer answer =
        connection
            .statement(request.statementId)
            .answer()
            .orElseThrow(
                () ->
                    new GatewayException(
                        ErrorCode.BAD_TICKET, "no rows wait at this statement; ask again"));
    exchange.whenGone(answer::cancel);
    int asked = request.fetchMaxRowCount;
    int rows = asked <= 0 ? DEFAULT_FRAME_ROWS : Math.min(asked, MAX_FRAME_ROWS);
    return new FetchResponse(
        answer.frame(request.offset, rows, FRAME_PATIENCE), false, false, null);
  }

  @Override
  public SyncResultsResponse apply(SyncResultsRequest request) {
    throw new GatewayException(
        ErrorCode.NOT_SUPPORTED, "an answer cannot be taken up again; ask again");
  }

  @Override
  public CommitResponse apply(CommitRequest request) {
    connection(request.connectionId);
    return done("commit", CommitResponse.class);
  }

  @Override
  public RollbackResponse apply(RollbackRequest request) {
    connection(request.connectionId);
    return done("rollback", RollbackResponse.class);
  }

  /** Avatica keeps these constructors to itself, but reads the responses from JSON. */
  private static <T extends Response> T done(String name, Class<T> type) {
    try {
      return JsonService.MAPPER.readValue("{\"response\":\"" + name + "\"}", type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ExecuteBatchResponse apply(PrepareAndExecuteBatchRequest request) {
    throw readOnly();
  }

  @Override
  public ExecuteBatchResponse apply(ExecuteBatchRequest request) {
    throw readOnly();
  }

  private static GatewayException readOnly() {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED, "the gateway only reads; batches are not supported");
  }

  private List<CatalogTable> tables(ClientConnection connection) {
    return gateway.catalog(connection.session());
  }

  private ResultSetResponse catalogue(ClientConnection connection, CatalogAnswers.Rows rows) {
    ClientStatement statement = connection.newStatement(Optional.empty(), OptionalLong.empty());
    return new ResultSetResponse(
        connection.id(), statement.id(), true, rows.signature(), rows.frame(), -1, null);
  }

  @Override
  public ResultSetResponse apply(CatalogsRequest request) {
    return catalogue(connection(request.connectionId), CatalogAnswers.catalogs());
  }

  @Override
  public ResultSetResponse apply(SchemasRequest request) {
    ClientConnection connection = connection(request.connectionId);
    return catalogue(connection, CatalogAnswers.schemas(tables(connection), request.schemaPattern));
  }

  @Override
  public ResultSetResponse apply(TablesRequest request) {
    ClientConnection connection = connection(request.connectionId);
    return catalogue(
        connection,
        CatalogAnswers.tables(
            tables(connection), request.schemaPattern, request.tableNamePattern, request.typeList));
  }

  @Override
  public ResultSetResponse apply(TableTypesRequest request) {
    return catalogue(connection(request.connectionId), CatalogAnswers.tableTypes());
  }

  @Override
  public ResultSetResponse apply(TypeInfoRequest request) {
    return catalogue(connection(request.connectionId), CatalogAnswers.typeInfo());
  }

  @Override
  public ResultSetResponse apply(ColumnsRequest request) {
    ClientConnection connection = connection(request.connectionId);
    return catalogue(
        connection,
        CatalogAnswers.columns(
            tables(connection),
            request.schemaPattern,
            request.tableNamePattern,
            request.columnNamePattern));
  }

  @Override
  public void setRpcMetadata(RpcMetadataResponse metadata) {
    throw new UnsupportedOperationException("a server of one address has none to tell");
  }
}
