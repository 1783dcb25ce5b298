package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes PIVOT and UNPIVOT out as the sub-queries that they mean, so that nothing else has to know
 * them, least of all a policy.
 *
 * <pre>
 * t PIVOT (sum(x) FOR y IN ('a', 'b'))
 * →  (SELECT k, sum(x) FILTER (CAST(y AS VARCHAR) = 'a') AS a, … FROM t GROUP BY k)
 * t UNPIVOT (v FOR n IN (a, b))
 * →  (SELECT k, 'a' AS n, a AS v FROM t WHERE a IS NOT NULL UNION ALL SELECT k, 'b', b …)
 * </pre>
 *
 * <p>It takes no values from the data: a PIVOT without a list of values is refused.
 */
final class AstPivots {
  private final JoinedColumns joined;

  AstPivots(JoinedColumns joined) {
    this.joined = joined;
  }

  /** The sub-query that a pivot in FROM means. */
  JsonNode written(JsonNode pivot) {
    Ast.only(
        pivot,
        "PIVOT",
        "alias",
        "source",
        "aggregates",
        "pivots",
        "groups",
        "unpivot_names",
        "include_nulls",
        "column_name_alias");
    JsonNode query = pivot.has("unpivot_names") ? unpivoted(pivot) : pivoted(pivot);
    ObjectNode subQuery = AstWriter.subQuery(query, JoinedColumns.alias(pivot));
    if (pivot.has("column_name_alias")) {
      subQuery.set("column_name_alias", pivot.path("column_name_alias"));
    }
    return subQuery;
  }

  private List<String> sourceColumns(JsonNode pivot, String construct) {
    List<String> columns =
        joined
            .known(pivot.path("source"))
            .orElseThrow(
                () -> Ast.unsupported(construct + " of a source whose columns are not written out"))
            .stream()
            .map(JoinedColumns.Column::name)
            .toList();
    Set<String> distinct = new HashSet<>();
    for (String column : columns) {
      if (!distinct.add(column.toLowerCase(Locale.ROOT))) {
        throw Ast.unsupported(construct + " of a source with two columns `" + column + "`");
      }
    }
    return columns;
  }

  private JsonNode pivoted(JsonNode pivot) {
    List<String> groups = groups(pivot);
    ArrayNode items = AstWriter.list(groups.stream().map(AstWriter::column).toList());
    for (Choice choice : choices(pivot.path("pivots"))) {
      for (JsonNode aggregate : pivot.path("aggregates")) {
        items.add(filtered(aggregate, choice, pivot.path("aggregates").size() > 1));
      }
    }
    ObjectNode select = AstWriter.select(items, pivot.path("source"));
    if (!groups.isEmpty()) {
      ArrayNode set = AstWriter.JSON.arrayNode();
      for (int i = 0; i < groups.size(); i++) {
        set.add(i);
      }
      select.set(
          "group_expressions", AstWriter.list(groups.stream().map(AstWriter::column).toList()));
      select.set("group_sets", AstWriter.JSON.arrayNode().add(set));
    }
    return select;
  }

  /** Named ones, or else all columns that neither a pivot nor an aggregate names. */
  private List<String> groups(JsonNode pivot) {
    if (pivot.has("groups")) {
      return Ast.texts(pivot.path("groups"));
    }
    Set<String> used = new HashSet<>();
    names(pivot.path("pivots"), used);
    names(pivot.path("aggregates"), used);
    return sourceColumns(pivot, "PIVOT").stream()
        .filter(name -> !used.contains(name.toLowerCase(Locale.ROOT)))
        .toList();
  }

  private static void names(JsonNode node, Set<String> used) {
    if (Ast.text(node, "class").equals("COLUMN_REF")) {
      List<String> path = Ast.texts(node.path("column_names"));
      used.add(path.get(path.size() - 1).toLowerCase(Locale.ROOT));
    }
    node.forEach(child -> names(child, used));
  }

  /** One value for each pivoted column: the column's name in the answer, and what selects it. */
  private record Choice(String name, List<JsonNode> conditions) {}

