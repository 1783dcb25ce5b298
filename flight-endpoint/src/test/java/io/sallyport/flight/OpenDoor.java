package io.sallyport.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flight.FlightDoor.Settings;
import io.sallyport.flight.FlightDoor.Tls;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A door with TLS on loopback before a {@link MemoryGateway}, and clients of Apache's make. */
final class OpenDoor implements AutoCloseable {
  private static final String[] PEM = selfSigned();

  final MemoryGateway gateway = new MemoryGateway();
  final BufferAllocator allocator = new RootAllocator();
  final MovableClock clock = new MovableClock();
  final FlightDoor door;
  private final List<AutoCloseable> clients = new ArrayList<>();

  OpenDoor() throws Exception {
    Tls tls = Tls.of(pem(PEM[0]), pem(PEM[1]));
    door =
        FlightDoor.start(
            gateway,
            Settings.on("localhost", 0)
                .with(tls)
                .lasting(Duration.ofMinutes(30), Duration.ofMinutes(1)),
            clock);
  }

  /** A clock that stands until it is moved. */
  static final class MovableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-25T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void pass(Duration time) {
      now = now.plus(time);
    }
  }

  private static ByteArrayInputStream pem(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String[] selfSigned() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=localhost");
      Instant now = Instant.now();
      X509CertificateHolder certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.ONE,
                  Date.from(now.minusSeconds(60)),
                  Date.from(now.plusSeconds(3600)),
                  name,
                  pair.getPublic())
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")))
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()));
      return new String[] {
        write(certificate), write(new JcaPKCS8Generator(pair.getPrivate(), null))
      };
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String write(Object object) throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  FlightClient client(FlightClientMiddleware.Factory... middleware) throws Exception {
    FlightClient.Builder builder =
        FlightClient.builder(allocator, Location.forGrpcTls("localhost", door.port()))
            .trustedCertificates(pem(PEM[0]));
    Arrays.stream(middleware).forEach(builder::intercept);
    FlightClient client = builder.build();
    clients.add(client);
    return client;
  }

  FlightSqlClient sql() throws Exception {
    return new FlightSqlClient(client());
  }

  FlightSqlClient sqlWithCookies() throws Exception {
    return new FlightSqlClient(client(new ClientCookieMiddleware.Factory()));
  }

  static CallOption basic(String user, String password) {
    return new CredentialCallOption(new BasicAuthCredentialWriter(user, password));
  }

  static CallOption bearer(String token) {
    return new CredentialCallOption(new BearerCredentialWriter(token));
  }

  static final CallOption ANN = basic("ann", "ann-secret");
  static final CallOption BOB = basic("bob", "bob-secret");

  static CallOption header(String name, String value) {
    CallHeaders headers = new FlightCallHeaders();
    headers.insert(name, value);
    return new HeaderCallOption(headers);
  }

  static FlightStream stream(FlightSqlClient client, FlightInfo info, CallOption... options) {
    return client.getStream(info.getEndpoints().get(0).getTicket(), options);
  }

  /** All rows as text, a row a line. */
  static List<String> rows(FlightStream stream) throws Exception {
    try (stream) {
      List<String> rows = new ArrayList<>();
      while (stream.next()) {
        for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
          List<String> cells = new ArrayList<>();
          for (FieldVector vector : stream.getRoot().getFieldVectors()) {
            cells.add(String.valueOf(vector.getObject(row)));
          }
          rows.add(String.join(", ", cells));
        }
      }
      return rows;
    }
  }

  static FlightRuntimeException failure(ThrowingCallable call) {
    try {
      call.call();
    } catch (FlightRuntimeException e) {
      return e;
    } catch (Throwable e) {
      throw new AssertionError("another failure", e);
    }
    throw new AssertionError("the call ended well");
  }

  /** The SQLSTATE, our code and the sentence of a failed call. */
  static List<String> told(ThrowingCallable call) {
    FlightRuntimeException e = failure(call);
    return List.of(
        e.status().metadata().get(FlightError.SQL_STATE),
        e.status().metadata().get(FlightError.CODE),
        e.status().description());
  }

  static String sqlState(ThrowingCallable call) {
    return told(call).get(0);
  }

  static void within(Duration time, BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(time);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("did not come true within %s", time).isBefore(end);
      Thread.sleep(10);
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    door.close();
    assertThat(gateway.running).isEmpty();
    assertThat(gateway.openSessions).hasValue(0);
    allocator.close();
    gateway.close();
  }
}
