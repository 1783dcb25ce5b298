package io.sallyport.proxy.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sallyport.policy.Principal;
import io.sallyport.policy.approval.Request;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.http.Route;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.User;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The requests to an owner, as JSON.
 *
 * <pre>
 * GET  /owner/requests              → {"requests": [ … ]}     pending and approved ones
 * GET  /owner/requests/7            → {"number": 7, "state": "pending", "sql": …, "checkedSql": …}
 * POST /owner/requests/7/approve    {"uses": 2, "expires": "2026-12-01T00:00:00Z", "reason": "…"}
 * POST /owner/requests/7/deny       {"reason": "…"}
 * POST /owner/requests/7/revoke     {"reason": "…"}
 * </pre>
 *
 * <p>An owner sees requests that name a dataset of theirs; another's sounds like one that never
 * was. It shows no row of any table.
 */
public final class OwnerRoute implements Route {
  private static final String REQUESTS = "requests";

  private final ApprovalQueue queue;
  private final ObjectMapper json = new ObjectMapper();

  public OwnerRoute(ApprovalQueue queue) {
    this.queue = queue;
  }

  @Override
  public String prefix() {
    return "/owner/";
  }

  @Override
  public Reply handle(String method, String path, Principal principal, Optional<JsonNode> body) {
    if (!principal.roles().contains(User.OWNER)) {
      throw new GatewayException(
          ErrorCode.REFUSED, "requests are for users with the role `" + User.OWNER + "`");
    }
    String owner = principal.name();
    List<String> steps = List.of(path.substring(prefix().length()).split("/", -1));
    if (!steps.get(0).equals(REQUESTS)) {
      throw unknown(method, path);
    }
    if (method.equals("GET") && steps.size() == 1) {
      return new Reply(200, list(queue.openFor(owner)));
    }
    if (method.equals("GET") && steps.size() == 2) {
      return new Reply(200, whole(queue.show(number(steps.get(1)), owner)));
    }
    if (method.equals("POST") && steps.size() == 3) {
      return new Reply(200, whole(act(method, path, steps, owner, body)));
    }
    throw unknown(method, path);
  }

  private Request act(
      String method, String path, List<String> steps, String owner, Optional<JsonNode> body) {
    long number = number(steps.get(1));
    JsonNode said = body.orElseGet(json::createObjectNode);
    return switch (steps.get(2)) {
      case "approve" -> {
        only(said, "uses", "expires", "reason");
        yield queue.approve(number, owner, uses(said), expires(said), reason(said));
      }
      case "deny" -> {
        only(said, "reason");
        if (reason(said).isBlank()) {
          throw new GatewayException(
              ErrorCode.WRONG_PARAMETER, "a denial has a `reason`, which the asker reads");
        }
        yield queue.deny(number, owner, reason(said));
      }
      case "revoke" -> {
        only(said, "reason");
        yield queue.revoke(number, owner, reason(said));
      }
      default -> throw unknown(method, path);
    };
  }

  private static long number(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new GatewayException(
          ErrorCode.UNKNOWN_REQUEST, "a request has a number. Given: `" + text + "`");
    }
    return Long.parseLong(text);
  }

  private static void only(JsonNode said, String... allowed) {
    if (!said.isObject()) {
      throw new GatewayException(ErrorCode.WRONG_PARAMETER, "the body is a JSON object");
    }
    Set<String> unknown = new TreeSet<>();
    for (Iterator<String> names = said.fieldNames(); names.hasNext(); ) {
      unknown.add(names.next());
    }
    unknown.removeAll(List.of(allowed));
    if (!unknown.isEmpty()) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "unknown key `"
              + unknown.iterator().next()
              + "`; here stand `"
              + String.join("`, `", allowed)
              + "`");
    }
  }

  private static OptionalInt uses(JsonNode said) {
    JsonNode uses = said.path("uses");
    if (uses.isMissingNode()) {
      return OptionalInt.empty();
    }
    if (!uses.canConvertToInt() || !uses.isIntegralNumber()) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER, "`uses` is a whole number. Given: `" + uses + "`");
    }
    return OptionalInt.of(uses.intValue());
  }

  private static Optional<Instant> expires(JsonNode said) {
    JsonNode expires = said.path("expires");
    if (expires.isMissingNode()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(expires.asText()));
    } catch (DateTimeParseException e) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "`expires` is a time such as `2026-12-01T00:00:00Z`. Given: `" + expires.asText() + "`");
    }
  }

  private static String reason(JsonNode said) {
    JsonNode reason = said.path("reason");
    if (!reason.isMissingNode() && !reason.isTextual()) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER, "`reason` is a text. Given: `" + reason + "`");
    }
    return reason.asText("");
  }

  private static GatewayException unknown(String method, String path) {
    return new GatewayException(
        ErrorCode.UNKNOWN_REQUEST, "nothing answers to `" + method + " " + path + "`");
  }

  private JsonNode list(List<Request> requests) {
    ObjectNode list = json.createObjectNode();
    ArrayNode items = list.putArray(REQUESTS);
    requests.forEach(request -> items.add(brief(request)));
    return list;
  }

  private ObjectNode brief(Request request) {
    ObjectNode shown = json.createObjectNode();
    shown.put("number", request.number());
    shown.put("state", request.state().toString());
    shown.put("requester", request.query().requester());
    request.query().purpose().ifPresent(purpose -> shown.put("purpose", purpose));
    shown.put("why", request.query().why());
    shown.put("sql", request.query().sql());
    shown.put("asked", request.asked().toString());
    shown.put("expires", request.expires().toString());
    request.usesLeft().ifPresent(uses -> shown.put("usesLeft", uses));
    return shown;
  }

  private ObjectNode whole(Request request) {
    ObjectNode shown = brief(request);
    shown.put("checkedSql", request.query().checkedSql());
    ArrayNode parameters = shown.putArray("parameters");
    request.query().parameters().forEach(parameters::add);
    ArrayNode touched = shown.putArray("touched");
    request.query().touched().forEach(touched::add);
    ObjectNode datasets = shown.putObject("datasets");
    request
        .query()
        .datasets()
        .forEach(
            (name, pin) ->
                datasets
                    .putObject(name)
                    .put("owner", pin.owner())
                    .put("policyVersion", pin.version().policyVersion())
                    .put("epoch", pin.version().epoch()));
    ArrayNode approvals = shown.putArray("approvals");
    request
        .approvals()
        .forEach(
            approval ->
                approvals
                    .addObject()
                    .put("by", approval.by())
                    .put("at", approval.at().toString())
                    .put("reason", approval.reason())
                    .put("uses", approval.uses())
                    .put("expires", approval.expires().toString()));
    request
        .ending()
        .ifPresent(
            ending ->
                shown
                    .putObject("ending")
                    .put("by", ending.by())
                    .put("at", ending.at().toString())
                    .put("reason", ending.reason()));
    return shown;
  }
}
