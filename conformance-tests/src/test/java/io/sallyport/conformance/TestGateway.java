package io.sallyport.conformance;

import io.sallyport.jdbc.SallyportDriver;
import io.sallyport.proxy.GatewayConfig;
import io.sallyport.proxy.SabotagedServer;
import io.sallyport.proxy.SabotagedServer.Defence;
import io.sallyport.proxy.Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/**
 * A whole gateway over the fixtures, as its operator would start it: files, policies, users, TLS,
 * and both doors on free ports.
 */
final class TestGateway implements AutoCloseable {
  /** Every user's password in the fixtures; its hash is in {@code gateway.yaml}. */
  static final String PASSWORD = "correct horse battery staple";

  /** Each dataset with the script of its tables. */
  private static final Map<String, String> DATASETS =
      Map.of(
          "sealed", "hr", "asked", "hr", "asking", "hr", "merged", "hr", "open", "hr", "forms",
          "hr", "care", "care", "lab", "lab");

  private static final String TRUST_STORE_PASSWORD = "not a secret";

  private final Server server;
  private final Connection bare;
  private final Optional<Path> trustStore;

  private TestGateway(Server server, Connection bare, Optional<Path> trustStore) {
    this.server = server;
    this.bare = bare;
    this.trustStore = trustStore;
  }

  /** Starts one in an empty directory, over the fixtures as they are. */
  static TestGateway start(Path directory) throws Exception {
    return start(directory, List.of(), true);
  }

  /** Starts one that lacks a defence. */
  static TestGateway startWithout(Path directory, Defence without) throws Exception {
    return start(directory, List.of(), true, config -> SabotagedServer.start(config, without));
  }

  /** Starts one without TLS, so that a tap can read along. */
  static TestGateway startPlain(Path directory) throws Exception {
    return start(directory, List.of(), false);
  }

  /**
   * Starts one where a policy says more than its fixture.
   *
   * @param more lines behind the dataset's policy
   */
  static TestGateway startWith(Path directory, String dataset, String more) throws Exception {
    return start(directory, List.of(), true, Server::start, Map.of(dataset, more));
  }

  /**
   * Starts one over changed data.
   *
   * @param changes statements that are run on the owners' tables first
   */
  static TestGateway start(Path directory, List<String> changes, boolean tls) throws Exception {
    return start(directory, changes, tls, Server::start);
  }

  private static TestGateway start(
      Path directory, List<String> changes, boolean tls, Function<GatewayConfig, Server> starter)
      throws Exception {
    return start(directory, changes, tls, starter, Map.of());
  }

