package io.sallyport.proxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.policy.Principal;
import java.util.Optional;

/**
 * A part of the HTTP door that speaks plain JSON, such as the owner's API under {@code /owner/}.
 *
 * <p>The door has authenticated the caller before a route sees the request; what the caller may do
 * is the route's own question. It runs on a thread that may block. A {@link
 * io.sallyport.proxy.GatewayException} that it throws is sent as {@code {"sqlState", "message"}}.
 */
public interface Route {
  /** The start of the paths that it serves, for example {@code /owner/}. */
  String prefix();

  /**
   * Answers one request.
   *
   * @param method in upper case, for example {@code POST}
   * @param path without query, for example {@code /owner/requests/7/approve}
   * @param body the JSON that came with the request, if any
   */
  Reply handle(String method, String path, Principal principal, Optional<JsonNode> body);

  /** A status and the JSON that goes with it. */
  record Reply(int status, JsonNode body) {}
}
