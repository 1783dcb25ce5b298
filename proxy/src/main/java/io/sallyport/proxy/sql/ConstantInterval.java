package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Reads the number of a plain INTERVAL literal back out of what DuckDB's parser makes of it.
 *
 * <pre>to_years(CAST(trunc(CAST('1' AS DOUBLE)) AS INTEGER))   →   to_years(1)</pre>
 *
 * <p>Engines would compute it anew for each query, step by step.
 */
final class ConstantInterval {
  private static final Set<String> UNITS = Set.of("to_years", "to_months", "to_days");

  /** Without sign or point, and far from where years overflow as months. */
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,6}");

  private ConstantInterval() {}

  /**
   * The number; empty if the call is of another form.
   *
   * @param function by its lower-case name
   */
  static Optional<SqlNode> number(String function, JsonNode call) {
    JsonNode whole = call.path("arguments").path(0).path("expression");
    JsonNode truncated = whole.path("child");
    JsonNode inexact = truncated.path("arguments").path(0).path("expression");
    JsonNode constant = inexact.path("child");
    String text = constant.path("literal").path("text").asText();
    boolean plain =
        UNITS.contains(function)
            && call.path("arguments").size() == 1
            && isCast(whole, "INTEGER")
            && isTrunc(truncated)
            && isCast(inexact, "DOUBLE")
            && constant.path("class").asText().equals("CONSTANT")
            && WHOLE.matcher(text).matches();
    return plain
        ? Optional.of(
            SqlLiteral.createExactNumeric(
                Integer.toString(Integer.parseInt(text)), SqlParserPos.ZERO))
        : Optional.empty();
  }

  private static boolean isCast(JsonNode node, String type) {
    return node.path("class").asText().equals("CAST")
        && !node.path("try_cast").asBoolean()
        && node.path("type_expr").path("type_name").asText().equals(type)
        && !node.path("type_expr").has("children");
  }

  private static boolean isTrunc(JsonNode node) {
    return node.path("class").asText().equals("FUNCTION")
        && node.path("function_name").asText().equals("trunc")
        && node.path("qualified_name").path("path").size() <= 1
        && node.path("arguments").size() == 1
        && !node.path("distinct").asBoolean()
        && !node.path("order_bys").has("orders")
        && !node.has("filter");
  }
}
