package io.sallyport.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.engine.Source;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** A door on a free port of this machine before a real DuckDB. */
final class OpenDoor implements AutoCloseable {
  final DuckDbEngine engine;
  final PlainGateway gateway;
  final HttpDoor door;
  private final boolean tls;

  OpenDoor(Path directory, Optional<SslContext> tls, Settings change, Route... routes)
      throws SQLException {
    Path file = directory.resolve("clinic.db");
    try (Connection files = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement make = files.createStatement()) {
      make.execute(
          "CREATE TABLE visits (id INTEGER PRIMARY KEY, price DECIMAL(10,2), name VARCHAR)");
      make.execute(
          "INSERT INTO visits SELECT range, range * 1.25, 'visit ' || range FROM range(2500)");
    }
    this.engine =
        DuckDbEngine.open(
            new EngineSettings(512L << 20, 2, directory.resolve("spill"), 64L << 20),
            List.of(new Dataset("clinic", List.of(new Source.DuckDbFile(file)))));
    this.gateway = new PlainGateway(engine);
    this.tls = tls.isPresent();
    this.door =
        HttpDoor.start(change.of(HttpSettings.of("localhost", 0, tls)), gateway, List.of(routes));
  }

  OpenDoor(Path directory) throws SQLException {
    this(directory, Optional.empty(), settings -> settings);
  }

  /** Other settings than the usual. */
  interface Settings {
    HttpSettings of(HttpSettings usual);
  }

  String url() {
    return (tls ? "https" : "http") + "://localhost:" + door.port();
  }

  /** Apache's own client, not ours. */
  Connection stock(String serialization, String... more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("authentication", "BASIC");
    properties.setProperty("avatica_user", "ann");
    properties.setProperty("avatica_password", "ann's password");
    for (String property : more) {
      int equals = property.indexOf('=');
      properties.setProperty(property.substring(0, equals), property.substring(equals + 1));
    }
    return DriverManager.getConnection(
        "jdbc:avatica:remote:url=" + url() + "/;serialization=" + serialization, properties);
  }

  /** Within a second nothing runs any more. */
  void assertNothingRuns() throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMillis(1000).toNanos();
    while (engine.running() > 0 && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    assertThat(engine.running()).isZero();
  }

  @Override
  public void close() {
    door.close();
    engine.close();
  }
}
