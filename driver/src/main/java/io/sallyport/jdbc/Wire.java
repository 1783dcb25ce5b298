package io.sallyport.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/**
 * HTTP to one server, each request with the connection's login. It turns what can go wrong there
 * into JDBC's exceptions and never sends a request twice.
 */
final class Wire {
  private static final String PROTOBUF = "application/x-google-protobuf";
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  private static final List<SallyportProperty> PEM_FILES =
      List.of(
          SallyportProperty.CA_FILE, SallyportProperty.CLIENT_CERT, SallyportProperty.CLIENT_KEY);
  private static final Map<List<Object>, HttpClient> CLIENTS = new ConcurrentHashMap<>();

  private final Settings settings;
  private final HttpClient client;
  private final URI root;
  private final Optional<String> login;
  private volatile Duration patience = Duration.ZERO;

  Wire(Settings settings) throws SQLException {
    this.settings = settings;
    this.root = URI.create((settings.tls() ? "https://" : "http://") + settings + "/");
    this.login = login(settings);
    this.client = client(settings);
  }

  /** Connections with the same way to the server share its sockets and threads. */
  private static HttpClient client(Settings settings) throws SQLException {
    List<Object> way = new ArrayList<>();
    way.add(settings.tls());
    way.add(settings.seconds(SallyportProperty.CONNECT_TIMEOUT));
    for (SallyportProperty property : PEM_FILES) {
      Optional<Path> file = settings.file(property);
      way.add(file);
      // A file that was replaced makes another way.
      way.add(file.map(path -> path.toFile().lastModified()));
    }
    HttpClient known = CLIENTS.get(way);
    if (known == null) {
      known = newClient(settings);
      CLIENTS.put(List.copyOf(way), known);
    }
    return known;
  }

  private static HttpClient newClient(Settings settings) throws SQLException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    Duration limit = settings.seconds(SallyportProperty.CONNECT_TIMEOUT);
    if (!limit.isZero()) {
      builder.connectTimeout(limit);
    }
    if (settings.tls()) {
      builder.sslContext(Tls.context(settings));
    }
    return builder.build();
  }

  private static Optional<String> login(Settings settings) {
    Optional<String> token = settings.text(SallyportProperty.TOKEN);
    if (token.isPresent()) {
      return token.map(secret -> "Bearer " + secret);
    }
    String password = settings.text(SallyportProperty.PASSWORD).orElse("");
    return settings
        .text(SallyportProperty.USER)
        .map(user -> (user + ":" + password).getBytes(StandardCharsets.UTF_8))
        .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  /**
   * How long the server may take to begin an answer; zero for ever. For {@link
   * java.sql.Connection#setNetworkTimeout}.
   */
  void patience(Duration limit) {
    patience = limit;
  }

  /** One message of Avatica's protocol for another. */
  byte[] control(byte[] message) throws SQLException {
    HttpRequest request =
        request("")
            .header("Content-Type", PROTOBUF)
            .POST(BodyPublishers.ofByteArray(message))
            .build();
    HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
    String type = response.headers().firstValue("Content-Type").orElse("");
    // Avatica's own errors come as messages with a status of their own.
    if (response.statusCode() == OK || type.startsWith(PROTOBUF)) {
      return response.body();
    }
    throw refusal(response.statusCode(), response.body());
  }

  /** The Arrow stream of an answer, which a ticket opens once. */
  InputStream arrow(String ticket) throws SQLException {
    HttpRequest request =
        request("arrow/" + URLEncoder.encode(ticket, StandardCharsets.UTF_8)).GET().build();
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() == OK) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      throw refusal(response.statusCode(), body.readAllBytes());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Ends what a statement runs. */
  void cancel(String connection, int statement) throws SQLException {
    HttpRequest request =
        request("cancel/" + connection + "/" + statement).POST(BodyPublishers.noBody()).build();
    HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw refusal(response.statusCode(), response.body());
    }
  }

  /** The tables that the connection's user may see. */
  JsonNode catalog(String connection) throws SQLException {
    HttpResponse<byte[]> response =
        send(request("catalog/" + connection).GET().build(), BodyHandlers.ofByteArray());
    if (response.statusCode() != OK) {
      throw refusal(response.statusCode(), response.body());
    }
    try {
      return Json.tree(response.body());
    } catch (IOException e) {
      throw Failure.broken("the server's catalogue is not JSON", e);
    }
  }

  /**
   * Whether the server has the session still; waits no longer than the limit, unless it is zero.
   */
  boolean knows(String connection, Duration limit) throws SQLException {
    HttpRequest.Builder request = request("catalog/" + connection).GET();
    if (!limit.isZero()) {
      request.timeout(limit);
    }
    return send(request.build(), BodyHandlers.discarding()).statusCode() == OK;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path));
    login.ifPresent(header -> request.header("Authorization", header));
    if (!patience.isZero()) {
      request.timeout(patience);
    }
    return request;
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws SQLException {
    try {
      return client.send(request, handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("the thread was interrupted", Failure.CANCELLED, e);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private SQLException failed(IOException e) {
    if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
      return unreachable("nobody answers there", e);
    }
    if (e instanceof SSLException) {
      return unreachable("TLS failed: " + e.getMessage(), e);
    }
    return e instanceof HttpTimeoutException
        ? Failure.broken("the server took longer than the network time-out", e)
        : Failure.broken("the connection to `" + settings + "` broke", e);
  }

  private SQLException unreachable(String why, Exception cause) {
    return new SQLNonTransientConnectionException(
        "cannot connect to `" + settings + "`: " + why, "08001", cause);
  }

  private SQLException refusal(int status, byte[] body) {
    if (body.length > 0 && body[0] == '{') {
      return Json.error(body);
    }
    return status == UNAUTHORIZED
        ? Failure.of("28000", "user and password, or token, are not right")
        : Failure.of("08001", "what answers at `" + settings + "` is not Sallyport");
  }
}
