package io.sallyport.proxy;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failure that an analyst may not look into, told by a number that the operator finds in the log.
 *
 * <p>Neither the sentence nor the log holds the failure's own text, because engines put values of
 * rows into it: only its class, and the place in our code, are written down.
 */
public final class Incident {
  private static final Logger LOG = LoggerFactory.getLogger(Incident.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private Incident() {}

  /** The engine could not compute a query. */
  public static GatewayException engineFailed(Throwable failure) {
    String number = log("the engine failed", failure.getClass().getName());
    return new GatewayException(
        ErrorCode.ENGINE_FAILED, "the query could not be computed; incident " + number);
  }

  /** A check found that an answer must not leave. */
  public static GatewayException stopped(String reason) {
    String number = log("an answer was stopped at the last door", reason);
    return new GatewayException(
        ErrorCode.INTERNAL, "the answer was stopped by a check; incident " + number);
  }

  /** Something that should not happen; a failure that is told already stays as it is. */
  public static GatewayException unexpected(Throwable failure) {
    if (failure instanceof GatewayException told) {
      return told;
    }
    StackTraceElement[] trace = failure.getStackTrace();
    String place = trace.length == 0 ? "" : " at " + trace[0];
    String number = log("unexpected failure", failure.getClass().getName() + place);
    return new GatewayException(ErrorCode.INTERNAL, "the gateway failed; incident " + number);
  }

  private static String log(String what, String detail) {
    byte[] bytes = new byte[5];
    RANDOM.nextBytes(bytes);
    String number = HexFormat.of().formatHex(bytes);
    LOG.warn("incident {}: {} ({})", number, what, detail);
    return number;
  }
}
