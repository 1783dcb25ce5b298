package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.proxy.GatewayConfig.Tls;
import io.sallyport.proxy.state.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code docs/running.md} shows is what a server reads and what the commands take. */
class RunningDocsTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("^```yaml\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern NAMED_FILE =
      Pattern.compile("([\\w/.-]+\\.(?:hash|yaml|duckdb|parquet|csv))\\b");
  private static final Pattern COMMAND =
      Pattern.compile("^\\./sallyport ([^#\\n]+)", Pattern.MULTILINE);
  private static final Pattern ARGUMENT = Pattern.compile("\"[^\"]*\"|\\S+");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  @TempDir Path directory;

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "running.md"));
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private GatewayConfig read(String yaml) throws IOException {
    return GatewayConfig.read(Files.writeString(directory.resolve("gateway.yaml"), yaml));
  }

  @Test
  void theExampleIsAWholeConfiguration() throws IOException {
    List<String> examples = found(EXAMPLE, page());
    assertThat(examples).hasSize(1);
    for (String file : found(NAMED_FILE, examples.get(0))) {
      Path path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.endsWith(".hash") ? Secrets.hashPassword("any") : "");
    }

    GatewayConfig config = read(examples.get(0));

    assertThat(config.listen().loopback()).isFalse();
    assertThat(config.tls()).isEqualTo(new Tls.Generated(List.of("gate.example.com")));
    assertThat(config.users()).extracting("name").contains("alice", "bob", "nightly-report");
    assertThat(config.datasets()).hasSize(1);
    assertThat(config.datasets().get(0).dataset().sources()).hasSize(3);
    assertThat(config.datasets().get(0).keys()).hasSize(3);
  }

  /** A wrong key's complaint lists the right ones, so the page is asked for each of them. */
  @Test
  void thePageNamesEveryKey() throws IOException {
    String everywhereWrong =
        """
        wrong: 1
        listen: { wrong: 1 }
        tls: { wrong: 1 }
        engine: { wrong: 1 }
        limits: { wrong: 1 }
        users: [{ wrong: 1, password_hash: { wrong: 1 } }]
        datasets:
          - wrong: 1
            visible_to: { wrong: 1 }
            sources: [{ wrong: 1, csv: { wrong: 1 } }, { duckdb: { wrong: 1 } }]
        """;
    ConfigException problems =
        catchThrowableOfType(ConfigException.class, () -> read(everywhereWrong));
    Set<String> keys = new TreeSet<>();
    String.valueOf(problems.getMessage())
        .lines()
        .filter(line -> line.contains("; here stand "))
        .forEach(line -> keys.addAll(found(QUOTED, line.replaceFirst(".*; here stand ", ""))));

    assertThat(keys).contains("listen", "flight", "names", "spill_limit", "env", "roles", "keys");
    String page = page();
    for (String key : keys) {
      assertThat(page).containsPattern("[`.{ ,]" + key + "[`:.]");
    }
  }

  @Test
  void everyCommandIsOneThatIsTaken() throws IOException {
    List<String> commands = found(COMMAND, page());
    assertThat(commands).hasSizeGreaterThan(7);
    for (String command : commands) {
      String[] arguments =
          ARGUMENT.matcher(command).results().map(match -> match.group()).toArray(String[]::new);
      CommandLine.ParseResult taken = Main.commandLine().parseArgs(arguments);
      assertThat(taken.hasSubcommand()).as(command).isTrue();
    }
  }
}
