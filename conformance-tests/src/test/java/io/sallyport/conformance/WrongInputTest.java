package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.PolicyProblems;
import io.sallyport.proxy.GatewayConfig;
import io.sallyport.proxy.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong gets a clear answer at every door, and leaves nothing running. */
class WrongInputTest {
  @TempDir static Path directory;
  private static TestGateway gateway;
  private static List<Door> doors;

  @BeforeAll
  static void open() throws Exception {
    gateway = TestGateway.start(directory);
    doors = gateway.doors();
  }

  @AfterAll
  static void close() throws Exception {
    doors.forEach(Door::close);
    gateway.close();
  }

  @AfterEach
  void nothingIsLeftRunning() {
    assertThat(gateway.server().runningQueries()).isZero();
  }

  static Stream<Door> doors() {
    return doors.stream();
  }

  private static Outcome.Failed failed(Outcome outcome) {
    return outcome.fold(
        rows -> {
          throw new AssertionError("answered " + rows.columns());
        },
        f -> f);
  }

  private static Outcome.Failed ask(Door door, String sql) {
    return failed(door.ask(gateway.user("bob", "", "sealed"), sql, List.of()));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("doors")
  void aStatementOfTenMegabytes(Door door) {
    Outcome.Failed failed = ask(door, "SELECT '" + "x".repeat(10 << 20) + "'");
    if (!door.name().equals("avatica json")) {
      // A request that is cut off does not say that it was JSON, and this client reads no other.
      assertThat(failed.sqlState()).as(failed.message()).isEqualTo("54000");
    }
    assertThat(ask(door, "SELECT nothing FROM emp").sqlState()).isEqualTo("42703");
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("doors")
  void aStatementNestedWithoutEnd(Door door) {
    String deep = "SELECT " + "(".repeat(50_000) + "1" + ")".repeat(50_000);
    assertThat(ask(door, deep).sqlState()).isEqualTo("54000");
    String chain = "SELECT 1" + " UNION ALL SELECT 1".repeat(20_000);
    assertThat(ask(door, chain).sqlState()).isEqualTo("54000");
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("doors")
  void aWrongPasswordAndAnUnknownUserAreAlike(Door door) {
    Outcome.Failed wrong =
        failed(
            door.ask(
                new Door.User("bob", "guess", "", "sealed"),
                "SELECT count(*) FROM emp",
                List.of()));
    Outcome.Failed unknown =
        failed(
            door.ask(
                new Door.User("nobody", "guess", "", "sealed"),
                "SELECT count(*) FROM emp",
                List.of()));
    assertThat(wrong).isEqualTo(unknown);
    if (door.name().startsWith("avatica")) {
      // The stock client reads no body of a 401.
      assertThat(wrong.message()).contains("401");
    } else {
      assertThat(wrong.sqlState()).isEqualTo("28000");
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("doors")
  void aHiddenColumnIsLikeAMisspeltOne(Door door) {
    Outcome.Failed hidden = ask(door, "SELECT count(note) FROM emp");
    Outcome.Failed misspelt = ask(door, "SELECT count(nope) FROM emp");
    assertThat(hidden.sqlState()).isEqualTo("42703").isEqualTo(misspelt.sqlState());
    assertThat(hidden.message()).isEqualTo(misspelt.message().replace("nope", "note"));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("doors")
  void moreParametersThanThereArePlaces(Door door) {
    Outcome.Failed many =
        failed(
            door.ask(
                gateway.user("bob", "", "sealed"),
                "SELECT count(*) FROM emp WHERE dept = ?",
                List.of("A", "B")));
    // A JDBC driver notices by itself; Avatica's own gives no state.
    String expected =
        door.name().startsWith("avatica")
            ? "null"
            : door.name().equals("driver") ? "07009" : "22023";
    assertThat(many.sqlState()).isEqualTo(expected);
  }

  @Test
  void usedForgedAndForeignFlightTicketsAreAlike() throws Exception {
    Door.User bob = gateway.user("bob", "", "lab");
    Door.User eve = gateway.user("eve", "", "lab");
    try (FlightClientDoor door = (FlightClientDoor) gateway.flight(gateway.server().flightPort())) {
      FlightInfo info = door.execute(bob, "SELECT n FROM numbers");
      FlightInfo foreign = door.execute(bob, "SELECT n FROM numbers");
      try (FlightStream stream = door.stream(bob, info)) {
        assertThat(stream.next()).isTrue();
      }
      byte[] forged = info.getEndpoints().get(0).getTicket().getBytes().clone();
      forged[forged.length - 1] ^= 1;
      String used = refusal(() -> door.stream(bob, info));
      assertThat(refusal(() -> door.stream(bob, new Ticket(forged)))).isEqualTo(used);
      assertThat(refusal(() -> door.stream(eve, foreign))).isEqualTo(used);
      try (FlightStream stream = door.stream(bob, foreign)) {
        assertThat(stream.next()).isTrue();
      }
    }
  }

  private static String refusal(Supplier<FlightStream> asking) throws Exception {
    try (FlightStream stream = asking.get()) {
      stream.next();
      throw new AssertionError("the ticket was taken");
    } catch (FlightRuntimeException e) {
      return e.status().metadata().get("sqlstate") + " " + e.getMessage();
    }
  }

  @Test
  void aMalformedPolicyStopsTheStartWithEveryProblemAndItsPlace() throws Exception {
    Path other = Files.createDirectories(directory.resolve("malformed"));
    try (TestGateway good = TestGateway.start(other)) {
      assertThat(good.server().runningQueries()).isZero();
    }
    Files.writeString(
        other.resolve("sealed.policy.yaml"),
        "dataset: sealed\nowner: alice\nunits: { person: { tables: { emp: nokey } } }\n"
            + "automatic:\n  - aggregate_only: { min_group_size: 1 }\ncolums: {}\n");
    GatewayConfig config = GatewayConfig.read(other.resolve("gateway.yaml"));
    assertThatThrownBy(() -> Server.start(config))
        .isInstanceOfSatisfying(
            PolicyProblems.class,
            problems -> {
              assertThat(problems.problems()).hasSizeGreaterThanOrEqualTo(3);
              assertThat(problems.problems()).allMatch(p -> p.line() > 0 && p.column() > 0);
              assertThat(problems.problems().toString()).contains("nokey").contains("colums");
            });
  }
}
