package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlNode;

/** Turns what reaches into a value into functions: JSON's arrows, slices, calls by a dot. */
final class AstAccesses {
  private static final String TEXT_ARROW = "->>";

  private static final Set<String> LIST_AGGREGATES =
      Set.of("list_aggregate", "list_aggr", "array_aggregate", "array_aggr");

  private final AstExpressions expressions;

  AstAccesses(AstExpressions expressions) {
    this.expressions = expressions;
  }

  /**
   * DuckDB's parser cannot tell JSON's arrow from an old lambda; only the first is left. It also
   * takes what follows the arrow together, which its binder takes apart again:
   *
   * <pre>a -> ((b ->> c) ->> d)  →  ((a -> b) ->> c) ->> d</pre>
   */
  SqlNode arrow(JsonNode node) {
    Ast.only(node, "a lambda", "lhs", "expr", "syntax_type", "alias");
    if (!Ast.text(node, "syntax_type").equals("SINGLE_ARROW")) {
      throw Ast.unsupported("lambda outside list_transform, list_filter and list_reduce");
    }
    return arrow(expressions.expression(node.path("lhs")), node.path("expr"));
  }

  private SqlNode arrow(SqlNode left, JsonNode right) {
    JsonNode arguments = right.path("arguments");
    if (!Ast.text(right, "function_name").equals(TEXT_ARROW) || arguments.size() != 2) {
      return expressions.call("->", List.of(left, expressions.expression(right)));
    }
    return expressions.call(
        TEXT_ARROW,
        List.of(
            arrow(left, arguments.get(0).path("expression")),
            expressions.expression(arguments.get(1).path("expression"))));
  }

  /** An open end is an empty list, as DuckDB's parser has it. */
  SqlNode slice(List<SqlNode> operands) {
    return expressions.call("array_slice", operands);
  }

  static boolean aggregatesList(String function) {
    return LIST_AGGREGATES.contains(function);
  }

  /** {@code list_aggregate(l, 'sum')} as {@code list_sum(l)}. */
  SqlNode listAggregate(JsonNode node, String name) {
    List<SqlNode> operands = new ArrayList<>(expressions.arguments(node, name));
    JsonNode told = node.path("arguments").path(1).path("expression").path("literal");
    String function = "list_" + Ast.text(told, "text").toLowerCase(Locale.ROOT);
    if (!Ast.text(told, "kind").equals("STRING") || !Vocabulary.scalar(function)) {
      throw Ast.unsupported(name + " with this aggregate");
    }
    operands.remove(1);
    return expressions.call(function, operands);
  }

  /** {@code name.upper()} as {@code upper(name)}; a schema's function is refused. */
  JsonNode method(JsonNode node, AstQueries queries) {
    String function = Ast.text(node, "function_name");
    List<String> path = new ArrayList<>();
    if (node.has("catalog")) {
      path.add(Ast.text(node, "catalog"));
    }
    path.add(Ast.text(node, "schema"));
    if (!queries.mayBeColumn(path.get(0)) && !queries.isRelation(path.get(0))) {
      throw Ast.unsupported("a schema before the function " + function);
    }
    ObjectNode call = node.deepCopy();
    call.remove(List.of("schema", "catalog", "qualified_name"));
    ArrayNode arguments = AstWriter.JSON.arrayNode();
    ObjectNode first = AstWriter.JSON.objectNode();
    first.set("expression", AstWriter.column(path.toArray(new String[0])));
    arguments.add(first);
    node.path("arguments").forEach(arguments::add);
    call.set("arguments", arguments);
    return call;
  }
}
