package io.sallyport.proxy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The owner's side of {@code /owner/} on a running server.
 *
 * <pre>
 * new OwnerClient(URI.create("https://localhost:8765"), "alice", password, caFile).get("requests/7")
 * </pre>
 *
 * <p>It sends a password over TLS, or unencrypted to this machine alone; never elsewhere.
 */
final class OwnerClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI server;
  private final String authorization;
  private final HttpClient http;

  OwnerClient(URI server, String user, String password, Optional<Path> caFile) {
    this.server = checked(server);
    byte[] login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(login);
    HttpClient.Builder builder =
        HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1);
    caFile.ifPresent(file -> builder.sslContext(trusting(file)));
    this.http = builder.build();
  }

  private static URI checked(URI server) {
    String host = String.valueOf(server.getHost());
    boolean plain = "http".equals(server.getScheme());
    if (server.getHost() == null || (!plain && !"https".equals(server.getScheme()))) {
      throw new FailedCommandException(
          FailedCommandException.REFUSED,
          "a server is given as `https://host:port`. Given: `" + server + "`");
    }
    if (plain && !loopback(host)) {
      throw new FailedCommandException(
          FailedCommandException.REFUSED,
          "a password goes to another machine only by `https`. Given: `" + server + "`");
    }
    return server;
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static SSLContext trusting(Path caFile) {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(caFile))) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int count = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
        trusted.setCertificateEntry("ca" + count++, certificate);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new FailedCommandException(
          FailedCommandException.REFUSED,
          "the file `" + caFile + "` holds no certificate in PEM that can be read");
    }
  }

  JsonNode get(String what) {
    return send(request(what).GET().build());
  }

  JsonNode post(String what, JsonNode body) {
    return send(
        request(what)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String what) {
    return HttpRequest.newBuilder(server.resolve("/owner/" + what))
        .timeout(PATIENCE)
        .header("Authorization", authorization);
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() == 200 && answer.isObject()) {
        return answer;
      }
      if (answer.path("message").isTextual()) {
        throw new FailedCommandException(
            FailedCommandException.REFUSED,
            Terminal.oneLine(
                answer.path("message").asText() + " (" + answer.path("sqlState").asText() + ")"));
      }
      throw unlike();
    } catch (JsonProcessingException e) {
      throw unlike();
    } catch (SSLException e) {
      throw new FailedCommandException(
          FailedCommandException.UNREACHABLE,
          "the server at `" + server + "` is not one that is trusted; name its --ca-file");
    } catch (IOException e) {
      @Nullable Throwable cause = e.getCause();
      throw new FailedCommandException(
          FailedCommandException.UNREACHABLE,
          cause instanceof SSLException
              ? "the server at `" + server + "` is not one that is trusted; name its --ca-file"
              : "no server answers at `" + server + "`; is it running?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedCommandException(FailedCommandException.UNREACHABLE, "interrupted");
    }
  }

  private FailedCommandException unlike() {
    return new FailedCommandException(
        FailedCommandException.UNREACHABLE,
        "what answers at `" + server + "` is not a Sallyport server");
  }
}
