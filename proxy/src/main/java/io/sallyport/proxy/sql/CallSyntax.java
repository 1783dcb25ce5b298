package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a call of an {@link EngineFunction} or {@link EngineAggregate} is written in DuckDB's SQL.
 */
final class CallSyntax {
  private static final Set<String> INFIX =
      Set.of(
          "+", "-", "*", "/", "//", "%", "||", "~~", "!~~", "~~*", "!~~*", "~~~", "^@", "&", "|",
          "<<", ">>", "**", "^", "->>", "@>", "<@", "&&");
  private static final Set<String> PREFIX = Set.of("-", "+", "~", "@");

  /** Functions that read like keywords: their names are never quoted. */
  private static final Map<String, String> KEYWORDS =
      Map.of("coalesce", "COALESCE", "try", "TRY", "row", "ROW");

  /** A slice's end that is not given. */
  static final String OPEN = "\"list_value\"()";

  private CallSyntax() {}

  /** True for functions whose operands are pairs of a name and a value. */
  static boolean takesNames(String function) {
    return function.equals("struct_pack") || function.equals("union_value");
  }

  static String call(String name, List<String> operands, String type) {
    switch (name) {
      case "cast":
        return "CAST(" + operands.get(0) + " AS " + type + ")";
      case "try_cast":
        return "TRY_CAST(" + operands.get(0) + " AS " + type + ")";
      case "in":
        return "("
            + operands.get(0)
            + " IN ("
            + String.join(", ", operands.subList(1, operands.size()))
            + "))";
      case "between":
        return "("
            + operands.get(0)
            + " BETWEEN "
            + operands.get(1)
            + " AND "
            + operands.get(2)
            + ")";
      case "array_extract":
        return operands.get(0) + "[" + operands.get(1) + "]";
      case "array_slice":
        return operands.get(0)
            + "["
            + (operands.get(1).equals(OPEN) ? "" : operands.get(1))
            + ":"
            + (operands.get(2).equals(OPEN) ? operands.size() == 4 ? "-" : "" : operands.get(2))
            + (operands.size() == 4 ? ":" + operands.get(3) : "")
            + "]";
      case "->":
        // DuckDB would take a right side apart that is an arrow itself.
        return "json_extract(" + String.join(", ", operands) + ")";
      case "struct_pack", "union_value":
        return name + structure(operands);
      case "current_date", "current_timestamp":
        return name;
      default:
        break;
    }
    if (operands.size() == 2 && INFIX.contains(name)) {
      return "(" + operands.get(0) + " " + name + " " + operands.get(1) + ")";
    }
    if (operands.size() == 1 && PREFIX.contains(name)) {
      return "(" + name + " " + operands.get(0) + ")";
    }
    String printed = KEYWORDS.getOrDefault(name, identifier(name));
    return printed + "(" + String.join(", ", operands) + ")";
  }

  /** A lambda, for example {@code lambda "x" : upper("x")}. */
  static String lambda(List<String> parameters, String body) {
    List<String> names = parameters.stream().map(CallSyntax::identifier).toList();
    return "lambda " + String.join(", ", names) + " : " + body;
  }

  /** Pairs of a text and a value become fields. */
  private static String structure(List<String> operands) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i + 1 < operands.size(); i += 2) {
      String text = operands.get(i);
      String name = text.substring(1, text.length() - 1).replace("''", "'");
      fields.add(identifier(name) + " := " + operands.get(i + 1));
    }
    return "(" + String.join(", ", fields) + ")";
  }

  /** An identifier, always quoted. */
  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text literal. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
