package io.sallyport.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.Policy;
import io.sallyport.policy.Principal;
import io.sallyport.policy.approval.DatasetVersion;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.proxy.Answer;
import io.sallyport.proxy.CatalogTable;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.GatewayService;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.RunOptions;
import io.sallyport.proxy.Session;
import io.sallyport.proxy.console.OwnerRoute;
import io.sallyport.proxy.http.HttpDoor;
import io.sallyport.proxy.http.HttpSettings;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.FixedClock;
import io.sallyport.proxy.state.Ruling;
import io.sallyport.proxy.state.Secrets;
import io.sallyport.proxy.state.StateDirectory;
import io.sallyport.proxy.state.StateStore;
import io.sallyport.proxy.state.User;
import io.sallyport.proxy.state.Users;
import io.sallyport.proxy.tls.Certificates;
import io.sallyport.proxy.tls.ServerIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a real door over TLS, a real queue and real users. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnerCommandsTest {
  private static final DatasetVersion CURRENT = new DatasetVersion("p1", "e1");

  private Path directory;

  private final Clock clock = Clock.systemUTC();
  private StateStore store;
  private ApprovalQueue queue;
  private ServerIdentity identity;
  private HttpDoor door;
  private int asked;

  @BeforeAll
  void start(@TempDir Path given) throws IOException {
    directory = given;
    StateDirectory state = StateDirectory.at(directory.resolve("state"));
    store = StateStore.in(state);
    queue = new ApprovalQueue(store, clock, dataset -> Optional.of(CURRENT));
    identity = Certificates.generated(state.directory("tls"), List.of(), clock);
    door =
        HttpDoor.start(
            HttpSettings.of("127.0.0.1", 0, Optional.of(identity.sslContext())),
            new UsersAlone(
                new Users(List.of(user("alice", "owner"), user("bob", "analyst")), clock)),
            List.of(new OwnerRoute(queue)));
    Files.writeString(directory.resolve("alice"), "alice's\n");
    Files.writeString(directory.resolve("bob"), "bob's\n");
  }

  private static User user(String name, String role) {
    return new User(name, Set.of(role), Optional.of(Secrets.hashPassword(name + "'s")), List.of());
  }

  @AfterAll
  void stop() {
    door.close();
    store.close();
  }

  @Test
  void listsShowsAndApproves() {
    long number = ask("SELECT zip\nFROM patients");

    assertThat(alice("requests").out())
        .containsPattern(" +" + number + "  pending   bob  .*SELECT zip FROM patients\n");
    assertThat(alice("show", String.valueOf(number)).out())
        .contains("request " + number + " is pending")
        .contains("as typed:\n    SELECT zip\n    FROM patients\n")
        .contains("what would run:\n    SELECT \"zip\"\n")
        .contains("dataset: clinic of alice\n");
    Said approved =
        alice("approve", String.valueOf(number), "--uses", "2", "--expires", "2h", "--reason", "x");

    assertThat(approved.exit()).isZero();
    assertThat(approved.out()).startsWith("request " + number + " is approved for 2 uses until ");
    assertThat(queue.show(number, "alice").expires())
        .isBetween(
            clock.instant().plus(Duration.ofMinutes(118)),
            clock.instant().plus(Duration.ofMinutes(121)));
    assertThat(alice("show", String.valueOf(number)).out()).contains("saying: x");
    assertThat(alice("revoke", String.valueOf(number)).out())
        .isEqualTo("request " + number + " is revoked\n");
  }

  @Test
  void deniesWithAReason() {
    long number = ask("SELECT 2");

    assertThat(alice("deny", String.valueOf(number)).exit()).as("no reason").isEqualTo(2);
    assertThat(alice("deny", String.valueOf(number), "--reason", "too narrow").out())
        .isEqualTo("request " + number + " is denied\n");
    assertThat(alice("show", String.valueOf(number)).out()).contains("saying: too narrow");
  }

  @Test
  void tellsARefusalInOneSentence() {
    assertThat(alice("show", "999"))
        .isEqualTo(new Said(1, "", "sallyport: there is no request `999` of yours (42704)\n"));
    assertThat(run("bob", "requests"))
        .isEqualTo(
            new Said(1, "", "sallyport: requests are for users with the role `owner` (42501)\n"));
    long number = ask("SELECT 3");
    assertThat(alice("approve", String.valueOf(number), "--uses", "0").err())
        .isEqualTo("sallyport: an approval serves from 1 to 1000000 times. Given: 0 (22023)\n");
  }

  @Test
  void wrongPasswordIsRefused() throws IOException {
    Files.writeString(directory.resolve("carol"), "guess");
    assertThat(run("carol", "requests"))
        .isEqualTo(
            new Said(1, "", "sallyport: the user, the password or the token is wrong (28000)\n"));
  }

  @Test
  void trustsNoServerThatItsAuthorityDoesNotVouchFor() {
    Said said =
        execute(
            "requests",
            "--user",
            "alice",
            "--password-file",
            directory.resolve("alice").toString(),
            "--url",
            "https://localhost:" + door.port());

    assertThat(said.exit()).isEqualTo(3);
    assertThat(said.err()).contains("is not one that is trusted; name its --ca-file");
  }

  @Test
  void sendsNoPasswordUnencryptedToAnotherMachine() {
    for (String url : List.of("http://192.0.2.1:8765", "ftp://localhost", "localhost:8765")) {
      Said said =
          execute(
              "requests",
              "--user",
              "alice",
              "--password-file",
              directory.resolve("alice").toString(),
              "--url",
              url);
      assertThat(said.exit()).as(url).isEqualTo(1);
    }
  }

  @Test
  void tellsThatNoServerIsThere() {
    Said said =
        execute(
            "requests",
            "--user",
            "alice",
            "--password-file",
            directory.resolve("alice").toString(),
            "--url",
            "http://localhost:1");

    assertThat(said)
        .isEqualTo(
            new Said(
                3, "", "sallyport: no server answers at `http://localhost:1`; is it running?\n"));
  }

  @Test
  void whatAnAnalystTypedCannotPlayWithTheTerminal() {
    long number = ask("SELECT '\u001b[2J\u202e'\nended: by alice");

    assertThat(alice("show", String.valueOf(number)).out())
        .contains("    SELECT '\\u{1b}[2J\\u{202e}'\n    ended: by alice\n")
        .doesNotContain("\u001b", "\u202e", "\nended:");
    assertThat(alice("requests").out()).doesNotContain("\u001b", "\u202e");
  }

  @Test
  void hashesAPasswordAndMakesAToken() {
    String hash =
        execute("hash-password", "--password-file", directory.resolve("alice").toString())
            .out()
            .strip();
    String token = execute("new-token").out();

    Users users =
        new Users(
            List.of(
                new User(
                    "x",
                    Set.of(),
                    Optional.of(hash),
                    List.of(token.replaceAll("(?s).*config:  (\\S+).*", "$1")))),
            new FixedClock());
    assertThat(users.authenticate(new Login.Password("x", "alice's")).name()).isEqualTo("x");
    String shown = token.replaceAll("(?s).*client:  (\\S+).*", "$1");
    assertThat(users.authenticate(new Login.Token(shown)).name()).isEqualTo("x");
  }

  private long ask(String sql) {
    HeldQuery query =
        new HeldQuery(
            "bob",
            "f" + asked++,
            sql,
            "SELECT \"zip\"",
            List.of(),
            new TreeMap<>(
                Map.of(
                    "clinic",
                    new Pin("alice", CURRENT, new Policy.Approvals(1, Duration.ofDays(7))))),
            List.of("clinic.patients.zip"),
            "why",
            Optional.empty());
    return ((Ruling.Pending) queue.ask(query)).number();
  }

  private record Said(int exit, String out, String err) {}

  private Said alice(String... arguments) {
    return run("alice", arguments);
  }

  private Said run(String user, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--user",
            user,
            "--password-file",
            directory.resolve(user).toString(),
            "--ca-file",
            identity.authority().orElseThrow().toString(),
            "--url",
            "https://localhost:" + door.port()));
    return execute(all.toArray(String[]::new));
  }

  private static Said execute(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(CommandLine.Model.CommandSpec.create())
            .addSubcommand(new OwnerCommands.Requests())
            .addSubcommand(new OwnerCommands.Show())
            .addSubcommand(new OwnerCommands.Approve())
            .addSubcommand(new OwnerCommands.Deny())
            .addSubcommand(new OwnerCommands.Revoke())
            .addSubcommand(new SecretCommands.HashPassword())
            .addSubcommand(new SecretCommands.NewToken())
            .setExecutionExceptionHandler(new PlainErrors())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exit = line.execute(arguments);
    return new Said(exit, out.toString(), err.toString());
  }

  /** Lets users in and answers nothing else: the owner's commands ask for no more. */
  private record UsersAlone(Users users) implements GatewayService {
    @Override
    public Principal authenticate(Login login) {
      return users.authenticate(login);
    }

    @Override
    public Session open(Principal principal, Map<String, String> properties) {
      throw nothing();
    }

    @Override
    public void close(Session session) {
      throw nothing();
    }

    @Override
    public Prepared prepare(Session session, String sql) {
      throw nothing();
    }

    @Override
    public Answer run(
        Session session,
        String sql,
        List<? extends @Nullable Object> parameters,
        RunOptions options) {
      throw nothing();
    }

    @Override
    public List<CatalogTable> catalog(Session session) {
      throw nothing();
    }

    private static GatewayException nothing() {
      return new GatewayException(ErrorCode.NOT_SUPPORTED, "this server has users alone");
    }
  }
}
