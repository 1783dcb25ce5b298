package io.sallyport.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random question about groups of people, with what must hold of each figure: the rows that bring
 * a person into it, arm by arm, as conditions that bare DuckDB can count.
 *
 * <pre>
 * SELECT zip, sum(CASE WHEN sick THEN salary ELSE 0 END) FROM emp GROUP BY zip
 *   figure 0 by persons in rows where: sick AND salary IS NOT NULL
 * </pre>
 *
 * @param keys how many columns come before the figures
 * @param figures of each figure, the conditions that so many people must meet
 */
record NeighbourQuery(String source, List<String> keys, List<Figure> figures) {
  /**
   * One aggregate.
   *
   * @param arms conditions on a row; each lets in some of the people
   */
  record Figure(String sql, List<String> arms) {}

  /** What a source of rows has to offer. */
  private record Source(String from, List<String> keys, List<String> values, List<String> tests) {}

  private static final List<String> PERSON_KEYS =
      List.of("e.zip", "e.dept", "e.sex", "e.sick", "floor(e.salary / 10000)", "year(e.bday)");
  private static final List<String> PERSON_VALUES =
      List.of("e.salary", "e.salary - 50000", "round(e.salary, -3)", "(e.sick)::INTEGER", "1");
  private static final List<String> PERSON_TESTS =
      List.of(
          "e.zip = 'Z3'",
          "e.zip <> 'Z1'",
          "e.sick",
          "e.sex = 'F'",
          "e.dept IN ('A', 'B')",
          "e.id >= 57",
          "e.id < 20",
          "e.id BETWEEN 3 AND 9",
          "e.salary > 61000",
          "e.salary < 33000",
          "e.bday < DATE '1962-01-01'",
          "e.bday > DATE '1985-01-01'",
          "e.name LIKE '%1'",
          "e.salary > (SELECT avg(salary) FROM sealed.emp WHERE id < 61)");
  private static final List<String> VISIT_KEYS =
      List.of("v.clinic", "month(v.ts)", "floor(v.cost / 100)");
  private static final List<String> VISIT_VALUES = List.of("v.cost", "v.cost * 2 - 100");
  private static final List<String> VISIT_TESTS =
      List.of(
          "v.clinic = 'north'",
          "v.cost > 480",
          "v.cost < 321.5",
          "v.ts > TIMESTAMP '2024-03-20'",
          "v.vid > 9000");

  private static final List<Source> SOURCES =
      List.of(
          new Source("sealed.emp e", PERSON_KEYS, PERSON_VALUES, PERSON_TESTS),
          new Source(
              "sealed.emp e JOIN sealed.depts d ON d.dept = e.dept",
              both(PERSON_KEYS, List.of("d.title")),
              PERSON_VALUES,
              PERSON_TESTS),
          new Source(
              "sealed.emp e JOIN care.visits v ON v.uid = e.uid",
              both(PERSON_KEYS, VISIT_KEYS),
              both(PERSON_VALUES, VISIT_VALUES),
              both(PERSON_TESTS, VISIT_TESTS)),
          new Source(
              "sealed.emp e JOIN lab.numbers n ON n.n <= 3",
              both(PERSON_KEYS, List.of("n.n")),
              PERSON_VALUES,
              PERSON_TESTS),
          new Source(
              "(SELECT * FROM sealed.emp WHERE uid IN (SELECT uid FROM care.visits WHERE cost >"
                  + " 200)) e",
              PERSON_KEYS,
              PERSON_VALUES,
              PERSON_TESTS),
          new Source(
              "(SELECT uid, sum(cost) AS salary, count(*) AS id, max(clinic) AS zip FROM care.visits"
                  + " WHERE uid IS NOT NULL GROUP BY uid) e",
              List.of("e.zip", "e.id", "floor(e.salary / 1000)"),
              List.of("e.salary", "e.id"),
              List.of("e.zip = 'north'", "e.salary > 2000", "e.id = 1", "e.id > 12")));

