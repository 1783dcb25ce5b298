package io.sallyport.proxy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * What an owner does about requests, on a running server.
 *
 * <pre>
 * sallyport requests --user alice --ca-file state/tls/ca.pem
 * sallyport show 7 …
 * sallyport approve 7 --uses 2 --expires 3d --reason "for the paper" …
 * sallyport deny 7 --reason "too narrow" …
 * </pre>
 *
 * <p>It decides nothing here: the server checks who may do what.
 */
public final class OwnerCommands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OwnerCommands() {}

  /** Where the server is and who asks; the same for every command. */
  abstract static class OnServer implements Runnable {
    @Option(
        names = "--url",
        description = "The server (default: ${DEFAULT-VALUE}).",
        defaultValue = "https://localhost:8765")
    private URI url = URI.create("https://localhost:8765");

    @Option(names = "--user", required = true, description = "The owner's name.")
    private String user = "";

    @Option(
        names = "--password-file",
        description = "Holds the password; else SALLYPORT_PASSWORD is used, else you are asked.")
    private Optional<Path> passwordFile = Optional.empty();

    @Option(names = "--ca-file", description = "What to trust: the server's ca.pem.")
    private Optional<Path> caFile = Optional.empty();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      String password = Terminal.password(passwordFile, System.getenv(), "password of " + user);
      PrintWriter out = spec.commandLine().getOut();
      run(new OwnerClient(url, user, password, caFile), out);
      out.flush();
    }

    abstract void run(OwnerClient server, PrintWriter out);
  }

  /** Lists what waits. */
  @Command(name = "requests", description = "List the requests that are pending or approved.")
  public static final class Requests extends OnServer {
    @Override
    void run(OwnerClient server, PrintWriter out) {
      JsonNode requests = server.get("requests").path("requests");
      if (requests.isEmpty()) {
        out.println("no requests");
      }
      for (JsonNode request : requests) {
        out.printf(
            "%5s  %-8s  %-12s  %s  %s%n",
            text(request, "number"),
            text(request, "state"),
            text(request, "requester"),
            text(request, "asked"),
            text(request, "sql"));
      }
    }
  }

  /** Shows one request whole. */
  @Command(name = "show", description = "Show all that a request says.")
  public static final class Show extends OnServer {
    @Parameters(paramLabel = "N", description = "The request's number.")
    private long number;

    @Override
    void run(OwnerClient server, PrintWriter out) {
      print(server.get("requests/" + number), out);
    }
  }

  /** Approves for this owner. */
  @Command(name = "approve", description = "Approve a request.")
  public static final class Approve extends OnServer {
    @Parameters(paramLabel = "N", description = "The request's number.")
    private long number;

    @Option(names = "--uses", description = "How often (default: as the policy says).")
    private Optional<Integer> uses = Optional.empty();

    @Option(
        names = "--expires",
        converter = End.class,
        description =
            "Until when: a time as 2026-12-01T00:00:00Z, or from now on as 90m, 12h or 7d"
                + " (default: as the policy says).")
    private Optional<Instant> expires = Optional.empty();

    @Option(names = "--reason", description = "For the record.")
    private String reason = "";

    @Override
    void run(OwnerClient server, PrintWriter out) {
      ObjectNode body = JSON.createObjectNode().put("reason", reason);
      uses.ifPresent(times -> body.put("uses", times));
      expires.ifPresent(end -> body.put("expires", end.toString()));
      tell(server.post("requests/" + number + "/approve", body), out);
    }
  }

  /** Denies for all. */
  @Command(name = "deny", description = "Deny a request.")
  public static final class Deny extends OnServer {
    @Parameters(paramLabel = "N", description = "The request's number.")
    private long number;

    @Option(names = "--reason", required = true, description = "What the asker reads.")
    private String reason = "";

    @Override
    void run(OwnerClient server, PrintWriter out) {
      ObjectNode body = JSON.createObjectNode().put("reason", reason);
      tell(server.post("requests/" + number + "/deny", body), out);
    }
  }

  /** Takes an approval back. */
  @Command(name = "revoke", description = "Take an approval back; answers under way are stopped.")
  public static final class Revoke extends OnServer {
    @Parameters(paramLabel = "N", description = "The request's number.")
    private long number;

    @Option(names = "--reason", description = "For the record.")
    private String reason = "";

    @Override
    void run(OwnerClient server, PrintWriter out) {
      ObjectNode body = JSON.createObjectNode().put("reason", reason);
      tell(server.post("requests/" + number + "/revoke", body), out);
    }
  }

  /** A time, or how long from now on. */
  static final class End implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        if (text.matches("[1-9][0-9]{0,5}[dhm]")) {
          String iso = text.endsWith("d") ? "P" + text : "PT" + text;
          return Instant.now().plus(Duration.parse(iso.toUpperCase(Locale.ROOT)));
        }
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "a time as 2026-12-01T00:00:00Z, 90m, 12h or 7d. Given: `" + text + "`");
      }
    }
  }

  private static void tell(JsonNode request, PrintWriter out) {
    out.print("request " + text(request, "number") + " is " + text(request, "state"));
    if (request.has("usesLeft") && text(request, "state").equals("approved")) {
      out.print(" for " + uses(text(request, "usesLeft")) + " until " + text(request, "expires"));
    }
    out.println();
  }

  private static String uses(String number) {
    return number.equals("1") ? "one use" : number + " uses";
  }

  private static void print(JsonNode request, PrintWriter out) {
    tell(request, out);
    for (String key : new String[] {"requester", "purpose", "asked", "expires", "why"}) {
      if (request.has(key)) {
        out.println(key + ": " + text(request, key));
      }
    }
    out.print("as typed:\n" + Terminal.indented(request.path("sql").asText()));
    out.print("what would run:\n" + Terminal.indented(request.path("checkedSql").asText()));
    request
        .path("parameters")
        .forEach(parameter -> out.println("parameter: " + Terminal.oneLine(parameter.asText())));
    request.path("touched").forEach(it -> out.println("touches: " + Terminal.oneLine(it.asText())));
    request
        .path("datasets")
        .properties()
        .forEach(
            dataset ->
                out.println(
                    "dataset: "
                        + Terminal.oneLine(dataset.getKey())
                        + " of "
                        + text(dataset.getValue(), "owner")));
    request
        .path("approvals")
        .forEach(
            approval ->
                out.println(
                    "approved: by "
                        + text(approval, "by")
                        + " at "
                        + text(approval, "at")
                        + " for "
                        + uses(text(approval, "uses"))
                        + " until "
                        + text(approval, "expires")
                        + quoted(approval)));
    if (request.has("ending")) {
      JsonNode ending = request.path("ending");
      out.println("ended: by " + text(ending, "by") + " at " + text(ending, "at") + quoted(ending));
    }
  }

  private static String quoted(JsonNode act) {
    String reason = text(act, "reason");
    return reason.isEmpty() ? "" : ", saying: " + reason;
  }

  private static String text(JsonNode node, String key) {
    return Terminal.oneLine(node.path(key).asText());
  }
}
