package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Turns calls with a lambda of DuckDB's syntax tree into Calcite's.
 *
 * <pre>list_filter(tags, lambda x : x > 'a')  →  list_filter(tags, lambda(x0() > 'a'))</pre>
 *
 * <p>It knows {@code lambda x : …}; the older {@code x -> …} is JSON's arrow to DuckDB's parser.
 */
final class AstLambdas {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  private final AstExpressions expressions;
  private final TypeOracle oracle;
  private final Deque<Map<String, EngineLambda.Parameter>> scopes = new ArrayDeque<>();

  AstLambdas(AstExpressions expressions, TypeOracle oracle) {
    this.expressions = expressions;
    this.oracle = oracle;
  }

  /** The parameter of a lambda around this place that goes by the name. */
  Optional<SqlNode> parameter(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    return scopes.stream()
        .filter(scope -> scope.containsKey(key))
        .findFirst()
        .map(scope -> new SqlBasicCall(scope.get(key), List.of(), AT));
  }

  SqlNode call(JsonNode node, String name) {
    JsonNode arguments = node.path("arguments");
    boolean reduces = name.endsWith("reduce");
    if (arguments.size() != 2 && !(reduces && arguments.size() == 3)) {
      throw Ast.unsupported(name + " with " + arguments.size() + " arguments");
    }
    List<SqlNode> operands = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      Ast.only(arguments.get(i), name, "expression");
      JsonNode argument = arguments.get(i).path("expression");
      operands.add(i == 1 ? lambda(argument, name) : expressions.expression(argument));
    }
    return new SqlBasicCall(new EngineLambda(name, oracle), operands, AT);
  }

  private SqlNode lambda(JsonNode node, String function) {
    if (!Ast.text(node, "class").equals("LAMBDA")
        || !Ast.text(node, "syntax_type").equals("LAMBDA_KEYWORD")) {
      throw Ast.unsupported(function + " without `lambda x : …`");
    }
    Ast.only(node, "a lambda", "lhs", "expr", "syntax_type", "alias");
    Map<String, EngineLambda.Parameter> parameters = new LinkedHashMap<>();
    // Named by their place, so that the same lambda twice is the same expression twice.
    int around = scopes.stream().mapToInt(Map::size).sum();
    for (String name : names(node.path("lhs"))) {
      String key = name.toLowerCase(Locale.ROOT);
      parameters.put(key, new EngineLambda.Parameter(key + (around + parameters.size())));
    }
    scopes.push(parameters);
    SqlNode body;
    try {
      body = expressions.expression(node.path("expr"));
    } finally {
      scopes.pop();
    }
    if (Vocabulary.aggregates(body)) {
      throw Ast.unsupported("an aggregate in a lambda");
    }
    return new SqlBasicCall(
        new EngineLambda.Body(List.copyOf(parameters.values())), List.of(body), AT);
  }

  /** One column, or several in a row. */
  private static List<String> names(JsonNode left) {
    List<String> names = new ArrayList<>();
    if (Ast.text(left, "function_name").equals("row")) {
      left.path("arguments").forEach(argument -> names.addAll(names(argument.path("expression"))));
    } else {
      List<String> path = Ast.texts(left.path("column_names"));
      if (path.size() != 1) {
        throw Ast.unsupported("a lambda of anything but names");
      }
      names.add(path.get(0));
    }
    return names;
  }
}
