package io.sallyport.examples;

import io.sallyport.proxy.GatewayConfig;
import io.sallyport.proxy.Server;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The running gateway of a demo, and how to reach it. */
final class DemoGateway implements AutoCloseable {
  private static final String HOST = "localhost";

  private final DemoHouse house;
  private final Server server;
  private final Path caFile;

  private DemoGateway(DemoHouse house, Server server) {
    this.house = house;
    this.server = server;
    this.caFile = house.keepAuthority(server.caFile().orElseThrow());
  }

  /** Starts it on the ports that the house's configuration names, 0 being any free one. */
  static DemoGateway start(DemoHouse house) {
    DemoGateway gateway = new DemoGateway(house, Server.start(GatewayConfig.read(house.config())));
    house.keepAddresses(gateway.jdbcUrl(), gateway.ownersUrl());
    return gateway;
  }

  String jdbcUrl() {
    return "jdbc:sallyport://"
        + HOST
        + ":"
        + server.httpPort()
        + "/clinic?tls=true&caFile="
        + caFile;
  }

  URI ownersUrl() {
    return URI.create("https://" + HOST + ":" + server.httpPort());
  }

  private String flightUrl() {
    return "grpc+tls://" + HOST + ":" + server.flightPort();
  }

  void introduce(PrintStream out) {
    out.println("\nThe gateway listens to this machine. To connect:");
    out.println("   JDBC               " + jdbcUrl());
    out.println("   Arrow Flight SQL   " + flightUrl());
    out.println("   owners             " + ownersUrl());
    out.println("   CA to trust        " + caFile);
    for (Account account : Account.ALL) {
      out.printf("   %-18s password %s, %s%n", account.user(), account.password(), account.what());
    }
  }

  /** Takes the tour; the titles of the steps that did not do what they say. */
  List<String> tour(PrintStream out) {
    try (JdbcAnalyst jdbc = JdbcAnalyst.connect(jdbcUrl(), Account.BOB);
        FlightAnalyst flight =
            FlightAnalyst.connect(HOST, server.flightPort(), caFile, Account.BOB);
        OwnersTerminal alice = OwnersTerminal.of(Account.ALICE, ownersUrl(), caFile)) {
      return new Tour(new Tour.Cast(jdbc, flight, alice), house.diagnoses(), out).walk();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
