package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.RunOptions;
import io.sallyport.proxy.Session;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A held query's life: asked, approved by its owner over HTTPS, answered once, at every door. */
class ApprovalTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static TestGateway gateway;
  private static List<Door> doors;
  private static HttpClient https;

  @BeforeAll
  static void open() throws Exception {
    gateway = TestGateway.start(directory);
    doors = gateway.doors();
    https =
        HttpClient.newBuilder()
            .sslContext(trusting(gateway.server().caFile().orElseThrow()))
            .build();
  }

  @AfterAll
  static void close() throws Exception {
    doors.forEach(Door::close);
    gateway.close();
  }

  private static SSLContext trusting(Path caFile) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(TestGateway.trusting(caFile));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> owner(String user, String method, String path, String body)
      throws Exception {
    String login =
        Base64.getEncoder()
            .encodeToString((user + ":" + TestGateway.PASSWORD).getBytes(StandardCharsets.UTF_8));
    return https.send(
        HttpRequest.newBuilder(
                URI.create("https://localhost:" + gateway.server().httpPort() + path))
            .header("Authorization", "Basic " + login)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The number of the one pending request whose text is this. */
  private static long pending(String sql) throws Exception {
    HttpResponse<String> list = owner("alice", "GET", "/owner/requests", "");
    assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
    List<Long> numbers = new ArrayList<>();
    for (JsonNode request : JSON.readTree(list.body()).path("requests")) {
      if (request.path("sql").asText().equals(sql)
          && request.path("state").asText().equalsIgnoreCase("pending")) {
        numbers.add(request.path("number").asLong());
      }
    }
    assertThat(numbers).as(list.body()).hasSize(1);
    return numbers.get(0);
  }

  private static Outcome ask(Door door, String user, String sql) {
    return door.ask(gateway.user(user, "", "asked"), sql, List.of());
  }

  private static void assertState(Outcome outcome, String sqlState, String part) {
    Outcome.Failed failed =
        outcome.fold(
            rows -> {
              throw new AssertionError("answered " + rows);
            },
            f -> f);
    assertThat(failed.sqlState()).as(failed.message()).isEqualTo(sqlState);
    assertThat(failed.message()).contains(part);
  }

  private static List<List<String>> rows(Outcome outcome) {
    return outcome.fold(
        Outcome.Rows::rows,
        failed -> {
          throw new AssertionError(failed.toString());
        });
  }

  @Test
  void isAnsweredOnceAfterItsOwnersApproval() throws Exception {
    int place = 1;
    for (Door door : doors) {
      String sql = "SELECT id, ssn, dept FROM emp WHERE id = " + place++;
      assertState(ask(door, "bob", sql), "PV001", "alice");
      assertState(ask(door, "bob", sql), "PV001", "request");
      long number = pending(sql);

      HttpResponse<String> seen = owner("alice", "GET", "/owner/requests/" + number, "");
      assertThat(seen.body()).contains("asked.emp.id").contains("'*'").doesNotContain("CANARY");
      assertThat(owner("carol", "GET", "/owner/requests/" + number, "").statusCode())
          .isNotEqualTo(200);
      assertThat(
              owner("bob", "POST", "/owner/requests/" + number + "/approve", "{\"uses\":1}")
                  .statusCode())
          .isNotEqualTo(200);
      HttpResponse<String> approved =
          owner(
              "alice",
              "POST",
              "/owner/requests/" + number + "/approve",
              "{\"uses\":1,\"reason\":\"for the audit\"}");
      assertThat(approved.statusCode()).as(approved.body()).isEqualTo(200);

      assertState(ask(door, "eve", sql), "PV001", "alice");
      List<List<String>> rows = rows(ask(door, "bob", sql));
      assertThat(rows).hasSize(1);
      assertThat(rows.get(0).get(1)).isEqualTo("*");
      assertState(ask(door, "bob", sql), "PV001", "request");
    }
  }

  @Test
  void anApprovalServesOnlyThePurposeItWasAskedFor() throws Exception {
    int place = 20;
    for (Door door : doors) {
      String sql = "SELECT id, sex FROM emp WHERE id = " + place++;
      Door.User audit = gateway.user("bob", "audit", "asked");
      assertState(door.ask(audit, sql, List.of()), "PV001", "alice");
      owner("alice", "POST", "/owner/requests/" + pending(sql) + "/approve", "{\"uses\":1}");

      Door.User billing = gateway.user("bob", "billing", "asked");
      assertState(door.ask(billing, sql, List.of()), "PV001", "alice");
      assertState(ask(door, "bob", sql), "PV001", "alice");
      assertThat(rows(door.ask(audit, sql, List.of()))).hasSize(1);
    }
  }

  @Test
  void anAnswerWithSmallGroupsWaitsWhereThePolicyAsks() throws Exception {
    int least = 1;
    for (Door door : doors) {
      String sql = "SELECT zip, count(*) AS n FROM emp WHERE id > " + least++ + " GROUP BY zip";
      Door.User bob = gateway.user("bob", "", "asking");
      assertState(door.ask(bob, sql, List.of()), "PV001", "which, is not told; it waits as");
      long number = pending(sql);
      assertState(door.ask(bob, sql, List.of()), "PV001", "request " + number);

      HttpResponse<String> seen = owner("alice", "GET", "/owner/requests/" + number, "");
      String checked = JSON.readTree(seen.body()).path("checkedSql").asText();
      assertThat(checked).contains("GROUP BY").doesNotContain("HAVING", ">= 5");
      owner("alice", "POST", "/owner/requests/" + number + "/approve", "{\"uses\":1}");

      assertThat(rows(door.ask(bob, sql, List.of()))).hasSize(4).contains(List.of("Z3", "1"));
      assertState(door.ask(bob, sql, List.of()), "PV001", "which, is not told");

      String large = sql.replace("GROUP BY", "AND id < 61 GROUP BY");
      assertThat(rows(door.ask(bob, large, List.of()))).hasSize(3);
    }
  }

  @Test
  void whoAsksNobodyIsNotToldWhetherAGroupIsSmall() {
    GatewayService service = gateway.server().gateway();
    Session session =
        service.open(
            service.authenticate(new Login.Password("bob", TestGateway.PASSWORD)),
            Map.of("dataset", "asking", "approval", "refuse"));
    for (String where : List.of("id < 3", "id < 61")) {
      String sql = "SELECT count(*) FROM emp WHERE " + where;
      assertThatThrownBy(() -> service.run(session, sql, List.of(), RunOptions.NONE))
          .hasMessageContaining("if a group is too small, it waits for the owner of dataset")
          .hasMessageEndingWith("but the connection says `approval=refuse`");
    }
    service.close(session);
  }

  @Test
  void whatWouldHappenToSmallGroupsIsToldWithoutALookAtThem() throws Exception {
    String sql = "SELECT count(*) FROM emp WHERE id < 4";
    Door.User bob = gateway.user("bob", "", "asking");
    for (Door door : doors) {
      List<List<String>> told = rows(door.ask(bob, "EXPLAIN POLICY FOR " + sql, List.of()));
      assertThat(told.get(0)).contains("granted").last().asString().contains("too small, it waits");
      assertThat(told).anyMatch(row -> row.contains("waits"));
    }
    assertThat(owner("alice", "GET", "/owner/requests", "").body()).doesNotContain("id < 4\"");
  }

  @Test
  void aDenialTellsTheOwnersReason() throws Exception {
    Door door = doors.get(1);
    String sql = "SELECT name, salary FROM emp WHERE salary > 60000";
    assertState(ask(door, "bob", sql), "PV001", "alice");
    owner(
        "alice",
        "POST",
        "/owner/requests/" + pending(sql) + "/deny",
        "{\"reason\":\"names do not leave\"}");
    assertState(ask(door, "bob", sql), "42501", "names do not leave");
  }

  @Test
  void moreThanThePolicyAllowsIsStoppedEvenWhenApproved() throws Exception {
    Door door = doors.get(0);
    String sql = "SELECT a.id FROM emp a CROSS JOIN emp b";
    assertState(ask(door, "bob", sql), "PV001", "alice");
    owner("alice", "POST", "/owner/requests/" + pending(sql) + "/approve", "{\"uses\":1}");
    assertState(ask(door, "bob", sql), "PV002", "100");
  }

  @Test
  void manyAtOnceGetAsManyAnswersAsThereAreUses() throws Exception {
    String sql = "SELECT id, zip FROM emp WHERE id < 4";
    assertState(ask(doors.get(0), "bob", sql), "PV001", "alice");
    owner("alice", "POST", "/owner/requests/" + pending(sql) + "/approve", "{\"uses\":3}");
    ExecutorService many = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> asked = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        asked.add(
            many.submit(
                () -> {
                  try (Door own = gateway.inProcess()) {
                    return ask(own, "bob", sql).fold(rows -> true, failed -> false);
                  }
                }));
      }
      int answered = 0;
      for (Future<Boolean> one : asked) {
        answered += one.get() ? 1 : 0;
      }
      assertThat(answered).isEqualTo(3);
    } finally {
      many.shutdownNow();
    }
  }
}
