package io.sallyport.examples;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts a gateway over two owners' data, takes its visitor on the {@link Tour}, and then serves
 * until it is stopped.
 *
 * <pre>
 * ./sallyport demo --tour-only; echo $?   → 0 if every step did what it says
 * </pre>
 *
 * <p>Its passwords are public and it listens to this machine alone; it is no way to run a gateway.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Make two owners' data, start the gateway, show what it lets out.")
public final class Demo implements Callable<Integer> {
  private final PrintStream out;

  @Option(names = "--home", required = true, hidden = true)
  private Path home = Path.of("");

  @Option(names = "--tour-only", description = "Stop after the tour; 1 if a step went wrong.")
  private boolean tourOnly;

  private Demo(PrintStream out) {
    this.out = out;
  }

  /** What './sallyport demo' calls. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Demo(System.out)).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    DemoHouse house =
        DemoHouse.prepare(
            home.resolve("examples").resolve("demo"),
            home.resolve("demo-state"),
            DemoHouse.Scale.DEMO,
            out);
    try (DemoGateway gateway = DemoGateway.start(house)) {
      gateway.introduce(out);
      List<String> surprises = gateway.tour(out);
      if (!surprises.isEmpty()) {
        out.println("\nThese steps did not do what they say: " + surprises);
        return 1;
      }
      out.println("\nEvery step did what it says.");
      if (!tourOnly) {
        serveUntilStopped(gateway);
      }
      return 0;
    }
  }

  private void serveUntilStopped(DemoGateway gateway) throws InterruptedException {
    out.println(
        """

        The gateway is up; stop it here with Ctrl-C. In another terminal:
           ./sallyport sql                     asks as bob
           ./sallyport requests --user alice   shows what waits for alice
        """);
    Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "demo-stop"));
    Thread.currentThread().join();
  }
}
