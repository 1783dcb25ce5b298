package io.sallyport.proxy.sql;

import java.util.List;
import java.util.Optional;

/**
 * Tells a question about the policy from a question about the data, before any parser sees it.
 *
 * <pre>
 * EXPLAIN POLICY FOR SELECT count(*) FROM visits   →  SELECT count(*) FROM visits
 * EXPLAIN SELECT count(*) FROM visits              →  none: a parser will refuse it
 * </pre>
 *
 * <p>It does not look at the query behind the words; white space and comments may stand around
 * them.
 */
public final class ExplainStatement {
  private static final List<String> WORDS = List.of("explain", "policy", "for");

  private ExplainStatement() {}

  /** The query that is asked about; none if the statement is not such a question. */
  public static Optional<String> query(String sql) {
    int at = 0;
    for (String word : WORDS) {
      at = tokenStart(sql, at);
      int end = at < sql.length() ? SqlText.tokenEnd(sql, at) : at;
      if (!sql.substring(at, end).equalsIgnoreCase(word)) {
        return Optional.empty();
      }
      at = end;
    }
    return Optional.of(sql.substring(at));
  }

  private static int tokenStart(String sql, int from) {
    int at = from;
    while (at < sql.length()
        && (Character.isWhitespace(sql.charAt(at))
            || sql.startsWith("--", at)
            || sql.startsWith("/*", at))) {
      at = SqlText.tokenEnd(sql, at);
    }
    return at;
  }
}
