package io.sallyport.proxy;

/** Why the gateway said no: one code for every door, with the SQLSTATE that travels. */
public enum ErrorCode {
  WRONG_CREDENTIALS("28000"),
  NO_CONNECTION("08003"),
  REFUSED("42501"),
  SYNTAX("42601"),
  UNKNOWN_TABLE("42P01"),
  UNKNOWN_COLUMN("42703"),
  UNKNOWN_FUNCTION("42883"),
  WRONG_TYPE("42804"),
  WRONG_PARAMETER("22023"),
  NOT_SUPPORTED("0A000"),
  TOO_LARGE("54000"),
  BAD_TICKET("26000"),
  UNKNOWN_REQUEST("42704"),
  CANCELLED("57014"),
  TIMED_OUT("57014"),
  HELD("PV001"),
  LIMIT_REACHED("PV002"),
  ENGINE_FAILED("XX000"),
  INTERNAL("XX000");

  private final String sqlState;

  ErrorCode(String sqlState) {
    this.sqlState = sqlState;
  }

  public String sqlState() {
    return sqlState;
  }
}
