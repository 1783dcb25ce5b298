package io.sallyport.conformance;

import io.sallyport.jdbc.SallyportDriver;
import io.sallyport.proxy.GatewayConfig;
import io.sallyport.proxy.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole gateway over tables of every type that all may read, and bare DuckDB over the same rows:
 * what is left to see is whether SQL is understood and values arrive.
 */
final class EverydayGateway implements AutoCloseable {
  static final String DATASET = "everyday";
  static final Door.User BOB = new Door.User("bob", TestGateway.PASSWORD, "", DATASET);

  private static final Path CASES = Path.of("../proxy/src/test/resources/dialect");

  private final Server server;
  private final Connection bare;

  private final Path trustStore;

  private EverydayGateway(Server server, Connection bare, Path trustStore) {
    this.server = server;
    this.bare = bare;
    this.trustStore = trustStore;
  }

  static EverydayGateway start(Path directory) throws Exception {
    Path file = directory.resolve(DATASET + ".duckdb");
    try (Connection owner = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      run(owner, lines("dialect-setup.sql"));
    }
    for (String name : List.of("gateway.yaml", DATASET + ".policy.yaml")) {
      try (InputStream resource = EverydayGateway.class.getResourceAsStream("/dialect/" + name)) {
        Files.copy(Objects.requireNonNull(resource, name), directory.resolve(name));
      }
    }
    Server server = Server.start(GatewayConfig.read(directory.resolve("gateway.yaml")));
    Connection bare = DriverManager.getConnection("jdbc:duckdb:");
    run(bare, List.of("SET TimeZone = 'UTC'", "SET threads = 1"));
    run(bare, lines("dialect-setup.sql"));
    return new EverydayGateway(
        server, bare, TestGateway.trustStore(directory, server.caFile().orElseThrow()));
  }

  private static void run(Connection connection, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The lines of a file of cases. */
  static List<String> lines(String file) throws IOException {
    return Files.readAllLines(CASES.resolve(file)).stream().filter(l -> !l.isBlank()).toList();
  }

  /** DuckDB's own driver on the same rows, with no gateway between. */
  Connection bare() {
    return bare;
  }

  /** Our driver; dates and times are read to their last digit. */
  Door driver() {
    return new JdbcDoor(
        "driver",
        new SallyportDriver(),
        TestGateway.driverUrl(server.httpPort()),
        user -> TestGateway.driverProperties(server, user),
        JdbcDoor::exact,
        Cells.EVERY_DIGIT);
  }

  Connection connect() throws SQLException {
    return TestGateway.connect(server, BOB);
  }

  Door flight() throws IOException {
    return new FlightClientDoor(server.flightPort(), server.caFile(), Cells.EVERY_DIGIT);
  }

  /** Avatica's own driver. */
  Connection avatica(String serialization) throws SQLException {
    return new org.apache.calcite.avatica.remote.Driver()
        .connect(
            TestGateway.avaticaUrl(serialization, server.httpPort(), Optional.of(trustStore)),
            TestGateway.avaticaProperties(BOB));
  }

  @Override
  public void close() throws SQLException {
    server.close();
    bare.close();
  }
}
