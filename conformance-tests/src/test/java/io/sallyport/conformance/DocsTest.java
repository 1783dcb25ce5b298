package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages lead to pages, headings, modules and tests that are there. */
final class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE =
      Pattern.compile("^```.*?^```$|`[^`\\n]*`", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern SQL =
      Pattern.compile("^```sql( refused|)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern MODULE = Pattern.compile("-pl ([\\w-]+)");
  private static final Pattern TEST = Pattern.compile("-Dtest=(\\w+)");
  private static final Pattern PROFILE = Pattern.compile("-P(\\w+)");

  static List<Path> pages() throws IOException {
    List<Path> pages =
        new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(path -> path.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** As GitHub names a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Path page) throws IOException {
    String text = CODE.matcher(Files.readString(page)).replaceAll("");
    for (String link : found(LINK, text)) {
      if (link.matches("[a-z]+:.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
      assertThat(target).as("%s in %s", link, ROOT.relativize(page)).startsWith(ROOT).exists();
      if (parts.length == 2) {
        assertThat(found(HEADING, Files.readString(target)).stream().map(DocsTest::anchor))
            .as("%s in %s", link, ROOT.relativize(page))
            .contains(parts[1]);
      }
    }
  }

  @Test
  void theCommandsOfContributorsNameWhatIsThere() throws IOException {
    String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    List<String> modules = found(MODULE, page);
    assertThat(modules).hasSizeGreaterThan(1);
    for (String module : modules) {
      assertThat(pom).contains("<module>" + module + "</module>");
    }
    for (String profile : found(PROFILE, page)) {
      assertThat(pom).contains("<id>" + profile + "</id>");
    }
    List<String> tests = testClasses();
    assertThat(found(TEST, page)).isNotEmpty().isSubsetOf(tests);
    assertThat(ROOT.resolve("sallyport")).isExecutable();
  }

  /** A statement of the page on SQL. */
  private record Shown(String sql, boolean refused) {}

  private static List<Shown> statements() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/sql.md"));
    List<Shown> statements = new ArrayList<>();
    SQL.matcher(page)
        .results()
        .forEach(
            block -> {
              for (String sql : block.group(2).split(";\\n")) {
                statements.add(new Shown(sql.strip(), !block.group(1).isEmpty()));
              }
            });
    return statements;
  }

  @Test
  void theStatementsOfThePageOnSqlAreAnsweredOrRefusedAsItSays(@TempDir Path directory)
      throws Exception {
    List<Shown> statements = statements();
    assertThat(statements).filteredOn(Shown::refused).hasSizeGreaterThan(10);
    assertThat(statements).filteredOn(shown -> !shown.refused()).hasSizeGreaterThan(30);
    try (EverydayGateway gateway = EverydayGateway.start(directory);
        Door door = gateway.driver()) {
      for (Shown shown : statements) {
        Outcome outcome = door.ask(EverydayGateway.BOB, shown.sql(), List.of());
        String state = outcome.fold(rows -> "answered", Outcome.Failed::sqlState);
        assertThat(state)
            .as("%s: %s", shown.sql(), outcome)
            .isEqualTo(shown.refused() ? "0A000" : "answered");
      }
    }
  }

  private static List<String> testClasses() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
      for (Path module : modules) {
        Path tests = module.resolve("src/test/java");
        if (Files.isDirectory(tests)) {
          try (Stream<Path> sources = Files.walk(tests)) {
            sources
                .map(path -> String.valueOf(path.getFileName()))
                .filter(name -> name.endsWith(".java"))
                .forEach(name -> names.add(name.substring(0, name.length() - 5)));
          }
        }
      }
    }
    return names;
  }
}
