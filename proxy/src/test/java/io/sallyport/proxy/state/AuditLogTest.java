package io.sallyport.proxy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Principal;
import io.sallyport.proxy.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Session SESSION =
      new Session(
          "s1",
          new Principal("bob", Set.of("analyst")),
          Optional.of("clinic"),
          Optional.of("research"));

  @TempDir Path directory;

  private StateDirectory state;
  private Path file;

  @BeforeEach
  void choosePlace() {
    state = StateDirectory.at(directory.resolve("state"));
    file = state.file("audit.log");
  }

  @Test
  void writesDownWhoAskedWhatAndHowItEnded() throws IOException {
    try (AuditLog log = open()) {
      long begun =
          log.begin(
              SESSION,
              "SELECT '\u00e9\n'",
              "held",
              "the owner is asked",
              Optional.of("f1"),
              OptionalLong.of(7));
      log.end(begun, "answered", 3);
    }

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .endsWith(
            " {\"entry\":1,\"previous\":\""
                + "0".repeat(64)
                + "\",\"at\":\"2026-11-25T08:00:00Z\",\"event\":\"begin\",\"user\":\"bob\","
                + "\"session\":\"s1\",\"purpose\":\"research\",\"sql\":\"SELECT '\u00e9\\n'\","
                + "\"verdict\":\"held\",\"reason\":\"the owner is asked\","
                + "\"fingerprint\":\"f1\",\"request\":7}");
    assertThat(lines.get(1))
        .endsWith("\"event\":\"end\",\"begun\":1,\"outcome\":\"answered\",\"rows\":3}")
        .contains("\"previous\":\"" + lines.get(0).substring(0, 64) + "\"");
  }

  @Test
  void anyToolCanCheckALine() throws Exception {
    try (AuditLog log = open()) {
      log.begin(SESSION, "SELECT 1", "granted", "");
    }

    String line = Files.readAllLines(file).get(0);
    byte[] content = line.substring(65).getBytes(StandardCharsets.UTF_8);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    assertThat(line).startsWith(HexFormat.of().formatHex(hash));
  }

  @Test
  void goesOnWhereItEnded() {
    String head;
    try (AuditLog log = open()) {
      log.begin(SESSION, "SELECT 1", "granted", "");
      log.begin(SESSION, "SELECT '" + "x".repeat(100_000) + "'", "granted", "");
      head = log.head();
    }
    try (AuditLog log = open()) {
      assertThat(log.head()).isEqualTo(head);
      assertThat(log.begin(SESSION, "SELECT 2", "granted", "")).isEqualTo(3);
      assertThat(log.verify()).isEmpty();
    }
  }

  @Test
  void entriesOfManyThreadsMakeOneChain() {
    try (AuditLog log = open()) {
      LongStream numbers =
          IntStream.range(0, 400)
              .parallel()
              .mapToLong(i -> log.begin(SESSION, "SELECT " + i, "granted", ""));

      assertThat(numbers.distinct().count()).isEqualTo(400);
      assertThat(log.verify()).isEmpty();
    }
  }

  @Test
  void noticesAChangedLine() throws IOException {
    rewrite(lines -> lines.set(1, lines.get(1).replace("SELECT 1", "SELECT 9")));
    assertThat(firstBroken()).hasValue(2);
  }

  @Test
  void noticesAChangedLineWithANewHash() throws Exception {
    rewrite(
        lines -> {
          String content = lines.get(1).substring(65).replace("SELECT 1", "SELECT 9");
          lines.set(1, sha256(content) + " " + content);
        });
    assertThat(firstBroken()).hasValue(3);
  }

  @Test
  void noticesARemovedLine() throws IOException {
    rewrite(lines -> lines.remove(1));
    assertThat(firstBroken()).hasValue(2);
  }

  @Test
  void noticesARepeatedLine() throws IOException {
    rewrite(lines -> lines.add(1, lines.get(0)));
    assertThat(firstBroken()).hasValue(2);
  }

  @Test
  void noticesALineThatIsNoEntry() throws IOException {
    rewrite(lines -> lines.set(1, "nothing"));
    assertThat(firstBroken()).hasValue(2);
  }

  @Test
  void dropsALineThatACrashCutShort() throws IOException {
    try (AuditLog log = open()) {
      log.begin(SESSION, "SELECT 1", "granted", "");
    }
    Files.writeString(file, "12ab {\"entry\":2,\"prev", StandardOpenOption.APPEND);

    try (AuditLog log = open()) {
      assertThat(log.begin(SESSION, "SELECT 2", "granted", "")).isEqualTo(2);
      assertThat(log.verify()).isEmpty();
    }
  }

  @Test
  void doesNotGoOnAfterSomethingElse() throws IOException {
    state.write("audit.log", "nothing\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not end in an entry");
  }

  @Test
  void othersCannotReadIt() throws IOException {
    open().close();
    assertThat(StateDirectoryTest.mode(file)).isEqualTo("rw-------");
  }

  private AuditLog open() {
    return AuditLog.in(state, new FixedClock());
  }

  private OptionalLong firstBroken() {
    try (AuditLog log = open()) {
      return log.verify();
    }
  }

  private void rewrite(java.util.function.Consumer<List<String>> change) throws IOException {
    try (AuditLog log = open()) {
      for (int i = 0; i < 4; i++) {
        log.begin(SESSION, "SELECT " + i, "granted", "");
      }
      assertThat(log.verify()).isEmpty();
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    change.accept(lines);
    Files.write(file, lines);
  }

  private static String sha256(String text) {
    return Secrets.hashToken(text);
  }
}
