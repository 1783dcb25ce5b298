package io.sallyport.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Requests;
import org.apache.calcite.avatica.remote.Service;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets, a real DuckDB. */
@Timeout(120)
class HttpDoorTest {
  private static final String HOURS =
      "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3";
  private static final String MANY = "SELECT range FROM range(20000000)";

  @TempDir static Path directory;
  private static OpenDoor door;
  private ArrowClient ann;

  @BeforeAll
  static void open() throws SQLException {
    door = new OpenDoor(directory, Optional.empty(), usual -> usual, new Echo());
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @BeforeEach
  void connect() throws Exception {
    ann = ArrowClient.basic(door.url(), "ann");
    ann.open();
  }

  @AfterEach
  void nothingRuns() throws InterruptedException {
    door.assertNothingRuns();
  }

  /** A route that tells what it was asked. */
  private static final class Echo implements Route {
    @Override
    public String prefix() {
      return "/echo/";
    }

    @Override
    public Reply handle(String method, String path, Principal principal, Optional<JsonNode> body) {
      if (path.endsWith("refuse")) {
        throw new GatewayException(ErrorCode.REFUSED, "not for you");
      }
      if (path.endsWith("fail")) {
        throw new IllegalStateException("treasure");
      }
      return new Reply(
          201,
          JsonNodeFactory.instance
              .objectNode()
              .put("asked", method + " " + path + " " + principal.name() + " " + body));
    }
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }

  private static void assertError(HttpResponse<byte[]> response, int status, String sqlState)
      throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(json(response).get("sqlState").asText()).isEqualTo(sqlState);
  }

