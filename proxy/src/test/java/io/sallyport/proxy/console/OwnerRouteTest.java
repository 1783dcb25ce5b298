package io.sallyport.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Principal;
import io.sallyport.policy.approval.DatasetVersion;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.FixedClock;
import io.sallyport.proxy.state.Ruling;
import io.sallyport.proxy.state.StateDirectory;
import io.sallyport.proxy.state.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerRouteTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DatasetVersion CURRENT = new DatasetVersion("p1", "e1");
  private static final Principal ALICE = new Principal("alice", Set.of("owner"));
  private static final HeldQuery QUERY =
      new HeldQuery(
          "bob",
          "f1",
          "SELECT zip FROM patients WHERE zip = ?",
          "SELECT \"zip\" FROM \"clinic\".\"patients\" WHERE \"zip\" = ?",
          List.of("80331"),
          new TreeMap<>(
              Map.of(
                  "clinic",
                  new Pin("alice", CURRENT, new Policy.Approvals(1, Duration.ofDays(7))))),
          List.of("clinic.patients.zip"),
          "rows leave only as figures about groups",
          Optional.of("research"));

  @TempDir Path directory;

  private StateStore store;
  private ApprovalQueue queue;
  private OwnerRoute route;

  @BeforeEach
  void askOnce() {
    store = StateStore.in(StateDirectory.at(directory.resolve("state")));
    queue = new ApprovalQueue(store, new FixedClock(), dataset -> Optional.of(CURRENT));
    route = new OwnerRoute(queue);
    queue.ask(QUERY);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void listsWhatIsOpen() {
    assertThat(get("/owner/requests"))
        .hasToString(
            compact(
                """
                {"requests": [{
                  "number": 1, "state": "pending", "requester": "bob", "purpose": "research",
                  "why": "rows leave only as figures about groups",
                  "sql": "SELECT zip FROM patients WHERE zip = ?",
                  "asked": "2026-11-25T08:00:00Z", "expires": "2026-12-02T08:00:00Z"}]}
                """));
  }

  @Test
  void showsAllThatTheOwnerDecidesBy() {
    assertThat(get("/owner/requests/1"))
        .hasToString(
            compact(
                """
                {"number": 1, "state": "pending", "requester": "bob", "purpose": "research",
                 "why": "rows leave only as figures about groups",
                 "sql": "SELECT zip FROM patients WHERE zip = ?",
                 "asked": "2026-11-25T08:00:00Z", "expires": "2026-12-02T08:00:00Z",
                 "checkedSql":
                   "SELECT \\"zip\\" FROM \\"clinic\\".\\"patients\\" WHERE \\"zip\\" = ?",
                 "parameters": ["80331"], "touched": ["clinic.patients.zip"],
                 "datasets": {"clinic":
                   {"owner": "alice", "policyVersion": "p1", "epoch": "e1"}},
                 "approvals": []}
                """));
  }

  @Test
  void approves() {
    JsonNode shown =
        post(
            "/owner/requests/1/approve",
            "{\"uses\": 2, \"expires\": \"2026-11-26T00:00:00Z\", \"reason\": \"for the paper\"}");

    assertThat(shown.path("state").asText()).isEqualTo("approved");
    assertThat(shown.path("usesLeft").asInt()).isEqualTo(2);
    assertThat(shown.path("approvals").toString())
        .isEqualTo(
            "[{\"by\":\"alice\",\"at\":\"2026-11-25T08:00:00Z\",\"reason\":\"for the paper\","
                + "\"uses\":2,\"expires\":\"2026-11-26T00:00:00Z\"}]");
    assertThat(queue.ask(QUERY)).isEqualTo(new Ruling.Approved(1));
  }

  @Test
  void approvesAsThePolicySaysWithoutABody() {
    JsonNode shown =
        route.handle("POST", "/owner/requests/1/approve", ALICE, Optional.empty()).body();

    assertThat(shown.path("usesLeft").asInt()).isEqualTo(1);
  }

  @Test
  void deniesWithAReason() {
    refused(ErrorCode.WRONG_PARAMETER, ALICE, "POST", "/owner/requests/1/deny", "{}")
        .isEqualTo("a denial has a `reason`, which the asker reads");
    JsonNode shown = post("/owner/requests/1/deny", "{\"reason\": \"too narrow\"}");

    assertThat(shown.path("ending").path("reason").asText()).isEqualTo("too narrow");
    assertThat(queue.ask(QUERY)).isEqualTo(new Ruling.Denied(1, "too narrow"));
  }

  @Test
  void revokes() {
    post("/owner/requests/1/approve", "{}");
    assertThat(post("/owner/requests/1/revoke", "{}").path("state").asText()).isEqualTo("revoked");
    assertThat(get("/owner/requests").path("requests")).isEmpty();
  }

  @Test
  void onlyOwnersComeIn() {
    Principal analyst = new Principal("alice", Set.of("analyst"));
    refused(ErrorCode.REFUSED, analyst, "GET", "/owner/requests", "{}")
        .isEqualTo("requests are for users with the role `owner`");
  }

  @Test
  void requestsOfOthersSoundLikeNone() {
    Principal olga = new Principal("olga", Set.of("owner"));
    refused(ErrorCode.UNKNOWN_REQUEST, olga, "GET", "/owner/requests/1", "{}")
        .isEqualTo("there is no request `1` of yours");
    refused(ErrorCode.UNKNOWN_REQUEST, olga, "GET", "/owner/requests/2", "{}")
        .isEqualTo("there is no request `2` of yours");
    assertThat(route.handle("GET", "/owner/requests", olga, Optional.empty()).body().toString())
        .isEqualTo("{\"requests\":[]}");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    for (String path :
        List.of(
            "/owner/",
            "/owner/x",
            "/owner/requests/",
            "/owner/requests/1/x",
            "/owner/requests/-1")) {
      refused(ErrorCode.UNKNOWN_REQUEST, ALICE, "GET", path, "{}");
    }
    refused(ErrorCode.UNKNOWN_REQUEST, ALICE, "POST", "/owner/requests/1/free", "{}");
    refused(ErrorCode.UNKNOWN_REQUEST, ALICE, "DELETE", "/owner/requests/1", "{}");
    String approve = "/owner/requests/1/approve";
    for (String body :
        List.of(
            "[]",
            "{\"use\": 1}",
            "{\"uses\": \"2\"}",
            "{\"uses\": 1.5}",
            "{\"uses\": 0}",
            "{\"uses\": null}",
            "{\"expires\": \"tomorrow\"}",
            "{\"expires\": \"2020-01-01T00:00:00Z\"}",
            "{\"reason\": 7}")) {
      refused(ErrorCode.WRONG_PARAMETER, ALICE, "POST", approve, body);
    }
    assertThat(queue.ask(QUERY)).isEqualTo(new Ruling.Pending(1));
  }

  private JsonNode get(String path) {
    return route.handle("GET", path, ALICE, Optional.empty()).body();
  }

  private JsonNode post(String path, String body) {
    return route.handle("POST", path, ALICE, Optional.of(json(body))).body();
  }

  private AbstractStringAssert<?> refused(
      ErrorCode code, Principal who, String method, String path, String body) {
    GatewayException thrown =
        catchThrowableOfType(
            GatewayException.class, () -> route.handle(method, path, who, Optional.of(json(body))));
    assertThat(thrown).as(path + " " + body).isNotNull();
    assertThat(thrown.code()).as(path + " " + body).isEqualTo(code);
    return assertThat(thrown.getMessage());
  }

  private static String compact(String text) {
    return json(text).toString();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
