package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which columns COLUMNS means: all, those of a list, or those whose names match a pattern.
 *
 * <pre>COLUMNS('a.*'), COLUMNS(['a', 'b']), COLUMNS(lambda c : c LIKE 'a%'), * ILIKE 'A%'</pre>
 */
final class ColumnPattern {
  /** Patterns that Java and DuckDB understand alike. */
  private static final Pattern SIMPLE =
      Pattern.compile(
          "(?:\\(\\?i\\))?(?:[A-Za-z0-9_"
              + " .*+?|^$-]|\\((?!\\?)|\\)|\\\\[wd]|\\[\\^?[A-Za-z0-9_-]+])+");

  /** What a pattern matched of a name. */
  record Match(String name, @Nullable Matcher groups) {
    /** An alias with {@code \0} and the like filled in. */
    String in(String alias) {
      StringBuilder filled = new StringBuilder();
      for (int i = 0; i < alias.length(); i++) {
        char c = alias.charAt(i);
        if (c != '\\') {
          filled.append(c);
          continue;
        }
        int group = i + 1 < alias.length() ? alias.charAt(i + 1) - '0' : -1;
        i++;
        if (group < 0 || group > (groups == null ? 0 : Math.min(9, groups.groupCount()))) {
          throw Ast.unsupported("COLUMNS with this alias");
        }
        String matched = groups == null ? name : groups.group(group);
        filled.append(matched == null ? "" : matched);
      }
      return filled.toString();
    }
  }

  private final @Nullable Pattern pattern;
  private final boolean whole;
  private final boolean wanted;
  private final @Nullable List<String> names;

  private ColumnPattern(
      @Nullable Pattern pattern, boolean whole, boolean wanted, @Nullable List<String> names) {
    this.pattern = pattern;
    this.whole = whole;
    this.wanted = wanted;
    this.names = names;
  }

  /**
   * @param expression what stands in COLUMNS, if anything
   */
  static ColumnPattern of(JsonNode expression) {
    if (expression.isMissingNode()) {
      return new ColumnPattern(null, false, true, null);
    }
    if (Ast.text(expression.path("literal"), "kind").equals("STRING")) {
      return new ColumnPattern(
          regex(Ast.text(expression.path("literal"), "text")), false, true, null);
    }
    String function = Ast.text(expression, "function_name");
    JsonNode arguments = expression.path("arguments");
    if (function.equals("list_value")) {
      List<String> names = new ArrayList<>();
      arguments.forEach(argument -> names.add(text(argument)));
      return new ColumnPattern(null, false, true, names);
    }
    if (function.equals("list_filter")) {
      return ofLambda(arguments.path(1).path("expression"));
    }
    return like(function, text(arguments.path(1)));
  }

  /** A lambda that compares the name with LIKE is that pattern. */
  private static ColumnPattern ofLambda(JsonNode lambda) {
    JsonNode body = lambda.path("expr");
    JsonNode compared = body.path("arguments").path(0).path("expression").path("column_names");
    if (compared.isMissingNode() || !compared.equals(lambda.path("lhs").path("column_names"))) {
      throw unsupported();
    }
    return like(Ast.text(body, "function_name"), text(body.path("arguments").path(1)));
  }

  private static String text(JsonNode argument) {
    JsonNode literal = argument.path("expression").path("literal");
    if (!Ast.text(literal, "kind").equals("STRING")) {
      throw unsupported();
    }
    return Ast.text(literal, "text");
  }

  private static ColumnPattern like(String function, String form) {
    boolean folds = function.endsWith("~~*");
    if (!List.of("~~", "!~~", "~~*", "!~~*").contains(function)
        || form.contains("\\")
        || folds && form.chars().anyMatch(c -> c > 127)) {
      throw unsupported();
    }
    StringBuilder regex = new StringBuilder();
    form.codePoints()
        .forEach(
            c ->
                regex.append(
                    switch (c) {
                      case '%' -> ".*";
                      case '_' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    }));
    int flags = Pattern.DOTALL | (folds ? Pattern.CASE_INSENSITIVE : 0);
    return new ColumnPattern(
        Pattern.compile(regex.toString(), flags), true, !function.startsWith("!"), null);
  }

  private static Pattern regex(String text) {
    if (!SIMPLE.matcher(text).matches()) {
      throw unsupported();
    }
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw unsupported();
    }
  }

  private static RuntimeException unsupported() {
    return Ast.unsupported("COLUMNS with this expression");
  }

  /** True if a list names more columns than there are. */
  boolean wantsMore(int found) {
    return names != null && names.stream().distinct().count() > found;
  }

  /** What the pattern says of a column's name, if it means the column. */
  Optional<Match> match(String column) {
    if (names != null) {
      return names.stream().anyMatch(column::equalsIgnoreCase)
          ? Optional.of(new Match(column, null))
          : Optional.empty();
    }
    if (pattern == null) {
      return Optional.of(new Match(column, null));
    }
    Matcher matcher = pattern.matcher(column);
    boolean matches = whole ? matcher.matches() : matcher.find();
    return matches == wanted
        ? Optional.of(new Match(column, whole ? null : matcher))
        : Optional.empty();
  }
}
