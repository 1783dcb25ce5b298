package io.sallyport.proxy.sql;

import io.sallyport.proxy.sql.RandomExpressions.Column;
import io.sallyport.proxy.sql.RandomExpressions.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A seeded source of queries over the tables of {@code random/tables.sql}: joins, sub-queries,
 * grouping, windows, set operations.
 *
 * <p>A query with ORDER BY sorts by all of its columns, so that one answer alone is right; LIMIT
 * comes only with it.
 */
final class RandomQuery {
  /** A text, and whether the order of its rows is part of the answer. */
  record Text(String sql, boolean ordered) {}

  private static final List<String> KINDS =
      List.of("int", "int", "text", "text", "dec", "dbl", "bool", "date", "stamp", "list", "other");
  private static final List<String> KEYS = List.of("int", "text", "date", "bool", "dec", "list");

  private static final Relation THINGS =
      new Relation(
          "things",
          List.of(
              new Column("k", "int"),
              new Column("i", "int"),
              new Column("i", "int"),
              new Column("s", "int"),
              new Column("b", "int"),
              new Column("ti", "int"),
              new Column("h", "other"),
              new Column("ub", "other"),
              new Column("d", "dec"),
              new Column("x", "dbl"),
              new Column("f", "dbl"),
              new Column("v", "text"),
              new Column("w", "text"),
              new Column("dt", "date"),
              new Column("ts", "stamp"),
              new Column("tz", "other"),
              new Column("tm", "other"),
              new Column("iv", "iv"),
              new Column("o", "bool"),
              new Column("l", "list"),
              new Column("st", "struct"),
              new Column("m", "other"),
              new Column("u", "other"),
              new Column("e", "other"),
              new Column("bl", "other"),
              new Column("j", "other")),
          List.of("k"));
  private static final Relation PARTS =
      new Relation(
          "parts",
          List.of(
              new Column("id", "int"),
              new Column("k", "int"),
              new Column("i", "int"),
              new Column("d", "dec"),
              new Column("v", "text"),
              new Column("dt", "date"),
              new Column("ts", "stamp"),
              new Column("o", "bool")),
          List.of("id"));
  private static final Relation KINDS_TABLE =
      new Relation(
          "kinds",
          List.of(new Column("v", "text"), new Column("rank", "int"), new Column("ratio", "dbl")),
          List.of("v", "rank"));

  private final Random random;
  private final RandomExpressions expressions;
  private int aliases;

  RandomQuery(long seed, List<String> grammar) {
    random = new Random(seed);
    expressions = new RandomExpressions(random, this, grammar);
  }

  Text next() {
    aliases = 0;
    return switch (random.nextInt(10)) {
      case 0, 1 -> grouped();
      case 2 -> setOperation();
      case 3 -> windowed();
      case 4 -> common();
      case 5 -> special();
      default -> plain();
    };
  }

