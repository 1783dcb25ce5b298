package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/**
 * A select list, with its stars written out where they are more than a plain star.
 *
 * <pre>* EXCLUDE (b) REPLACE (c + 1 AS c)  →  t.a AS a, c + 1 AS c</pre>
 */
final class SelectItems {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  private final AstExpressions expressions;
  private final JoinedColumns joined;
  private final JsonNode from;
  private final Scope scope;

  /**
   * @param scope of the names that the items may use
   */
  SelectItems(AstExpressions expressions, JoinedColumns joined, JsonNode from, Scope scope) {
    this.expressions = expressions;
    this.joined = joined;
    this.from = from;
    this.scope = scope;
  }

  /**
   * @param inFull true if no star may be left, because something counts the items
   */
  SqlNodeList of(JsonNode selectList, boolean inFull) {
    SqlNodeList items = new SqlNodeList(AT);
    for (JsonNode item : selectList) {
      if (Ast.text(item, "class").equals("STAR")) {
        items.addAll(star(item, inFull));
      } else {
        items.add(item(item));
        scope.passed(item);
      }
    }
    scope.passedAll();
    return items;
  }

  private List<SqlNode> star(JsonNode star, boolean inFull) {
    Ast.only(
        star,
        "*",
        "relation_name",
        "columns",
        "exclude_list",
        "replace_list",
        "rename_list",
        "qualified_exclude_list");
    String relation = Ast.text(star, "relation_name");
    checkRelation(relation);
    boolean plain =
        !star.has("exclude_list")
            && !star.has("replace_list")
            && !star.has("rename_list")
            && !star.has("qualified_exclude_list");
    if (plain && !relation.isEmpty() && !inFull) {
      return List.of(SqlIdentifier.star(List.of(relation, ""), AT, List.of(AT, AT)));
    }
    if (plain && !inFull && !JoinedColumns.merges(from)) {
      return List.of(SqlIdentifier.star(AT));
    }
    if (!relation.isEmpty() && JoinedColumns.merges(from)) {
      throw Ast.unsupported(relation + ".* over USING or NATURAL JOIN here", "its columns");
    }
    List<JoinedColumns.Column> columns =
        joined
            .known(from)
            .orElseThrow(() -> Ast.unsupported("* over these tables here", "their columns"));
    return written(star, relation.isEmpty() ? columns : Scope.of(columns, relation));
  }

