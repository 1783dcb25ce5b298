package io.sallyport.flight;

import io.grpc.Context;
import io.sallyport.flight.FlightGateway.Session;
import java.util.Map;

/**
 * Who makes the call under way, found by {@link CallGate} before any other code sees it.
 *
 * @param properties those that came with this call alone
 */
record Caller(ClientSession session, Map<String, String> properties) {
  static final Context.Key<Caller> KEY = Context.key("sallyport-caller");

  Caller {
    properties = Map.copyOf(properties);
  }

  static Caller current() {
    Caller caller = KEY.get();
    if (caller == null) {
      throw FlightError.wrongCredentials();
    }
    return caller;
  }

  Session open() {
    return session.open(properties);
  }

  String user() {
    return session.user().name();
  }
}