  static NeighbourQuery random(Random random) {
    Source source = pick(SOURCES, random);
    List<String> keys = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      keys.add(
          random.nextInt(4) == 0
              ? "CASE WHEN " + test(source, random) + " THEN 'x' ELSE 'y' END"
              : pick(source.keys(), random));
    }
    List<Figure> figures = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      figures.add(figure(source, random));
    }
    String where = random.nextInt(3) == 0 ? "" : " WHERE " + test(source, random);
    return new NeighbourQuery(source.from() + where, keys.stream().distinct().toList(), figures);
  }

  private static Figure figure(Source source, Random random) {
    String value = pick(source.values(), random);
    String other = pick(source.values(), random);
    String test = test(source, random);
    String not = "(" + test + ") IS NOT TRUE";
    boolean filtered = random.nextInt(4) == 0;
    String filter = filtered ? test(source, random) : "true";
    Figure made =
        switch (random.nextInt(9)) {
          case 0 -> new Figure("count(*)", List.of("true"));
          case 1 -> new Figure("count(" + value + ")", List.of(value + " IS NOT NULL"));
          case 2 -> summed(value, List.of(value + " IS NOT NULL"), random);
          case 3 ->
              summed(
                  "CASE WHEN " + test + " THEN " + value + " ELSE 0 END",
                  List.of(test + " AND " + value + " IS NOT NULL"),
                  random);
          case 4 ->
              summed(
                  "CASE WHEN " + test + " THEN " + value + " ELSE " + other + " END",
                  List.of(
                      test + " AND " + value + " IS NOT NULL",
                      not + " AND " + other + " IS NOT NULL"),
                  random);
          case 5 ->
              summed("if(" + test + ", " + value + ", NULL)", List.of(test + " AND true"), random);
          case 6 ->
              summed("greatest(" + value + ", 65000) - 65000", List.of(value + " > 65000"), random);
          case 7 ->
              new Figure(
                  "count(DISTINCT CASE WHEN " + test + " THEN " + value + " END)",
                  List.of(test + " AND " + value + " IS NOT NULL"));
          default ->
              summed(
                  "(" + test + ")::INTEGER * " + value,
                  List.of(test + " AND " + value + " IS NOT NULL"),
                  random);
        };
    return filtered
        ? new Figure(
            made.sql() + " FILTER (WHERE " + filter + ")",
            made.arms().stream().map(arm -> "(" + arm + ") AND " + filter).toList())
        : made;
  }

  private static Figure summed(String value, List<String> arms, Random random) {
    return new Figure(pick(List.of("sum", "avg", "stddev_pop"), random) + "(" + value + ")", arms);
  }

  private static String test(Source source, Random random) {
    String one = pick(source.tests(), random);
    return switch (random.nextInt(4)) {
      case 0 -> "(" + one + " AND " + pick(source.tests(), random) + ")";
      case 1 -> "(" + one + " OR " + pick(source.tests(), random) + ")";
      case 2 -> "(NOT (" + one + "))";
      default -> one;
    };
  }

  private static <T> T pick(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  private static List<String> both(List<String> one, List<String> other) {
    List<String> both = new ArrayList<>(one);
    both.addAll(other);
    return List.copyOf(both);
  }

  /** The question as an analyst sends it. */
  String sql() {
    List<String> items = new ArrayList<>(keys);
    figures.forEach(figure -> items.add(figure.sql()));
    return "SELECT " + String.join(", ", items) + " FROM " + source + grouped();
  }

  /** Of each group: its keys, its people, and the people of each arm of each figure. */
  String counting() {
    List<String> items = new ArrayList<>(keys);
    items.add("count(DISTINCT e.uid)");
    for (Figure figure : figures) {
      for (String arm : figure.arms()) {
        items.add("count(DISTINCT e.uid) FILTER (WHERE " + arm + ")");
      }
    }
    String sql = "SELECT " + String.join(", ", items) + " FROM " + source + grouped();
    return sql.replace("sealed.", "").replace("care.", "").replace("lab.", "");
  }

  private String grouped() {
    return keys.isEmpty() ? "" : " GROUP BY " + String.join(", ", keys);
  }
}
