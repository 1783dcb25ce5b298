package io.sallyport.proxy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A place in a YAML file that knows its line and column.
 *
 * <p>What is wrong is noted and answered with nothing, so that reading goes on and the next problem
 * is found too; {@link Document#result} then throws them all. It never guesses what was meant.
 */
final class ConfigNode {
  /** One file and what was found wrong in it. */
  static final class Document {
    private final Path file;
    private final List<Problem> problems = new ArrayList<>();

    private Document(Path file) {
      this.file = file;
    }

    /** What was read, if nothing was wrong. */
    <T> T result(Supplier<Optional<T>> read) {
      Optional<T> value = read.get();
      if (!problems.isEmpty()) {
        throw failure();
      }
      return value.orElseThrow();
    }

    private ConfigException failure() {
      return new ConfigException(
          problems.stream().sorted().map(problem -> file + problem.placed()).toList());
    }

    private void note(@Nullable Mark mark, String sentence) {
      problems.add(
          mark == null
              ? new Problem(0, 0, sentence)
              : new Problem(mark.getLine() + 1, mark.getColumn() + 1, sentence));
    }
  }

  /** Line 0 means the file as a whole. */
  private record Problem(int line, int column, String sentence) implements Comparable<Problem> {
    String placed() {
      return (line == 0 ? ": " : ":" + line + ":" + column + ": ") + sentence;
    }

    @Override
    public int compareTo(Problem other) {
      return Comparator.comparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .compare(this, other);
    }
  }

  private static final Pattern WORD = Pattern.compile("[A-Za-z_]{1,40}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6}) ?(B|[KMGT]i?B)");

  private final Document document;
  private final Node node;

  /** Where the node is in the file, such as {@code users[0].name}. */
  private final String path;

  /** Where its key is, if it has one. */
  private final Mark key;

  private ConfigNode(Document document, Node node, String path, Mark key) {
    this.document = document;
    this.node = node;
    this.path = path;
    this.key = key;
  }

  /** The root of a file, which must be a mapping. */
  static ConfigNode read(Path file) {
    Document document = new Document(file);
    try {
      LoaderOptions options = new LoaderOptions();
      options.setMaxAliasesForCollections(0);
      Node root = new Yaml(options).compose(new StringReader(Files.readString(file)));
      if (root instanceof MappingNode) {
        return new ConfigNode(document, root, "", root.getStartMark());
      }
      document.note(null, "is not a configuration; it starts with `listen:` or another section");
    } catch (MarkedYAMLException e) {
      // The library quotes the line, which may hold a secret: its position is enough.
      document.note(e.getProblemMark(), "is not YAML from here on");
    } catch (CharacterCodingException | YAMLException e) {
      document.note(null, "is not YAML in UTF-8");
    } catch (IOException e) {
      document.note(null, "cannot be read");
    }
    throw document.failure();
  }

  Document document() {
    return document;
  }

  Path directory() {
    Path parent = document.file.toAbsolutePath().getParent();
    return parent == null ? document.file.toAbsolutePath() : parent;
  }

  void problem(String sentence) {
    document.note(node.getStartMark(), sentence);
  }

  /** Makes a value that checks itself; what it finds wrong is noted here. */
  <T> Optional<T> make(Supplier<T> maker) {
    try {
      return Optional.of(maker.get());
    } catch (IllegalArgumentException e) {
      problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The section's parts by key; a key that is not allowed, or comes twice, is a problem. */
  Map<String, ConfigNode> section(String... allowed) {
    Map<String, ConfigNode> parts = entries();
    Set<String> known = new TreeSet<>(List.of(allowed));
    parts.forEach(
        (name, part) -> {
          if (!known.contains(name)) {
            // What is no plain word may be the half of a secret without its quotes.
            String shown = WORD.matcher(name).matches() ? " " + part.named() : "";
            document.note(
                part.key,
                "unknown key" + shown + "; here stand `" + String.join("`, `", known) + "`");
          }
        });
    return parts;
  }

  /** The same with keys that the operator chooses. */
  Map<String, ConfigNode> entries() {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      problem(named() + " has parts, as in `key: value`");
      return entries;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        document.note(tuple.getKeyNode().getStartMark(), "a key is one word");
        continue;
      }
      String name = key.getValue();
      ConfigNode value =
          new ConfigNode(
              document,
              tuple.getValueNode(),
              path.isEmpty() ? name : path + "." + name,
              key.getStartMark());
      if (entries.put(name, value) != null) {
        document.note(value.key, value.named() + " is there twice; keep one");
      }
    }
    return entries;
  }

  /** A part that must be there. */
  Optional<ConfigNode> required(Map<String, ConfigNode> parts, String key) {
    ConfigNode part = parts.get(key);
    if (part == null) {
      problem("`" + key + "` is missing" + (path.isEmpty() ? "" : " in `" + path + "`"));
    }
    return Optional.ofNullable(part);
  }

  /** The items of a list. */
  List<ConfigNode> items() {
    List<ConfigNode> items = new ArrayList<>();
    if (!(node instanceof SequenceNode sequence)) {
      problem(named() + " is a list, as in `[a, b]`");
      return items;
    }
    for (Node item : sequence.getValue()) {
      items.add(
          new ConfigNode(document, item, path + "[" + items.size() + "]", item.getStartMark()));
    }
    return items;
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isSection() {
    return node instanceof MappingNode;
  }

  /** A word or number as it is written; not empty. */
  Optional<String> text() {
    if (node instanceof ScalarNode scalar
        && !scalar.getValue().isBlank()
        && !Tag.NULL.equals(scalar.getTag())) {
      return Optional.of(scalar.getValue());
    }
    problem(named() + " is one word or number");
    return Optional.empty();
  }

  List<String> texts() {
    return items().stream().flatMap(item -> item.text().stream()).toList();
  }

  OptionalInt integer(int least, int greatest) {
    Optional<String> text = text();
    if (text.isPresent()) {
      try {
        int value = Integer.parseInt(text.get());
        if (value >= least && value <= greatest) {
          return OptionalInt.of(value);
        }
      } catch (NumberFormatException e) {
        // The sentence below says what would pass.
      }
      problem(named() + " is a number from " + least + " to " + greatest + given(text.get()));
    }
    return OptionalInt.empty();
  }

  Optional<Duration> duration() {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = DURATION.matcher(text.get());
    if (!matcher.matches()) {
      problem(
          named() + " is a time, such as `500ms`, `30s`, `5m`, `2h` or `7d`" + given(text.get()));
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration time =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (time.isZero()) {
      problem(named() + " is longer than nothing" + given(text.get()));
      return Optional.empty();
    }
    return Optional.of(time);
  }

  /** A number of bytes; {@code GB} is a power of 1000 and {@code GiB} of 1024. */
  OptionalLong size() {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    Matcher matcher = SIZE.matcher(text.get());
    if (!matcher.matches()) {
      problem(named() + " is a size, such as `512MiB` or `4GB`" + given(text.get()));
      return OptionalLong.empty();
    }
    String unit = matcher.group(2);
    int power = " KMGT".indexOf(unit.charAt(0));
    long base = unit.contains("i") ? 1024 : 1000;
    long bytes = Long.parseLong(matcher.group(1));
    for (int i = 0; i < power; i++) {
      bytes = Math.multiplyExact(bytes, base);
    }
    return OptionalLong.of(bytes);
  }

  /** A path, relative to the file's own directory. */
  Optional<Path> path() {
    return text().flatMap(text -> make(() -> directory().resolve(text).normalize()));
  }

  /** A path of a file that is there. */
  Optional<Path> existingFile() {
    Optional<Path> found = path();
    if (found.isPresent() && !Files.isRegularFile(found.get())) {
      problem("the file `" + found.get() + "` does not exist");
      return Optional.empty();
    }
    return found;
  }

  private String named() {
    return "`" + path + "`";
  }

  private static String given(String text) {
    return ". Given: `" + text + "`";
  }
}
