package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes JDBC's escapes out, as tools send them: {@code {d '2024-01-01'}} becomes {@code DATE
 * '2024-01-01'}, and {@code {fn UCASE(x)}} becomes {@code upper(x)}.
 *
 * <p>It looks at braces only outside of texts, quoted names and comments, and leaves DuckDB's
 * struct literals alone. It does not check what it writes: the parser does.
 */
final class JdbcEscapes {
  private static final Set<String> WORDS =
      Set.of("fn", "d", "t", "ts", "oj", "escape", "limit", "call", "?");
  private static final int DEEPEST = 100;

  private final String sql;
  private int at;
  private int depth;

  private JdbcEscapes(String sql) {
    this.sql = sql;
  }

  static String translate(String sql) {
    if (sql.indexOf('{') < 0) {
      return sql;
    }
    return new JdbcEscapes(sql).text(false);
  }

  /** Up to the end, or to the brace that closes the current one. */
  private String text(boolean inBraces) {
    StringBuilder out = new StringBuilder();
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == '}' && inBraces) {
        return out.toString();
      }
      if (c == '{') {
        out.append(braces());
      } else {
        int end = SqlText.tokenEnd(sql, at);
        out.append(sql, at, end);
        at = end;
      }
    }
    if (inBraces) {
      throw syntax("a brace `{` is not closed");
    }
    return out.toString();
  }

  private String braces() {
    if (++depth > DEEPEST) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE, "the statement is nested too deeply; split it into smaller parts");
    }
    at++;
    String word = word();
    String inside = text(true);
    at++;
    depth--;
    return word.isEmpty() ? "{" + inside + "}" : written(word, inside.strip());
  }

  /** The escape's word, consumed; empty if this is a struct literal. */
  private String word() {
    int start = at;
    while (start < sql.length() && Character.isWhitespace(sql.charAt(start))) {
      start++;
    }
    int end = start;
    while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
      end++;
    }
    if (end == start && end < sql.length() && sql.charAt(end) == '?') {
      end++;
    }
    int next = end;
    while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
      next++;
    }
    String word = sql.substring(start, end).toLowerCase(Locale.ROOT);
    boolean key = next < sql.length() && ":,}".indexOf(sql.charAt(next)) >= 0;
    if (key || !WORDS.contains(word)) {
      return "";
    }
    at = end;
    return word;
  }

  private static String written(String word, String inside) {
    return switch (word) {
      case "d" -> "DATE " + quoted(inside, word);
      case "t" -> "TIME " + quoted(inside, word);
      case "ts" -> "TIMESTAMP " + quoted(inside, word);
      case "escape" -> "ESCAPE " + quoted(inside, word);
      case "limit" -> "LIMIT " + inside;
      case "oj" -> inside;
      case "fn" -> function(inside);
      default -> throw Ast.unsupported("{call}");
    };
  }

  private static String quoted(String inside, String word) {
    if (!inside.startsWith("'") || SqlText.tokenEnd(inside, 0) != inside.length()) {
      throw syntax("`{" + word + "}` takes one text in single quotes");
    }
    return inside;
  }

  private static GatewayException syntax(String message) {
    return new GatewayException(ErrorCode.SYNTAX, message);
  }

  private static String function(String call) {
    int open = call.indexOf('(');
    if (open < 0 || !call.endsWith(")")) {
      throw syntax("`{fn}` takes one function call");
    }
    String name = call.substring(0, open).strip().toLowerCase(Locale.ROOT);
    List<String> given = arguments(call.substring(open + 1, call.length() - 1));
    return switch (name) {
      case "ucase" -> "upper" + call.substring(open);
      case "lcase" -> "lower" + call.substring(open);
      case "char" -> "chr" + call.substring(open);
      case "log" -> "ln" + call.substring(open);
      case "truncate" -> "trunc" + call.substring(open);
      case "rand" -> "random()";
      case "curdate", "current_date" -> "current_date";
      case "now", "current_timestamp" -> "now()";
      case "length" -> with(name, given, 1, "length(rtrim(%s))");
      case "space" -> with(name, given, 1, "repeat(' ', %s)");
      case "dayofweek" -> with(name, given, 1, "(dayofweek(%s) + 1)");
      case "concat" -> with(name, given, 2, "(%s || %s)");
      case "locate" -> with(name, given, 2, "strpos(%2$s, %1$s)");
      case "insert" -> with(name, given, 4, "overlay(%1$s PLACING %4$s FROM %2$s FOR %3$s)");
      case "timestampadd" ->
          with(name, units(name, given), 3, "(%3$s + (%2$s) * INTERVAL '1' %1$s)");
      case "timestampdiff" -> with(name, units(name, given), 3, "date_sub('%s', %s, %s)");
      case "convert" -> with(name, types(name, given), 2, "CAST(%s AS %s)");
      default -> call;
    };
  }

  private static String with(String name, List<String> given, int count, String form) {
    if (given.size() != count) {
      throw Ast.unsupported("{fn " + name + "} with " + given.size() + " arguments");
    }
    return String.format(Locale.ROOT, form, given.toArray());
  }

  private static List<String> units(String name, List<String> given) {
    List<String> units = new ArrayList<>(given);
    String unit = given.isEmpty() ? "" : given.get(0).toUpperCase(Locale.ROOT);
    if (!unit.matches("SQL_TSI_(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|QUARTER|YEAR)")) {
      throw Ast.unsupported("{fn " + name + "} with this unit");
    }
    units.set(0, unit.substring("SQL_TSI_".length()).toLowerCase(Locale.ROOT));
    return units;
  }

  private static List<String> types(String name, List<String> given) {
    List<String> types = new ArrayList<>(given);
    String type = given.size() == 2 ? given.get(1).toUpperCase(Locale.ROOT) : "";
    if (!type.matches(
        "(SQL_)?(BIGINT|BOOLEAN|DATE|DECIMAL|DOUBLE|FLOAT|INTEGER|REAL|SMALLINT|TIME|TIMESTAMP"
            + "|TINYINT|VARCHAR|VARBINARY)")) {
      throw Ast.unsupported("{fn " + name + "} to this type");
    }
    types.set(1, type.replace("SQL_", ""));
    return types;
  }

  private static List<String> arguments(String list) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < list.length(); i = SqlText.tokenEnd(list, i)) {
      char c = list.charAt(i);
      depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (c == ',' && depth == 0) {
        arguments.add(list.substring(start, i).strip());
        start = i + 1;
      }
    }
    if (!list.isBlank()) {
      arguments.add(list.substring(start).strip());
    }
    return arguments;
  }
}
