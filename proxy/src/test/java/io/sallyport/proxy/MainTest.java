package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
  @TempDir Path directory;

  @Test
  void servesInAProcessOfItsOwnUntilItIsToldToEnd() throws Exception {
    Path config = write("listen: { http: 0, flight: 0 }\nstate: state\n");
    Process first = serve(config);
    try {
      List<String> told = untilReady(first);
      assertThat(told.get(0)).matches("JDBC: +jdbc:sallyport://127.0.0.1:\\d+");
      assertThat(told.get(1)).matches("HTTP: +https://127.0.0.1:\\d+");
      assertThat(told.get(2)).matches("Flight: grpc\\+tls://127.0.0.1:\\d+");
      Path trusted = Path.of(told.get(3).replaceFirst("trust: +", ""));
      assertThat(trusted).isEqualTo(directory.resolve("state/tls/ca.pem")).exists();

      String url = told.get(1).replaceFirst("HTTP: +", "").replace("127.0.0.1", "localhost");
      assertThat(
              execute(
                  "requests",
                  "--url",
                  url,
                  "--user",
                  "alice",
                  "--password-file",
                  Files.writeString(directory.resolve("password"), "alice-demo").toString(),
                  "--ca-file",
                  trusted.toString()))
          .isEqualTo("0 no requests\n");

      Process second = serve(config);
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("is another server using it?");
    } finally {
      first.destroy();
    }
    assertThat(first.waitFor(30, TimeUnit.SECONDS)).as("ends when told to").isTrue();
  }

  @Test
  void tellsEveryProblemOfAConfiguration() throws IOException {
    Path config = write("listen: { http: x }\ncolour: blue\n");

    assertThat(execute("serve", config.toString()))
        .startsWith("1 sallyport: " + config + ":1:1: `state` is missing\nsallyport: ")
        .contains(":1:17: `listen.http` is a number")
        .contains(":2:1: unknown key `colour`")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void refusesAKeyThatTheDataDoesNotKeep() throws IOException {
    Path config = write("listen: { http: 0, flight: 0 }\nstate: state\n");
    String start = "1 sallyport: the key `ward_id` of `clinic.wards` is none: two rows are alike";
    for (String rows : List.of("7001,2\n7001,3\n", "7001,2\n,3\n")) {
      Files.writeString(directory.resolve("wards.csv"), "ward_id,floor\n" + rows);

      assertThat(execute("serve", config.toString())).startsWith(start).doesNotContain("7001");
    }

    Files.writeString(directory.resolve("wards.csv"), "ward,floor\n1,2\n");
    assertThat(execute("serve", config.toString()))
        .contains("names a column that the table does not have");
  }

  @Test
  void tellsWhatItCanDo() {
    assertThat(execute("help"))
        .startsWith("0 ")
        .contains("serve", "requests", "show", "approve", "deny", "revoke")
        .contains("hash-password", "new-token");
    assertThat(execute("serve")).startsWith("2 ");
    assertThat(execute("nonsense")).startsWith("2 ");
  }

  private Path write(String start) throws IOException {
    Files.writeString(directory.resolve("wards.csv"), "ward_id,floor\n1,2\n");
    Files.writeString(
        directory.resolve("policy.yaml"),
        "dataset: clinic\nowner: alice\ntables: { wards: public }\n");
    return Files.writeString(
        directory.resolve("gateway.yaml"),
        start
            + """
            engine: { memory: 64MiB, threads: 1 }
            users:
              - name: alice
                roles: [owner]
                password_hash: $argon2id$v=19$m=19456,t=2,p=1$C14WqovhXyWHLkakHpej+A$%s
            datasets:
              - name: clinic
                policy: policy.yaml
                sources: [{ csv: { table: wards, files: [wards.csv], key: [ward_id] } }]
            """
                .formatted("YEm41SB/LDBLKbr9gITknvtzogNAdCpZ7W/8s2qwq9Y"));
  }

  private static Process serve(Path config) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dcalcite.default.charset=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                config.toString()));
    return new ProcessBuilder(command).redirectInput(Redirect.from(config.toFile())).start();
  }

  private static List<String> untilReady(Process server) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    List<String> told = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals("ready")) {
        return told;
      }
      told.add(line);
    }
    throw new AssertionError(
        "the server ended: "
            + new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static String execute(String... arguments) {
    StringWriter said = new StringWriter();
    CommandLine line =
        Main.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
    int exit = line.execute(arguments);
    return exit + " " + said;
  }
}
