package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A seeded source of short queries in which a name may mean several things: columns of several
 * relations, aliases that hide them, both in each clause; types that meet in branches and sets.
 *
 * <pre>SELECT -x AS y, y AS n FROM t WHERE n &gt; 1 QUALIFY y &lt; 3 ORDER BY y, t.x LIMIT 2</pre>
 *
 * <p>Half of them mean nothing to DuckDB either, and must be refused then. An order that is part of
 * the answer is total: every column of {@link #SETUP} tells its rows apart.
 */
final class RandomNames {
  static final List<String> SETUP =
      List.of(
          "CREATE TABLE t (x INTEGER, y INTEGER, s VARCHAR)",
          "INSERT INTO t VALUES (1, 5, 'd'), (2, -1, 'b'), (3, 4, 'f'), (4, 2, '3'), (7, 1, 'A'),"
              + " (NULL, 3, '10'), (-2, NULL, 'c')",
          "CREATE TABLE u (x INTEGER, z DOUBLE, s VARCHAR)",
          "INSERT INTO u VALUES (1, 2.5, 'b'), (2, 1, 'd'), (4, -3, '3'), (5, 7, 'x'), (7, NULL, NULL)");

  private static final List<String> NAMES =
      List.of("x", "x", "y", "s", "z", "n", "x", "y", "s", "t", "rowid");
  private static final List<String> ALIASES =
      List.of("x", "y", "s", "z", "n", "X", "\"Y\"", "t", "c", "rowid");
  private static final List<String> NUMBERS =
      List.of(
          "1", "2", "-1", "2.5", "0.5e0", "3::TINYINT", "4::BIGINT", "NULL", "1.25::DECIMAL(9,4)");
  private static final List<String> LITERALS =
      List.of(
          "'9'",
          "'a'",
          "DATE '2020-01-02'",
          "true",
          "NULL",
          "7",
          "-3",
          "2.50",
          "1e2",
          "'2020-01-03'");
  private static final List<String> ONE_ROW_EACH =
      List.of(
          "t",
          "t",
          "t",
          "t LEFT JOIN u USING (x)",
          "t SEMI JOIN u USING (x)",
          "t ANTI JOIN u ON u.x = t.x",
          "t SEMI JOIN t USING (x)",
          "t NATURAL LEFT JOIN u",
          "t LEFT JOIN u ON t.x = u.x",
          "(SELECT x, -y AS y, s AS n FROM t) AS t",
          "(SELECT y AS x, x AS y FROM t) AS t");
  private static final List<String> MANY =
      List.of(
          "t, u",
          "t JOIN u USING (x)",
          "t FULL JOIN u USING (x, s)",
          "t AS u",
          "t AS u JOIN u AS t USING (x)",
          "t JOIN t AS u USING (y)",
          "(SELECT x AS n, y FROM t) AS u(x)",
          "u, LATERAL (SELECT x + z AS y) AS t",
          "t RIGHT JOIN u USING (s)",
          "u CROSS JOIN (VALUES (1, 'a'), (2, 'b')) AS t(y, n)");

  private final Random random;

  RandomNames(long seed) {
    random = new Random(seed);
  }

  RandomQuery.Text next() {
    return switch (random.nextInt(10)) {
      case 0, 1 -> grouped();
      case 2, 3 -> sets();
      case 4 ->
          new RandomQuery.Text(
              "WITH "
                  + pick(List.of("t", "T", "u", "q"))
                  + " AS ("
                  + rows(false)
                  + ") SELECT "
                  + items()
                  + " FROM "
                  + pick(List.of("t", "q", "u", "Q")),
              false);
      case 5 ->
          new RandomQuery.Text(
              "SELECT " + items() + " FROM (" + rows(false) + ") AS t" + where(), false);
      case 6 -> wrapped();
      default -> plain();
    };
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private RandomQuery.Text plain() {
    boolean ordered = chance(0.6);
    return new RandomQuery.Text(rows(ordered), ordered);
  }

  /** Rows of one table, or of several where their order does not count. */
  private String rows(boolean ordered) {
    String from = pick(ordered || chance(0.5) ? ONE_ROW_EACH : MANY);
    String distinct = !ordered && chance(0.2) ? "DISTINCT " : "";
    String qualify =
        chance(0.25) ? " QUALIFY " + (chance(0.5) ? window() + " > 1" : condition(1)) : "";
    return "SELECT "
        + distinct
        + items()
        + " FROM "
        + from
        + where()
        + qualify
        + (ordered ? order() : "");
  }

  private String order() {
    return " ORDER BY "
        + pick(List.of("", "", "1, ", "2 DESC, ", name() + " + 0, ", "COLUMNS('x|y'), "))
        + (chance(0.8) ? expression(1) + pick(List.of("", " DESC", " NULLS FIRST")) + ", " : "")
        + "t.y, t.x"
        + pick(List.of("", "", " LIMIT 3", " LIMIT 2 OFFSET 1"));
  }

  private String items() {
    List<String> items = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      items.add(
          switch (random.nextInt(9)) {
            case 0 ->
                pick(List.of("*", "t.*", "* EXCLUDE (x)", "* REPLACE (-x AS x)", "COLUMNS('x|y')"));
            case 1 -> window() + as();
            case 2 -> name();
            default -> expression(2) + as();
          });
    }
    return String.join(", ", items);
  }

  private String as() {
    return chance(0.7) ? " AS " + pick(ALIASES) : "";
  }

  private String name() {
    return pick(List.of("", "", "", "t.", "u.")) + pick(NAMES);
  }

  private String window() {
    return pick(List.of("row_number()", "count(*)", "sum(" + name() + ")", "max(" + name() + ")"))
        + " OVER ("
        + (chance(0.3) ? "PARTITION BY " + name() + " " : "")
        + "ORDER BY "
        + name()
        + ", t.y, t.x)";
  }

  private String where() {
    return chance(0.5) ? " WHERE " + condition(2) : "";
  }

  private String condition(int depth) {
    String left = expression(depth);
    return switch (random.nextInt(8)) {
      case 0 -> left + " IN (" + expression(0) + ", " + pick(LITERALS) + ")";
      case 1 -> left + " BETWEEN " + pick(NUMBERS) + " AND " + expression(0);
      case 2 -> "NOT " + left + " > " + expression(depth - 1);
      case 3 -> left + " IS NOT NULL";
      case 4 -> "EXISTS (SELECT " + name() + " FROM u WHERE " + name() + " = " + name() + ")";
      case 5 -> left + " IN (SELECT " + name() + " FROM u)";
      default -> left + pick(List.of(" > ", " < ", " = ", " <> ")) + expression(depth - 1);
    };
  }

  private String expression(int depth) {
    if (depth <= 0 || chance(0.3)) {
      return chance(0.75) ? name() : chance(0.6) ? pick(NUMBERS) : pick(LITERALS);
    }
    String one = expression(depth - 1);
    String other = expression(depth - 1);
    return switch (random.nextInt(10)) {
      case 0 -> "-" + name();
      case 1 -> "(" + one + " + " + pick(NUMBERS) + ")";
      case 2 -> "CASE WHEN " + condition(0) + " THEN " + one + " ELSE " + other + " END";
      case 3 -> "coalesce(" + one + ", " + other + ")";
      case 4 -> "(SELECT max(" + name() + ") FROM u WHERE u.x = " + name() + ")";
      case 5 -> "(" + one + " || " + other + ")";
      case 6 -> "greatest(" + one + ", " + other + ")";
      case 7 -> "[" + one + ", " + other + "]";
      default -> one;
    };
  }

  private RandomQuery.Text grouped() {
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(2); i >= 0; i--) {
      keys.add(chance(0.7) ? name() : chance(0.5) ? "1" : expression(1));
    }
    List<String> items =
        new ArrayList<>(
            chance(0.8)
                ? keys.stream().filter(k -> !k.equals("1")).map(k -> k + as()).toList()
                : List.of());
    for (int i = random.nextInt(2); i >= 0; i--) {
      items.add(aggregate() + as());
    }
    String by = String.join(", ", keys);
    String sql =
        "SELECT "
            + String.join(", ", items)
            + " FROM "
            + pick(chance(0.7) ? ONE_ROW_EACH : MANY)
            + where()
            + " GROUP BY "
            + pick(List.of(by, by, by, "ALL", "ROLLUP (" + by + ")", "CUBE (" + by + ")"));
    if (chance(0.4)) {
      sql += " HAVING " + (chance(0.5) ? condition(1) : aggregate() + " > " + expression(0));
    }
    if (chance(0.15)) {
      sql += " QUALIFY " + condition(1);
    }
    boolean ordered = chance(0.4);
    return new RandomQuery.Text(
        "SELECT * FROM (" + sql + ")" + (ordered ? " ORDER BY ALL" : ""), ordered);
  }

  private String aggregate() {
    return pick(
        List.of(
            "count(*)",
            "min(" + expression(1) + ")",
            "max(" + name() + ")",
            "sum(" + name() + ")",
            "count(DISTINCT " + expression(1) + ")"));
  }

  /** Branches of one row or of a table's rows, with types that meet; brackets anywhere. */
  private RandomQuery.Text sets() {
    int width = 1 + random.nextInt(2);
    String sql = branch(width);
    String same = operation();
    for (int i = random.nextInt(3); i >= 0; i--) {
      String right = branch(width);
      boolean bracket = chance(0.2);
      sql =
          (chance(0.15) ? "(" + sql + ")" : sql)
              + " "
              + (chance(0.7) ? same : operation())
              + " "
              + (bracket ? "(" + right + " " + operation() + " " + branch(width) + ")" : right);
    }
    return new RandomQuery.Text(
        sql
            + (width == 1 ? " ORDER BY 1" : " ORDER BY 1, 2")
            + pick(List.of("", "", " LIMIT 3", " LIMIT 2 OFFSET 1")),
        true);
  }

  private String operation() {
    return pick(List.of("UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT", "EXCEPT ALL"));
  }

  private String branch(int width) {
    List<String> items = new ArrayList<>();
    boolean table = chance(0.4);
    for (int i = 0; i < width; i++) {
      items.add(
          (table && chance(0.6)
                  ? pick(List.of("x", "y", "s", "-x", "x + 0.5"))
                  : chance(0.5) ? pick(NUMBERS) : pick(LITERALS))
              + as());
    }
    return "SELECT "
        + String.join(", ", items)
        + (table ? " FROM t" + (chance(0.3) ? " WHERE x > 1" : "") : "");
  }

  /** A query in brackets, with an order and a limit inside and again outside. */
  private RandomQuery.Text wrapped() {
    String inner =
        "SELECT x"
            + as()
            + ", y"
            + as()
            + ", s FROM t"
            + where()
            + " ORDER BY "
            + pick(List.of("1", "2 DESC", "y", "x"))
            + ", 3"
            + pick(List.of("", " LIMIT 4", " LIMIT 3 OFFSET 1"));
    String outer =
        pick(List.of("", " ORDER BY 2, 3", " ORDER BY 1 DESC, 3", " ORDER BY 3"))
            + pick(List.of("", " LIMIT 2", " OFFSET 1", " LIMIT 3 OFFSET 1"));
    return new RandomQuery.Text("(" + inner + ")" + outer, true);
  }
}
