package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Canaries in hidden, wiped and failing columns: not one of them in any byte that the server sends,
 * in any error, in any log line or in any file of its state.
 */
class LeakTest {
  private static final String CANARY = "CANARY";

  private static final List<String> FAILING =
      List.of(
          "SELECT count(CAST(name AS INTEGER)) FROM emp",
          "SELECT sum(CAST(name AS DOUBLE)) FROM emp GROUP BY dept",
          "SELECT count(*) FROM emp WHERE CAST(name AS DATE) > DATE '2000-01-01'",
          "SELECT CAST(name AS INTEGER), count(*) FROM emp GROUP BY 1",
          "SELECT CAST(name AS INTEGER) FROM emp",
          "SELECT CAST(max(name) AS INTEGER) FROM emp",
          "SELECT strptime(name, '%Y') FROM emp",
          "SELECT error(name) FROM emp",
          "SELECT count(*) FROM emp WHERE (SELECT name FROM emp WHERE dept = 'A') = 'x'",
          "SELECT note FROM emp",
          "SELECT emp.note FROM emp",
          "SELECT e FROM emp e",
          "SELECT * FROM emp WHERE ssn LIKE 'SSN-V%'",
          "SELECT DISTINCT ssn FROM emp",
          "SELECT list(ssn) FROM emp");

  @TempDir Path directory;

  @Test
  void noCanaryLeaves() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    Level before = root.getLevel();
    root.setLevel(Level.DEBUG);
    StringBuilder told = new StringBuilder();
    try (TestGateway gateway = TestGateway.startPlain(directory);
        WireTap http = WireTap.before(gateway.server().httpPort());
        WireTap flight = WireTap.before(gateway.server().flightPort())) {
      List<Door> doors = gateway.doors(http.port(), flight.port());
      for (Door door : doors) {
        for (Case one : Case.in("cases")) {
          if (one.attack()) {
            Door.User user = gateway.user(one.user(), one.purpose(), one.dataset());
            told.append(door.ask(user, one.sql(), one.parameters())).append('\n');
          }
        }
        for (String dataset : List.of("sealed", "asked")) {
          for (String sql : FAILING) {
            told.append(door.ask(gateway.user("bob", "", dataset), sql, List.of())).append('\n');
          }
        }
        door.ask(
            gateway.user("bob", "", "open"), "SELECT CAST(name AS INTEGER) FROM emp", List.of());
      }
      doors.forEach(Door::close);
      assertThat(http.sent()).as("the tap works").contains("42501");
      assertThat(http.sent()).doesNotContain(CANARY);
      assertThat(flight.sent()).isNotEmpty().doesNotContain(CANARY);
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }
    assertThat(told.toString()).contains("42501").doesNotContain(CANARY);
    assertThat(lines(log)).noneMatch(line -> line.contains(CANARY));
    assertThat(filesOf(directory.resolve("state"))).noneMatch(text -> text.contains(CANARY));
  }

  private static List<String> lines(ListAppender<ILoggingEvent> log) {
    List<String> lines = new ArrayList<>();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      lines.add(
          event.getFormattedMessage()
              + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage()));
    }
    return lines;
  }

  private static List<String> filesOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
      assertThat(texts).isNotEmpty();
      return texts;
    }
  }
}
