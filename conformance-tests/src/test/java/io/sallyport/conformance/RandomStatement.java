package io.sallyport.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Statements of any shape over the fixtures' tables, most of which no policy should grant: nested,
 * joined, windowed, with sub-queries, oracles and expressions that may fail.
 *
 * <pre>
 * new RandomStatement(random).next()  →  SELECT max(a1.salary), a1.zip FROM sealed.emp a1 ...
 * </pre>
 */
final class RandomStatement {
  private record Column(String name, Kind kind) {}

  private enum Kind {
    NUMBER,
    TEXT,
    TRUTH,
    DAY
  }

  private static final List<String> TABLES =
      List.of("sealed.emp", "sealed.emp", "care.visits", "sealed.depts", "lab.att", "lab.numbers");

  private final Random random;
  private int names;

  RandomStatement(Random random) {
    this.random = random;
  }

  String next() {
    names = 0;
    String sql = query(2);
    if (random.nextInt(5) == 0) {
      sql = sql + pick(" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT ") + query(1);
    }
    return random.nextInt(4) == 0 ? sql + " ORDER BY 1" + pick("", " DESC") + limit() : sql;
  }

  private String limit() {
    return pick("", " LIMIT 1", " LIMIT 3 OFFSET 2");
  }

  private String query(int depth) {
    List<Column> scope = new ArrayList<>();
    String from = from(scope, depth);
    String where = random.nextInt(3) == 0 ? "" : " WHERE " + truth(scope, depth);
    return switch (random.nextInt(6)) {
      case 0 -> "SELECT " + items(scope, depth, 1 + random.nextInt(3)) + from + where;
      case 1 -> "SELECT DISTINCT " + items(scope, depth, 1) + from + where;
      case 2 ->
          "SELECT "
              + items(scope, depth, 1)
              + ", "
              + pick("row_number()", "sum(" + number(scope, 0) + ")", "count(*)")
              + " OVER (PARTITION BY "
              + any(scope, 0)
              + " ORDER BY "
              + any(scope, 0)
              + ")"
              + from
              + where;
      default -> grouped(scope, depth, from + where);
    };
  }

