package io.sallyport.proxy.cli;

/** Why a command could not be done: one sentence for the terminal and an exit code. */
final class FailedCommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The server answered and said no. */
  static final int REFUSED = 1;

  /** The server did not answer, or not as one of ours. */
  static final int UNREACHABLE = 3;

  private final int exitCode;

  FailedCommandException(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
