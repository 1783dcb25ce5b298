package io.sallyport.proxy;

import io.sallyport.proxy.cli.OwnerCommands;
import io.sallyport.proxy.cli.PlainErrors;
import io.sallyport.proxy.cli.SecretCommands;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code sallyport}.
 *
 * <pre>
 * sallyport serve gateway.yaml
 * sallyport requests --user alice --ca-file state/tls/ca.pem
 * </pre>
 */
@Command(
    name = "sallyport",
    description = "The gate between analysts and data they may not see.",
    subcommands = {
      Main.Serve.class,
      OwnerCommands.Requests.class,
      OwnerCommands.Show.class,
      OwnerCommands.Approve.class,
      OwnerCommands.Deny.class,
      OwnerCommands.Revoke.class,
      SecretCommands.HashPassword.class,
      SecretCommands.NewToken.class,
      HelpCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // gRPC logs to java.util.logging, whose own handler would print exceptions with their texts.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(new PlainErrors());
    line.getSubcommands()
        .values()
        .forEach(
            command -> {
              if (!(command.getCommand() instanceof HelpCommand)) {
                command.getCommandSpec().mixinStandardHelpOptions(true);
              }
            });
    return line;
  }

  /** Starts a server and stays until it is told to end. */
  @Command(name = "serve", description = "Start a gateway.")
  static final class Serve implements Runnable {
    /** The configuration, in either place. */
    static final class Where {
      @Option(names = "--config", required = true, description = "The configuration file.")
      private @Nullable Path named;

      @Parameters(paramLabel = "CONFIG", description = "The configuration file.")
      private @Nullable Path given;

      private Path file() {
        Path file = named == null ? given : named;
        if (file == null) {
          throw new IllegalArgumentException("a server needs a configuration file");
        }
        return file;
      }
    }

    @ArgGroup(multiplicity = "1")
    private Where where = new Where();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      GatewayConfig config = GatewayConfig.read(where.file());
      CountDownLatch end = new CountDownLatch(1);
      try (Server server = Server.start(config)) {
        Thread ender =
            new Thread(
                () -> {
                  server.close();
                  end.countDown();
                },
                "end");
        Runtime.getRuntime().addShutdownHook(ender);
        tell(server, config, spec.commandLine().getOut());
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void tell(Server server, GatewayConfig config, PrintWriter out) {
      String host = config.listen().host();
      String named = host.contains(":") ? "[" + host + "]" : host;
      boolean plain = config.tls() instanceof GatewayConfig.Tls.Off;
      out.printf("JDBC:   jdbc:sallyport://%s:%d%n", named, server.httpPort());
      out.printf("HTTP:   %s://%s:%d%n", plain ? "http" : "https", named, server.httpPort());
      out.printf(
          "Flight: %s://%s:%d%n", plain ? "grpc+tcp" : "grpc+tls", named, server.flightPort());
      server.caFile().ifPresent(file -> out.printf("trust:  %s%n", file));
      out.println("ready");
      out.flush();
    }
  }
}
