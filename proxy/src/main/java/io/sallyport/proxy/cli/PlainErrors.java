package io.sallyport.proxy.cli;

import io.sallyport.policy.PolicyProblems;
import io.sallyport.proxy.ConfigException;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Incident;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * What a command that failed leaves on the terminal: sentences, no stack trace, and an exit code. 0
 * is done, 1 refused, 2 wrongly typed, 3 no server there.
 */
public final class PlainErrors implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult typed) {
    PrintWriter err = command.getErr();
    if (failure instanceof FailedCommandException failed) {
      err.println("sallyport: " + failed.getMessage());
      return failed.exitCode();
    }
    boolean ours =
        failure instanceof ConfigException
            || failure instanceof PolicyProblems
            || failure instanceof GatewayException
            || failure instanceof IllegalArgumentException
            || failure instanceof IllegalStateException;
    String sentence =
        ours ? String.valueOf(failure.getMessage()) : Incident.unexpected(failure).getMessage();
    sentence.lines().forEach(line -> err.println("sallyport: " + line));
    return FailedCommandException.REFUSED;
  }
}