  private static List<Long> longs(InputStream stream) throws Exception {
    List<Long> values = new ArrayList<>();
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader = new ArrowStreamReader(stream, allocator)) {
      while (reader.loadNextBatch()) {
        BigIntVector vector = (BigIntVector) reader.getVectorSchemaRoot().getVector(0);
        for (int i = 0; i < vector.getValueCount(); i++) {
          values.add(vector.get(i));
        }
      }
    }
    return values;
  }

  @Test
  void asksForALogin() throws Exception {
    ArrowClient nobody = new ArrowClient(door.url(), "Basic bm9ib2R5Og==");
    for (String path : List.of("/arrow/x", "/catalog/c1", "/echo/x", "/nothing")) {
      HttpResponse<byte[]> response = nobody.get(path);
      assertError(response, 401, "28000");
      assertThat(response.headers().firstValue("WWW-Authenticate"))
          .contains("Basic realm=\"Sallyport\"");
    }
    for (String header : List.of("Basic", "Basic %%%", "Bearer wrong", "Digest x", "")) {
      assertThat(new ArrowClient(door.url(), header).get("/catalog/c1").statusCode())
          .isEqualTo(401);
    }
    assertThat(nobody.response(new Service.OpenConnectionRequest("c2", Map.of())))
        .isInstanceOfSatisfying(
            Service.ErrorResponse.class, e -> assertThat(e.sqlState).isEqualTo("28000"));
    assertThatThrownBy(() -> door.stock("protobuf", "avatica_password=wrong"))
        .hasStackTraceContaining("401");
  }

  @Test
  void checksAPasswordOnce() throws Exception {
    int before = door.gateway.passwordChecks.get();
    for (int i = 0; i < 5; i++) {
      assertThat(ann.get("/catalog/c1").statusCode()).isEqualTo(200);
    }
    assertThat(door.gateway.passwordChecks.get()).isEqualTo(before);
  }

  @Test
  void takesATokenToo() throws Exception {
    ArrowClient tina = new ArrowClient(door.url(), "Bearer token-of-tina");
    tina.open();
    assertThat(tina.get("/catalog/c1").statusCode()).isEqualTo(200);
    Properties properties = new Properties();
    properties.setProperty("authentication", "BEARER");
    properties.setProperty("avatica_user", "tina");
    properties.setProperty("bearer_token", "token-of-tina");
    properties.setProperty(
        "bearer_token_provider_class",
        "org.apache.calcite.avatica.remote.ConstantBearerTokenProvider");
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:avatica:remote:serialization=protobuf;url=" + door.url() + "/", properties);
        ResultSet one = connection.createStatement().executeQuery("SELECT 41 + 1")) {
      assertThat(one.next()).isTrue();
      assertThat(one.getInt(1)).isEqualTo(42);
    }
  }

  @Test
  void isHealthyWithoutLogin() throws Exception {
    HttpResponse<byte[]> response = new ArrowClient(door.url(), "").get("/health");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void servesRoutes() throws Exception {
    HttpResponse<byte[]> response =
        ann.post("/echo/a?b=c", "{\"n\":1}".getBytes(StandardCharsets.UTF_8));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(json(response).get("asked").asText())
        .isEqualTo("POST /echo/a ann Optional[{\"n\":1}]");
    assertError(ann.get("/echo/refuse"), 403, "42501");
    HttpResponse<byte[]> failed = ann.get("/echo/fail");
    assertError(failed, 500, "XX000");
    assertThat(new String(failed.body(), StandardCharsets.UTF_8))
        .contains("incident")
        .doesNotContain("treasure")
        .doesNotContain("Exception");
    assertError(ann.post("/echo/a", new byte[] {'{'}), 400, "22023");
    assertError(ann.get("/nothing"), 404, "42704");
  }

  @Test
  void tellsTheCatalogue() throws Exception {
    JsonNode table = json(ann.get("/catalog/c1")).get("tables").get(0);
    assertThat(table.get("dataset").asText()).isEqualTo("clinic");
    assertThat(table.get("columns").get(1).get("type").asText()).isEqualTo("DECIMAL(10,2)");
    assertThat(table.get("columns").get(0).get("nullable").asBoolean()).isFalse();
    assertThat(table.get("primaryKey").get(0).asText()).isEqualTo("id");
  }

  @Test
  void sendsASmallAnswerAtOnce() throws Exception {
    ArrowClient.Executed executed =
        ann.execute(ann.statement(), "SELECT range FROM range(5) " + PlainGateway.WARNED);
    assertThat(executed.ticket()).isEmpty();
    assertThat(executed.response().getResults(0).getFirstFrame().getDone()).isTrue();
    assertThat(longs(new ByteArrayInputStream(executed.whole())))
        .containsExactly(0L, 1L, 2L, 3L, 4L);
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(executed.whole()), allocator)) {
      assertThat(reader.getVectorSchemaRoot().getSchema().getCustomMetadata())
          .containsEntry("sallyport.warnings", "[\"small groups are left out\"]");
    }
  }

  @Test
  void sendsAnEmptyAnswerWithItsSchema() throws Exception {
    ArrowClient.Executed executed =
        ann.execute(ann.statement(), "SELECT range FROM range(5) WHERE 1 = 0");
    assertThat(longs(new ByteArrayInputStream(executed.whole()))).isEmpty();
  }

  @Test
  void streamsALargeAnswerOnce() throws Exception {
    ArrowClient.Executed executed =
        ann.execute(ann.statement(), "SELECT range FROM range(200000) ORDER BY range");
    assertThat(executed.whole()).isEmpty();
    assertThat(executed.response().getResults(0).getFirstFrame().getDone()).isFalse();
    HttpResponse<InputStream> response = ann.stream(executed.ticket());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("application/vnd.apache.arrow.stream");
    List<Long> values = longs(response.body());
    assertThat(values).hasSize(200_000);
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i)).isEqualTo(i);
    }
    assertError(ann.get("/arrow/" + executed.ticket()), 404, "26000");
  }

  @Test
  void refusesAnothersTicketAndKeepsItForItsOwner() throws Exception {
    ArrowClient.Executed executed = ann.execute(ann.statement(), MANY + " LIMIT 100000");
    ArrowClient bob = ArrowClient.basic(door.url(), "bob");
    HttpResponse<byte[]> foreign = bob.get("/arrow/" + executed.ticket());
    HttpResponse<byte[]> wrong = bob.get("/arrow/nothing");
    assertError(foreign, 404, "26000");
    assertThat(foreign.body()).isEqualTo(wrong.body());
    assertThat(longs(ann.stream(executed.ticket()).body())).hasSize(100_000);
  }

  @Test
  void hidesAnothersConnection() throws Exception {
    int statement = ann.statement();
    ArrowClient bob = ArrowClient.basic(door.url(), "bob");
    assertThat(bob.response(new Service.FetchRequest(ArrowClient.CONNECTION, statement, 0, 10)))
        .isInstanceOfSatisfying(
            Service.ErrorResponse.class, e -> assertThat(e.sqlState).isEqualTo("08003"));
    assertError(bob.post("/cancel/c1/" + statement, new byte[0]), 404, "08003");
    assertError(bob.get("/catalog/c1"), 404, "08003");
  }

  @Test
  void cancelsWhileExecutingAndWhileStreaming() throws Exception {
    int statement = ann.statement();
    ArrowClient.Executed executed = ann.execute(statement, HOURS);
    CompletableFuture<HttpResponse<byte[]>> reading =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ann.get("/arrow/" + executed.ticket());
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    Thread.sleep(200);
    assertThat(ann.post("/cancel/c1/" + statement, new byte[0]).statusCode()).isEqualTo(204);
    assertError(reading.get(2, TimeUnit.SECONDS), 409, "57014");

    ArrowClient.Executed many = ann.execute(statement, MANY);
    InputStream rows = ann.stream(many.ticket()).body();
    assertThat(rows.readNBytes(1 << 20)).hasSize(1 << 20);
    assertThat(ann.post("/cancel/c1/" + statement, new byte[0]).statusCode()).isEqualTo(204);
    door.assertNothingRuns();
    assertTrouble(rows.readAllBytes(), "57014");
  }

  @Test
  void cancelsAStockClientThatWaits() throws Exception {
    ArrowClient stock = ArrowClient.basic(door.url(), "ann");
    stock.response(new Service.OpenConnectionRequest("plain", Map.of()));
    int statement =
        ((Service.CreateStatementResponse)
                stock.response(new Service.CreateStatementRequest("plain")))
            .statementId;
    CompletableFuture<Service.Response> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return stock.response(
                    new Service.PrepareAndExecuteRequest("plain", statement, HOURS, -1));
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    Thread.sleep(500);
    assertThat(ann.post("/cancel/plain/" + statement, new byte[0]).statusCode()).isEqualTo(204);
    assertThat(waiting.get(2, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Service.ErrorResponse.class, e -> assertThat(e.sqlState).isEqualTo("57014"));
  }

  private static void assertTrouble(byte[] end, String sqlState) throws Exception {
    int from = end.length - 1;
    while (end[from] != '{') {
      from--;
    }
    ByteBuffer mark = ByteBuffer.wrap(end, from - 12, 12).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(mark.getLong()).isEqualTo(-1L);
    assertThat(mark.getInt()).isEqualTo(end.length - from);
    JsonNode told =
        new ObjectMapper().readTree(new ByteArrayInputStream(end, from, end.length - from));
    assertThat(told.get("sqlState").asText()).isEqualTo(sqlState);
    assertThat(told.get("message").asText()).doesNotContain("treasure");
  }

  @Test
  void marksAFailureInMidStream() throws Exception {
    String sql =
        "SELECT CAST(repeat('1', CAST(range // 1000000 AS INTEGER) + 14) AS BIGINT)"
            + " FROM range(9000000)";
    byte[] stream = ann.get("/arrow/" + ann.execute(ann.statement(), sql).ticket()).body();
    assertThat(stream.length).isGreaterThan(1_000_000);
    assertTrouble(stream, "XX000");
    assertThatThrownBy(() -> longs(new ByteArrayInputStream(stream)))
        .as("an Arrow reader must not take the part for the whole")
        .isInstanceOf(Exception.class);
  }

  @Test
  void tellsAnEarlyFailureInsteadOfAStream() throws Exception {
    Service.Response response =
        ann.response(
            new Service.PrepareAndExecuteRequest(
                ArrowClient.CONNECTION,
                ann.statement(),
                "SELECT CAST('x' || range AS INTEGER) FROM range(3)",
                -1));
    assertThat(response)
        .isInstanceOfSatisfying(
            Service.ErrorResponse.class,
            e -> {
              assertThat(e.sqlState).isEqualTo("XX000");
              assertThat(e.exceptions).containsExactly(e.errorMessage);
            });
  }

  @Test
  void endsTheQueryOfAClientThatGoesAway() throws Exception {
    ArrowClient.Executed executed = ann.execute(ann.statement(), MANY);
    try (Socket socket = new Socket("localhost", door.door.port())) {
      ask(socket, executed.ticket());
      assertThat(socket.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
      assertThat(door.engine.running()).isEqualTo(1);
    }
    door.assertNothingRuns();

    ArrowClient.Executed hours = ann.execute(ann.statement(), HOURS);
    try (Socket socket = new Socket("localhost", door.door.port())) {
      ask(socket, hours.ticket());
      Thread.sleep(300);
      assertThat(door.engine.running()).isEqualTo(1);
    }
    door.assertNothingRuns();
  }

  private static void ask(Socket socket, String ticket) throws Exception {
    OutputStream out = socket.getOutputStream();
    String login =
        Base64.getEncoder().encodeToString("ann:ann's password".getBytes(StandardCharsets.UTF_8));
    out.write(
        ("GET /arrow/"
                + ticket
                + " HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
                + login
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Test
  void waitsForASlowReaderInLittleMemory() throws Exception {
    long before = direct();
    ArrowClient.Executed executed = ann.execute(ann.statement(), MANY);
    long most = 0;
    try (Socket socket = new Socket("localhost", door.door.port())) {
      socket.setReceiveBufferSize(64 << 10);
      ask(socket, executed.ticket());
      InputStream in = socket.getInputStream();
      for (int i = 0; i < 10; i++) {
        in.readNBytes(100_000);
        Thread.sleep(50);
        most = Math.max(most, direct());
      }
      assertThat(door.engine.running()).isEqualTo(1);
    }
    // A batch of 64k rows has half a megabyte; the whole answer has 160 MB.
    assertThat(most - before).isLessThan(40L << 20);
  }

  private static long direct() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  @Test
  void streamsFiveMillionRowsInConstantMemory() throws Exception {
    long before = direct();
    ArrowClient.Executed executed =
        ann.execute(ann.statement(), "SELECT range, 'name ' || range AS n FROM range(5000000)");
    long sum = 0;
    long rows = 0;
    long most = 0;
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(ann.stream(executed.ticket()).body(), allocator)) {
      while (reader.loadNextBatch()) {
        BigIntVector vector = (BigIntVector) reader.getVectorSchemaRoot().getVector(0);
        for (int i = 0; i < vector.getValueCount(); i++) {
          sum += vector.get(i);
        }
        rows += vector.getValueCount();
        most = Math.max(most, direct());
      }
    }
    assertThat(rows).isEqualTo(5_000_000);
    assertThat(sum).isEqualTo(4_999_999L * 5_000_000 / 2);
    assertThat(most - before).isLessThan(64L << 20);
  }

  @Test
  void refusesARequestThatIsTooLarge() throws Exception {
    byte[] large = new byte[10 << 20];
    assertError(ann.post("/echo/a", large), 413, "54000");
    StringBuilder sql = new StringBuilder("SELECT 1 --").append("x".repeat(10 << 20));
    try (Connection connection = door.stock("protobuf")) {
      assertThatThrownBy(() -> connection.createStatement().executeQuery(sql.toString()))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("54000"));
      try (ResultSet one = connection.createStatement().executeQuery("SELECT 1")) {
        assertThat(one.next()).isTrue();
      }
    }
  }

  @Test
  void refusesWhatIsNoRequest() throws Exception {
    for (byte[] body : List.of(new byte[0], new byte[] {1, 2, 3}, new byte[] {10, 1, 'x'})) {
      HttpResponse<byte[]> response = ann.post("/", body);
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(new String(response.body(), StandardCharsets.ISO_8859_1))
          .contains("22023")
          .doesNotContain("java.");
    }
    HttpResponse<byte[]> json = ann.post("/", "{\"request\": 1}".getBytes(StandardCharsets.UTF_8));
    assertThat(json.statusCode()).isEqualTo(500);
    assertThat(new String(json.body(), StandardCharsets.UTF_8)).doesNotContain("java.");
    try (Socket socket = new Socket("localhost", door.door.port())) {
      socket.getOutputStream().write("this is no HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void loadsNoClassThatAClientNames() throws Exception {
    String attack =
        "{\"request\":\"execute\",\"statementHandle\":{\"connectionId\":\"c1\",\"id\":1,"
            + "\"signature\":{\"cursorFactory\":{\"style\":\"RECORD\",\"clazz\":\""
            + Bait.class.getName()
            + "\",\"fieldNames\":[]}}},\"parameterValues\":[],\"maxRowCount\":1}";
    ann.post("/", attack.getBytes(StandardCharsets.UTF_8));
    Requests.ExecuteRequest.Builder execute = Requests.ExecuteRequest.newBuilder();
    execute
        .getStatementHandleBuilder()
        .setConnectionId("c1")
        .getSignatureBuilder()
        .getCursorFactoryBuilder()
        .setStyle(Common.CursorFactory.Style.RECORD)
        .setClassName(Bait.class.getName());
    ann.post(
        "/",
        Common.WireMessage.newBuilder()
            .setName(Requests.ExecuteRequest.class.getName())
            .setWrappedMessage(execute.build().toByteString())
            .build()
            .toByteArray());
    assertThat(System.getProperty("sallyport.test.bait")).isNull();
  }

  /** Tells when it is loaded. */
  static final class Bait {
    static {
      System.setProperty("sallyport.test.bait", "taken");
    }
  }

  @Test
  void closesSessionsThatNobodyUses() throws Exception {
    try (OpenDoor impatient =
        new OpenDoor(
            Files.createDirectory(directory.resolve("impatient")),
            Optional.empty(),
            usual -> usual.withIdle(Duration.ofSeconds(20), Duration.ofMillis(100)))) {
      ArrowClient client = ArrowClient.basic(impatient.url(), "ann");
      client.open();
      client.execute(client.statement(), MANY);
      assertThat(impatient.gateway.sessions).hasSize(1);
      long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (!impatient.gateway.sessions.isEmpty() && System.nanoTime() < until) {
        Thread.sleep(50);
      }
      assertThat(impatient.gateway.sessions).isEmpty();
      impatient.assertNothingRuns();
      try (Connection stock = impatient.stock("protobuf", "transparent_reconnection=true")) {
        Thread.sleep(6000);
        assertThat(stock.createStatement().executeQuery("SELECT 1").next()).isTrue();
      }
    }
  }

  @Test
  void speaksTls() throws Exception {
    Path own = Files.createDirectory(directory.resolve("tls"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    X500Name name = new X500Name("CN=localhost");
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        Date.from(Instant.now().minusSeconds(60)),
                        Date.from(Instant.now().plusSeconds(3600)),
                        name,
                        pair.getPublic())
                    .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")))
                    .build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("door", certificate);
    Path store = own.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(store)) {
      trusted.store(out, "changeit".toCharArray());
    }
    SslContext tls = SslContextBuilder.forServer(pair.getPrivate(), certificate).build();
    try (OpenDoor secure = new OpenDoor(own, Optional.of(tls), usual -> usual);
        Connection connection =
            secure.stock(
                "protobuf",
                "truststore=" + store,
                "truststore_password=changeit",
                "keystore_type=PKCS12");
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT count(*) FROM clinic.visits")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(2500);
    }
  }
}
