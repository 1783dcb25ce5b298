package io.sallyport.proxy;

import io.sallyport.flight.FlightDoor;
import io.sallyport.policy.Policy;
import io.sallyport.policy.PolicyFile;
import io.sallyport.proxy.GatewayConfig.DatasetConfig;
import io.sallyport.proxy.Publications.Publication;
import io.sallyport.proxy.console.OwnerRoute;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.PublishedTable;
import io.sallyport.proxy.http.HttpDoor;
import io.sallyport.proxy.http.HttpSettings;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.AuditLog;
import io.sallyport.proxy.state.Ledger;
import io.sallyport.proxy.state.StateDirectory;
import io.sallyport.proxy.state.StateStore;
import io.sallyport.proxy.state.Users;
import io.sallyport.proxy.tls.Certificates;
import io.sallyport.proxy.tls.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A whole server, wired by hand: engine, policies, state, gateway and doors.
 *
 * <pre>
 * try (Server server = Server.start(GatewayConfig.read(file))) { … }
 * </pre>
 *
 * <p>It starts wholly or not at all; closing ends every answer under way.
 */
public final class Server implements AutoCloseable {
  private final Deque<AutoCloseable> parts;
  private final DuckDbEngine engine;
  private final Gateway gateway;
  private final HttpDoor http;
  private final FlightDoor flight;
  private final Optional<Path> caFile;

  private Server(
      Deque<AutoCloseable> parts,
      DuckDbEngine engine,
      Gateway gateway,
      HttpDoor http,
      FlightDoor flight,
      Optional<Path> caFile) {
    this.parts = parts;
    this.engine = engine;
    this.gateway = gateway;
    this.http = http;
    this.flight = flight;
    this.caFile = caFile;
  }

  /**
   * Starts one.
   *
   * @throws io.sallyport.policy.PolicyProblems if a policy file is wrong, with all its problems
   * @throws IllegalArgumentException if a source is not what the configuration says
   */
  public static Server start(GatewayConfig config) {
    return start(config, Defences.REAL);
  }

