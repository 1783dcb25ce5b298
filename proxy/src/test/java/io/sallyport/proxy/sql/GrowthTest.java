package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.sql.Catalog.Column;
import io.sallyport.proxy.sql.Catalog.Sight;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {
  private static SqlFront front;

  @BeforeAll
  static void open() {
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    new Catalog.PublishedTable(
                        new TableName("shop", "items"),
                        List.of(
                            new Column("id", "BIGINT", Sight.VISIBLE),
                            new Column("name", "VARCHAR", Sight.VISIBLE),
                            new Column("tags", "VARCHAR[]", Sight.VISIBLE),
                            new Column("sizes", "INTEGER[]", Sight.VISIBLE),
                            new Column("rating", "INTEGER", Sight.VISIBLE)),
                        List.of(List.of("id"))))));
  }

  @AfterAll
  static void close() {
    front.close();
  }

  private static String inSteps(int steps, String of, String first) {
    String sql = first;
    for (int i = 0; i < steps; i++) {
      sql = "SELECT " + of + " AS x FROM (" + sql + ") t";
    }
    return sql;
  }

  private static String constants(int count) {
    return IntStream.range(0, count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  static Stream<String> bombs() {
    String doubling = "list_reduce(" + constants(60) + ", lambda a, b : a || a, 'x')";
    String squares =
        "list_transform(L, lambda x : list_transform(L, lambda y : list_transform(L, lambda z : 1)))"
            .replace("L", constants(1000));
    return Stream.of(
        "SELECT repeat(name, rating) FROM items",
        "SELECT repeat(x, n) FROM (VALUES ('x', 1000000000)) v(x, n)",
        "SELECT lpad(name, rating * 1000000) FROM items",
        "SELECT rpad(name, greatest(rating, 1000000000), 'x') FROM items",
        "SELECT bitstring('1', rating) FROM items",
        "SELECT to_base(id, 2, rating) FROM items",
        "SELECT bar(rating, 0, 1, id) FROM items",
        "SELECT equi_width_bins(0, 1000000000, id, false) FROM items",
        "SELECT repeat(name, 5000 % id) FROM items",
        "SELECT repeat(repeat(name, 1000), 1000) FROM items",
        "SELECT repeat(x, 1000) FROM (SELECT repeat(name, 1000) AS x FROM items) t",
        inSteps(20, "x || x", "SELECT name AS x FROM items"),
        inSteps(20, "concat(x, x)", "SELECT name AS x FROM items"),
        inSteps(20, "list_concat(x, x)", "SELECT tags AS x FROM items"),
        inSteps(20, "x || x", "SELECT string_agg(name) AS x FROM items"),
        inSteps(20, "[x, x]", "SELECT name AS x FROM items"),
        inSteps(20, "{'a': x, 'b': x}", "SELECT name AS x FROM items"),
        inSteps(20, "map([x], [x])", "SELECT name AS x FROM items"),
        inSteps(20, "(x, x)", "SELECT name AS x FROM items"),
        inSteps(20, "list_zip(x, x)", "SELECT [1] AS x"),
        "WITH a AS (SELECT (1, 2, 3, 4, 5, 6, 7, 8, 9, 10) AS x)"
            + IntStream.range(0, 20)
                .mapToObj(
                    i -> ", a%d AS (SELECT (x, x) AS x FROM a%s)".formatted(i, i == 0 ? "" : i - 1))
                .collect(Collectors.joining())
            + " SELECT x FROM a19",
        inSteps(8, "replace(x, 'a', 'aaaaaaaa')", "SELECT name AS x FROM items"),
        inSteps(8, "regexp_replace(x, 'a', '\\0\\0\\0\\0', 'g')", "SELECT name AS x FROM items"),
        inSteps(20, "max(x) || max(x)", "SELECT name AS x FROM items"),
        inSteps(20, "CASE WHEN len(x) > 1 THEN x || x ELSE x END", "SELECT name AS x FROM items"),
        "SELECT replace(replace(name, 'a', repeat('a', 1000)), 'a', repeat('b', 1000)) FROM items",
        "SELECT replace(name, 'a', string_agg(name)) FROM items GROUP BY name",
        "SELECT array_to_string(list(name), string_agg(name)) FROM items",
        "SELECT format('{0}{0}{0}{0}', x) FROM (SELECT format('{0}{0}', repeat(name, 999)) x FROM"
            + " items)",
        "SELECT list_select(list(name), list(rating)) FROM items",
        "SELECT " + doubling,
        "SELECT id FROM items WHERE name = " + doubling,
        "SELECT * FROM range(len(" + doubling + "))",
        "SELECT * FROM items, generate_series(1, len(" + doubling + "))",
        "SELECT regexp_matches(name, " + doubling + ") FROM items",
        "SELECT list_reduce(tags, lambda a, b : a || b || a) FROM items",
        "SELECT list_reduce(tags, lambda a, b : concat(a, b, upper(a))) FROM items",
        "SELECT list_reduce(tags, lambda a, b : replace(b, 'a', a)) FROM items",
        "SELECT list_reduce([tags], lambda a, b : list_concat(a, a)) FROM items",
        "SELECT list_reduce(tags, lambda a, b : repeat(a, 2)) FROM items",
        "SELECT " + squares,
        "SELECT len(" + squares + ")",
        "SELECT list_transform(list(name), lambda x : list_transform(list(name), lambda y : x ||"
            + " y)) FROM items",
        "WITH RECURSIVE r(x) AS (SELECT 'a' UNION ALL SELECT x || x FROM r) SELECT len(x) FROM r",
        "WITH RECURSIVE r(x, y) AS (SELECT 'a', 'b' UNION ALL SELECT x || y, x || y FROM r)"
            + " SELECT len(x) FROM r",
        "WITH RECURSIVE r(x) AS (SELECT 'a' UNION ALL SELECT a.x || b.x FROM r a, r b)"
            + " SELECT len(x) FROM r",
        "SELECT NULL::INTEGER[100000]",
        "SELECT CAST(NULL AS INTEGER[1000][1000][1000])",
        "SELECT NULL::STRUCT(a INTEGER[50000])",
        "SELECT id FROM items WHERE id IN (SELECT len(repeat(x, 1000)) FROM (SELECT repeat(name,"
            + " 100) AS x FROM items) t)");
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void refusesWhatMayGrowTooLong(String sql) {
    assertThatThrownBy(() -> front.bind(Optional.of("shop"), sql))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED))
        .hasMessageMatching("(?s)`.*` (is not supported|may make texts or lists too long).*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT repeat('*', least(rating, 5)), lpad(name, 20, '.'), repeat(name, rating % 10) FROM"
            + " items",
        "SELECT repeat(name, 1000) FROM items",
        "SELECT name || ', ' || name || ' (' || id || ')' FROM items",
        "SELECT replace(replace(replace(name, 'a', 'ae'), 'o', 'oe'), 'u', 'ue') FROM items",
        "SELECT list_transform(list_sort(list(name)), lambda x : upper(x) || '!') FROM items",
        "SELECT array_to_string(list_transform(list(name), lambda x : trim(x)), ', ') FROM items",
        "SELECT list_reduce(tags, lambda a, b : a || ', ' || b) FROM items",
        "SELECT list_reduce(sizes, lambda a, b : a * a + b - a) FROM items",
        "SELECT list_transform(sizes, lambda x : list_transform(sizes, lambda y : x * y)) FROM"
            + " items",
        "SELECT [x * y FOR x IN [1, 2, 3]] FROM (SELECT 2 AS y) t",
        "SELECT string_agg(name, ', '), replace(string_agg(name, ','), ',', ' / ') FROM items",
        "SELECT string_agg(x) FROM (SELECT string_agg(name) AS x FROM items GROUP BY id) t",
        "WITH RECURSIVE r(id, path) AS (SELECT id, name FROM items WHERE id = 1 UNION ALL SELECT"
            + " i.id, r.path || ' > ' || i.name FROM items i JOIN r ON i.id = r.id + 1) FROM r",
        "WITH RECURSIVE r(a, b) AS (SELECT 1, 1 UNION ALL SELECT b, a + b FROM r WHERE b < 1000)"
            + " FROM r",
        "SELECT * FROM range(len(['a', 'b'])) t(x)",
        "SELECT NULL::FLOAT[1536]",
        "SELECT CASE WHEN rating > 3 THEN name || '+' WHEN rating > 2 THEN name ELSE '' END FROM"
            + " items",
      })
  void takesWhatGrowsALittle(String sql) {
    assertThatCode(() -> front.bind(Optional.of("shop"), sql)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT repeat(?, 1000) FROM items",
        "SELECT strftime(DATE '2024-01-01', repeat(?, 1000))",
        "SELECT x || x || x || x FROM (SELECT repeat(name || ?, 100) AS x FROM items) t"
      })
  void countsAParameterByItsLength(String sql) {
    Asker asker = Asker.of(Optional.of("shop"));
    assertThatCode(() -> front.bind(asker, sql, SentValue.of(List.of("ab"))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> front.bind(asker, sql, SentValue.of(List.of("ab".repeat(10_000)))))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED))
        .hasMessageContaining("too long");
  }

  @Test
  void aParameterIsNoBoundForALength() {
    assertThatThrownBy(
            () ->
                front.bind(
                    Asker.of(Optional.of("shop")),
                    "SELECT repeat(name, ?) FROM items",
                    SentValue.of(List.of(3L))))
        .hasMessageContaining("to a length that may be above");
  }
}
