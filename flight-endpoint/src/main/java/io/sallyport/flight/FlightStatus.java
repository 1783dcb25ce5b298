package io.sallyport.flight;

import io.grpc.Metadata;
import io.grpc.Status;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call's end as the client is told it: gRPC's code, a sentence, and the SQLSTATE as metadata.
 *
 * <p>Only a {@link FlightError} is told in its own words. What libraries throw becomes a constant
 * sentence, because their texts hold Java names and may hold data.
 */
record FlightStatus(Status status, Metadata trailers) {
  private static final Logger LOG = LoggerFactory.getLogger(FlightStatus.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Metadata.Key<String> SQL_STATE = key(FlightError.SQL_STATE);
  private static final Metadata.Key<String> CODE = key(FlightError.CODE);

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  static FlightStatus of(FlightError error) {
    Metadata trailers = new Metadata();
    trailers.put(SQL_STATE, error.sqlState());
    trailers.put(CODE, error.code());
    return new FlightStatus(
        code(error.kind()).toStatus().withDescription(error.getMessage()), trailers);
  }

  /** What becomes of a call's end that a library or our own code asked for. */
  static FlightStatus of(Status status) {
    if (status.getCause() instanceof FlightError error) {
      return of(error);
    }
    return switch (status.getCode()) {
      case OK -> new FlightStatus(status, new Metadata());
      case CANCELLED -> of(FlightError.cancelled());
      case UNIMPLEMENTED -> of(FlightError.unsupported("this call is not offered; ask with SQL"));
      case INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE, FAILED_PRECONDITION, ALREADY_EXISTS ->
          of(
              new FlightError(
                  "08P01",
                  "PROTOCOL",
                  FlightError.Kind.INVALID,
                  "the call is not one of Flight SQL; send a Flight SQL command"));
      case UNAUTHENTICATED, PERMISSION_DENIED -> of(FlightError.wrongCredentials());
      case RESOURCE_EXHAUSTED ->
          of(
              new FlightError(
                  "54000",
                  "TOO_LARGE",
                  FlightError.Kind.EXHAUSTED,
                  "the message is too large; send less"));
      case UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
          of(unexpected(status));
    };
  }

  private static FlightError unexpected(Status status) {
    byte[] bytes = new byte[5];
    RANDOM.nextBytes(bytes);
    String number = HexFormat.of().formatHex(bytes);
    Throwable cause = status.getCause();
    String place = "";
    if (cause != null) {
      StackTraceElement[] trace = cause.getStackTrace();
      place = cause.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }
    LOG.warn("incident {}: unexpected failure ({} {})", number, status.getCode(), place);
    return new FlightError(
        "XX000", "INTERNAL", FlightError.Kind.INTERNAL, "the gateway failed; incident " + number);
  }

  private static Status.Code code(FlightError.Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
      case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
      case INVALID -> Status.Code.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
      case EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
      case CANCELLED -> Status.Code.CANCELLED;
      case TIMED_OUT -> Status.Code.DEADLINE_EXCEEDED;
      case INTERNAL -> Status.Code.INTERNAL;
    };
  }
}