  private static TestGateway start(
      Path directory,
      List<String> changes,
      boolean tls,
      Function<GatewayConfig, Server> starter,
      Map<String, String> more)
      throws Exception {
    Connection bare = DriverManager.getConnection("jdbc:duckdb:");
    for (String script : List.of("hr", "care", "lab")) {
      fill(bare, script, changes);
    }
    for (Map.Entry<String, String> dataset : DATASETS.entrySet()) {
      Path file = directory.resolve(dataset.getKey() + ".duckdb");
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file)) {
        fill(connection, dataset.getValue(), changes);
      }
    }
    for (String policy : DATASETS.keySet()) {
      Files.writeString(
          directory.resolve(policy + ".policy.yaml"),
          text(policy + ".policy.yaml") + more.getOrDefault(policy, ""));
    }
    Path config = directory.resolve("gateway.yaml");
    Files.writeString(
        config, tls ? text("gateway.yaml") : text("gateway.yaml").replace("generated", "off"));
    Server server = starter.apply(GatewayConfig.read(config));
    Optional<Path> trustStore =
        tls ? Optional.of(trustStore(directory, server.caFile().orElseThrow())) : Optional.empty();
    return new TestGateway(server, bare, trustStore);
  }

  /** Avatica's driver wants the CA in a key store. */
  static Path trustStore(Path directory, Path caFile) throws Exception {
    KeyStore store = trusting(caFile);
    Path file = directory.resolve("ca.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, TRUST_STORE_PASSWORD.toCharArray());
    }
    return file;
  }

  /** Trusts the certificates that this authority signs. */
  static KeyStore trusting(Path caFile) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(caFile)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    return store;
  }

  private static void fill(Connection connection, String script, List<String> changes)
      throws Exception {
    run(connection, text(script + ".sql"));
    for (String change : changes) {
      if (change.contains(script.equals("hr") ? " emp " : " visits ") && !script.equals("lab")) {
        run(connection, change);
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(String fixture) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            TestGateway.class.getResourceAsStream("/fixtures/" + fixture), fixture)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  Server server() {
    return server;
  }

  /** A user of the fixtures, with the password that they all have. */
  Door.User user(String name, String purpose, String dataset) {
    return new Door.User(name, PASSWORD, purpose, dataset);
  }

  /** What the data's own engine says, with no gateway between. */
  List<List<String>> bare(String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = bare.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(Cells.TWELVE_DIGITS.text(result.getObject(i)));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** Each way in: in process, our driver, Avatica's own driver in both of its forms, Flight. */
  List<Door> doors() throws IOException {
    return doors(server.httpPort(), server.flightPort());
  }

  /** The same through other ports that lead to the server's. */
  List<Door> doors(int http, int flight) throws IOException {
    return List.of(
        inProcess(),
        driver(http),
        avatica("protobuf", http),
        avatica("json", http),
        flight(flight));
  }

  Door inProcess() {
    return new InProcessDoor(server.gateway());
  }

  Door flight(int port) throws IOException {
    return new FlightClientDoor(port, server.caFile());
  }

  private Door driver(int port) {
    return new JdbcDoor("driver", new SallyportDriver(), driverUrl(port), this::driverProperties);
  }

  static String driverUrl(int port) {
    return "jdbc:sallyport://localhost:" + port;
  }

  Properties driverProperties(Door.User user) {
    return driverProperties(server, user);
  }

  /** Through our driver, without the registry of drivers. */
  static Connection connect(Server server, Door.User user) throws SQLException {
    return Objects.requireNonNull(
        new SallyportDriver()
            .connect(driverUrl(server.httpPort()), driverProperties(server, user)));
  }

  static Properties driverProperties(Server server, Door.User user) {
    Properties properties = new Properties();
    properties.setProperty("user", user.name());
    properties.setProperty("password", user.password());
    properties.setProperty("tls", Boolean.toString(server.caFile().isPresent()));
    server.caFile().ifPresent(file -> properties.setProperty("caFile", file.toString()));
    user.properties().forEach(properties::setProperty);
    return properties;
  }

  /** The unmodified driver of {@code org.apache.calcite.avatica}. */
  private Door avatica(String serialization, int port) {
    return new JdbcDoor(
        "avatica " + serialization,
        new org.apache.calcite.avatica.remote.Driver(),
        avaticaUrl(serialization, port, trustStore),
        TestGateway::avaticaProperties);
  }

  static String avaticaUrl(String serialization, int port, Optional<Path> trustStore) {
    String trust =
        trustStore
            .map(file -> ";truststore=" + file + ";truststore_password=" + TRUST_STORE_PASSWORD)
            .orElse("");
    return "jdbc:avatica:remote:url="
        + (trustStore.isPresent() ? "https" : "http")
        + "://localhost:"
        + port
        + "/;serialization="
        + serialization
        + ";authentication=BASIC"
        + trust;
  }

  static Properties avaticaProperties(Door.User user) {
    Properties properties = new Properties();
    properties.setProperty("avatica_user", user.name());
    properties.setProperty("avatica_password", user.password());
    user.properties().forEach(properties::setProperty);
    return properties;
  }

  @Override
  public void close() throws SQLException {
    server.close();
    bare.close();
  }
}
