package io.sallyport.proxy.sql;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes statements that nobody would write out of those that somebody did, token by token, as a
 * script of bytes says: which statement, and then what to break in it.
 *
 * <p>Every script means something, so that a fuzzer's bytes get past the parser.
 */
public final class BrokenStatements {
  /** The bytes of one edit: what, where, how many tokens, which other statement, which token. */
  private static final int EDIT = 8;

  private static final List<String> ODD =
      List.of(
          "0",
          "-1",
          "1e400",
          "99999999999999999999999999999999999999999",
          "''",
          "NULL",
          "'\u0000'",
          "*",
          "$1",
          "?",
          "{fn ",
          "/*",
          "\"",
          "\uD800",
          "💥",
          "TRY(",
          "COLUMNS(*)",
          "lambda x : x",
          "::VARCHAR",
          "::HUGEINT",
          " COLLATE NOCASE",
          "[1:2]",
          "OVER ()",
          "FILTER (WHERE true)",
          "DISTINCT ");

  private final List<List<String>> statements;

  public BrokenStatements(List<String> statements) {
    this.statements = statements.stream().map(BrokenStatements::tokens).toList();
  }

  private static List<String> tokens(String sql) {
    List<String> tokens = new ArrayList<>();
    int end;
    for (int i = 0; i < sql.length(); i = end) {
      end = SqlText.tokenEnd(sql, i);
      tokens.add(sql.substring(i, end));
    }
    return tokens;
  }

  private static <T> T at(List<T> choices, int place) {
    return choices.get(Math.floorMod(place, choices.size()));
  }

  /** Which statement a script with this start breaks. */
  public int index(short start) {
    return Math.floorMod(start, statements.size());
  }

  /** The statement after all whole edits of the script. */
  public String text(ByteBuffer script) {
    List<String> tokens = new ArrayList<>(statements.get(index(script.getShort())));
    while (script.remaining() >= EDIT && !tokens.isEmpty()) {
      edit(tokens, script);
    }
    return String.join("", tokens);
  }

  private void edit(List<String> tokens, ByteBuffer script) {
    int what = script.get();
    int from = Math.floorMod(script.getShort(), tokens.size());
    int to = Math.min(tokens.size(), from + 1 + (script.get() & 7));
    List<String> other = at(statements, script.getShort());
    int place = script.getShort();
    String token = other.isEmpty() ? "" : at(other, place);
    List<String> part = List.copyOf(tokens.subList(from, to));
    switch (what & 15) {
      case 0 -> tokens.subList(from, to).clear();
      case 1 -> tokens.addAll(from, part);
      case 2 -> tokens.subList(from, tokens.size()).clear();
      case 3 -> tokens.addAll(from, other);
      case 4 -> {
        tokens.add(to, ")".repeat(1 + (place & 31)));
        tokens.add(from, "(".repeat(1 + (place & 31)));
      }
      case 5 -> {
        for (int i = place & 127; i > 0; i--) {
          tokens.addAll(from, part);
        }
      }
      case 6, 7 -> tokens.set(from, at(ODD, place));
      case 8, 9, 10 -> tokens.addAll(from, List.of(" ", token, " "));
      default -> tokens.set(from, token);
    }
  }
}
