package io.sallyport.flight;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.sallyport.flight.FlightGateway.User;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets no call in before it is known who calls, and no error out but in our words.
 *
 * <p>It takes Basic and Bearer authorization and the session cookie that it hands out, each alone
 * or together; together they must name one user. A handshake gets a bearer token for later calls.
 */
final class CallGate implements ServerInterceptor {
  private static final String COOKIE_NAME = "arrow_flight_session_id";
  private static final Metadata.Key<String> AUTHORIZATION = header("authorization");
  private static final Metadata.Key<String> COOKIE = header("cookie");
  private static final Metadata.Key<String> SET_COOKIE = header("set-cookie");
  private static final Map<String, Metadata.Key<String>> PROPERTIES =
      Map.of(
          "dataset", header("sallyport-dataset"),
          "purpose", header("sallyport-purpose"),
          "approval", header("sallyport-approval"));

  private final FlightGateway gateway;
  private final Sessions sessions;

  CallGate(FlightGateway gateway, Sessions sessions) {
    this.gateway = gateway;
    this.sessions = sessions;
  }

  private static Metadata.Key<String> header(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Metadata toClient = new Metadata();
    Caller caller;
    try {
      boolean handshake = "Handshake".equals(call.getMethodDescriptor().getBareMethodName());
      caller = new Caller(session(headers, handshake, toClient), properties(headers));
    } catch (RuntimeException e) {
      FlightStatus end = FlightStatus.of(Status.INTERNAL.withCause(e));
      call.close(end.status(), end.trailers());
      return new Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(Caller.KEY, caller),
        new GuardedCall<>(call, toClient, caller.session()),
        headers,
        next);
  }

  private ClientSession session(Metadata headers, boolean handshake, Metadata toClient) {
    String authorization = headers.get(AUTHORIZATION);
    String cookie = cookie(headers);
    if (authorization == null && (cookie == null || handshake)) {
      throw FlightError.wrongCredentials();
    }
    Optional<ClientSession> known = Optional.empty();
    if (cookie != null && !handshake) {
      known = Optional.of(sessions.find(cookie).orElseThrow(FlightError::sessionEnded));
    }
    if (authorization == null) {
      return known.orElseThrow(FlightError::wrongCredentials);
    }
    String bearer = after("Bearer ", authorization);
    User user;
    if (bearer != null) {
      Optional<ClientSession> named = sessions.find(bearer);
      if (named.isPresent() && known.isEmpty() && !handshake) {
        return named.get();
      }
      user = named.map(ClientSession::user).orElseGet(() -> gateway.authenticate(bearer));
    } else {
      user = basic(authorization);
    }
    if (known.isPresent()) {
      if (!known.get().user().name().equals(user.name())) {
        throw FlightError.wrongCredentials();
      }
      return known.get();
    }
    ClientSession session = sessions.open(user);
    toClient.put(SET_COOKIE, COOKIE_NAME + "=" + session.key() + "; HttpOnly");
    // A client that came with a token keeps it: the token may outlive the session.
    if (bearer == null || handshake) {
      toClient.put(AUTHORIZATION, "Bearer " + session.key());
    }
    return session;
  }

  private User basic(String authorization) {
    String encoded = after("Basic ", authorization);
    if (encoded == null) {
      throw FlightError.wrongCredentials();
    }
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw FlightError.wrongCredentials();
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw FlightError.wrongCredentials();
    }
    return gateway.authenticate(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private static @Nullable String after(String scheme, String authorization) {
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
        ? authorization.substring(scheme.length())
        : null;
  }

  private static @Nullable String cookie(Metadata headers) {
    Iterable<String> lines = headers.getAll(COOKIE);
    if (lines != null) {
      for (String line : lines) {
        for (String pair : line.split(";")) {
          String[] nameAndValue = pair.strip().split("=", 2);
          if (nameAndValue.length == 2 && nameAndValue[0].equals(COOKIE_NAME)) {
            return nameAndValue[1];
          }
        }
      }
    }
    return null;
  }

  private static Map<String, String> properties(Metadata headers) {
    Map<String, String> properties = new LinkedHashMap<>();
    PROPERTIES.forEach(
        (name, header) -> {
          String value = headers.get(header);
          if (value != null) {
            properties.put(name, value);
          }
        });
    return properties;
  }

  /**
   * Sends the session's key with the first headers, and ends calls as {@link FlightStatus} says.
   */
  private static final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Metadata toClient;
    private final ClientSession session;
    private boolean headersSent;

    GuardedCall(ServerCall<Q, R> call, Metadata toClient, ClientSession session) {
      super(call);
      this.toClient = toClient;
      this.session = session;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headersSent = true;
      headers.merge(toClient());
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      FlightStatus end = FlightStatus.of(status);
      if (!headersSent) {
        end.trailers().merge(toClient());
      }
      super.close(end.status(), end.trailers());
    }

    private Metadata toClient() {
      if (session.ended()) {
        toClient.put(SET_COOKIE, COOKIE_NAME + "=" + session.key() + "; Max-Age=0");
      }
      return toClient;
    }
  }
}
