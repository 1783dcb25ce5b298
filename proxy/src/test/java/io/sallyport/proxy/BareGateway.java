package io.sallyport.proxy;

import io.sallyport.policy.Principal;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.engine.PublishedTable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/**
 * A gateway without policies for tests of the doors: what is typed runs on DuckDB as it is. It
 * knows Ann and Bob, whose passwords are {@code ann-secret} and {@code bob-secret}, and Ann's token
 * {@code token-of-ann}. A statement that mentions {@code forbidden} is refused.
 */
public final class BareGateway implements GatewayService {
  private static final Duration LONGEST = Duration.ofSeconds(100);

  private final DuckDbEngine engine;

  public BareGateway(DuckDbEngine engine) {
    this.engine = engine;
  }

  @Override
  public Principal authenticate(Login login) {
    if (login instanceof Login.Password basic
        && Set.of("ann", "bob").contains(basic.user())
        && basic.password().equals(basic.user() + "-secret")) {
      return new Principal(basic.user(), Set.of("analyst"));
    }
    if (login instanceof Login.Token bearer && bearer.token().equals("token-of-ann")) {
      return new Principal("ann", Set.of("analyst"));
    }
    throw new GatewayException(ErrorCode.WRONG_CREDENTIALS, "wrong user, password or token");
  }

  @Override
  public Session open(Principal principal, Map<String, String> properties) {
    for (String name : properties.keySet()) {
      if (!Set.of("dataset", "purpose").contains(name)) {
        throw new GatewayException(
            ErrorCode.WRONG_PARAMETER, "`" + name + "` is not a property of a connection");
      }
    }
    return new Session(
        UUID.randomUUID().toString(),
        principal,
        Optional.ofNullable(properties.get("dataset")),
        Optional.ofNullable(properties.get("purpose")));
  }

  @Override
  public void close(Session session) {}

  @Override
  public Prepared prepare(Session session, String sql) {
    int parameters = (int) sql.chars().filter(c -> c == '?').count();
    return new Prepared(
        sql,
        describe(sql, Collections.nCopies(parameters, null)),
        Collections.nCopies(parameters, "VARCHAR"));
  }

  @Override
  public Answer run(
      Session session,
      String sql,
      List<? extends @Nullable Object> parameters,
      RunOptions options) {
    if (sql.contains("forbidden")) {
      throw new GatewayException(
          ErrorCode.REFUSED, "`forbidden` cannot be shown; ask for something else");
    }
    List<OutputColumn> columns = describe(sql, parameters);
    Instant deadline = Instant.now().plus(options.timeout().orElse(LONGEST));
    return new Bare(columns, engine.run(sql, parameters, deadline));
  }

  private List<OutputColumn> describe(String sql, List<? extends @Nullable Object> parameters) {
    List<OutputColumn> columns = new ArrayList<>();
    try (Engine.Run run = engine.run("DESCRIBE " + sql, parameters, Instant.now().plus(LONGEST))) {
      ArrowReader rows = run.batches();
      while (rows.loadNextBatch()) {
        var root = rows.getVectorSchemaRoot();
        for (int row = 0; row < root.getRowCount(); row++) {
          columns.add(
              new OutputColumn(
                  String.valueOf(root.getVector("column_name").getObject(row)),
                  String.valueOf(root.getVector("column_type").getObject(row)),
                  true));
        }
      }
    } catch (IOException e) {
      throw Incident.unexpected(e);
    } catch (GatewayException e) {
      throw new GatewayException(ErrorCode.SYNTAX, "the statement cannot be read");
    }
    return columns;
  }

  @Override
  public List<CatalogTable> catalog(Session session) {
    List<CatalogTable> tables = new ArrayList<>();
    for (PublishedTable table : engine.describe()) {
      tables.add(
          new CatalogTable(
              table.name().dataset(),
              table.name().table(),
              table.columns(),
              table.uniqueKeys().isEmpty() ? List.of() : table.uniqueKeys().get(0)));
    }
    return tables;
  }

  private record Bare(List<OutputColumn> columns, Engine.Run run) implements Answer {
    @Override
    public List<String> warnings() {
      return List.of();
    }

    @Override
    public ArrowReader batches() {
      return run.batches();
    }

    @Override
    public void cancel() {
      run.cancel();
    }

    @Override
    public void close() {
      run.close();
    }
  }
}
