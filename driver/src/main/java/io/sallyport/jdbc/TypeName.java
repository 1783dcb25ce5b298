package io.sallyport.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * DuckDB's name of a type, taken apart as far as the types inside it.
 *
 * <pre>STRUCT("a b" HUGEINT, t JSON[]) → HUGEINT, JSON[]      JSON[] → JSON      JSON → nothing
 * </pre>
 */
final class TypeName {
  private final String text;

  TypeName(String text) {
    this.text = text;
  }

  /** The name, or another if the server gave none. */
  String or(String other) {
    return text.isEmpty() ? other : text;
  }

  /**
   * The names of the types inside, in the order in which Arrow has the columns of them.
   *
   * @param count how many there are; if the name has not so many, each is empty
   */
  List<String> parts(int count) {
    List<String> parts = parts();
    if (parts.size() == count) {
      return parts;
    }
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      unknown.add("");
    }
    return unknown;
  }

  private List<String> parts() {
    if (text.endsWith("]")) {
      return List.of(text.substring(0, text.lastIndexOf('[')));
    }
    boolean named = text.startsWith("STRUCT(") || text.startsWith("UNION(");
    boolean plain = text.startsWith("MAP(") || text.startsWith("TUPLE(");
    if (!text.endsWith(")") || !(named || plain)) {
      return List.of();
    }
    List<String> parts = new ArrayList<>();
    int end = text.length() - 1;
    int start = text.indexOf('(') + 1;
    while (start < end) {
      int comma = next(',', start, end);
      int type = named ? next(' ', start, comma) + 1 : start;
      parts.add(text.substring(Math.min(type, comma), comma));
      start = comma + 1;
      while (start < end && text.charAt(start) == ' ') {
        start++;
      }
    }
    return parts;
  }

  /** Where the character is next, outside of quotes and brackets; {@code end} if nowhere. */
  private int next(char wanted, int start, int end) {
    int depth = 0;
    char quote = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == wanted && depth == 0) {
        return i;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
    }
    return end;
  }
}
