package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * The number that LIMIT or OFFSET means: one that is written, or a parameter.
 *
 * <pre>
 * LIMIT 10, LIMIT 2 * 5, LIMIT '10', LIMIT 10::BIGINT, LIMIT ?; LIMIT ALL and LIMIT NULL are none
 * </pre>
 */
final class AstLimits {
  private static final Set<String> WHOLE =
      Set.of("bigint", "int8", "int", "integer", "int4", "smallint", "hugeint");

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  private final AstExpressions expressions;

  AstLimits(AstExpressions expressions) {
    this.expressions = expressions;
  }

  /**
   * @param clause {@code LIMIT} or {@code OFFSET}
   * @return null if there is no such limit
   */
  @Nullable SqlNode count(JsonNode node, String clause) {
    if (node.isMissingNode() || isNull(node)) {
      return null;
    }
    if (Ast.text(node, "class").equals("PARAMETER")) {
      return expressions.expression(node);
    }
    BigDecimal number =
        number(node)
            .orElseThrow(
                () -> Ast.unsupported(clause + " with an expression", "a number, or a parameter"));
    if (number.signum() < 0) {
      throw Ast.unsupported("a negative " + clause);
    }
    return expressions.number(number.toPlainString());
  }

  private static boolean isNull(JsonNode node) {
    return Ast.text(node, "class").equals("CAST")
        ? isNull(node.path("child"))
        : Ast.text(node.path("literal"), "kind").equals("NULL_LITERAL");
  }

  /** The whole number that an expression of literals is, as far as it is certain. */
  private static Optional<BigDecimal> number(JsonNode node) {
    return value(node).map(value -> value.setScale(0, RoundingMode.HALF_UP));
  }

  private static Optional<BigDecimal> value(JsonNode node) {
    JsonNode literal = node.path("literal");
    String text = Ast.text(literal, "text").replace("_", "");
    return switch (Ast.text(node, "class")) {
      case "CONSTANT" ->
          switch (Ast.text(literal, "kind")) {
            case "INTEGER" -> Optional.of(new BigDecimal(text));
            case "NUMERIC" ->
                text.matches("[0-9]{1,18}\\.[0-9]{0,18}")
                    ? Optional.of(new BigDecimal(text))
                    : Optional.empty();
            case "STRING" ->
                DIGITS.matcher(text).matches()
                    ? Optional.of(new BigDecimal(text))
                    : Optional.empty();
            default -> Optional.empty();
          };
      case "CAST" ->
          WHOLE.contains(Ast.text(node.path("type_expr"), "type_name").toLowerCase(Locale.ROOT))
              ? number(node.path("child")).filter(n -> n.toBigInteger().bitLength() < Short.SIZE)
              : Optional.empty();
      case "FUNCTION" -> computed(node);
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> computed(JsonNode node) {
    JsonNode arguments = node.path("arguments");
    Optional<BigDecimal> left = whole(arguments.path(0).path("expression"));
    Optional<BigDecimal> right = whole(arguments.path(1).path("expression"));
    if (arguments.size() != 2 || left.isEmpty() || right.isEmpty()) {
      return Optional.empty();
    }
    Optional<BigDecimal> result =
        switch (Ast.text(node, "function_name")) {
          case "+" -> Optional.of(left.get().add(right.get()));
          case "-" -> Optional.of(left.get().subtract(right.get()));
          case "*" -> Optional.of(left.get().multiply(right.get()));
          default -> Optional.empty();
        };
    return result.filter(value -> value.toBigInteger().bitLength() < Integer.SIZE);
  }

  private static Optional<BigDecimal> whole(JsonNode node) {
    boolean plain = Ast.text(node.path("literal"), "kind").equals("INTEGER");
    return plain || Ast.text(node, "class").equals("FUNCTION") ? value(node) : Optional.empty();
  }
}
