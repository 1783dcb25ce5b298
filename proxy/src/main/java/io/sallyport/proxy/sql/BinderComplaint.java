package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in our words why DuckDB's binder does not take a statement, with no more than types and the
 * analyst's own words.
 *
 * <p>The binder knows empty twins of what the analyst may see, so it cannot tell of anything else.
 */
final class BinderComplaint {
  private record Known(Pattern pattern, Function<MatchResult, String> sentence) {}

  private static final List<Known> KNOWN =
      List.of(
          known(
              "Cannot compare values of type (.+?) and (?:type )?(.+?) (?:in|-) .*",
              m -> types(m) + " cannot be compared; cast one of them"),
          known(
              "Cannot (?:combine|mix) (?:values of )?types? (.+?) and (.+?) .*",
              m -> types(m) + " have nothing in common; cast one of them"),
          known(
              "No function matches the given name and argument types '(.*?)\\((.*)\\)'.*",
              m -> name(m, 1) + " does not take (" + m.group(2) + "); cast its arguments"),
          known("\\* expression without FROM clause.*", m -> "`*` wants a FROM clause"),
          known(
              "at least one window function must appear .*",
              m -> "QUALIFY wants a window in it or in the select list"),
          known(
              "Combining (.+?) with (.+?) is not supported.*",
              m -> types(m) + " do not go together; use a sub-query"),
          known(
              "Could not find key \"(.*?)\" in struct.*",
              m -> "the struct has no field " + name(m, 1)),
          known(
              "column \"(.*?)\" must appear in the GROUP BY clause.*",
              m -> name(m, 1) + " is not grouped; add it to GROUP BY or put it into an aggregate"),
          known(
              "Cannot mix aggregates with non-aggregated columns.*",
              m ->
                  "one expression has aggregates and other columns beside GROUP BY ALL; name the"
                      + " keys in GROUP BY"),
          known(
              "Cannot group on a window clause.*",
              m -> "GROUP BY ALL does not take a window; use a sub-query"),
          known(
              "table \"(.*?)\" has (\\d+) columns available but (\\d+) columns specified.*",
              m ->
                  name(m, 1) + " has " + m.group(2) + " columns and gets " + m.group(3) + " names"),
          known(
              "Could not convert string '.*' to ([A-Z0-9_]+).*",
              m -> "a text cannot be read as " + name(m, 1)),
          known("LIMIT/OFFSET cannot be negative.*", m -> "LIMIT and OFFSET cannot be negative"),
          known(
              "In a DISTINCT aggregate, ORDER BY expressions must appear in the argument list.*",
              m -> "a DISTINCT aggregate sorts by its argument alone"),
          known(
              "The \"(.*?)\" argument in function \"(.*?)\" must be a constant expression.*",
              m -> "the argument " + name(m, 1) + " of " + name(m, 2) + " must be a constant"),
          known(
              "subqueries in lambda expressions are not supported.*",
              m -> "a lambda does not take a sub-query"),
          known(
              "Ambiguous reference to column name \"(.*?)\".*",
              m -> "the column " + name(m, 1) + " is in several tables; write the table before it"),
          known(
              "(?:aggregate|window) functions? (?:calls )?(?:cannot|are not|may not) .*",
              m -> "an aggregate or a window stands where none is allowed; use a sub-query"));

  /** What stands at the place that DuckDB points at: a word, a text or a sign. */
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{N}_.]+|\"[^\"]*\"|'[^']*'|[^\\s\\p{L}\\p{N}]{1,3}");

  private BinderComplaint() {}

  private static Known known(String pattern, Function<MatchResult, String> sentence) {
    return new Known(Pattern.compile(pattern, Pattern.DOTALL), sentence);
  }

  private static String name(MatchResult match, int group) {
    return "`" + match.group(group) + "`";
  }

  private static String types(MatchResult match) {
    return name(match, 1) + " and " + name(match, 2);
  }

  /**
   * @param message the engine's: its kind, its sentence, and the place in the statement
   */
  static GatewayException of(String message) {
    String said =
        message
            .substring(message.indexOf(": ") + 1)
            .strip()
            .replace("STRING_LITERAL", "VARCHAR")
            .replace("INTEGER_LITERAL", "INTEGER");
    for (Known known : KNOWN) {
      Matcher matcher = known.pattern().matcher(said);
      if (matcher.matches()) {
        return wrong(known.sentence().apply(matcher.toMatchResult()));
      }
    }
    return wrong("the statement does not fit its tables or types" + place(message));
  }

  private static GatewayException wrong(String message) {
    return new GatewayException(ErrorCode.WRONG_TYPE, message);
  }

  /** From {@code LINE 1: SELECT nope …} and a caret under it. */
  private static String place(String message) {
    List<String> lines = message.lines().toList();
    for (int i = 0; i + 1 < lines.size(); i++) {
      int caret = lines.get(i + 1).indexOf('^');
      if (lines.get(i).toUpperCase(Locale.ROOT).startsWith("LINE ")
          && caret >= 0
          && caret < lines.get(i).length()) {
        Matcher word = WORD.matcher(lines.get(i)).region(caret, lines.get(i).length());
        if (word.lookingAt()) {
          return "; check it near `" + word.group() + "`";
        }
      }
    }
    return "; check names, types and counts";
  }
}
