package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlSetOperator;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/**
 * Turns DuckDB's syntax tree of a query into Calcite's: SELECT and CTEs.
 *
 * <p>It names tables in full as the catalogue spells them, and resolves what DuckDB resolves
 * otherwise than Calcite: GROUP BY ALL, DISTINCT ON, semi joins.
 */
final class AstQueries {
  private static final SqlParserPos AT = SqlParserPos.ZERO;
  private static final int DEEPEST = 60;

  /** How many tables a query may read once its CTEs are written out, as they are in the plan. */
  private static final int MOST_READS = 2_000;

  /** A CTE's columns, if they can be told, and how many tables it reads. */
  private record Cte(String name, Optional<List<String>> columns, int reads) {}

  private final Catalog catalog;
  private final Asker asker;
  private final AstExpressions expressions;
  private final Deque<Map<String, Cte>> ctes = new ArrayDeque<>();
  private final Deque<Scope> scopes = new ArrayDeque<>();
  private final AstRelations relations;
  private final AstOrders orders;
  private final AstSetOperations setOperations;
  private final JoinedColumns joined;
  private int depth;
  private int reads;

  /**
   * @param parameters the position of each parameter by its name, counted from zero
   */
  AstQueries(
      Catalog catalog,
      Asker asker,
      TypeOracle oracle,
      Map<String, Integer> parameters,
      GeneratedNames generated) {
    this.catalog = catalog;
    this.asker = asker;
    this.expressions = new AstExpressions(this, oracle, parameters);
    this.relations = new AstRelations(this, expressions);
    this.orders = new AstOrders(expressions);
    this.joined =
        new JoinedColumns(
            this::columnNames, (a, b) -> expressions.call("coalesce", List.of(a, b)), generated);
    this.setOperations = new AstSetOperations(this::query, joined);
  }

  /** A whole statement or sub-query: {@code {"node": …}}. */
  SqlNode statement(JsonNode statement) {
    Ast.only(statement, "a statement", "node", "named_param_map");
    return query(statement.path("node"));
  }

  private SqlNode query(JsonNode node) {
    if (++depth > DEEPEST) {
      throw Ast.unsupported("a query nested deeper than " + DEEPEST);
    }
    Map<String, Cte> names = new HashMap<>();
    ctes.push(names);
    try {
      SqlNodeList with = new SqlNodeList(AT);
      for (JsonNode entry : node.path("cte_map").path("map")) {
        String name = Ast.text(entry, "key").toLowerCase(Locale.ROOT);
        if (isRecursive(entry)) {
          names.put(name, new Cte(Ast.text(entry, "key"), cteColumns(entry), 1));
        }
        int before = reads;
        with.add(cte(entry));
        names.put(name, new Cte(Ast.text(entry, "key"), cteColumns(entry), reads - before));
      }
      SqlNode body =
          switch (Ast.type(node)) {
            case "SELECT_NODE" -> select(node);
            case "SET_OPERATION_NODE" ->
                orders.modified(
                    setOperations.of(node),
                    node.path("modifiers"),
                    setOperations.columns(node),
                    false);
            default ->
                throw Ast.unsupported(Ast.type(node).toLowerCase(Locale.ROOT).replace('_', ' '));
          };
      if (with.isEmpty()) {
        return body;
      }
      return new SqlWith(AT, with, body);
    } finally {
      ctes.pop();
      depth--;
    }
  }

  private SqlNode cte(JsonNode entry) {
    JsonNode value = entry.path("value");
    Ast.only(value, "a CTE", "materialized", "query", "query_node", "aliases");
    SqlNodeList columns = new SqlNodeList(AT);
    cteColumns(entry)
        .ifPresent(names -> names.forEach(name -> columns.add(new SqlIdentifier(name, AT))));
    return new SqlWithItem(
        AT,
        new SqlIdentifier(Ast.text(entry, "key"), AT),
        columns.isEmpty() ? null : columns,
        isRecursive(entry) ? recursive(entry) : query(cteQuery(value)),
        SqlLiteral.createBoolean(isRecursive(entry), AT));
  }

  private static boolean isRecursive(JsonNode entry) {
    return Ast.type(cteQuery(entry.path("value"))).equals("RECURSIVE_CTE_NODE");
  }

