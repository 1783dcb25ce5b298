package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs a copy of the launcher in a house of its own, where Java and Maven only write down calls.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "sallyport");

  @TempDir Path house;
  private String javaVersion = "17";

  /** What a run of the launcher left: its exit code, what it printed, and whom it called. */
  private record Run(int exit, String printed, List<String> calls) {}

  @BeforeEach
  void build() throws IOException {
    Files.copy(LAUNCHER, house.resolve("sallyport"));
    for (String module :
        List.of("policy-engine", "flight-endpoint", "driver", "proxy", "examples")) {
      Files.createDirectories(house.resolve(module).resolve("src/main"));
      Files.writeString(house.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(house.resolve("pom.xml"), "<project/>");
    script(
        "java",
        """
        if [ "$1" = -XshowSettings:properties ]; then
          echo "    java.specification.version = $JAVA_VERSION_FOR_TEST" >&2
        else
          echo "java $*" >>"$CALLS"
        fi""");
    script("mvn", "echo \"mvn $*\" >>\"$CALLS\"; exit \"${MAVEN_EXIT_FOR_TEST:-0}\"");
  }

  private void script(String name, String body) throws IOException {
    Path bin = Files.createDirectories(house.resolve("bin"));
    Path script = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  private Run run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  private Run run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path calls = house.resolve("calls");
    Files.deleteIfExists(calls);
    ProcessBuilder launcher =
        new ProcessBuilder(
            Stream.concat(
                    Stream.of("/bin/sh", house.resolve("sallyport").toString()),
                    Stream.of(arguments))
                .toList());
    launcher.environment().remove("JAVA_HOME");
    launcher.environment().put("CALLS", calls.toString());
    launcher.environment().put("JAVA_VERSION_FOR_TEST", javaVersion);
    launcher.environment().put("PATH", house.resolve("bin") + ":/usr/bin:/bin");
    launcher.environment().putAll(environment);
    Process process = launcher.redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(
        process.exitValue(), printed, Files.exists(calls) ? Files.readAllLines(calls) : List.of());
  }

  @Test
  void buildsOnceAndThenNeverCallsMaven() throws Exception {
    assertThat(run("requests").calls())
        .satisfiesExactly(
            call -> assertThat(call).startsWith("mvn ").contains("-pl examples -am"),
            call ->
                assertThat(call).startsWith("java ").endsWith("io.sallyport.proxy.Main requests"));
    assertThat(run("requests").calls())
        .singleElement()
        .asString()
        .contains("--add-opens=java.base/java.nio=ALL-UNNAMED");
  }

  @Test
  void buildsAgainWhenASourceIsYounger() throws Exception {
    run("requests");
    Path source = house.resolve("proxy/src/main/New.java");
    Files.writeString(source, "");
    source.toFile().setLastModified(System.currentTimeMillis() + 2_000);
    assertThat(run("requests").calls()).hasSize(2);
  }

  @Test
  void aFailedBuildIsSaidAndTriedAgain() throws Exception {
    Run failed = run(Map.of("MAVEN_EXIT_FOR_TEST", "1"), "demo");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.printed()).contains("the build failed");
    assertThat(failed.calls()).singleElement().asString().startsWith("mvn ");
    assertThat(run("demo").calls()).hasSize(2);
  }

  @Test
  void anOldJavaIsNamed() throws Exception {
    javaVersion = "11";
    Run run = run("demo");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.printed()).contains("JDK 17").contains("version 11");
    assertThat(run.calls()).isEmpty();
  }

  @Test
  void aMissingJavaIsNamed() throws Exception {
    Run run = run(Map.of("JAVA_HOME", house.resolve("nowhere").toString()), "demo");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.printed()).contains("JDK 17").contains("nowhere");
  }

  @Test
  void theShellNeedsARunningDemo() throws Exception {
    Run run = run("sql");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.printed()).contains("./sallyport demo");
  }

  @Test
  void theShellAndTheOwnersCommandsFindTheDemo() throws Exception {
    Path state = Files.createDirectories(house.resolve("demo-state"));
    Files.writeString(state.resolve("jdbc-url"), "jdbc:sallyport://localhost:1/clinic\n");
    Files.writeString(state.resolve("owners-url"), "https://localhost:1\n");
    assertThat(run("sql", "-e", "SELECT 1").calls().get(1))
        .contains("sqlline.SqlLine", "-u jdbc:sallyport://localhost:1/clinic ", "-n bob")
        .endsWith("-e SELECT 1");
    assertThat(run("approve", "7", "--user", "alice").calls())
        .singleElement()
        .asString()
        .endsWith(
            "Main approve 7 --user alice --url https://localhost:1 --ca-file "
                + state.resolve("ca.pem"));
    assertThat(run("approve", "7", "--url", "https://example.com").calls())
        .singleElement()
        .asString()
        .endsWith("Main approve 7 --url https://example.com");
  }

  @Test
  void helpNeedsNothing() throws Exception {
    Run run = run();
    assertThat(run.exit()).isZero();
    assertThat(run.printed()).contains("demo").contains("approve");
    assertThat(run.calls()).isEmpty();
  }
}
