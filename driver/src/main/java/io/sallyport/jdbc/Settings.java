package io.sallyport.jdbc;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** A connection's URL and properties, checked. It never shows a secret. */
final class Settings {
  static final String PREFIX = "jdbc:sallyport://";
  private static final int DEFAULT_PORT = 8765;

  private final String host;
  private final int port;
  private final Map<SallyportProperty, String> values;

  private Settings(String host, int port, Map<SallyportProperty, String> values)
      throws SQLException {
    this.host = host;
    this.port = port;
    this.values = values;
    check();
  }

  /**
   * @param url for example {@code jdbc:sallyport://localhost:8765/clinic?purpose=research}
   */
  static Settings of(String url, Properties info) throws SQLException {
    URI uri = uri(url);
    Map<SallyportProperty, String> values = new EnumMap<>(SallyportProperty.class);
    for (String key : info.stringPropertyNames()) {
      put(values, key, info.getProperty(key));
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    if (path.length() > 1) {
      values.put(SallyportProperty.DATASET, path.substring(1));
    }
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
          throw wrong("property `" + pair + "` has no value; write `" + pair + "=…`");
        }
        put(values, decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return new Settings(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), values);
  }

  private static URI uri(String url) throws SQLException {
    try {
      URI uri = new URI(url.substring("jdbc:".length()));
      if (uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Its message would repeat the URL, which may hold a password.
      throw malformed();
    }
    throw malformed();
  }

  private static SQLException malformed() {
    return wrong(
        "the URL cannot be read; write `jdbc:sallyport://host:port/dataset?property=value&…`");
  }

  private static String decode(String text) throws SQLException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  private static void put(Map<SallyportProperty, String> values, String key, String value)
      throws SQLException {
    Optional<SallyportProperty> property = SallyportProperty.of(key);
    if (property.isEmpty()) {
      throw wrong(
          "there is no property `"
              + key
              + "`; there are "
              + Arrays.stream(SallyportProperty.values())
                  .map(SallyportProperty::key)
                  .collect(Collectors.joining(", ")));
    }
    if (!value.isEmpty()) {
      values.put(property.get(), value);
    }
  }

  private void check() throws SQLException {
    for (SallyportProperty property : SallyportProperty.values()) {
      String value = text(property).orElse("");
      if (!value.isEmpty()
          && !property.choices().isEmpty()
          && !property.choices().contains(value)) {
        throw wrong(
            "property `"
                + property.key()
                + "` is one of "
                + String.join(", ", property.choices())
                + ". Given: `"
                + value
                + "`");
      }
    }
    seconds(SallyportProperty.APPROVAL_TIMEOUT);
    seconds(SallyportProperty.CONNECT_TIMEOUT);
    if (text(SallyportProperty.CLIENT_CERT).isPresent()
        != text(SallyportProperty.CLIENT_KEY).isPresent()) {
      throw wrong("`clientCert` and `clientKey` go together");
    }
    if (text(SallyportProperty.TOKEN).isPresent() && text(SallyportProperty.USER).isPresent()) {
      throw wrong("`token` stands in place of `user` and `password`; give one or the other");
    }
  }

  private static SQLException wrong(String message) {
    return Failure.of("22023", message);
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  /** The value given, else the property's own; empty if there is none. */
  Optional<String> text(SallyportProperty property) {
    String value = values.getOrDefault(property, property.fallback());
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  Optional<Path> file(SallyportProperty property) {
    return text(property).map(Path::of);
  }

  Duration seconds(SallyportProperty property) throws SQLException {
    String value = text(property).orElse("0");
    try {
      long seconds = Long.parseLong(value);
      if (seconds >= 0) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      throw wrong(
          "property `" + property.key() + "` is a number of seconds. Given: `" + value + "`");
    }
    throw wrong("property `" + property.key() + "` is a number of seconds. Given: `" + value + "`");
  }

  boolean tls() {
    return text(SallyportProperty.TLS).map(Boolean::parseBoolean).orElse(!isLoopback());
  }

  private boolean isLoopback() {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
  }

  boolean waitsForApproval() {
    return text(SallyportProperty.APPROVAL).orElse("").equals("wait");
  }

  /** Where the server is, for messages. */
  @Override
  public String toString() {
    return host + ":" + port;
  }

  String jdbcUrl() {
    return PREFIX + this + text(SallyportProperty.DATASET).map(dataset -> "/" + dataset).orElse("");
  }
}