  private String grouped(List<Column> scope, int depth, String from) {
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      keys.add(any(scope, random.nextInt(2)));
    }
    List<String> items = new ArrayList<>(keys);
    for (int i = random.nextInt(3); i >= 0; i--) {
      items.add(figure(scope, depth));
    }
    String by =
        keys.isEmpty()
            ? ""
            : " GROUP BY "
                + (random.nextInt(5) == 0
                    ? "ROLLUP (" + String.join(", ", keys) + ")"
                    : String.join(", ", keys));
    String having = random.nextInt(4) == 0 ? " HAVING " + figure(scope, 0) + " > 3" : "";
    return "SELECT " + String.join(", ", items) + from + by + having;
  }

  private String figure(List<Column> scope, int depth) {
    String filter = random.nextInt(4) == 0 ? " FILTER (WHERE " + truth(scope, 0) + ")" : "";
    return switch (random.nextInt(8)) {
          case 0 -> "count(*)";
          case 1 -> "count(DISTINCT " + any(scope, 0) + ")";
          case 2 -> pick("min", "max", "any_value", "first", "mode") + "(" + any(scope, 0) + ")";
          case 3 -> "string_agg(" + text(scope, 0) + ", ',')";
          case 4 -> pick("median", "stddev", "list") + "(" + number(scope, 0) + ")";
          default -> pick("sum", "sum", "avg") + "(" + number(scope, depth) + ")";
        }
        + filter;
  }

  private String from(List<Column> scope, int depth) {
    StringBuilder from = new StringBuilder(" FROM ").append(relation(scope, depth));
    if (random.nextInt(3) == 0) {
      String kind = pick("JOIN", "JOIN", "LEFT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN");
      List<Column> right = new ArrayList<>();
      String other = relation(right, depth - 1);
      List<Column> both = new ArrayList<>(scope);
      both.addAll(right);
      from.append(' ')
          .append(kind)
          .append(' ')
          .append(other)
          .append(" ON ")
          .append(on(both, right));
      if (!kind.equals("SEMI JOIN") && !kind.equals("ANTI JOIN")) {
        scope.addAll(right);
      }
    }
    return from.toString();
  }

  private String on(List<Column> both, List<Column> right) {
    List<Column> texts = of(Kind.TEXT, right);
    return texts.isEmpty() || random.nextInt(3) == 0
        ? truth(both, 0)
        : column(Kind.TEXT, both, "'U003'")
            + " = "
            + texts.get(random.nextInt(texts.size())).name();
  }

  private String relation(List<Column> scope, int depth) {
    String alias = "a" + ++names;
    if (depth > 0 && random.nextInt(4) == 0) {
      List<Column> inner = new ArrayList<>();
      String from = from(inner, depth - 1);
      String where = " WHERE " + truth(inner, depth - 1);
      scope.add(new Column(alias + ".n", Kind.NUMBER));
      scope.add(new Column(alias + ".t", Kind.TEXT));
      return random.nextBoolean()
          ? "(SELECT "
              + number(inner, 1)
              + " AS n, "
              + text(inner, 1)
              + " AS t"
              + from
              + where
              + ") AS "
              + alias
          : "(SELECT "
              + text(inner, 1)
              + " AS t, "
              + figure(inner, 0)
              + "::VARCHAR::DOUBLE AS n"
              + from
              + where
              + " GROUP BY 1) AS "
              + alias;
    }
    String table = TABLES.get(random.nextInt(TABLES.size()));
    switch (table) {
      case "sealed.emp" -> {
        add(scope, alias, Kind.NUMBER, "id", "salary");
        add(scope, alias, Kind.TEXT, "uid", "name", "dept", "zip", "sex");
        add(scope, alias, Kind.TRUTH, "sick");
        add(scope, alias, Kind.DAY, "bday");
      }
      case "care.visits" -> {
        add(scope, alias, Kind.NUMBER, "vid", "cost");
        add(scope, alias, Kind.TEXT, "uid", "clinic");
        add(scope, alias, Kind.DAY, "ts");
      }
      case "sealed.depts" -> add(scope, alias, Kind.TEXT, "dept", "title");
      case "lab.att" -> {
        add(scope, alias, Kind.NUMBER, "x");
        add(scope, alias, Kind.TEXT, "uid");
      }
      default -> add(scope, alias, Kind.NUMBER, "n");
    }
    return table + " AS " + alias;
  }

  private static void add(List<Column> scope, String alias, Kind kind, String... names) {
    for (String name : names) {
      scope.add(new Column(alias + "." + name, kind));
    }
  }

  private String items(List<Column> scope, int depth, int count) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(any(scope, depth));
    }
    return String.join(", ", items);
  }

  private String any(List<Column> scope, int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> number(scope, depth);
      case 1 -> truth(scope, 0);
      case 2 -> column(Kind.DAY, scope, "DATE '2024-02-03'");
      default -> text(scope, depth);
    };
  }

  private String number(List<Column> scope, int depth) {
    String column = column(Kind.NUMBER, scope, "7");
    return switch (depth < 1 ? random.nextInt(3) : random.nextInt(10)) {
      case 3 ->
          "CASE WHEN " + truth(scope, 0) + " THEN " + column + " ELSE " + pick("0", "1e9") + " END";
      case 4 -> "1 / (" + column + " - 61234.5)";
      case 5 -> column + " * 9000000000000000000";
      case 6 -> "CAST(" + text(scope, 0) + " AS INTEGER)";
      case 7 -> "length(" + text(scope, 0) + ")";
      case 8 ->
          "(SELECT "
              + pick("max", "count", "sum", "avg")
              + "(o) FROM (SELECT "
              + one(depth, " AS o")
              + ")";
      case 9 -> "floor(" + column + " / 100)";
      default -> column;
    };
  }

  private String text(List<Column> scope, int depth) {
    String column = column(Kind.TEXT, scope, "'x'");
    return switch (depth < 1 ? 0 : random.nextInt(6)) {
      case 1 -> column + " || " + column(Kind.TEXT, scope, "'y'");
      case 2 -> "substr(" + column + ", 1, 2)";
      case 3 -> "if(" + truth(scope, 0) + ", " + column + ", error('found'))";
      case 4 -> "strftime(" + column(Kind.DAY, scope, "DATE '2024-02-03'") + ", '%Y')";
      default -> column;
    };
  }

  private String truth(List<Column> scope, int depth) {
    String number = column(Kind.NUMBER, scope, "3");
    String text = column(Kind.TEXT, scope, "'U999'");
    return switch (random.nextInt(depth > 0 ? 11 : 8)) {
      case 0 -> column(Kind.TRUTH, scope, "true");
      case 1 -> text + " = " + pick("'U999'", "'Z3'", "'A'", "'north'", "'CANARY-NAME-VICTIM'");
      case 2 -> text + " LIKE " + pick("'%1'", "'U9%'", "'CANARY%'");
      case 3 -> "NOT (" + truth(scope, 0) + ")";
      case 4 -> truth(scope, 0) + pick(" AND ", " OR ") + truth(scope, 0);
      case 5 -> column(Kind.DAY, scope, "DATE '2024-02-03'") + " < DATE '1985-05-06'";
      case 8 -> number + " IN (SELECT " + one(depth, "");
      case 9 -> "EXISTS (SELECT " + one(depth, "");
      case 10 -> number + " >= ALL (SELECT " + one(depth, "");
      default -> number + pick(" > ", " = ", " <> ") + pick("999", "61234.5", "57", "0");
    };
  }

  /** One number of a sub-query, closed. */
  private String one(int depth, String as) {
    List<Column> inner = new ArrayList<>();
    String from = from(inner, depth - 1);
    return number(inner, 0) + as + from + " WHERE " + truth(inner, 0) + ")";
  }

  private String column(Kind kind, List<Column> scope, String otherwise) {
    List<Column> columns = of(kind, scope);
    return columns.isEmpty() ? otherwise : columns.get(random.nextInt(columns.size())).name();
  }

  private static List<Column> of(Kind kind, List<Column> scope) {
    return scope.stream().filter(column -> column.kind() == kind).toList();
  }

  private String pick(String... all) {
    return all[random.nextInt(all.length)];
  }
}
