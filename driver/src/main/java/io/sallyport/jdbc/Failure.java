package io.sallyport.jdbc;

import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An {@link SQLException} on its way through Avatica's code, which declares none and would wrap its
 * message in others. {@link #unwrap} finds it again.
 */
final class Failure extends RuntimeException {
  static final String CANCELLED = "57014";
  static final String HELD = "PV001";
  static final String CONNECTION_LOST = "08006";

  private static final long serialVersionUID = 1;

  private final SQLException reason;

  Failure(SQLException reason) {
    super(reason.getMessage(), reason);
    this.reason = reason;
  }

  /** The exception of JDBC's hierarchy that fits a SQLSTATE. */
  static SQLException of(String sqlState, String message) {
    if (sqlState.equals("0A000")) {
      return new SQLFeatureNotSupportedException(message, sqlState);
    }
    switch (sqlState.substring(0, Math.min(2, sqlState.length()))) {
      case "08":
        return new SQLNonTransientConnectionException(message, sqlState);
      case "22":
        return new SQLDataException(message, sqlState);
      case "28":
        return new SQLInvalidAuthorizationSpecException(message, sqlState);
      case "42":
        return new SQLSyntaxErrorException(message, sqlState);
      default:
        return new SQLException(message, sqlState);
    }
  }

  static SQLException timedOut(int seconds) {
    return new SQLTimeoutException(
        "the query took longer than the " + seconds + " s that it was allowed", CANCELLED);
  }

  static SQLException notSupported(String what) {
    return new SQLFeatureNotSupportedException(what + " is not supported", "0A000");
  }

  static SQLException broken(String what) {
    return new SQLNonTransientConnectionException(what, CONNECTION_LOST);
  }

  static SQLException broken(String what, Exception cause) {
    return new SQLNonTransientConnectionException(what, CONNECTION_LOST, cause);
  }

  /** The exception as it was before Avatica wrapped it; others as they are. */
  static SQLException unwrap(Throwable thrown) {
    for (@Nullable Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof Failure) {
        return ((Failure) t).reason;
      }
    }
    if (thrown instanceof SQLException) {
      SQLException known = (SQLException) thrown;
      return known.getSQLState() == null ? withState(known) : known;
    }
    return new SQLException(thrown.getMessage(), "HY000", thrown);
  }

  private static SQLException withState(SQLException known) {
    for (@Nullable Throwable t = known.getCause(); t != null; t = t.getCause()) {
      if (t instanceof SQLException && ((SQLException) t).getSQLState() != null) {
        return (SQLException) t;
      }
    }
    return known instanceof SQLFeatureNotSupportedException
        ? new SQLFeatureNotSupportedException(
            known.getMessage() == null ? "this call is not supported" : known.getMessage(),
            "0A000",
            known)
        : new SQLException(known.getMessage(), "HY000", known);
  }
}
