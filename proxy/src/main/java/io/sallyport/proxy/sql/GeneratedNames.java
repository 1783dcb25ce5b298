package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What DuckDB calls the columns of a sub-query that have no alias.
 *
 * <pre>SELECT "count_star()" FROM (SELECT count(*) FROM t)</pre>
 *
 * <p>It asks DuckDB only if the statement has a name that nobody gives by hand.
 */
final class GeneratedNames {
  private static final Pattern BY_HAND = Pattern.compile("[\\p{L}\\p{N}_$]*");

  private final boolean wanted;
  private final Function<JsonNode, Optional<String>> writer;

  /**
   * @param statement all of it
   * @param writer DuckDB's own text of an expression
   */
  GeneratedNames(JsonNode statement, Function<JsonNode, Optional<String>> writer) {
    this.wanted = Ast.holds(statement, GeneratedNames::isNamed);
    this.writer = writer;
  }

  private static boolean isNamed(JsonNode node) {
    for (JsonNode name : node.path("column_names")) {
      if (!BY_HAND.matcher(name.asText()).matches()) {
        return true;
      }
    }
    return false;
  }

  /** The name of an expression, if the statement may name it. */
  Optional<String> of(JsonNode expression) {
    return wanted ? writer.apply(expression) : Optional.empty();
  }
}