  /** The first rows are read as if each value could be NULL, because later ones can be. */
  private SqlNode recursive(JsonNode entry) {
    JsonNode node = cteQuery(entry.path("value"));
    Ast.only(
        node, "a recursive CTE", "cte_map", "cte_name", "union_all", "left", "right", "aliases");
    if (!node.path("cte_map").path("map").isEmpty()) {
      throw Ast.unsupported("a CTE inside a recursive CTE");
    }
    SqlSetOperator union =
        Ast.flag(node, "union_all") ? SqlStdOperatorTable.UNION_ALL : SqlStdOperatorTable.UNION;
    List<String> columns =
        cteColumns(entry)
            .orElseThrow(() -> Ast.unsupported("a recursive CTE without names for its columns"));
    List<SqlNode> first = new ArrayList<>();
    first.add(query(node.path("left")));
    first.add(new SqlIdentifier("first", AT));
    SqlNodeList items = new SqlNodeList(AT);
    for (String column : columns) {
      first.add(new SqlIdentifier(column, AT));
      SqlNode value = new SqlIdentifier(List.of("first", column), AT);
      items.add(
          SelectItems.as(new EngineFunction.Maybe("with recursive").createCall(AT, value), column));
    }
    SqlNode left = SelectItems.select(items, SqlStdOperatorTable.AS.createCall(AT, first), null);
    return union.createCall(AT, left, query(node.path("right")));
  }

  private static JsonNode cteQuery(JsonNode value) {
    return value.has("query_node") ? value.path("query_node") : value.path("query").path("node");
  }