  /** DuckDB writes out the fields of a struct, too. */
  private void checkRelation(String relation) {
    List<JoinedColumns.Column> columns = joined.known(from).orElse(List.of());
    if (!relation.isEmpty()
        && columns.stream().noneMatch(column -> column.relation().equalsIgnoreCase(relation))
        && columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(relation))) {
      throw Ast.unsupported(
          relation + ".*, the fields of a struct", "each of them, as in " + relation + ".a");
    }
  }

  private List<SqlNode> written(JsonNode star, List<JoinedColumns.Column> columns) {
    List<String> excluded = new ArrayList<>(Ast.texts(star.path("exclude_list")));
    List<JsonNode> qualified = new ArrayList<>();
    star.path("qualified_exclude_list").forEach(qualified::add);
    List<SqlNode> items = new ArrayList<>();
    for (JoinedColumns.Column column : columns) {
      String name = column.name();
      boolean left = excluded.removeIf(name::equalsIgnoreCase) | qualified.removeIf(column::is);
      if (!left) {
        items.add(as(replaced(star, column), JoinedColumns.renamed(star, name)));
      }
    }
    if (items.isEmpty() || !excluded.isEmpty() || !qualified.isEmpty()) {
      throw Ast.unsupported("* EXCLUDE of these columns");
    }
    return items;
  }

  private SqlNode replaced(JsonNode star, JoinedColumns.Column column) {
    for (JsonNode replacement : star.path("replace_list")) {
      if (Ast.text(replacement, "key").equalsIgnoreCase(column.name())) {
        return expressions.expression(replacement.path("value"));
      }
    }
    return column.value();
  }

  private SqlNode item(JsonNode item) {
    SqlNode expression = expressions.expression(item);
    String alias = Ast.text(item, "alias");
    List<String> column = Ast.texts(item.path("column_names"));
    boolean same =
        expression instanceof SqlIdentifier id
            && !column.isEmpty()
            && id.names.get(id.names.size() - 1).equals(column.get(column.size() - 1))
            && id.names.size() == column.size();
    if (alias.isEmpty() && !column.isEmpty() && !same) {
      alias = column.get(column.size() - 1);
    }
    return alias.isEmpty() ? expression : as(expression, alias);
  }

  /** A query with nothing but its items, tables and condition. */
  static SqlSelect select(SqlNodeList items, @Nullable SqlNode from, @Nullable SqlNode where) {
    return new SqlSelect(
        AT, null, items, from, where, null, null, null, null, null, null, null, null);
  }

  static SqlNode as(SqlNode node, String alias) {
    return SqlStdOperatorTable.AS.createCall(AT, node, new SqlIdentifier(alias, AT));
  }

  /** The item without its alias. */
  static SqlNode bare(SqlNode item) {
    return item instanceof SqlBasicCall call && call.getOperator() == SqlStdOperatorTable.AS
        ? call.operand(0)
        : item;
  }

  /**
   * An expression with each column by its table and in small letters, and what an alias stands for
   * in its place: two that mean the same are alike then.
   */
  static SqlNode plain(SqlNode expression, SqlNodeList items, Scope scope) {
    return Objects.requireNonNull(
        expression.accept(
            new SqlShuttle() {
              @Override
              public SqlNode visit(SqlIdentifier name) {
                List<String> path = name.names;
                return path.size() > 1
                    ? small(path.subList(path.size() - 2, path.size()))
                    : named(name, items, scope);
              }
            }));
  }

  private static SqlNode named(SqlIdentifier name, SqlNodeList items, Scope scope) {
    String simple = name.getSimple();
    List<SqlNode> columns =
        scope.columns().orElse(List.of()).stream()
            .filter(column -> column.name().equalsIgnoreCase(simple))
            .map(JoinedColumns.Column::value)
            .toList();
    if (columns.size() == 1) {
      return columns.get(0) instanceof SqlIdentifier column ? small(column.names) : columns.get(0);
    }
    for (SqlNode item : items) {
      if (item != bare(item)
          && ((SqlCall) item).operand(1) instanceof SqlIdentifier alias
          && alias.getSimple().equalsIgnoreCase(simple)
          && columns.isEmpty()) {
        return plain(bare(item), SqlNodeList.EMPTY, scope);
      }
    }
    return small(name.names);
  }

  private static SqlIdentifier small(List<String> names) {
    return new SqlIdentifier(names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toList(), AT);
  }

  /** True if the name is an alias, and what it stands for an aggregate. */
  static boolean isFigure(SqlIdentifier name, SqlNodeList items) {
    return items.stream()
        .filter(item -> item instanceof SqlBasicCall call && call.operandCount() == 2)
        .filter(item -> bare(item) != item && Vocabulary.aggregates(bare(item)))
        .anyMatch(item -> ((SqlBasicCall) item).operand(1).equalsDeep(name, Litmus.IGNORE));
  }

  /** True if there is no star among the items. */
  static boolean arePlain(SqlNodeList items) {
    return items.stream().noneMatch(item -> item instanceof SqlIdentifier id && id.isStar());
  }

  /** A sort key, with a position replaced by the item that it means. */
  static SqlNode meant(SqlNode key, SqlNodeList items) {
    if (key instanceof SqlLiteral position) {
      int index = position.intValue(false);
      if (index < 1 || index > items.size() || !arePlain(items)) {
        throw Ast.unsupported("this position");
      }
      return bare(items.get(index - 1));
    }
    return key;
  }
}