  private Text sorted(String sql, int width) {
    if (width == 0 || expressions.chance(0.4)) {
      return new Text(sql, false);
    }
    List<String> keys = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      keys.add(i + expressions.pick(List.of("", "", " DESC", " NULLS FIRST", " DESC NULLS LAST")));
    }
    String limit =
        expressions.pick(List.of("", "", "", " LIMIT 5", " LIMIT 7 OFFSET 3", " LIMIT 0"));
    String order = expressions.chance(0.1) ? "ALL" : String.join(", ", keys);
    return new Text(sql + " ORDER BY " + order + limit, true);
  }

  private List<String> kinds(List<String> from, int atMost) {
    List<String> kinds = new ArrayList<>();
    for (int i = random.nextInt(atMost); i >= 0; i--) {
      kinds.add(expressions.pick(from));
    }
    return kinds;
  }

  private String items(List<String> kinds, boolean named) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      String item = expressions.of(kinds.get(i), 2);
      items.add(named || expressions.chance(0.4) ? item + " AS c" + i : item);
    }
    return String.join(", ", items);
  }

  private static List<Column> columns(List<String> kinds) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      columns.add(new Column("c" + i, kinds.get(i)));
    }
    return columns;
  }

  private String where(double probability) {
    return expressions.chance(probability) ? " WHERE " + expressions.of("bool", 2) : "";
  }

  private Text plain() {
    List<Relation> scope = new ArrayList<>();
    String from = from(scope, 2);
    expressions.enter(scope);
    List<String> kinds = kinds(KINDS, 5);
    String distinct = expressions.chance(0.15) ? "DISTINCT " : "";
    String sql = "SELECT " + distinct + items(kinds, false) + from + where(0.6);
    expressions.leave();
    return sorted(sql, kinds.size());
  }

  private Text windowed() {
    List<Relation> scope = new ArrayList<>();
    String from = from(scope, 1);
    expressions.enter(scope);
    List<String> kinds = kinds(List.of("win", "int", "win", "text"), 4);
    String sql = "SELECT " + items(kinds, false) + from + where(0.4);
    sql += expressions.chance(0.2) ? " QUALIFY " + expressions.of("win", 1) + " IS NOT NULL" : "";
    expressions.leave();
    return sorted(sql, kinds.size());
  }

  private Text grouped() {
    List<Relation> scope = new ArrayList<>();
    String from = from(scope, 1);
    expressions.enter(scope);
    List<String> keys = new ArrayList<>();
    for (String kind : kinds(KEYS, 3)) {
      keys.add(expressions.of(kind, expressions.chance(0.5) ? 0 : 2));
    }
    if (expressions.chance(0.2)) {
      keys.clear();
    }
    List<String> items = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      items.add(keys.get(i) + " AS g" + i);
    }
    kinds(KEYS, 3).forEach(k -> items.add(expressions.of("agg", 2)));
    String sql = "SELECT " + String.join(", ", items) + from + where(0.4) + groupBy(keys);
    sql += expressions.chance(0.2) ? " HAVING " + expressions.of("agg", 1) + " IS NOT NULL" : "";
    expressions.leave();
    return sorted(sql, items.size());
  }

  private String groupBy(List<String> keys) {
    if (keys.isEmpty()) {
      return "";
    }
    List<String> ordinals = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      ordinals.add(Integer.toString(i + 1));
      names.add("g" + i);
    }
    String all = String.join(", ", keys);
    return " GROUP BY "
        + switch (random.nextInt(8)) {
          case 0 -> "ALL";
          case 1 -> String.join(", ", names);
          case 2 -> "ROLLUP (" + all + ")";
          case 3 -> "CUBE (" + all + ")";
          case 4 -> "GROUPING SETS ((" + all + "), (" + keys.get(0) + "), ())";
          case 5 -> all;
          default -> String.join(", ", ordinals);
        };
  }

  private Text setOperation() {
    List<String> kinds = kinds(KEYS, 3);
    List<String> arms = new ArrayList<>();
    for (int i = random.nextInt(2); i >= -1; i--) {
      List<Relation> scope = new ArrayList<>();
      String from = from(scope, 0);
      expressions.enter(scope);
      arms.add("SELECT " + items(kinds, expressions.chance(0.5)) + from + where(0.5));
      expressions.leave();
    }
    StringBuilder sql = new StringBuilder(arms.get(0));
    for (String arm : arms.subList(1, arms.size())) {
      String operation =
          expressions.pick(
              List.of("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL", "INTERSECT ALL"));
      sql.append(' ').append(operation).append(' ').append(arm);
    }
    return sorted(sql.toString(), kinds.size());
  }

  private Text common() {
    List<String> kinds = kinds(KEYS, 3);
    List<Relation> inner = new ArrayList<>();
    String from = from(inner, 1);
    expressions.enter(inner);
    String body = "SELECT " + items(kinds, true) + from + where(0.5);
    expressions.leave();
    List<String> names = columns(kinds).stream().map(Column::name).toList();
    expressions.enter(List.of(new Relation("q", columns(kinds), names)));
    List<String> outer = kinds(KINDS, 3);
    String sql = "WITH q AS (" + body + ") SELECT " + items(outer, false) + " FROM q" + where(0.5);
    expressions.leave();
    return sorted(sql, outer.size());
  }

  /** What DuckDB's own dialect adds. */
  private Text special() {
    String alias = alias();
    Relation things = new Relation(alias, THINGS.columns(), THINGS.keys());
    expressions.enter(List.of(things));
    String where = where(0.5);
    String from = " FROM things AS " + alias;
    Text text =
        switch (random.nextInt(8)) {
          case 0 -> new Text("SELECT *" + from + where + " ORDER BY k", true);
          case 1 -> new Text("SELECT * EXCLUDE (m, st)" + from + where + " ORDER BY k", true);
          case 2 ->
              new Text("SELECT * REPLACE (" + expressions.of("int", 2) + " AS i)" + from, false);
          case 3 -> new Text("FROM things AS " + alias + where, false);
          case 4 ->
              new Text(
                  "SELECT DISTINCT ON (s) s, "
                      + items(List.of("int", "text"), false)
                      + from
                      + where
                      + " ORDER BY s, k DESC",
                  true);
          case 5 ->
              sorted("SELECT v, i, d" + from + where + " UNION BY NAME SELECT i, v FROM parts", 3);
          case 6 ->
              sorted(
                  "SELECT * FROM (VALUES (1, 'a'), (2, NULL), ("
                      + random.nextInt(9)
                      + ", 'b')) AS t(p, q)",
                  2);
          default -> new Text("SELECT " + outside(), false);
        };
    expressions.leave();
    return text;
  }

  private String outside() {
    expressions.enter(List.of());
    String item = expressions.of(expressions.pick(KINDS), 3);
    expressions.leave();
    return item;
  }

  /** A FROM clause; what it holds is added to the scope. */
  private String from(List<Relation> scope, int joins) {
    StringBuilder sql = new StringBuilder(" FROM ").append(relation(scope));
    for (int i = random.nextInt(joins + 1); i > 0; i--) {
      sql.append(join(scope));
    }
    return sql.toString();
  }

  private String join(List<Relation> scope) {
    String kind =
        expressions.pick(
            List.of("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS", "SEMI", ","));
    List<Relation> right = new ArrayList<>();
    String sql = relation(right);
    if (kind.equals("CROSS") || kind.equals(",")) {
      String small = alias();
      scope.add(new Relation(small, KINDS_TABLE.columns(), KINDS_TABLE.keys()));
      return (kind.equals(",") ? ", " : " CROSS JOIN ") + "kinds AS " + small;
    }
    List<Relation> both = new ArrayList<>(scope);
    both.addAll(right);
    String condition = condition(scope, right.get(0), both);
    if (kind.equals("SEMI")) {
      return expressions.pick(List.of(" SEMI", " ANTI")) + " JOIN " + sql + condition;
    }
    scope.addAll(right);
    return " " + kind + " " + sql + condition;
  }

  private String condition(List<Relation> left, Relation right, List<Relation> both) {
    expressions.enter(left);
    String kind = expressions.pick(List.of("int", "int", "text"));
    String own = expressions.of(kind, 0);
    expressions.leave();
    expressions.enter(List.of(right));
    String other = expressions.of(kind, 0);
    expressions.leave();
    expressions.enter(both);
    String more = expressions.chance(0.3) ? " AND " + expressions.of("bool", 1) : "";
    expressions.leave();
    return " ON " + own + " = " + other + more;
  }

  private String relation(List<Relation> scope) {
    String alias = alias();
    int choice = random.nextInt(8);
    if (choice == 0 && expressions.depth() < 2) {
      List<String> kinds = kinds(KEYS, 3);
      List<Relation> inner = new ArrayList<>();
      String from = from(inner, 0);
      expressions.enter(inner);
      String query = "SELECT " + items(kinds, true) + from + where(0.4);
      expressions.leave();
      List<String> names = columns(kinds).stream().map(Column::name).toList();
      scope.add(new Relation(alias, columns(kinds), names));
      return "(" + query + ") AS " + alias;
    }
    if (choice == 1 && expressions.depth() < 2) {
      List<Relation> inner = new ArrayList<>();
      String from = from(inner, 0);
      expressions.enter(inner);
      String key = expressions.of("int", 1);
      String query =
          "SELECT "
              + key
              + " AS c0, count(*) AS c1, min("
              + expressions.of("text", 0)
              + ") AS c2"
              + from
              + where(0.3)
              + " GROUP BY "
              + key;
      expressions.leave();
      scope.add(new Relation(alias, columns(List.of("int", "int", "text")), List.of("c0")));
      return "(" + query + ") AS " + alias;
    }
    Relation table = expressions.pick(List.of(THINGS, THINGS, THINGS, PARTS, PARTS, KINDS_TABLE));
    scope.add(new Relation(alias, table.columns(), table.keys()));
    return table.alias() + " AS " + alias;
  }

  private String alias() {
    return "a" + ++aliases;
  }

  /** A sub-query of one number per row, {@code %s} standing around the number. */
  private String inner(int depth, String item) {
    String alias = alias();
    expressions.enter(List.of(new Relation(alias, PARTS.columns(), PARTS.keys())));
    String value = item.formatted(expressions.of("int", 0));
    String correlated =
        expressions.chance(0.5) ? alias + ".i = " + expressions.outer("int") : "true";
    String extra = depth > 0 ? " AND " + expressions.of("bool", depth - 1) : "";
    expressions.leave();
    return "(SELECT " + value + " FROM parts AS " + alias + " WHERE " + correlated + extra + ")";
  }

  /** A scalar sub-query of one number. */
  String scalar(int depth) {
    if (expressions.depth() > 2) {
      return expressions.of("int", 0);
    }
    return inner(depth, expressions.pick(List.of("max(%s)", "min(%s)", "count(%s)", "sum(%s)")));
  }

  String exists(int depth) {
    if (expressions.depth() > 2) {
      return expressions.of("bool", 0);
    }
    return "EXISTS " + inner(depth, "1");
  }

  /** A number compared with those of a sub-query. */
  String in(int depth) {
    String left = expressions.of("int", 0);
    if (expressions.depth() > 2) {
      return left + " IN (1, 2)";
    }
    String comparison =
        expressions.pick(List.of("IN", "IN", "NOT IN", "= ANY", "> ALL", "<= ANY", "<> ALL"));
    return left + " " + comparison + " " + inner(depth, "%s");
  }
}
