package io.sallyport.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proxy.state.StateDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  private static final InstantSource NOW = Clock.systemUTC();

  @TempDir Path directory;

  private StateDirectory tls;

  @BeforeEach
  void choosePlace() {
    tls = StateDirectory.at(directory.resolve("tls"));
  }

  @Test
  void clientThatTrustsTheAuthorityAloneComesIn() throws Exception {
    ServerIdentity identity = Certificates.generated(tls, List.of("gate.example.com"), NOW);

    for (String name : List.of("localhost", "127.0.0.1", "::1", "gate.example.com")) {
      assertThat(handshake(identity, identity.authority().orElseThrow(), name))
          .as(name)
          .startsWith("TLSv1.3");
    }
  }

  @Test
  void clientRefusesAnotherName() throws Exception {
    ServerIdentity identity = Certificates.generated(tls, List.of(), NOW);

    assertThatThrownBy(
            () -> handshake(identity, identity.authority().orElseThrow(), "gate.example.com"))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void clientRefusesAStranger() throws Exception {
    ServerIdentity stranger = Certificates.generated(tls.directory("other"), List.of(), NOW);
    ServerIdentity identity = Certificates.generated(tls, List.of(), NOW);

    assertThatThrownBy(() -> handshake(stranger, identity.authority().orElseThrow(), "localhost"))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void authorityMayVouchForServersOnly() throws Exception {
    ServerIdentity identity = Certificates.generated(tls, List.of(), NOW);
    X509Certificate authority = Pem.certificate(identity.authority().orElseThrow());
    X509Certificate server = Pem.certificate(identity.certificates());

    assertThat(authority.getBasicConstraints()).as("no authority below it").isZero();
    assertThat(authority.getKeyUsage()[5]).as("signs certificates").isTrue();
    assertThat(authority.getKeyUsage()[0]).as("signs nothing else").isFalse();
    assertThat(server.getBasicConstraints()).as("is no authority").isEqualTo(-1);
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(Duration.between(NOW.instant(), authority.getNotAfter().toInstant()).toDays())
        .isBetween(3650L, 3653L);
  }

  @Test
  void keysAreClosedToOthers() throws IOException {
    ServerIdentity identity = Certificates.generated(tls, List.of(), NOW);

    assertThat(mode(identity.key())).isEqualTo("rw-------");
    assertThat(mode(tls.file("ca-key.pem"))).isEqualTo("rw-------");

    Files.setPosixFilePermissions(identity.key(), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> Certificates.generated(tls, List.of(), NOW))
        .hasMessage(
            "the key `" + identity.key() + "` is open to other users; close it with chmod 600");
  }

  @Test
  void laterStartsChangeNothing() throws IOException {
    Certificates.generated(tls, List.of(), NOW);
    Map<String, String> first = files();
    Certificates.generated(tls, List.of(), NOW);

    assertThat(files()).isEqualTo(first).hasSize(4);
  }

  @Test
  void renewsTheServerNearItsEndAndKeepsTheAuthority() throws IOException {
    Certificates.generated(tls, List.of(), NOW);
    Map<String, String> first = files();
    Instant later = NOW.instant().plus(Duration.ofDays(336));
    ServerIdentity identity = Certificates.generated(tls, List.of(), () -> later);

    assertThat(files().get("ca.pem")).isEqualTo(first.get("ca.pem"));
    assertThat(files().get("server.pem")).isNotEqualTo(first.get("server.pem"));
    assertThat(Pem.certificate(identity.certificates()).getNotAfter())
        .isAfter(java.util.Date.from(later.plus(Duration.ofDays(364))));
  }

  @Test
  void makesANewServerCertificateForANewName() throws Exception {
    Certificates.generated(tls, List.of(), NOW);
    ServerIdentity identity = Certificates.generated(tls, List.of("Gate.example.com"), NOW);
    Map<String, String> second = files();

    assertThat(handshake(identity, identity.authority().orElseThrow(), "gate.example.com"))
        .startsWith("TLS");
    Certificates.generated(tls, List.of("gate.example.com"), NOW);
    assertThat(files()).isEqualTo(second);
  }

  @Test
  void beginsANewAuthorityOnlyWhenTheOldOneHasEnded() throws IOException {
    Certificates.generated(tls, List.of(), NOW);
    String first = files().get("ca.pem");
    Instant last = NOW.instant().plus(Authority.LIFE).minus(Duration.ofDays(3));
    ServerIdentity identity = Certificates.generated(tls, List.of(), () -> last);

    assertThat(files().get("ca.pem")).isEqualTo(first);
    assertThat(Pem.certificate(identity.certificates()).getNotAfter())
        .isEqualTo(Pem.certificate(identity.authority().orElseThrow()).getNotAfter());
    Map<String, String> files = files();
    Certificates.generated(tls, List.of(), () -> last);
    assertThat(files()).isEqualTo(files);

    Certificates.generated(tls, List.of(), () -> last.plus(Duration.ofDays(4)));
    assertThat(files().get("ca.pem")).isNotEqualTo(first);
  }

  @Test
  void missingAuthorityKeyMattersOnlyWhenItIsNeeded() throws IOException {
    Certificates.generated(tls, List.of(), NOW);
    Files.delete(tls.file("ca-key.pem"));

    Certificates.generated(tls, List.of(), NOW);
    assertThatThrownBy(() -> Certificates.generated(tls, List.of("new.example.com"), NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("put it back");
  }

  @Test
  void stoppedBetweenKeyAndCertificateItBeginsAgain() throws Exception {
    Certificates.generated(tls, List.of(), NOW);
    Files.delete(tls.file("server.pem"));
    Certificates.generated(tls, List.of(), NOW);
    Files.delete(tls.file("ca.pem"));
    ServerIdentity identity = Certificates.generated(tls, List.of(), NOW);

    assertThat(handshake(identity, identity.authority().orElseThrow(), "localhost"))
        .startsWith("TLS");
  }

  @Test
  void refusesNamesThatAreNone() {
    for (String name : List.of("", "a b", "*.example.com", "-a", "1.2.3", "a..b", "a:1")) {
      assertThatThrownBy(() -> Certificates.generated(tls, List.of(name), NOW))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("Given: `" + name + "`");
    }
  }

  @Test
  void usesGivenFiles() throws Exception {
    ServerIdentity made = Certificates.generated(tls, List.of(), NOW);
    ServerIdentity given = Certificates.given(made.certificates(), made.key(), NOW);

    assertThat(handshake(given, made.authority().orElseThrow(), "localhost")).startsWith("TLS");
  }

  @Test
  void refusesGivenFilesThatDoNotServe() throws IOException {
    ServerIdentity made = Certificates.generated(tls, List.of(), NOW);
    Path certificate = made.certificates();

    assertThatThrownBy(() -> Certificates.given(certificate, tls.file("ca-key.pem"), NOW))
        .hasMessageContaining("is not that of the certificate");
    assertThatThrownBy(() -> Certificates.given(certificate, certificate, NOW))
        .hasMessageContaining("is not a private key");
    assertThatThrownBy(() -> Certificates.given(made.key(), made.key(), NOW))
        .hasMessageContaining("is not a certificate in PEM");
    Instant later = NOW.instant().plus(Duration.ofDays(366));
    assertThatThrownBy(() -> Certificates.given(certificate, made.key(), () -> later))
        .hasMessageContaining("give one that is valid now");
    Files.setPosixFilePermissions(made.key(), PosixFilePermissions.fromString("rw----r--"));
    assertThatThrownBy(() -> Certificates.given(certificate, made.key(), NOW))
        .hasMessageContaining("chmod 600");
  }

  @Test
  void nettyTakesIt() {
    assertThat(Certificates.generated(tls, List.of(), NOW).sslContext().isServer()).isTrue();
  }

  /**
   * Shakes hands over a real socket; the client believes that the server is called {@code name}.
   */
  private static String handshake(ServerIdentity identity, Path trusted, String name)
      throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (SSLServerSocket listener =
        (SSLServerSocket)
            serverContext(identity)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Future<?> served =
          pool.submit(
              () -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                  socket.getOutputStream().write(7);
                }
                return null;
              });
      try (java.net.Socket plain =
              new java.net.Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
          SSLSocket socket =
              (SSLSocket)
                  clientContext(trusted)
                      .getSocketFactory()
                      .createSocket(plain, name, listener.getLocalPort(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getInputStream().read()).isEqualTo(7);
        served.get();
        return socket.getSession().getProtocol();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static SSLContext serverContext(ServerIdentity identity) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        Pem.key(identity.key()),
        new char[0],
        new X509Certificate[] {Pem.certificate(identity.certificates())});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static SSLContext clientContext(Path trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", Pem.certificate(trusted));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(tls.file(""))) {
      for (Path file : list.toList()) {
        files.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return files;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