  static Server start(GatewayConfig config, Defences defences) {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return start(config, defences, parts);
    } catch (RuntimeException e) {
      close(parts);
      throw e;
    }
  }

  private static Server start(GatewayConfig config, Defences defences, Deque<AutoCloseable> parts) {
    Clock clock = Clock.systemUTC();
    // Before the engine, which would make it with its spill directory, and open to others.
    StateDirectory directory = StateDirectory.at(config.state());
    DuckDbEngine engine =
        opened(
            parts,
            DuckDbEngine.open(
                config.engine(), config.datasets().stream().map(DatasetConfig::dataset).toList()));
    DeclaredKeys.check(engine, config.datasets());
    List<PublishedTable> tables = withKeys(engine.describe(), config.datasets());
    Map<String, Publication> published = new TreeMap<>();
    for (DatasetConfig dataset : config.datasets()) {
      published.put(dataset.dataset().name(), publication(dataset, tables));
    }
    Publications publications =
        opened(parts, new Publications(withFound(tables, engine, published), published));

    StateStore store = opened(parts, StateStore.in(directory));
    AuditLog audit = opened(parts, AuditLog.in(directory, clock));
    ApprovalQueue queue =
        new ApprovalQueue(
            store,
            clock,
            dataset -> Optional.ofNullable(published.get(dataset)).map(Publication::version));
    Users users = new Users(config.users(), clock);
    Gateway gateway =
        opened(
            parts,
            new Gateway(
                users,
                publications,
                new Gateway.Records(queue, audit, new Ledger(store, clock)),
                engine,
                clock,
                config.limits(),
                defences));
    Optional<ServerIdentity> identity = identity(config, directory, clock);
    HttpDoor http =
        opened(
            parts,
            HttpDoor.start(
                HttpSettings.of(
                    config.listen().host(),
                    config.listen().http(),
                    identity.map(ServerIdentity::sslContext)),
                gateway,
                List.of(new OwnerRoute(queue))));
    FlightPort port = opened(parts, new FlightPort(gateway));
    FlightDoor flight = opened(parts, flightDoor(port, config.listen(), identity));
    return new Server(
        parts, engine, gateway, http, flight, identity.flatMap(ServerIdentity::authority));
  }

  private static Optional<ServerIdentity> identity(
      GatewayConfig config, StateDirectory directory, Clock clock) {
    GatewayConfig.Tls tls = config.tls();
    if (tls instanceof GatewayConfig.Tls.Generated generated) {
      return Optional.of(
          Certificates.generated(directory.directory("tls"), generated.names(), clock));
    }
    if (tls instanceof GatewayConfig.Tls.Files files) {
      return Optional.of(Certificates.given(files.certificate(), files.key(), clock));
    }
    return Optional.empty();
  }

  private static FlightDoor flightDoor(
      FlightPort port, GatewayConfig.Listen listen, Optional<ServerIdentity> identity) {
    FlightDoor.Settings settings = FlightDoor.Settings.on(listen.host(), listen.flight());
    try {
      if (identity.isPresent()) {
        ServerIdentity files = identity.get();
        settings = settings.with(FlightDoor.Tls.of(files.certificates(), files.key()));
      }
      return FlightDoor.start(port, settings);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the Flight door cannot open on port " + listen.flight() + "; is it taken?", e);
    }
  }

  private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> parts, T part) {
    parts.push(part);
    return part;
  }

  /** The keys that the operator declares, before those that a source keeps itself. */
  private static List<PublishedTable> withKeys(
      List<PublishedTable> tables, List<DatasetConfig> datasets) {
    List<PublishedTable> all = new ArrayList<>();
    for (PublishedTable table : tables) {
      List<List<String>> keys = new ArrayList<>();
      for (DatasetConfig dataset : datasets) {
        keys.addAll(dataset.keys().getOrDefault(table.name(), List.of()));
      }
      keys.addAll(table.uniqueKeys());
      all.add(new PublishedTable(table.name(), table.columns(), keys.stream().distinct().toList()));
    }
    return all;
  }

  /**
   * The keys of public tables that nobody declared, so that a join by one need not be refused for
   * counting some people oftener than others.
   */
  private static List<PublishedTable> withFound(
      List<PublishedTable> tables, DuckDbEngine engine, Map<String, Publication> published) {
    return tables.stream()
        .map(
            table -> {
              Publication of = published.get(table.name().dataset());
              return of != null && of.policy().publicTables().contains(table.name())
                  ? new PublishedTable(
                      table.name(),
                      table.columns(),
                      table.uniqueKeys(),
                      engine.uniqueColumns(table).stream().map(List::of).toList())
                  : table;
            })
        .toList();
  }

  private static Publication publication(DatasetConfig dataset, List<PublishedTable> tables) {
    String name = dataset.dataset().name();
    List<PublishedTable> own =
        tables.stream().filter(table -> table.name().dataset().equals(name)).toList();
    String text;
    try {
      text = Files.readString(dataset.policy());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the policy `" + dataset.policy() + "` of `" + name + "` cannot be read");
    }
    Policy policy;
    try (OwnersStatements statements = new OwnersStatements(name, own)) {
      policy =
          PolicyFile.read(
              dataset.policy().toString(),
              text,
              own.stream().map(PublishedTable::shape).toList(),
              statements);
    }
    if (!policy.dataset().equals(name)) {
      throw new IllegalArgumentException(
          "the policy `"
              + dataset.policy()
              + "` is for `"
              + policy.dataset()
              + "`, not for `"
              + name
              + "`");
    }
    return new Publication(policy, dataset.audience(), () -> Epoch.of(dataset.dataset()));
  }

  /** What doors ask. */
  public GatewayService gateway() {
    return gateway;
  }

  /** Where clients of the HTTP door connect. */
  public int httpPort() {
    return http.port();
  }

  public int flightPort() {
    return flight.port();
  }

  /** The certificate that clients trust, if the server made its own. */
  public Optional<Path> caFile() {
    return caFile;
  }

  /** How many queries the engine has begun and not yet closed. */
  public int runningQueries() {
    return engine.running();
  }

  @Override
  public void close() {
    close(parts);
  }

  private static void close(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        Incident.unexpected(e);
      }
    }
  }
}
