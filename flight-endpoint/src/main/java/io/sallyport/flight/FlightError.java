package io.sallyport.flight;

/**
 * The one failure that a Flight client is told: a SQLSTATE, a code's name and a sentence. They
 * travel as the call's description and as its metadata {@value #SQL_STATE} and {@value #CODE}.
 *
 * <p>Anything else that is thrown becomes a constant sentence; its text never leaves.
 */
public final class FlightError extends RuntimeException {
  public static final String SQL_STATE = "sqlstate";
  public static final String CODE = "sallyport-code";

  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as Flight has a word for it. */
  public enum Kind {
    UNAUTHENTICATED,
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    UNSUPPORTED,
    EXHAUSTED,
    CANCELLED,
    TIMED_OUT,
    INTERNAL
  }

  private final String sqlState;
  private final String code;
  private final Kind kind;

  /**
   * A failure to tell.
   *
   * @param sqlState five characters
   * @param code the gateway's name of the failure, for example {@code UNKNOWN_TABLE}
   * @param message one sentence without data
   */
  public FlightError(String sqlState, String code, Kind kind, String message) {
    super(message, null, false, false);
    if (sqlState.length() != 5) {
      throw new IllegalArgumentException("a SQLSTATE has five characters. Given: " + sqlState);
    }
    this.sqlState = sqlState;
    this.code = code;
    this.kind = kind;
  }

  public String sqlState() {
    return sqlState;
  }

  public String code() {
    return code;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  static FlightError unsupported(String message) {
    return new FlightError("0A000", "NOT_SUPPORTED", Kind.UNSUPPORTED, message);
  }

  static FlightError readOnly() {
    return new FlightError(
        "42501", "REFUSED", Kind.FORBIDDEN, "nothing can be changed here; ask with SELECT");
  }

  static FlightError wrongCredentials() {
    return new FlightError(
        "28000",
        "WRONG_CREDENTIALS",
        Kind.UNAUTHENTICATED,
        "wrong user, password or token; send them as Basic or Bearer authorization");
  }

  static FlightError sessionEnded() {
    return new FlightError(
        "08003", "NO_CONNECTION", Kind.UNAUTHENTICATED, "the session has ended; connect again");
  }

  static FlightError unknownTicket() {
    return new FlightError(
        "26000",
        "BAD_TICKET",
        Kind.NOT_FOUND,
        "the ticket is not good; each is good once and for a short time, so run the query again");
  }

  static FlightError unknownStatement() {
    return new FlightError(
        "26000", "BAD_TICKET", Kind.NOT_FOUND, "the prepared statement is not open; prepare it");
  }

  static FlightError wrongParameter(String message) {
    return new FlightError("22023", "WRONG_PARAMETER", Kind.INVALID, message);
  }

  static FlightError cancelled() {
    return new FlightError("57014", "CANCELLED", Kind.CANCELLED, "the query was cancelled");
  }
}
