package io.sallyport.proxy;

import io.sallyport.flight.FlightError;
import io.sallyport.flight.FlightError.Kind;
import io.sallyport.flight.FlightGateway;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.engine.ArrowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as the Flight door wants it: the same answers, refusals and SQLSTATEs as on the HTTP
 * door, with Arrow's words for types.
 */
public final class FlightPort implements FlightGateway, AutoCloseable {
  private final GatewayService service;
  private final ArrowTypes types = new ArrowTypes();

  public FlightPort(GatewayService service) {
    this.service = service;
  }

  @Override
  public User authenticate(String user, String password) {
    return login(new Login.Password(user, password));
  }

  @Override
  public User authenticate(String token) {
    return login(new Login.Token(token));
  }

  private User login(Login login) {
    return told(() -> new Known(service.authenticate(login)));
  }

  @Override
  public Dialect dialect() {
    return FlightDialect.OURS;
  }

  @Override
  public void close() {
    types.close();
  }

  private final class Known implements User {
    private final Principal principal;

    Known(Principal principal) {
      this.principal = principal;
    }

    @Override
    public String name() {
      return principal.name();
    }

    @Override
    public Session open(Map<String, String> properties) {
      return told(() -> new Work(service.open(principal, properties)));
    }
  }

  private final class Work implements Session {
    private final io.sallyport.proxy.Session session;

    Work(io.sallyport.proxy.Session session) {
      this.session = session;
    }

    @Override
    public Statement prepare(String sql) {
      return told(
          () -> {
            Prepared prepared = service.prepare(session, sql);
            List<OutputColumn> parameters = new ArrayList<>();
            for (String type : prepared.parameterTypes()) {
              parameters.add(new OutputColumn(String.valueOf(parameters.size() + 1), type, true));
            }
            return new Statement(columns(prepared.columns()), columns(parameters));
          });
    }

    @Override
    public Answer run(
        String sql, List<? extends @Nullable Object> parameters, Consumer<Runnable> cancelled) {
      return told(
          () -> {
            Cancellation cancellation = new Cancellation();
            cancelled.accept(cancellation::cancel);
            io.sallyport.proxy.Answer answer =
                service.run(session, sql, parameters, RunOptions.NONE.until(cancellation));
            try {
              return new Ready(answer, columns(answer.columns()));
            } catch (RuntimeException e) {
              answer.close();
              throw e;
            }
          });
    }

    @Override
    public List<Table> tables() {
      return told(
          () -> {
            List<Table> tables = new ArrayList<>();
            for (CatalogTable table : service.catalog(session)) {
              tables.add(
                  new Table(
                      table.dataset(),
                      table.table(),
                      columns(table.columns()),
                      table.primaryKey()));
            }
            return tables;
          });
    }

    @Override
    public void close() {
      told(
          () -> {
            service.close(session);
            return true;
          });
    }
  }

  private record Ready(io.sallyport.proxy.Answer answer, List<Column> columns) implements Answer {
    @Override
    public List<String> warnings() {
      return answer.warnings();
    }

    @Override
    public boolean next() {
      return told(() -> answer.batches().loadNextBatch());
    }

    @Override
    public VectorSchemaRoot batch() {
      return told(() -> answer.batches().getVectorSchemaRoot());
    }

    @Override
    public DictionaryProvider dictionaries() {
      return told(answer::batches);
    }

    @Override
    public void cancel() {
      answer.cancel();
    }

    @Override
    public void close() {
      answer.close();
    }
  }

  private List<Column> columns(List<OutputColumn> columns) {
    List<Field> fields = types.fields(columns.stream().map(FlightPort::sendable).toList());
    List<Column> result = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      result.add(new Column(fields.get(i), columns.get(i).type()));
    }
    return result;
  }

  /** What no type is known of may at least be a text, which stands for values of most types. */
  private static OutputColumn sendable(OutputColumn column) {
    boolean unknown =
        column.type().contains(OutputColumn.UNKNOWN)
            || column.type().contains("ENUM") && !column.type().contains("ENUM(");
    return unknown ? new OutputColumn(column.name(), "VARCHAR", column.nullable()) : column;
  }

  private static <T> T told(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw error(Incident.unexpected(e));
    }
  }

  private static FlightError error(GatewayException e) {
    return new FlightError(e.code().sqlState(), e.code().name(), kind(e.code()), e.getMessage());
  }

  private static Kind kind(ErrorCode code) {
    return switch (code) {
      case WRONG_CREDENTIALS, NO_CONNECTION -> Kind.UNAUTHENTICATED;
      case REFUSED, HELD -> Kind.FORBIDDEN;
      case SYNTAX, UNKNOWN_COLUMN, UNKNOWN_FUNCTION, WRONG_TYPE, WRONG_PARAMETER -> Kind.INVALID;
      case UNKNOWN_TABLE, BAD_TICKET, UNKNOWN_REQUEST -> Kind.NOT_FOUND;
      case NOT_SUPPORTED -> Kind.UNSUPPORTED;
      case TOO_LARGE, LIMIT_REACHED -> Kind.EXHAUSTED;
      case CANCELLED -> Kind.CANCELLED;
      case TIMED_OUT -> Kind.TIMED_OUT;
      case ENGINE_FAILED, INTERNAL -> Kind.INTERNAL;
    };
  }
}
