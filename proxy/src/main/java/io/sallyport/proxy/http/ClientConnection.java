package io.sallyport.proxy.http;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.Session;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.calcite.avatica.ConnectionPropertiesImpl;
import org.apache.calcite.avatica.Meta;

/** One Avatica connection: a gateway session, and the client's statements in it. */
final class ClientConnection {
  /** More than any client keeps open; fewer than would fill the memory. */
  private static final int MAX_STATEMENTS = 10_000;

  private final String id;
  private final Session session;
  private final boolean arrow;
  private final ConnectionPropertiesImpl settings = new ConnectionPropertiesImpl();
  private final Map<Integer, ClientStatement> statements = new ConcurrentHashMap<>();
  private final AtomicInteger lastStatement = new AtomicInteger();
  private final AtomicLong usedAt = new AtomicLong(System.nanoTime());

  /**
   * @param id as the client chose it
   * @param arrow whether the client reads Arrow streams
   */
  ClientConnection(String id, Session session, boolean arrow) {
    this.id = id;
    this.session = session;
    this.arrow = arrow;
    settings.setAutoCommit(true);
    settings.setReadOnly(true);
    settings.setTransactionIsolation(Connection.TRANSACTION_NONE);
    settings.setCatalog("");
    settings.setSchema(session.dataset().orElse(""));
  }

  String id() {
    return id;
  }

  Session session() {
    return session;
  }

  boolean arrow() {
    return arrow;
  }

  void touch() {
    usedAt.set(System.nanoTime());
  }

  boolean idleFor(Duration time) {
    return System.nanoTime() - usedAt.get() > time.toNanos();
  }

  /** Takes over what a client sets; nothing of it changes what a query means. */
  synchronized Meta.ConnectionProperties sync(Meta.ConnectionProperties wanted) {
    String schema = wanted.getSchema();
    if (schema != null
        && !schema.isEmpty()
        && !schema.equalsIgnoreCase(session.dataset().orElse(""))) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED,
          "the dataset of an open connection cannot be changed to `"
              + schema
              + "`; open a connection with `dataset="
              + schema
              + "`");
    }
    settings.merge(wanted);
    return new ConnectionPropertiesImpl(
            settings.isAutoCommit(),
            settings.isReadOnly(),
            settings.getTransactionIsolation(),
            settings.getCatalog(),
            settings.getSchema())
        .setDirty(false);
  }

  ClientStatement newStatement(Optional<Prepared> prepared, OptionalLong maxRows) {
    if (statements.size() >= MAX_STATEMENTS) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "the connection has " + MAX_STATEMENTS + " open statements; close some");
    }
    ClientStatement statement =
        new ClientStatement(lastStatement.incrementAndGet(), prepared, maxRows);
    statements.put(statement.id(), statement);
    return statement;
  }

  ClientStatement statement(int number) {
    ClientStatement statement = statements.get(number);
    if (statement == null) {
      throw new GatewayException(ErrorCode.BAD_TICKET, "the statement is not open; make a new one");
    }
    return statement;
  }

  void closeStatement(int number) {
    ClientStatement statement = statements.remove(number);
    if (statement != null) {
      statement.close();
    }
  }

  /** Ends what runs, then the session. */
  void close(GatewayService gateway) {
    statements.values().forEach(ClientStatement::close);
    statements.clear();
    gateway.close(session);
  }
}
