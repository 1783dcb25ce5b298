package io.sallyport.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sallyport.flight.FlightGateway.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCatalogs;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCrossReference;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetExportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetImportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTableTypes;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Flight SQL's calls as calls of the gateway.
 *
 * <pre>
 * GetFlightInfo  judges, and answers with a ticket or the refusal
 * DoGet          claims the ticket, and only then lets the engine begin
 * </pre>
 *
 * <p>Failures are thrown as they are; {@link CallGate} puts them into words. There are no updates,
 * no transactions and no Substrait plans.
 */
final class GatewayProducer implements FlightSqlProducer {
  private final Sessions sessions;
  private final Answers answers;
  private final PreparedQueries prepared;
  private final CatalogRows catalog;
  private final SqlInfo info;
  private final BufferAllocator allocator;
  private final Executor streams;
  private final FlightGateway gateway;
  private final InstantSource clock;

  GatewayProducer(
      FlightGateway gateway,
      Sessions sessions,
      Answers answers,
      PreparedQueries prepared,
      BufferAllocator allocator,
      Executor streams,
      InstantSource clock) {
    this.gateway = gateway;
    this.sessions = sessions;
    this.answers = answers;
    this.prepared = prepared;
    this.allocator = allocator;
    this.streams = streams;
    this.clock = clock;
    this.catalog = new CatalogRows(allocator);
    this.info = new SqlInfo(gateway.dialect());
  }

  // Queries

