package io.sallyport.policy;

import io.sallyport.policy.PolicyProblems.Problem;
import io.sallyport.policy.YamlNode.Entries;
import io.sallyport.policy.YamlNode.Entry;
import io.sallyport.policy.YamlNode.Items;
import io.sallyport.policy.YamlNode.Mark;
import io.sallyport.policy.YamlNode.Nothing;
import io.sallyport.policy.YamlNode.Text;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reading of a policy file: takes values of each kind out of nodes, and notes every problem on
 * the way instead of stopping at the first.
 *
 * <p>What cannot be read is empty, and then a problem was noted.
 */
final class Reading {
  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9_]{0,20}");
  private static final Pattern DURATION =
      Pattern.compile("([1-9][0-9]{0,8})\\s*(s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?)");

  private static final Pattern SHARE = Pattern.compile("0\\.(?!0+$)[0-9]{1,9}");

  private final String file;
  private final List<Problem> problems = new ArrayList<>();

  Reading(String file) {
    this.file = file;
  }

  void problem(Mark mark, String sentence) {
    problems.add(new Problem(file, mark.line(), mark.column(), sentence));
  }

  boolean hasProblems() {
    return !problems.isEmpty();
  }

  /** Throws all problems at once, in the order of the text. */
  void throwIfAny() {
    if (!problems.isEmpty()) {
      problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
      throw new PolicyProblems(problems);
    }
  }

  /** A mapping's entries by key, each of which must be among the known ones. */
  Map<String, Entry> fields(YamlNode node, String what, List<String> known) {
    Map<String, Entry> fields = new LinkedHashMap<>();
    for (Entry entry : entries(node, what)) {
      if (known.contains(entry.key())) {
        fields.put(entry.key(), entry);
      } else {
        problem(
            entry.mark(),
            "unknown key " + shown(entry.key()) + Spelling.suggestion(entry.key(), known));
      }
    }
    return fields;
  }

  /** A mapping's entries with any keys, none of them twice. */
  List<Entry> entries(YamlNode node, String what) {
    if (!(node instanceof Entries mapping)) {
      problem(node.mark(), what + " is a mapping. Given: " + given(node));
      return List.of();
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : mapping.entries()) {
      Entry first = entries.putIfAbsent(entry.key(), entry);
      if (first != null) {
        problem(
            entry.mark(),
            shown(entry.key()) + " is given twice; first on line " + first.mark().line());
      }
    }
    return List.copyOf(entries.values());
  }

  /** A list with something in it. */
  List<YamlNode> items(YamlNode node, String what) {
    if (node instanceof Items list && !list.items().isEmpty()) {
      return list.items();
    }
    problem(node.mark(), what + " is a list with something in it. Given: " + given(node));
    return List.of();
  }

  /** A name or other text, not blank. */
  Optional<String> word(YamlNode node, String what) {
    if (node instanceof Text text && !text.value().isBlank()) {
      return Optional.of(text.value());
    }
    problem(node.mark(), what + " is a name. Given: " + given(node));
    return Optional.empty();
  }

  /** A list of names, none of them twice. */
  Set<String> words(YamlNode node, String what) {
    Set<String> words = new LinkedHashSet<>();
    for (YamlNode item : items(node, what)) {
      word(item, "each of " + what)
          .filter(word -> !words.add(word))
          .ifPresent(word -> problem(item.mark(), shown(word) + " is named twice"));
    }
    return words;
  }

  /** One of a few words. */
  Optional<String> choice(YamlNode node, String what, List<String> choices) {
    String word = node instanceof Text text ? text.value() : "";
    if (choices.contains(word)) {
      return Optional.of(word);
    }
    problem(
        node.mark(),
        what
            + (choices.size() == 1 ? " is `" : " is one of `")
            + String.join("`, `", choices)
            + "`. Given: "
            + given(node)
            + Spelling.near(word, choices));
    return Optional.empty();
  }

  /** A whole number within bounds. */
  OptionalLong whole(YamlNode node, String what, long least, long most) {
    if (node instanceof Text text && text.number() && WHOLE.matcher(text.value()).matches()) {
      BigDecimal number = new BigDecimal(text.value().replace("_", ""));
      if (number.compareTo(BigDecimal.valueOf(least)) >= 0
          && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
        return OptionalLong.of(number.longValueExact());
      }
    }
    problem(
        node.mark(),
        what
            + " is a whole number from "
            + least
            + " to "
            + most
            + ". Given: "
            + givenNumber(node));
    return OptionalLong.empty();
  }

  /** Any number that can be written out. */
  Optional<BigDecimal> number(YamlNode node, String what) {
    if (node instanceof Text text && text.number() && text.value().length() <= 60) {
      try {
        BigDecimal number = new BigDecimal(text.value().replace("_", ""));
        if (Math.abs((long) number.precision() - number.scale()) <= 400) {
          return Optional.of(number);
        }
      } catch (NumberFormatException e) {
        // YAML takes more for a number than a decimal one; noted below.
      }
    }
    problem(node.mark(), what + " is a number. Given: " + givenNumber(node));
    return Optional.empty();
  }

  /** A span such as {@code 7d}, of at most ten years. */
  Optional<Duration> duration(YamlNode node, String what) {
    if (node instanceof Text text) {
      Optional<Duration> duration = duration(text.value());
      if (duration.isPresent()) {
        return duration;
      }
    }
    problem(
        node.mark(),
        what + " is a time such as `30m`, `12h` or `7d`, up to ten years. Given: " + given(node));
    return Optional.empty();
  }

  private static Optional<Duration> duration(String text) {
    Matcher parts = DURATION.matcher(text.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    long seconds =
        switch (parts.group(2).charAt(0)) {
          case 's' -> 1;
          case 'm' -> 60;
          case 'h' -> 3600;
          case 'd' -> 86_400;
          default -> 604_800;
        };
    return Optional.of(Duration.ofSeconds(Long.parseLong(parts.group(1)) * seconds))
        .filter(d -> d.compareTo(Policy.Approvals.LONGEST) <= 0);
  }

  /** A part of a whole: a number between 0 and 1, such as {@code 0.9}. */
  Optional<BigDecimal> share(YamlNode node, String what) {
    if (node instanceof Text text && text.number() && SHARE.matcher(text.value()).matches()) {
      return Optional.of(new BigDecimal(text.value()));
    }
    problem(
        node.mark(), what + " is a number between 0 and 1, such as `0.9`. Given: " + given(node));
    return Optional.empty();
  }

  /** So many in a time, such as {@code 200 per day}. */
  Optional<Policy.QueryRate> rate(YamlNode node, String what) {
    if (node instanceof Text text) {
      Matcher parts = Pattern.compile("([1-9][0-9]{0,8})\\s+per\\s+(.+)").matcher(text.value());
      if (parts.matches()) {
        String span = parts.group(2).strip();
        Optional<Duration> per = duration(span).or(() -> duration("1 " + span));
        if (per.isPresent()) {
          return Optional.of(new Policy.QueryRate(Integer.parseInt(parts.group(1)), per.get()));
        }
      }
    }
    problem(
        node.mark(),
        what + " is a rate such as `200 per day` or `20 per 10m`. Given: " + given(node));
    return Optional.empty();
  }

  /** Only a key and nothing after it. */
  void nothing(YamlNode node, String what) {
    if (!(node instanceof Nothing)) {
      problem(node.mark(), what + " takes no value. Given: " + given(node));
    }
  }

  private static String givenNumber(YamlNode node) {
    boolean quoted =
        node instanceof Text text && !text.number() && text.value().matches("-?[0-9.]+");
    return given(node) + (quoted ? " in quotes" : "");
  }

  static String given(YamlNode node) {
    if (node instanceof Text text) {
      return shown(text.value());
    }
    if (node instanceof Nothing) {
      return "nothing";
    }
    if (node instanceof Items list) {
      return list.items().isEmpty() ? "an empty list" : "a list";
    }
    return "a mapping";
  }

  /** The author's word, short and on one line. */
  static String shown(String word) {
    String line = word.replaceAll("\\p{C}", " ");
    return "`" + (line.length() > 60 ? line.substring(0, 60) + "…" : line) + "`";
  }
}