  private Optional<List<String>> cteColumns(JsonNode entry) {
    JsonNode value = entry.path("value");
    List<String> given = Ast.texts(value.path("aliases"));
    List<String> names = new ArrayList<>(given);
    List<String> own = joined.outputs(cteQuery(value)).orElse(List.of());
    for (int i = given.size(); i < own.size(); i++) {
      names.add(own.get(i));
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(names);
  }

  /** The column names of a table or CTE as the analyst sees them. */
  Optional<List<String>> columnNames(JsonNode table) {
    List<String> path = Ast.texts(table.path("qualified_name").path("path"));
    return path.size() == 1 && isCte(path.get(0))
        ? cte(path.get(0)).flatMap(Cte::columns)
        : Optional.of(catalog.columnNames(tableName(path)));
  }

  private Optional<Cte> cte(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ctes.stream()
        .filter(names -> names.containsKey(lower))
        .findFirst()
        .map(names -> names.get(lower));
  }

  boolean isCte(String name) {
    return cte(name).isPresent();
  }

  /** A CTE's name as it was given, because Calcite tells letters apart. */
  String cteName(String name) {
    return cte(name).map(Cte::name).orElse(name);
  }

  /** Counts what FROM reads, because CTEs that name each other twice grow without end. */
  void reads(List<String> path) {
    reads += path.size() == 1 ? cte(path.get(0)).map(Cte::reads).orElse(1) : 1;
    if (reads > MOST_READS) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE, "the statement reads too many tables; split it into smaller parts");
    }
  }

  List<String> tableName(List<String> path) {
    return catalog.resolve(asker.dataset(), path);
  }

  Asker asker() {
    return asker;
  }

  AstShows shows() {
    return new AstShows(catalog, asker.dataset());
  }

  AstOrders orders() {
    return orders;
  }

  JoinedColumns joined() {
    return joined;
  }

  /** The SELECT whose expressions are being translated. */
  Optional<Scope> scope() {
    return Optional.ofNullable(scopes.peek());
  }

  /** True if a table of this or an outer query goes by the name. */
  boolean isRelation(String name) {
    return scopes.stream().anyMatch(scope -> scope.hasRelation(name));
  }

  /** True if the scope of some outer query is such. */
  boolean outer(Predicate<Scope> such) {
    return scopes.stream().skip(1).anyMatch(such);
  }

  /** A column by its own name: that of a function in FROM goes by the function's, too. */
  List<String> ownName(String relation, String column) {
    boolean isMade =
        scopes.stream()
            .filter(scope -> scope.hasRelation(relation))
            .findFirst()
            .filter(scope -> scope.isMadeBy(relation, column))
            .isPresent();
    return List.of(relation, isMade ? relation : column);
  }

  /** True if it cannot be ruled out that this or an outer query has such a column. */
  boolean mayBeColumn(String name) {
    return scopes.stream().anyMatch(scope -> scope.mayHave(name));
  }

  private SqlNode select(JsonNode typed) {
    if (typed.has("sample")) {
      throw Ast.unsupported("USING SAMPLE", "WHERE hash(id) % 10 = 0, over public tables");
    }
    AstRelations.name(typed.path("from_table"), new ArrayList<>());
    JsonNode node = new AstUnnests(joined).written(new AstStars(joined).written(typed));
    Ast.only(
        node,
        "SELECT",
        "cte_map",
        "modifiers",
        "select_list",
        "from_table",
        "where_clause",
        "group_expressions",
        "group_sets",
        "aggregate_handling",
        "having",
        "qualify");
    JsonNode tables = node.path("from_table");
    scopes.push(Scope.of(tables, joined, node.path("select_list")));
    try {
      List<JsonNode> filters = new ArrayList<>();
      JsonNode filtered = tables;
      while (AstRelations.isFilter(filtered)) {
        filters.add(filtered);
        filtered = filtered.path("left");
      }
      SqlNode from = relations.from(filtered);
      return select(node, from, filters);
    } finally {
      scopes.pop();
    }
  }

  private SqlNode select(JsonNode node, @Nullable SqlNode from, List<JsonNode> filters) {
    Scope scope = scopes.getFirst();
    scope.merge(node.path("from_table"), joined);
    JsonNode modifiers = node.path("modifiers");
    SqlNodeList items =
        new SelectItems(expressions, joined, node.path("from_table"), scope)
            .of(node.path("select_list"), AstOrders.sortsAll(modifiers));
    scope.aliases(node.path("select_list"));
    SqlNode where = optional(node.path("where_clause"));
    for (JsonNode filter : filters) {
      where = both(where, exists(filter));
    }
    scope.shadow(node.path("select_list"));
    SqlNode qualify = windowed(optional(node.path("qualify")));
    scope.aliases(MissingNode.getInstance());
    // In HAVING, a key comes before an alias; Calcite forgets that of grouping sets.
    scope.shadow(
        node.path("group_sets").size() > 1
            ? node.path("group_expressions")
            : MissingNode.getInstance());
    scope.prefer(node.path("select_list"));
    SqlNode having = optional(node.path("having"));
    scope.prefer(MissingNode.getInstance());
    scope.shadow(MissingNode.getInstance());
    SqlNodeList groups = groups(node, items);
    if (having != null && Ast.text(node, "aggregate_handling").equals("FORCE_AGGREGATES")) {
      onlyKeys(having, groups, items);
    }
    SqlNodeList keywords = new SqlNodeList(AT);
    for (JsonNode modifier : modifiers) {
      if (Ast.type(modifier).equals("DISTINCT_MODIFIER")) {
        Ast.only(modifier, "DISTINCT", "distinct_on_targets");
        if (modifier.has("distinct_on_targets")) {
          if (qualify != null) {
            throw Ast.unsupported("DISTINCT ON beside QUALIFY");
          }
          qualify = firstOf(modifier.path("distinct_on_targets"), modifiers, items);
        } else {
          if (AstOrders.sortsBySubQuery(modifiers)) {
            throw Ast.unsupported("ORDER BY a sub-query beside DISTINCT", "it in the select list");
          }
          keywords.add(SqlSelectKeyword.DISTINCT.symbol(AT));
        }
      }
    }
    SqlSelect select =
        new SqlSelect(
            AT, keywords, items, from, where, groups, having, null, qualify, null, null, null,
            null);
    // Inside a sort key, too, an alias stands for its expression where no column has its name.
    scope.aliases(node.path("select_list"));
    return orders.modified(select, modifiers, items, true);
  }

  /**
   * A semi or anti join as the condition that it is:
   *
   * <pre>a SEMI JOIN b ON a.x = b.x  →  a WHERE EXISTS (SELECT 1 FROM b WHERE a.x = b.x)</pre>
   */
  private SqlNode exists(JsonNode join) {
    JsonNode right = join.path("right");
    Scope inside = Scope.of(right, joined);
    if (inside.shares(Scope.of(join.path("left"), joined))) {
      throw Ast.unsupported(
          "SEMI or ANTI JOIN of two tables with one name", "an alias for one of them");
    }
    scopes.push(inside);
    try {
      SqlNode query =
          SelectItems.select(
              SqlNodeList.of(expressions.number("1")),
              relations.from(right),
              relations.condition(join));
      SqlNode exists = SqlStdOperatorTable.EXISTS.createCall(AT, query);
      return Ast.text(join, "join_type").equals("SEMI")
          ? exists
          : SqlStdOperatorTable.NOT.createCall(AT, exists);
    } finally {
      scopes.pop();
    }
  }

  /** Calcite wants a window in QUALIFY itself; DuckDB takes one of the select list. */
  private @Nullable SqlNode windowed(@Nullable SqlNode qualify) {
    if (qualify == null || Vocabulary.windows(qualify)) {
      return qualify;
    }
    SqlNode row = expressions.rowNumber(new SqlNodeList(AT), new SqlNodeList(AT));
    return both(
        qualify, EngineComparison.GREATER_OR_EQUAL.createCall(AT, row, expressions.number("1")));
  }

  private static SqlNode both(@Nullable SqlNode one, SqlNode other) {
    return one == null ? other : SqlStdOperatorTable.AND.createCall(AT, one, other);
  }

  /**
   * DISTINCT ON as the first row of each of its groups:
   *
   * <pre>SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b
   * SELECT a, b FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY a, b) = 1 ORDER BY …
   * </pre>
   */
  private SqlNode firstOf(JsonNode targets, JsonNode modifiers, SqlNodeList items) {
    SqlNodeList partition = new SqlNodeList(AT);
    targets.forEach(
        target -> partition.add(SelectItems.meant(orders.byAlias(target, items), items)));
    for (JsonNode modifier : modifiers) {
      if (Ast.type(modifier).equals("ORDER_MODIFIER") && !AstOrders.sortsAll(modifiers)) {
        SqlNodeList keys =
            orders.orders(
                modifier.path("orders"),
                key -> SelectItems.meant(orders.byAlias(key, items), items));
        return EngineComparison.EQUAL.createCall(
            AT, expressions.rowNumber(partition, keys), expressions.number("1"));
      }
    }
    throw Ast.unsupported("DISTINCT ON without ORDER BY");
  }

  /** DuckDB's GROUP BY ALL groups by further columns that HAVING names, too. */
  private static void onlyKeys(SqlNode having, @Nullable SqlNodeList keys, SqlNodeList items) {
    for (SqlIdentifier column : Vocabulary.columnsBesideAggregates(having)) {
      boolean isKey =
          keys != null && keys.stream().anyMatch(key -> key.equalsDeep(column, Litmus.IGNORE));
      if (!isKey && !SelectItems.isFigure(column, items)) {
        throw Ast.unsupported(
            "GROUP BY ALL beside HAVING over more than its columns and aggregates");
      }
    }
  }

  private @Nullable SqlNode optional(JsonNode node) {
    return node.isMissingNode() ? null : expressions.condition(node);
  }

  private @Nullable SqlNodeList groups(JsonNode node, SqlNodeList items) {
    String handling = Ast.text(node, "aggregate_handling");
    JsonNode given = node.path("group_expressions");
    if (handling.equals("FORCE_AGGREGATES")) {
      SqlNodeList all = new SqlNodeList(AT);
      for (SqlNode item : items) {
        SqlNode bare = SelectItems.bare(item);
        if (!Vocabulary.aggregatesAnywhere(bare) && Vocabulary.namesColumn(bare)) {
          all.add(bare);
        }
      }
      boolean grouped = !all.isEmpty() || items.stream().anyMatch(Vocabulary::aggregatesAnywhere);
      return grouped ? all : null;
    }
    if (!handling.equals("STANDARD_HANDLING")) {
      throw Ast.unsupported("GROUP BY " + handling.toLowerCase(Locale.ROOT));
    }
    if (node.path("group_sets").size() > 1 && given.size() == 0) {
      throw Ast.unsupported("GROUPING SETS that are all empty");
    }
    if (given.isMissingNode()) {
      return null;
    }
    List<SqlNode> keys = new ArrayList<>();
    Set<String> plainKeys = new HashSet<>();
    JsonNode sets = node.path("group_sets");
    for (JsonNode key : given) {
      SqlNode next = groupKey(key, items, sets.size() > 1);
      String plain = SelectItems.plain(next, items, scopes.getFirst()).toString();
      if (sets.size() > 1 && !plainKeys.add(plain)) {
        throw Ast.unsupported("one key under two names in grouping sets");
      }
      keys.add(next);
    }
    if (sets.size() == 1 && sets.get(0).size() == keys.size()) {
      return new SqlNodeList(keys, AT);
    }
    List<SqlNode> grouped = new ArrayList<>();
    for (JsonNode set : sets) {
      List<SqlNode> row = new ArrayList<>();
      set.forEach(key -> row.add(keys.get(key.asInt())));
      grouped.add(
          row.isEmpty()
              ? SqlNodeList.EMPTY
              : row.size() == 1 ? row.get(0) : SqlStdOperatorTable.ROW.createCall(AT, row));
    }
    return SqlNodeList.of(SqlStdOperatorTable.GROUPING_SETS.createCall(AT, grouped));
  }

  /** Calcite would read 1.5 as a position, and a position among grouping sets as a constant. */
  private SqlNode groupKey(JsonNode key, SqlNodeList items, boolean inSets) {
    String kind = Ast.text(key.path("literal"), "kind");
    int position = kind.equals("INTEGER") ? key.path("literal").path("text").asInt() : 0;
    if (inSets && position >= 1 && position <= items.size() && SelectItems.arePlain(items)) {
      SqlNode meant = SelectItems.bare(items.get(position - 1));
      if (!(meant instanceof SqlLiteral)) {
        return meant;
      }
    }
    if (kind.equals("NUMERIC") || inSets && !kind.isEmpty()) {
      throw Ast.unsupported("GROUP BY a literal here");
    }
    SqlNode expression = expressions.expression(key);
    if (inSets && !Vocabulary.namesColumn(expression)) {
      throw Ast.unsupported("GROUP BY a constant among grouping sets");
    }
    return expression;
  }
}
