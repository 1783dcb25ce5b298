package io.sallyport.proxy.cli;

import io.sallyport.proxy.state.Secrets;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a configuration holds in place of secrets. */
public final class SecretCommands {
  private SecretCommands() {}

  /** Prints a password's hash; the password itself is nowhere on the command line. */
  @Command(name = "hash-password", description = "Print what a config holds for a password.")
  public static final class HashPassword implements Runnable {
    @Option(
        names = "--password-file",
        description = "Holds the password; else SALLYPORT_PASSWORD is used, else you are asked.")
    private Optional<Path> passwordFile = Optional.empty();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      String password = Terminal.password(passwordFile, System.getenv(), "password");
      PrintWriter out = spec.commandLine().getOut();
      try {
        out.println(Secrets.hashPassword(password));
      } catch (IllegalArgumentException e) {
        throw new FailedCommandException(
            FailedCommandException.REFUSED, String.valueOf(e.getMessage()));
      }
      out.flush();
    }
  }

  /** Makes a token; it is shown this once. */
  @Command(name = "new-token", description = "Make a token and what a config holds for it.")
  public static final class NewToken implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      String token = Secrets.newToken();
      PrintWriter out = spec.commandLine().getOut();
      out.println("for the client:  " + token);
      out.println("for the config:  " + Secrets.hashToken(token));
      out.flush();
    }
  }
}