  private static List<Choice> choices(JsonNode pivots) {
    List<Choice> choices = List.of(new Choice("", List.of()));
    for (JsonNode pivot : pivots) {
      Ast.only(pivot, "PIVOT", "pivot_expressions", "entries");
      if (pivot.path("pivot_expressions").size() != 1 || !pivot.has("entries")) {
        throw Ast.unsupported("PIVOT without one column and a list of its values");
      }
      List<Choice> more = new ArrayList<>();
      for (Choice choice : choices) {
        for (JsonNode entry : pivot.path("entries")) {
          more.add(with(choice, pivot.path("pivot_expressions").get(0), entry));
        }
      }
      choices = more;
    }
    return choices;
  }

  private static Choice with(Choice choice, JsonNode column, JsonNode entry) {
    Ast.only(entry, "PIVOT", "star_expr", "alias");
    JsonNode literal = entry.path("star_expr").path("literal");
    if (!Set.of("STRING", "INTEGER", "BOOLEAN").contains(Ast.text(literal, "kind"))) {
      throw Ast.unsupported("PIVOT with a value that is not a text, a whole number or a boolean");
    }
    String value = Ast.text(literal, "text");
    String alias = Ast.text(entry, "alias");
    String name = alias.isEmpty() ? value : alias;
    List<JsonNode> conditions = new ArrayList<>(choice.conditions());
    // DuckDB compares texts too, so that 01 is not 1 and 1 is not 1.0.
    conditions.add(AstWriter.equal(AstWriter.castToText(column), AstWriter.text(value)));
    return new Choice(choice.name().isEmpty() ? name : choice.name() + "_" + name, conditions);
  }

  private static JsonNode filtered(JsonNode aggregate, Choice choice, boolean several) {
    String name = Ast.text(aggregate, "function_name").toLowerCase(Locale.ROOT);
    if (!Vocabulary.aggregate(name) || aggregate.has("filter")) {
      throw Ast.unsupported("PIVOT with anything but plain aggregates");
    }
    String alias = Ast.text(aggregate, "alias");
    if (several && alias.isEmpty()) {
      throw Ast.unsupported("PIVOT with several aggregates of which one has no alias");
    }
    ObjectNode call = aggregate.deepCopy();
    call.put("alias", alias.isEmpty() ? choice.name() : choice.name() + "_" + alias);
    call.set("filter", AstWriter.all(choice.conditions()));
    return call;
  }

  private JsonNode unpivoted(JsonNode pivot) {
    List<String> values = Ast.texts(pivot.path("unpivot_names"));
    JsonNode only = pivot.path("pivots").path(0);
    List<String> names = Ast.texts(only.path("unpivot_names"));
    if (values.size() != 1 || names.size() != 1 || pivot.path("pivots").size() != 1) {
      throw Ast.unsupported("UNPIVOT into several columns of values");
    }
    Ast.only(only, "UNPIVOT", "unpivot_names", "entries");
    List<String> kept = new ArrayList<>(sourceColumns(pivot, "UNPIVOT"));
    List<String> turned = new ArrayList<>();
    for (JsonNode entry : only.path("entries")) {
      List<String> path = Ast.texts(entry.path("star_expr").path("column_names"));
      if (path.isEmpty()) {
        throw Ast.unsupported("UNPIVOT of anything but columns");
      }
      String named = path.get(path.size() - 1);
      String column =
          kept.stream()
              .filter(named::equalsIgnoreCase)
              .findFirst()
              .orElseThrow(
                  () -> Ast.unsupported("UNPIVOT of a column twice, or of one that is not there"));
      kept.remove(column);
      turned.add(column);
    }
    ArrayNode children = AstWriter.JSON.arrayNode();
    for (int i = 0; i < turned.size(); i++) {
      ArrayNode items = AstWriter.list(kept.stream().map(AstWriter::column).toList());
      String alias = Ast.text(only.path("entries").get(i), "alias");
      ObjectNode value = AstWriter.column(turned.get(i));
      items.add(AstWriter.text(alias.isEmpty() ? turned.get(i) : alias).put("alias", names.get(0)));
      items.add(value.deepCopy().put("alias", values.get(0)));
      ObjectNode select = AstWriter.select(items, pivot.path("source"));
      if (!Ast.flag(pivot, "include_nulls")) {
        select.set("where_clause", AstWriter.isNotNull(value));
      }
      children.add(select);
    }
    if (children.size() == 1) {
      return children.get(0);
    }
    ObjectNode union = AstWriter.JSON.objectNode();
    union.put("type", "SET_OPERATION_NODE").put("setop_type", "UNION").put("setop_all", true);
    union.set("children", children);
    return union;
  }
}
