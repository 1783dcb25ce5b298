package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in our words what Calcite's validator complains of, with no more than the analyst's own name
 * of the thing.
 *
 * <p>A hidden column and a misspelt one give the same sentence, because Calcite knows neither.
 */
final class Complaint {
  private static final Pattern COLUMN =
      Pattern.compile("(?:Column|Unknown identifier) '([^']*)'(?: not found.*)?", Pattern.DOTALL);
  private static final Pattern TABLE =
      Pattern.compile("(?:Table|Object) '([^']*)' not found.*", Pattern.DOTALL);
  private static final Pattern AMBIGUOUS = Pattern.compile("Column '([^']*)' is ambiguous");
  private static final Pattern REPEATED =
      Pattern.compile("Duplicate relation name '([^']*)' in FROM clause");
  private static final Pattern UNGROUPED =
      Pattern.compile("Expression '([A-Za-z_][A-Za-z0-9_.]*)' is not being grouped");

  private Complaint() {}

  /** Empty if it names nothing that would help. */
  static Optional<GatewayException> of(String message) {
    return Optional.ofNullable(known(message));
  }

  private static @Nullable GatewayException known(String message) {
    Matcher ambiguous = AMBIGUOUS.matcher(message);
    if (ambiguous.matches()) {
      return wrong(
          "the column " + name(ambiguous) + " is in several tables; write the table before it");
    }
    Matcher column = COLUMN.matcher(message);
    if (column.matches()) {
      return new GatewayException(ErrorCode.UNKNOWN_COLUMN, "unknown column " + name(column));
    }
    Matcher table = TABLE.matcher(message);
    if (table.matches()) {
      return new GatewayException(ErrorCode.UNKNOWN_TABLE, "unknown table " + name(table));
    }
    Matcher repeated = REPEATED.matcher(message);
    if (repeated.matches()) {
      return wrong("two tables are called " + name(repeated) + "; give one of them an alias");
    }
    Matcher ungrouped = UNGROUPED.matcher(message);
    if (ungrouped.matches()) {
      return wrong(
          name(ungrouped) + " is not grouped; add it to GROUP BY or put it into an aggregate");
    }
    if (message.contains("is not being grouped")) {
      return wrong("an expression is not grouped; add it to GROUP BY or put it into an aggregate");
    }
    if (message.contains("ggregate expression")) {
      return wrong("an aggregate stands where none is allowed; use HAVING or a sub-query");
    }
    if (message.contains("olumn count mismatch") || message.contains("same number of columns")) {
      return wrong("the two sides do not have the same number of columns");
    }
    if (message.equals("Ordinal out of range")) {
      return wrong("a position in GROUP BY or ORDER BY is beyond the select list");
    }
    if (message.startsWith("Values passed to ")) {
      return wrong("the two sides of IN, ANY or ALL do not have one type; cast one of them");
    }
    return null;
  }

  private static String name(Matcher matcher) {
    return "`" + matcher.group(1) + "`";
  }

  private static GatewayException wrong(String message) {
    return new GatewayException(ErrorCode.WRONG_TYPE, message);
  }
}
