package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What can be told of a statement before it is parsed: where its texts, quoted names and comments
 * end, and how deeply it nests.
 *
 * <pre>tokenEnd("'it''s' x", 0)  →  7</pre>
 *
 * <p>It knows no keyword. An unclosed text reaches to the end; the parser complains of it.
 */
final class SqlText {
  /** The longest statement, in characters. */
  static final int LONGEST = 1_000_000;

  /** How many brackets may be open at once. */
  static final int DEEPEST = 100;

  /** How many tokens may follow each other without a comma between them. */
  private static final int LONGEST_CHAIN = 5_000;

  /** How many joins, set operations and sub-queries there may be: DuckDB's parser nests them. */
  private static final int MOST_RELATIONS = 1_000;

  private static final Set<String> RELATIONS =
      Set.of("select", "from", "join", "union", "except", "intersect", "values");
  private static final Set<String> AFTER_FROM =
      Set.of("where", "group", "having", "window", "qualify", "order", "limit", "select");

  private SqlText() {}

  /** Refuses what would exhaust a parser's stack, before any parser sees it. */
  static void check(String sql) {
    if (sql.length() > LONGEST) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "a statement of "
              + sql.length()
              + " characters is too long; "
              + LONGEST
              + " are allowed");
    }
    int open = 0;
    int relations = 0;
    int[] chain = new int[DEEPEST + 1];
    boolean[] inFrom = new boolean[DEEPEST + 1];
    int end;
    for (int i = 0; i < sql.length(); i = end) {
      end = tokenEnd(sql, i);
      char c = sql.charAt(i);
      if ("([{".indexOf(c) >= 0) {
        if (++open > DEEPEST) {
          throw tooDeep();
        }
        chain[open] = 0;
        inFrom[open] = false;
      } else if (")]}".indexOf(c) >= 0) {
        open = Math.max(0, open - 1);
      } else if (c == ',') {
        relations += inFrom[open] ? 1 : 0;
        chain[open] = 0;
      } else if (Character.isLetter(c)) {
        String word = sql.substring(i, end).toLowerCase(Locale.ROOT);
        relations += RELATIONS.contains(word) ? 1 : 0;
        inFrom[open] = word.equals("from") || inFrom[open] && !AFTER_FROM.contains(word);
      }
      chain[open] += Character.isWhitespace(c) ? 0 : 1;
      if (chain[open] > LONGEST_CHAIN || relations > MOST_RELATIONS) {
        throw tooDeep();
      }
    }
  }

  /** The statement's first word in lower case; empty if it has none. */
  static String firstWord(String sql) {
    int start = firstWordStart(sql);
    return sql.substring(start, firstWordEnd(sql, start)).toLowerCase(Locale.ROOT);
  }

  /** The text behind its first word, for example the query of {@code DESCRIBE SELECT 1}. */
  static String withoutFirstWord(String sql) {
    return sql.substring(firstWordEnd(sql, firstWordStart(sql)));
  }

  /**
   * The text with numbers in place of its parameters' names, because DuckDB's driver binds by
   * number: {@code $least} is {@code $1}, and so is the first {@code ?}.
   *
   * @param positions counted from zero, by names
   */
  static String numbered(String sql, Map<String, Integer> positions) {
    return replaced(sql, positions, position -> "$" + (position + 1));
  }

  /**
   * The text with NULLs of the values' types in place of its parameters, however these are written.
   *
   * @param positions counted from zero, by names
   */
  static String filled(String sql, Map<String, Integer> positions, List<SentValue> values) {
    return replaced(
        sql, positions, position -> "CAST(NULL AS " + values.get(position).type() + ")");
  }

  private static String replaced(
      String sql, Map<String, Integer> positions, IntFunction<String> replacement) {
    StringBuilder replaced = new StringBuilder();
    int marks = 0;
    int end;
    for (int i = 0; i < sql.length(); i = end) {
      end = tokenEnd(sql, i);
      Integer position =
          switch (sql.charAt(i)) {
            case '$' -> positions.get(sql.substring(i + 1, end));
            case '?' -> positions.get(Integer.toString(++marks));
            default -> null;
          };
      if (position == null) {
        replaced.append(sql, i, end);
      } else {
        replaced.append(replacement.apply(position));
      }
    }
    return replaced.toString();
  }

  /**
   * The text from where its first statement begins, so that a word may be put before it: behind
   * blanks, comments, and semicolons that end nothing.
   */
  static String withoutLead(String sql) {
    int start = 0;
    while (start < sql.length() && isLead(sql, start)) {
      start = tokenEnd(sql, start);
    }
    return sql.substring(start);
  }

  private static boolean isLead(String sql, int start) {
    char c = sql.charAt(start);
    return Character.isWhitespace(c)
        || c == ';'
        || sql.startsWith("--", start)
        || sql.startsWith("/*", start);
  }

  private static int firstWordStart(String sql) {
    int i = 0;
    while (i < sql.length() && !Character.isLetter(sql.charAt(i))) {
      i = tokenEnd(sql, i);
    }
    return i;
  }

  private static int firstWordEnd(String sql, int start) {
    return start < sql.length() ? tokenEnd(sql, start) : start;
  }

  private static GatewayException tooDeep() {
    return new GatewayException(
        ErrorCode.TOO_LARGE, "the statement is nested too deeply; split it into smaller parts");
  }

  /** Where the token that starts here ends: a text, name, number, comment, or one character. */
  static int tokenEnd(String sql, int start) {
    char c = sql.charAt(start);
    if (c == '\'') {
      return quoteEnd(sql, start, '\'', false);
    }
    if (c == '"') {
      return quoteEnd(sql, start, '"', false);
    }
    if (sql.startsWith("--", start)) {
      int end = sql.indexOf('\n', start);
      return end < 0 ? sql.length() : end + 1;
    }
    if (sql.startsWith("/*", start)) {
      return commentEnd(sql, start);
    }
    if (c == '$') {
      return dollarEnd(sql, start);
    }
    if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      return wordEnd(sql, start);
    }
    if (Character.isDigit(c)) {
      int end = start + 1;
      while (end < sql.length() && Character.isLetterOrDigit(sql.charAt(end))) {
        end++;
      }
      return end;
    }
    return start + 1;
  }

  private static int wordEnd(String sql, int start) {
    int end = start + 1;
    while (end < sql.length() && isPart(sql.charAt(end))) {
      end++;
    }
    boolean escapes = end == start + 1 && (sql.charAt(start) | 0x20) == 'e';
    return escapes && end < sql.length() && sql.charAt(end) == '\''
        ? quoteEnd(sql, end, '\'', true)
        : end;
  }

  private static boolean isPart(char c) {
    return Character.isUnicodeIdentifierPart(c) || c == '_' || c == '$';
  }

  private static int quoteEnd(String sql, int start, char quote, boolean escapes) {
    int i = start + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (escapes && c == '\\') {
        i += 2;
      } else if (c != quote) {
        i++;
      } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
        i += 2;
      } else {
        return i + 1;
      }
    }
    return sql.length();
  }

  private static int commentEnd(String sql, int start) {
    int open = 1;
    int i = start + 2;
    while (i < sql.length() && open > 0) {
      if (sql.startsWith("/*", i)) {
        open++;
        i += 2;
      } else if (sql.startsWith("*/", i)) {
        open--;
        i += 2;
      } else {
        i++;
      }
    }
    return Math.min(i, sql.length());
  }

  private static int dollarEnd(String sql, int start) {
    int tag = start + 1;
    while (tag < sql.length() && isPart(sql.charAt(tag)) && sql.charAt(tag) != '$') {
      tag++;
    }
    boolean text =
        tag < sql.length()
            && sql.charAt(tag) == '$'
            && (tag == start + 1 || !Character.isDigit(sql.charAt(start + 1)));
    if (!text) {
      return Math.max(tag, start + 1);
    }
    String delimiter = sql.substring(start, tag + 1);
    int end = sql.indexOf(delimiter, tag + 1);
    return end < 0 ? sql.length() : end + delimiter.length();
  }
}
