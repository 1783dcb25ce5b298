package io.sallyport.proxy.http;

import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Incident;
import io.sallyport.proxy.Session;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.avatica.BuiltInConnectionProperty;
import org.apache.calcite.avatica.remote.AvaticaRemoteConnectionProperty;

/**
 * All clients' connections and the tickets for their answers. A connection's identifier is chosen
 * by its client, so it is known only together with its principal: another's is as unknown as one
 * that does not exist.
 */
final class ClientConnections implements AutoCloseable {
  private static final Duration TICKET_LIFE = Duration.ofMinutes(2);
  private static final int TICKET_BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a stock client sends of its own settings; the gateway has no use for them. */
  private static final Set<String> CLIENT_SIDE =
      Stream.concat(
              Stream.concat(
                  Stream.of(BuiltInConnectionProperty.values())
                      .map(BuiltInConnectionProperty::camelName),
                  Stream.of(AvaticaRemoteConnectionProperty.values())
                      .map(AvaticaRemoteConnectionProperty::camelName)),
              Stream.of("user", "password"))
          .map(name -> name.toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<String> GATEWAY_SIDE = Set.of("dataset", "purpose", "approval");

  private final GatewayService gateway;
  private final Map<Key, ClientConnection> open = new ConcurrentHashMap<>();
  private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();

  private record Key(String principal, String connection) {
    static Key of(Principal principal, String connection) {
      return new Key(principal.name(), connection);
    }
  }

  private record Ticket(Key owner, OpenAnswer answer, long endsAt) {
    boolean over() {
      return endsAt - System.nanoTime() < 0;
    }
  }

  ClientConnections(GatewayService gateway) {
    this.gateway = gateway;
  }

  void open(Principal principal, String id, Map<String, String> properties) {
    Map<String, String> passedOn = new HashMap<>();
    boolean arrow = false;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String name = property.getKey();
      if (name.equals("arrow")) {
        arrow = Boolean.parseBoolean(property.getValue());
      } else if (name.equalsIgnoreCase("schema")) {
        passedOn.putIfAbsent("dataset", property.getValue());
      } else if (GATEWAY_SIDE.contains(name)) {
        passedOn.put(name, property.getValue());
      } else if (!CLIENT_SIDE.contains(name.toLowerCase(Locale.ROOT))) {
        throw new GatewayException(
            ErrorCode.WRONG_PARAMETER,
            "unknown property `" + name + "`; the gateway takes " + listed());
      }
    }
    Session session = gateway.open(principal, passedOn);
    ClientConnection before =
        open.put(Key.of(principal, id), new ClientConnection(id, session, arrow));
    if (before != null) {
      before.close(gateway);
    }
  }

  private static String listed() {
    return new TreeSet<>(GATEWAY_SIDE)
        .stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  ClientConnection connection(Principal principal, String id) {
    ClientConnection connection = open.get(Key.of(principal, id));
    if (connection == null) {
      throw new GatewayException(
          ErrorCode.NO_CONNECTION, "the connection is not open; connect again");
    }
    connection.touch();
    return connection;
  }

  void close(Principal principal, String id) {
    ClientConnection connection = open.remove(Key.of(principal, id));
    if (connection != null) {
      connection.close(gateway);
    }
  }

  /** A ticket for one reading of an answer. */
  String ticket(Principal principal, String connection, OpenAnswer answer) {
    byte[] random = new byte[TICKET_BYTES];
    RANDOM.nextBytes(random);
    String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    long endsAt = System.nanoTime() + TICKET_LIFE.toNanos();
    tickets.put(ticket, new Ticket(Key.of(principal, connection), answer, endsAt));
    return ticket;
  }

  /** Takes a ticket; a wrong, a used, a late and another's ticket answer alike (26000). */
  OpenAnswer claim(Principal principal, String name) {
    Ticket ticket = tickets.get(name);
    if (ticket == null
        || ticket.over()
        || !ticket.owner().principal().equals(principal.name())
        || !tickets.remove(name, ticket)) {
      throw new GatewayException(
          ErrorCode.BAD_TICKET, "the ticket is not valid; ask again for a new one");
    }
    ClientConnection connection = open.get(ticket.owner());
    if (connection != null) {
      connection.touch();
    }
    return ticket.answer();
  }

  /** Forgets late tickets, with their answers, and connections that nobody used for a while. */
  void sweep(Duration idle) {
    tickets.forEach(
        (name, ticket) -> {
          if (ticket.answer().closed() || ticket.over()) {
            if (tickets.remove(name, ticket)) {
              ticket.answer().close();
            }
          }
        });
    open.forEach(
        (key, connection) -> {
          if (connection.idleFor(idle) && open.remove(key, connection)) {
            closeQuietly(connection);
          }
        });
  }

  private void closeQuietly(ClientConnection connection) {
    try {
      connection.close(gateway);
    } catch (RuntimeException e) {
      Incident.unexpected(e);
    }
  }

  @Override
  public void close() {
    tickets.clear();
    open.values().forEach(this::closeQuietly);
    open.clear();
  }
}
