package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.plan.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every policy that the documentation and the demo show is read as it stands there. */
final class PolicyDocsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK =
      Pattern.compile("^```yaml( refused)?\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final String HEAD = "dataset: clinic\nowner: alice\n";

  private static final List<TableShape> CLINIC =
      List.of(
          shape("patients", "patient_id", "name", "ssn", "zip", "born"),
          shape("visits", "visit_id", "patient_id", "ward_id", "cost", "day"),
          shape("wards", "ward_id", "city"),
          shape("bills", "bill_id", "visit_id", "amount"));

  private static final StatementBinder STATEMENTS = new SampleStatements(CLINIC);

  private static TableShape shape(String table, String... columns) {
    return new TableShape(
        new TableName("clinic", table),
        Arrays.stream(columns)
            .map(
                column ->
                    new TableShape.Column(
                        column, column.equals("cost") ? "DECIMAL(10,2)" : "VARCHAR"))
            .toList());
  }

  /** A block of YAML and where it stands. */
  record Example(String place, String text, boolean refused) {
    /** A whole policy: fragments get what they leave out. */
    String policy() {
      if (text.startsWith("- ")) {
        return HEAD + "automatic:\n" + text.indent(2);
      }
      boolean columnsAlone = text.startsWith("columns:");
      String units =
          columnsAlone
              ? "units: { patient: { tables: { patients: patient_id, visits: patient_id } } }\n"
              : "";
      return (text.startsWith("dataset:") ? "" : HEAD) + units + text;
    }

    @Override
    public String toString() {
      return place;
    }
  }

  static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (String page : List.of("policy-reference.md", "first-policy.md")) {
      String text = Files.readString(ROOT.resolve("docs").resolve(page));
      Matcher block = BLOCK.matcher(text);
      while (block.find()) {
        long line = text.substring(0, block.start()).lines().count() + 1;
        examples.add(new Example(page + ":" + line, block.group(2), block.group(1) != null));
      }
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void isReadAsTheDocumentationSays(Example example) {
    if (example.refused()) {
      assertThatThrownBy(
              () -> PolicyFile.read(example.place(), example.policy(), CLINIC, STATEMENTS))
          .isInstanceOf(PolicyProblems.class)
          .hasMessageMatching(".*is installed.*(\n.*is installed.*)?");
    } else {
      assertThat(PolicyFile.read(example.place(), example.policy(), CLINIC, STATEMENTS).dataset())
          .isEqualTo("clinic");
    }
  }

  @Test
  void theReferenceShowsEveryRule() throws IOException {
    String reference = Files.readString(ROOT.resolve("docs").resolve("policy-reference.md"));
    for (String rule : RuleGrammar.RULES) {
      assertThat(reference).contains("`" + rule + "`").containsPattern("- " + rule + "\\b");
    }
  }

  @Test
  void bothPagesHaveExamples() throws IOException {
    assertThat(examples()).hasSizeGreaterThan(15);
    assertThat(examples().stream().filter(Example::refused)).hasSize(1);
  }
}
