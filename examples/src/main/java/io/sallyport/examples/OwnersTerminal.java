package io.sallyport.examples;

import io.sallyport.proxy.cli.OwnerCommands;
import io.sallyport.proxy.cli.PlainErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * An owner at a terminal: the commands that {@code ./sallyport show 7} and the like run, over HTTPS
 * to the gateway.
 */
final class OwnersTerminal implements AutoCloseable {
  private final List<String> connection;
  private final Path passwordFile;

  private OwnersTerminal(List<String> connection, Path passwordFile) {
    this.connection = connection;
    this.passwordFile = passwordFile;
  }

  static OwnersTerminal of(Account account, URI gateway, Path caFile) {
    try {
      // Temporary files are for their owner's eyes only.
      Path passwordFile = Files.createTempFile("sallyport-demo", ".password");
      Files.writeString(passwordFile, account.password());
      return new OwnersTerminal(
          List.of(
              "--url=" + gateway,
              "--user=" + account.user(),
              "--ca-file=" + caFile,
              "--password-file=" + passwordFile),
          passwordFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs one command, such as {@code approve 7}; what it printed. */
  String run(String... command) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    CommandLine line =
        new CommandLine(CommandSpec.create())
            .addSubcommand(new OwnerCommands.Show())
            .addSubcommand(new OwnerCommands.Approve())
            .setExecutionExceptionHandler(new PlainErrors())
            .setOut(writer)
            .setErr(writer);
    line.execute(Stream.concat(Stream.of(command), connection.stream()).toArray(String[]::new));
    return printed.toString();
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(passwordFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
