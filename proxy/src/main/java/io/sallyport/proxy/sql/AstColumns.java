package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * What a name in an expression means: a column, a field of one, a lambda's parameter, an alias of
 * the select list, or a constant of the session such as {@code current_date}.
 */
final class AstColumns {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  /** Functions that stand without parentheses, and the one that each is. */
  private static final Map<String, String> BARE =
      Map.of(
          "current_date", "current_date",
          "current_timestamp", "current_timestamp",
          "current_time", "get_current_time",
          "localtime", "current_localtime",
          "localtimestamp", "current_localtimestamp");

  private final AstExpressions expressions;
  private final AstQueries queries;
  private final AstLambdas lambdas;
  private final TypeOracle oracle;

  AstColumns(
      AstExpressions expressions, AstQueries queries, AstLambdas lambdas, TypeOracle oracle) {
    this.expressions = expressions;
    this.queries = queries;
    this.lambdas = lambdas;
    this.oracle = oracle;
  }

  SqlNode column(JsonNode node) {
    Ast.only(node, "a column", "column_names", "alias");
    List<String> names = Ast.texts(node.path("column_names"));
    Optional<SqlNode> parameter = lambdas.parameter(names.get(0));
    if (parameter.isPresent()) {
      return fields(parameter.get(), names.subList(1, names.size()));
    }
    if (names.size() == 1) {
      return column(names.get(0));
    }
    if (queries.isRelation(names.get(0))) {
      List<String> own = queries.ownName(names.get(0), names.get(1));
      return fields(new SqlIdentifier(own, AT), names.subList(2, names.size()));
    }
    if (names.size() > 2 && queries.isRelation(names.get(1))) {
      return fields(new SqlIdentifier(names.subList(0, 3), AT), names.subList(3, names.size()));
    }
    if (!queries.mayBeColumn(names.get(0))) {
      throw new GatewayException(
          ErrorCode.UNKNOWN_TABLE,
          "unknown table `" + String.join(".", names.subList(0, names.size() - 1)) + "`");
    }
    return fields(column(names.get(0)), names.subList(1, names.size()));
  }

  private SqlNode column(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String bare = BARE.get(lower);
    if (bare != null && !isColumn(name)) {
      return expressions.call(bare, List.of());
    }
    if (Asker.tells(lower) && !lower.equals("version") && !isColumn(name)) {
      return session(lower);
    }
    Optional<Scope> scope = queries.scope();
    Optional<SqlNode> merged = scope.flatMap(s -> s.merged(name));
    if (merged.isPresent()) {
      return merged.get();
    }
    Optional<List<JoinedColumns.Column>> row = scope.flatMap(s -> s.row(name));
    if (row.isPresent()) {
      return row(name, row.get(), scope.get().columns().orElse(List.of()));
    }
    if (scope.filter(s -> s.isRowNumber(name)).isPresent()) {
      throw Ast.unsupported("rowid", "a column of its own");
    }
    Optional<JsonNode> aliased = scope.flatMap(s -> s.takeAlias(name));
    if (aliased.isPresent()) {
      if (scope.get().looksForAliasesLast() && queries.outer(s -> s.stores(name))) {
        throw Ast.unsupported("QUALIFY by " + name + ", also of an outer query", "its table first");
      }
      SqlNode meant = expressions.expression(aliased.get());
      scope.get().giveAlias(name, aliased.get());
      return meant;
    }
    Optional<JsonNode> passed =
        queries.outer(s -> s.mayHave(name))
            ? scope.flatMap(s -> s.takePassed(name))
            : Optional.empty();
    if (passed.isPresent()) {
      SqlNode meant = expressions.expression(passed.get());
      scope.get().passed(passed.get());
      return meant;
    }
    Optional<SqlNode> shadowed = scope.flatMap(s -> s.shadowed(name));
    if (shadowed.isPresent()) {
      return shadowed.get();
    }
    Optional<String> made = scope.flatMap(s -> s.madeBy(name));
    if (made.isPresent()) {
      return new SqlIdentifier(List.of(made.get(), made.get()), AT);
    }
    if (!queries.mayBeColumn(name)) {
      checkOuter(name, scope);
    }
    // Quoted, because Calcite takes names such as user for functions.
    return new SqlIdentifier(List.of(name), null, AT, List.of(SqlParserPos.QUOTED_ZERO));
  }

  private void checkOuter(String name, Optional<Scope> own) {
    if (own.filter(scope -> scope.hasRelation(name) || scope.selects(name)).isPresent()) {
      return;
    }
    if (queries.isRelation(name)) {
      throw Ast.unsupported("the row " + name + " of an outer query", "its columns");
    }
    if (queries.outer(s -> s.selects(name))) {
      throw Ast.unsupported("the alias " + name + " of an outer query", "what it stands for");
    }
  }

  /** A table's row as a struct of its columns: {@code SELECT t FROM t}. */
  private SqlNode row(
      String name, List<JoinedColumns.Column> columns, List<JoinedColumns.Column> all) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<SqlNode> fields = new ArrayList<>();
    for (JoinedColumns.Column column : columns) {
      boolean isNamed = !column.name().startsWith(JoinedColumns.UNNAMED);
      if (!names.add(column.name()) || !isNamed) {
        throw Ast.unsupported("the row " + name + ", whose columns have no names", "its columns");
      }
      fields.add(AstExpressions.text(column.name()));
      fields.add(column.value());
    }
    boolean merged = all.stream().anyMatch(column -> column.relation().isEmpty());
    if (merged || fields.isEmpty()) {
      throw Ast.unsupported("the row " + name + " beside USING or NATURAL JOIN", "its columns");
    }
    return expressions.call("struct_pack", fields);
  }

  /** What the session says, as a constant. */
  SqlNode session(String function) {
    SqlNode told =
        queries
            .asker()
            .told(function)
            .<SqlNode>map(AstExpressions::text)
            .orElseGet(() -> SqlLiteral.createNull(AT));
    return EngineImplicit.cast(told, oracle.named("VARCHAR"));
  }

  private boolean isColumn(String name) {
    return queries.scope().flatMap(Scope::columns).map(c -> !c.isEmpty()).orElse(true)
        && queries.mayBeColumn(name)
        && queries.scope().flatMap(Scope::columns).isPresent();
  }

  private SqlNode fields(SqlNode struct, List<String> names) {
    SqlNode result = struct;
    for (String name : names) {
      result = EngineImplicit.field(result, AstExpressions.text(name), oracle);
    }
    return result;
  }

  /** A column by its place in FROM, as DuckDB writes {@code array(SELECT …)} out. */
  SqlNode position(JsonNode node) {
    Ast.only(node, "#", "index", "alias");
    int index = node.path("index").asInt();
    return queries
        .scope()
        .flatMap(Scope::columns)
        .filter(columns -> index >= 1 && index <= columns.size())
        .map(columns -> columns.get(index - 1).value())
        .orElseThrow(() -> Ast.unsupported("#" + index));
  }
}