  @Override
  public FlightInfo getFlightInfoStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    if (command.hasTransactionId()) {
      throw FlightError.unsupported("there are no transactions; leave the transaction out");
    }
    return run(Caller.current(), command.getQuery(), List.of(), descriptor);
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    PreparedQueries.Query query = query(command.getPreparedStatementHandle());
    return run(query.preparer(), query.sql(), query.values(), descriptor);
  }

  /** Judges now, so that a refusal meets the client here; the engine begins at DoGet. */
  private FlightInfo run(
      Caller caller,
      String sql,
      List<? extends @Nullable Object> values,
      FlightDescriptor descriptor) {
    FlightGateway.Answer answer;
    try (CallEnd end = CallEnd.ofCurrent()) {
      answer = caller.open().run(sql, values, end::reaches);
    }
    Answers.Held held = answers.hold(caller.session(), answer);
    try {
      Schema schema = ColumnSchemas.of(answer.columns(), answer.warnings());
      TicketStatementQuery ticket =
          TicketStatementQuery.newBuilder()
              .setStatementHandle(ByteString.copyFromUtf8(held.ticket()))
              .build();
      return flight(schema, descriptor, ticket);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private static FlightInfo flight(Schema schema, FlightDescriptor descriptor, Message ticket) {
    Ticket packed = new Ticket(Any.pack(ticket).toByteArray());
    return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(packed)), -1, -1);
  }

  @Override
  public SchemaResult getSchemaStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return schema(Caller.current().open().prepare(command.getQuery()));
  }

  @Override
  public SchemaResult getSchemaPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return schema(query(command.getPreparedStatementHandle()).statement());
  }

  private static SchemaResult schema(Statement statement) {
    return new SchemaResult(ColumnSchemas.of(statement.columns(), List.of()));
  }

  @Override
  public void getStreamStatement(
      TicketStatementQuery ticket, CallContext context, ServerStreamListener listener) {
    Answers.Held held =
        answers.claim(ticket.getStatementHandle().toStringUtf8(), Caller.current().user());
    try {
      streams.execute(new AnswerStream(held, listener));
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  @Override
  public void getStreamPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, ServerStreamListener listener) {
    throw FlightError.unknownTicket();
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    try {
      Any.parseFrom(ticket.getBytes());
    } catch (InvalidProtocolBufferException e) {
      throw FlightError.unknownTicket();
    }
    FlightSqlProducer.super.getStream(context, ticket, listener);
  }

  @Override
  public void cancelFlightInfo(
      CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> listener) {
    String user = Caller.current().user();
    boolean cancelled = false;
    for (FlightEndpoint endpoint : request.getInfo().getEndpoints()) {
      cancelled |= answers.cancel(handle(endpoint.getTicket()), user);
    }
    listener.onNext(cancelled ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE);
    listener.onCompleted();
  }

  private static String handle(Ticket ticket) {
    try {
      Any command = Any.parseFrom(ticket.getBytes());
      return command.is(TicketStatementQuery.class)
          ? command.unpack(TicketStatementQuery.class).getStatementHandle().toStringUtf8()
          : "";
    } catch (InvalidProtocolBufferException e) {
      throw FlightError.unknownTicket();
    }
  }

  // Prepared statements

  @Override
  public void createPreparedStatement(
      ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    if (request.hasTransactionId()) {
      throw FlightError.unsupported("there are no transactions; leave the transaction out");
    }
    Caller caller = Caller.current();
    Statement statement = caller.open().prepare(request.getQuery());
    String handle = prepared.add(caller, request.getQuery(), statement);
    caller.session().comesBack(clock.instant());
    ActionCreatePreparedStatementResult result =
        ActionCreatePreparedStatementResult.newBuilder()
            .setPreparedStatementHandle(ByteString.copyFromUtf8(handle))
            .setDatasetSchema(bytes(ColumnSchemas.of(statement.columns(), List.of())))
            .setParameterSchema(bytes(ColumnSchemas.of(statement.parameters(), List.of())))
            .build();
    listener.onNext(new Result(Any.pack(result).toByteArray()));
    listener.onCompleted();
  }

  private static ByteString bytes(Schema schema) {
    return ByteString.copyFrom(schema.serializeAsMessage());
  }

  private PreparedQueries.Query query(ByteString handle) {
    PreparedQueries.Query query = prepared.find(handle.toStringUtf8(), Caller.current().user());
    query.preparer().session().comesBack(clock.instant());
    return query;
  }

  @Override
  public void closePreparedStatement(
      ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    prepared.close(request.getPreparedStatementHandle().toStringUtf8(), Caller.current().user());
    listener.onCompleted();
  }

  @Override
  public Runnable acceptPutPreparedStatementQuery(
      CommandPreparedStatementQuery command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> acknowledge) {
    PreparedQueries.Query query = query(command.getPreparedStatementHandle());
    return () -> {
      query.bind(ParameterRow.read(upload));
      byte[] result =
          DoPutPreparedStatementResult.newBuilder()
              .setPreparedStatementHandle(command.getPreparedStatementHandle())
              .build()
              .toByteArray();
      try (ArrowBuf metadata = allocator.buffer(result.length)) {
        metadata.writeBytes(result);
        acknowledge.onNext(PutResult.metadata(metadata));
      }
      acknowledge.onCompleted();
    };
  }

  @Override
  public Runnable acceptPutStatement(
      CommandStatementUpdate command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> acknowledge) {
    throw FlightError.readOnly();
  }

  @Override
  public Runnable acceptPutStatementBulkIngest(
      CommandStatementIngest command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> acknowledge) {
    throw FlightError.readOnly();
  }

  @Override
  public Runnable acceptPutPreparedStatementUpdate(
      CommandPreparedStatementUpdate command,
      CallContext context,
      FlightStream upload,
      StreamListener<PutResult> acknowledge) {
    throw FlightError.readOnly();
  }

  // Sessions

  @Override
  public void setSessionOptions(
      SetSessionOptionsRequest request,
      CallContext context,
      StreamListener<SetSessionOptionsResult> listener) {
    listener.onNext(SessionOptions.set(Caller.current().session(), request.getSessionOptions()));
    listener.onCompleted();
  }

  @Override
  public void getSessionOptions(
      GetSessionOptionsRequest request,
      CallContext context,
      StreamListener<GetSessionOptionsResult> listener) {
    listener.onNext(SessionOptions.of(Caller.current().session()));
    listener.onCompleted();
  }

  @Override
  public void closeSession(
      CloseSessionRequest request,
      CallContext context,
      StreamListener<CloseSessionResult> listener) {
    sessions.close(Caller.current().session());
    listener.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
    listener.onCompleted();
  }

  // The catalogue

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    requireCommand(descriptor);
    return FlightSqlProducer.super.getFlightInfo(context, descriptor);
  }

  @Override
  public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
    requireCommand(descriptor);
    return FlightSqlProducer.super.getSchema(context, descriptor);
  }

  private static void requireCommand(FlightDescriptor descriptor) {
    if (!descriptor.isCommand()) {
      throw FlightError.unsupported("data is not found by a path here; ask with SQL");
    }
  }

  @Override
  public void listFlights(
      CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
    listener.onError(FlightError.unsupported("there is no list of flights; ask with SQL"));
  }

  @Override
  public FlightInfo getFlightInfoSqlInfo(
      CommandGetSqlInfo request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_SQL_INFO_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamSqlInfo(
      CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
    info.send(command.getInfoList(), catalog, listener);
  }

  @Override
  public FlightInfo getFlightInfoTypeInfo(
      CommandGetXdbcTypeInfo request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_TYPE_INFO_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamTypeInfo(
      CommandGetXdbcTypeInfo request, CallContext context, ServerStreamListener listener) {
    catalog.types(request, gateway.dialect().types(), listener);
  }

  @Override
  public FlightInfo getFlightInfoCatalogs(
      CommandGetCatalogs request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_CATALOGS_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamCatalogs(CallContext context, ServerStreamListener listener) {
    catalog.none(Schemas.GET_CATALOGS_SCHEMA, listener);
  }

  @Override
  public FlightInfo getFlightInfoSchemas(
      CommandGetDbSchemas request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_SCHEMAS_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamSchemas(
      CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
    catalog.schemas(command, Caller.current().open().tables(), listener);
  }

  @Override
  public FlightInfo getFlightInfoTables(
      CommandGetTables request, CallContext context, FlightDescriptor descriptor) {
    return flight(
        request.getIncludeSchema()
            ? Schemas.GET_TABLES_SCHEMA
            : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA,
        descriptor,
        request);
  }

  @Override
  public void getStreamTables(
      CommandGetTables command, CallContext context, ServerStreamListener listener) {
    catalog.tables(command, Caller.current().open().tables(), listener);
  }

  @Override
  public FlightInfo getFlightInfoTableTypes(
      CommandGetTableTypes request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_TABLE_TYPES_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamTableTypes(CallContext context, ServerStreamListener listener) {
    catalog.tableTypes(listener);
  }

  @Override
  public FlightInfo getFlightInfoPrimaryKeys(
      CommandGetPrimaryKeys request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_PRIMARY_KEYS_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamPrimaryKeys(
      CommandGetPrimaryKeys command, CallContext context, ServerStreamListener listener) {
    catalog.primaryKeys(command, Caller.current().open().tables(), listener);
  }

  @Override
  public FlightInfo getFlightInfoExportedKeys(
      CommandGetExportedKeys request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_EXPORTED_KEYS_SCHEMA, descriptor, request);
  }

  @Override
  public FlightInfo getFlightInfoImportedKeys(
      CommandGetImportedKeys request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_IMPORTED_KEYS_SCHEMA, descriptor, request);
  }

  @Override
  public FlightInfo getFlightInfoCrossReference(
      CommandGetCrossReference request, CallContext context, FlightDescriptor descriptor) {
    return flight(Schemas.GET_CROSS_REFERENCE_SCHEMA, descriptor, request);
  }

  @Override
  public void getStreamExportedKeys(
      CommandGetExportedKeys command, CallContext context, ServerStreamListener listener) {
    catalog.none(Schemas.GET_EXPORTED_KEYS_SCHEMA, listener);
  }

  @Override
  public void getStreamImportedKeys(
      CommandGetImportedKeys command, CallContext context, ServerStreamListener listener) {
    catalog.none(Schemas.GET_IMPORTED_KEYS_SCHEMA, listener);
  }

  @Override
  public void getStreamCrossReference(
      CommandGetCrossReference command, CallContext context, ServerStreamListener listener) {
    catalog.none(Schemas.GET_CROSS_REFERENCE_SCHEMA, listener);
  }

  @Override
  public void close() {}
}
