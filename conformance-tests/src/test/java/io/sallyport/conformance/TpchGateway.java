package io.sallyport.conformance;

import io.sallyport.examples.TpchData;
import io.sallyport.proxy.GatewayConfig;
import io.sallyport.proxy.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A whole gateway over TPC-H at scale 0.01, and bare DuckDB over the same rows.
 *
 * <p>The dataset {@code open} lets everything out; in {@code customer} and {@code pair} the privacy
 * unit is the customer, whom each line item names in a column of its own.
 */
final class TpchGateway implements AutoCloseable {
  static final String OPEN = "open";
  static final String CUSTOMER = "customer";
  static final String PAIR = "pair";

  private static final String BARE = "bare";
  private static final double SCALE = 0.01;
  private static final Path QUERIES = Path.of("../proxy/src/test/resources/tpch");

  private final Server server;
  private final Path bare;

  private TpchGateway(Server server, Path bare) {
    this.server = server;
    this.bare = bare;
  }

  static TpchGateway start(Path directory) throws IOException {
    Path data = TpchData.writeWithCustomerKeys(directory.resolve(BARE), SCALE);
    for (String dataset : List.of(OPEN, CUSTOMER, PAIR)) {
      Files.copy(data, directory.resolve(dataset + ".duckdb"));
      copyInto(directory, dataset + ".policy.yaml");
    }
    copyInto(directory, "gateway.yaml");
    Server server = Server.start(GatewayConfig.read(directory.resolve("gateway.yaml")));
    return new TpchGateway(server, data);
  }

  private static void copyInto(Path directory, String name) throws IOException {
    try (InputStream resource = resource(name)) {
      Files.copy(resource, directory.resolve(name));
    }
  }

  static InputStream resource(String name) {
    return Objects.requireNonNull(TpchGateway.class.getResourceAsStream("/tpch/" + name), name);
  }

  /** The names of the 22 queries, from q01 on. */
  static List<String> queries() {
    return IntStream.rangeClosed(1, 22).mapToObj("q%02d"::formatted).toList();
  }

  static String query(String name) throws IOException {
    return Files.readString(QUERIES.resolve(name + ".sql"));
  }

  /** Our driver, with a dataset that unqualified names mean. */
  Connection connect(String dataset) throws SQLException {
    return TestGateway.connect(server, user(dataset));
  }

  Door flight() throws IOException {
    return new FlightClientDoor(server.flightPort(), server.caFile());
  }

  static Door.User user(String dataset) {
    return new Door.User("bob", TestGateway.PASSWORD, "", dataset);
  }

  /** DuckDB's own driver on the same rows, with no gateway between. */
  Connection bare() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + bare);
  }

  @Override
  public void close() {
    server.close();
  }
}
