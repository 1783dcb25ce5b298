package io.sallyport.proxy;

/**
 * The one failure that doors may show: a code and a sentence without data, engine text or Java
 * names. Whatever else is thrown becomes {@link ErrorCode#INTERNAL} with an incident number.
 */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public GatewayException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * @param cause what the front end ran into, for its tests; doors never tell it
   */
  public GatewayException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
