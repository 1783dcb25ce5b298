package io.sallyport.proxy.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes random expressions of a wanted kind from the grammar in {@code random/grammar.txt}, over
 * the columns of the relations in scope.
 *
 * <pre>int  →  (a1.i + length('ann'))</pre>
 */
final class RandomExpressions {
  /** A column and the grammar's kind of its values. */
  record Column(String name, String kind) {}

  /** A relation by its alias; the keys together are unique in it. */
  record Relation(String alias, List<Column> columns, List<String> keys) {}

  private static final Pattern HOLE = Pattern.compile("\\{([a-z]+!?)}");

  private final Random random;
  private final RandomQuery queries;
  private final Map<String, List<String>> grammar = new LinkedHashMap<>();
  private final Deque<List<Relation>> scopes = new ArrayDeque<>();

  RandomExpressions(Random random, RandomQuery queries, List<String> rules) {
    this.random = random;
    this.queries = queries;
    for (String rule : rules) {
      if (!rule.startsWith("#")) {
        int bar = rule.indexOf('|');
        grammar
            .computeIfAbsent(rule.substring(0, bar), k -> new ArrayList<>())
            .add(rule.substring(bar + 1));
      }
    }
  }

  void enter(List<Relation> relations) {
    scopes.push(relations);
  }

  void leave() {
    scopes.pop();
  }

  int depth() {
    return scopes.size();
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** An expression of the kind, nested no deeper than the given depth. */
  String of(String kind, int depth) {
    if (kind.equals("other") && chance(0.6)) {
      return leaf(kind);
    }
    boolean leaf = kind.endsWith("!") || grammar.containsKey(kind + "!") && deepEnough(depth);
    return leaf ? leaf(kind.replace("!", "")) : filled(pick(rules(kind)), depth - 1);
  }

  private List<String> rules(String kind) {
    return Objects.requireNonNull(grammar.get(kind), kind);
  }

  private boolean deepEnough(int depth) {
    return depth <= 0 || chance(0.3);
  }

  private String filled(String text, int depth) {
    Matcher hole = HOLE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (hole.find()) {
      hole.appendReplacement(filled, Matcher.quoteReplacement(hole(hole.group(1), depth)));
    }
    return hole.appendTail(filled).toString();
  }

  private String hole(String kind, int depth) {
    return switch (kind) {
      case "keys" -> String.join(", ", keys());
      case "part" -> chance(0.6) ? "PARTITION BY " + of(pick(List.of("int", "text")), 0) : "";
      case "i" -> column("int");
      case "x" -> column("dbl");
      case "subint" -> queries.scalar(depth);
      case "exists" -> queries.exists(depth);
      case "insub" -> queries.in(depth);
      default -> of(kind, depth);
    };
  }

  /** What tells apart the rows of all relations in the innermost scope. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (Relation relation : Objects.requireNonNull(scopes.peek())) {
      relation.keys().forEach(key -> keys.add(relation.alias() + "." + key));
    }
    return keys.isEmpty() ? List.of("1 + 0") : keys;
  }

  private String leaf(String kind) {
    if (chance(0.8)) {
      List<String> inner = columns(Objects.requireNonNull(scopes.peek()), kind);
      if (!inner.isEmpty()) {
        return pick(inner);
      }
    }
    return pick(rules(kind + "!"));
  }

  /** A bare column, so that sums of inexact numbers stay exact; a literal if there is none. */
  private String column(String kind) {
    List<String> columns = columns(Objects.requireNonNull(scopes.peek()), kind);
    return columns.isEmpty() ? "1" : pick(columns);
  }

  /** A column of an outer query, if there is one. */
  String outer(String kind) {
    List<String> columns = new ArrayList<>();
    scopes.stream().skip(1).forEach(scope -> columns.addAll(columns(scope, kind)));
    return columns.isEmpty() ? of(kind, 0) : pick(columns);
  }

  private static List<String> columns(List<Relation> relations, String kind) {
    List<String> columns = new ArrayList<>();
    for (Relation relation : relations) {
      for (Column column : relation.columns()) {
        if (column.kind().equals(kind)) {
          columns.add(relation.alias() + "." + column.name());
        }
      }
    }
    return columns;
  }
}
