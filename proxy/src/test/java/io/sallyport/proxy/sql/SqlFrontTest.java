package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.sql.Catalog.Column;
import io.sallyport.proxy.sql.Catalog.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFrontTest {
  private static final Optional<String> CLINIC = Optional.of("clinic");

  private static SqlFront front;

  @BeforeAll
  static void open() {
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    new Catalog.PublishedTable(
                        new TableName("clinic", "patients"),
                        List.of(
                            new Column("id", "BIGINT", Sight.VISIBLE),
                            new Column("zip", "VARCHAR", Sight.VISIBLE),
                            new Column("ssn", "INTEGER", Sight.WIPED),
                            new Column("name", "VARCHAR", Sight.HIDDEN)),
                        List.of(List.of("id"))))));
  }

  @AfterAll
  static void close() {
    front.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 FROM nowhere | UNKNOWN_TABLE | unknown table `nowhere`",
        "SELECT 1 FROM other.patients | UNKNOWN_TABLE | unknown table `other.patients`",
        "SELECT q.id FROM patients p | UNKNOWN_TABLE | unknown table `q`",
        "SELECT nmae FROM patients | UNKNOWN_COLUMN | unknown column `nmae`",
        "SELECT p.nmae FROM patients p | UNKNOWN_COLUMN | unknown column `nmae`",
        "SELECT frobnicate(id) FROM patients | UNKNOWN_FUNCTION | `frobnicate`",
        "SELECT getenv('HOME') | UNKNOWN_FUNCTION | `getenv`",
        "SELECT * FROM read_text('/etc/passwd') | NOT_SUPPORTED | table function",
        "SELECT 1; SELECT 2 | SYNTAX | one statement at a time",
        "SELEC 1 | SYNTAX | syntax error",
        "DELETE FROM patients | NOT_SUPPORTED | only SELECT",
        "CREATE TABLE x(a INT) | NOT_SUPPORTED | only SELECT",
        "SET TimeZone = 'Europe/Oslo' | NOT_SUPPORTED | only SELECT",
        "RESET integer_division | NOT_SUPPORTED | only SELECT",
        "PRAGMA default_null_order = 'nulls_first' | NOT_SUPPORTED | only SELECT",
        "SELECT current_setting('TimeZone') | UNKNOWN_FUNCTION | `current_setting`",
        "SELECT repeat(zip, id) FROM patients | NOT_SUPPORTED | `repeat to a length",
        "SELECT repeat('x', 1000000000) | NOT_SUPPORTED | `repeat to a length",
        "SELECT repeat(zip, 1000 * 1000000) FROM patients | NOT_SUPPORTED | `repeat to a length",
        "SELECT format('{:{}}', zip, 1000000000) FROM patients | NOT_SUPPORTED | small widths",
        "SELECT printf('%1000000000d', id) FROM patients | NOT_SUPPORTED | small widths",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1.5 FROM r WHERE n < 5) SELECT n"
            + " FROM r| NOT_SUPPORTED | the type of the column `n` is not certain, `DECIMAL(12,1)`"
            + " or `INTEGER`",
        "SHOW SELECT 1 | NOT_SUPPORTED | `SHOW of a query`",
        "SELECT unnest(list(zip)) FROM patients | NOT_SUPPORTED | `unnest of an aggregate`",
        "SELECT id FROM patients LIMIT (SELECT 1) | NOT_SUPPORTED | `LIMIT with an expression`",
        "SELECT id FROM patients WHERE id IN (SELECT 'x') | WRONG_TYPE | `BIGINT` and `VARCHAR`",
        "SELECT count(*) FROM patients QUALIFY true | WRONG_TYPE | QUALIFY wants a window",
        "FROM patients AS p(a, b, c, d, e) | WRONG_TYPE | has 3 columns and gets 5 names",
        "SELECT COLUMNS('name') FROM patients | NOT_SUPPORTED | `COLUMNS of a column that is not",
        "SELECT COLUMNS(['id', 'nmae']) FROM patients | NOT_SUPPORTED | `COLUMNS of a column that",
        "SELECT 'a'::mood | NOT_SUPPORTED | the type `mood` is not known here",
        "SELECT {'a': 1}.b | WRONG_TYPE | the struct has no field `b`",
        "SELECT * | WRONG_TYPE | FROM clause",
        "VALUES (1), ('x') | NOT_SUPPORTED | `VALUES with literals of several kinds",
        "SELECT range(id) FROM patients | NOT_SUPPORTED | `range to a length",
        "SELECT zip FROM patients ORDER BY zip COLLATE DE | NOT_SUPPORTED | `COLLATE DE`",
        "SELECT zip, unnest([1]), count(*) FROM patients GROUP BY zip | NOT_SUPPORTED | beside"
            + " GROUP BY",
        "SELECT sum(unnest([1])) | NOT_SUPPORTED | beside aggregates",
        "SELECT union_value(1) | WRONG_TYPE | `union_value` does not take",
        "SELECT id FROM patients GROUP BY zip | WRONG_TYPE | `id` is not grouped",
        "SELECT zip, (SELECT sum(id) WHERE ssn = 1) FROM patients GROUP BY zip | WRONG_TYPE | `ssn`"
            + " is not grouped",
        "SELECT zip, (SELECT sum(id)) FROM patients GROUP BY zip | NOT_SUPPORTED | it in the outer",
        "SELECT zip FROM patients GROUP BY zip ORDER BY max(id), 2 | WRONG_TYPE | beyond the select",
        "SELECT sum(id * ? 190) FROM patients | NOT_SUPPORTED | number that leaves others out",
        "SELECT id FROM patients WHERE id > $2 | NOT_SUPPORTED | number that leaves others out",
        "SELECT id FROM patients a, patients b | WRONG_TYPE | `id` is in several tables",
        "SELECT upper(id, id) FROM patients | WRONG_TYPE | `upper` does not take (BIGINT, BIGINT)",
        "SELECT zip + '4711' - 'x4711' FROM patients | WRONG_TYPE | cast",
      })
  void saysWhatIsWrong(String sql, ErrorCode code, String message) {
    assertThatThrownBy(() -> front.bind(CLINIC, sql))
        .isInstanceOfSatisfying(GatewayException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message)
        .message()
        .doesNotContain("4711")
        .doesNotContain("Exception");
  }

  /** Each costs the engine's binder about a millisecond, and nothing else ends them. */
  @Test
  void takesSoManyDifferentExpressionsAndNoMore() {
    String alike =
        IntStream.range(0, 5_000).mapToObj(i -> "12345678" + i).collect(Collectors.joining(", "));
    assertThat(front.bind(CLINIC, "SELECT id FROM patients WHERE id IN (" + alike + ")").probe())
        .isFalse();
    String different =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "substring(zip, " + i + ")")
            .collect(Collectors.joining(", "));
    assertThatThrownBy(() -> front.bind(CLINIC, "SELECT " + different + " FROM patients"))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE))
        .hasMessageContaining("more than 2000 different expressions");
  }

  /** INVARIANT (blacklisted columns are never named): nothing tells them from a misspelt name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ? FROM patients",
        "SELECT p.? FROM patients p",
        "SELECT clinic.patients.? FROM clinic.patients",
        "SELECT id FROM patients WHERE ? = 'x'",
        "SELECT id FROM patients ORDER BY ?",
        "SELECT count(*) FROM patients GROUP BY ?",
        "SELECT a.id FROM patients a JOIN patients b USING (?)",
        "SELECT * EXCLUDE (?) FROM patients",
        "SELECT patients.?.x FROM patients",
        "SELECT ?.x FROM patients",
        "SELECT id AS x, ? FROM patients WHERE x > 1 AND ? IS NULL",
        "SELECT (SELECT max(?) FROM patients b WHERE b.id = a.id) FROM patients a",
        "SELECT max(id) OVER (PARTITION BY ?) FROM patients",
        "WITH c AS (SELECT * FROM patients) SELECT ? FROM c",
        "SELECT count(*) FILTER (WHERE ? > (SELECT 1)) FROM patients",
        "SELECT * FROM patients PIVOT (count(*) FOR ? IN ('a'))",
        "SELECT * FROM patients PIVOT (max(?) FOR zip IN ('a'))",
        "SELECT * FROM patients PIVOT (count(*) FOR zip IN ('a') GROUP BY ?)",
        "SELECT * FROM patients UNPIVOT (v FOR k IN (?))",
        "SELECT list_transform([1], lambda x : ?) FROM patients",
        "SELECT x FROM patients, unnest(?) AS u(x)",
        "SELECT x FROM patients, range(patients.?) AS u(x)",
        "WITH RECURSIVE r AS (SELECT ? AS n FROM patients UNION ALL SELECT n FROM r) FROM r",
        "DESCRIBE SELECT ? FROM patients",
        "SELECT ? FROM (DESCRIBE patients)",
      })
  void saysTheSameOfHiddenAndMisspeltColumns(String form) {
    GatewayException hidden = refusal(form.replace("?", "name"));
    GatewayException misspelt = refusal(form.replace("?", "mane"));
    assertThat(hidden.code()).isEqualTo(misspelt.code());
    assertThat(hidden.getMessage()).isEqualTo(misspelt.getMessage().replace("mane", "name"));
  }

  private static GatewayException refusal(String sql) {
    return catchThrowableOfType(GatewayException.class, () -> front.bind(CLINIC, sql));
  }

  @Test
  void showsWipedColumnsAsTextAndHiddenOnesNotAtAll() {
    assertThat(
            front.bind(CLINIC, "SELECT * FROM patients").plan().getRowType().getFieldList().stream()
                .map(field -> field.getName() + " " + DuckDbTypes.sql(field.getType())))
        .containsExactly("id BIGINT", "zip VARCHAR", "ssn VARCHAR");
  }

  @Test
  void takesParametersByNumberAndByName() {
    String named = "SELECT id FROM patients WHERE zip = $zip AND id > $id AND zip <> $zip";
    assertThat(front.bind(CLINIC, named).parameterTypes().stream().map(DuckDbTypes::sql))
        .containsExactly("VARCHAR", "BIGINT");
    assertThat(
            front
                .bind(CLINIC, "SELECT id FROM patients WHERE zip = $2 AND id > $1")
                .parameterTypes()
                .stream()
                .map(DuckDbTypes::sql))
        .containsExactly("BIGINT", "VARCHAR");
  }

  @Test
  void tellsOfAParameterBeforeItHasAValueWhatIsCertain() {
    Prepared certain = front.prepare(Asker.of(CLINIC), "SELECT id FROM patients WHERE zip = ?");
    assertThat(certain.parameterTypes()).containsExactly("VARCHAR");
    assertThat(certain.columns()).containsExactly(new OutputColumn("id", "BIGINT", true));
    Prepared open = front.prepare(Asker.of(CLINIC), "SELECT id + ? AS x FROM patients");
    assertThat(open.parameterTypes()).containsExactly(OutputColumn.UNKNOWN);
    assertThat(open.columns()).extracting(OutputColumn::type).containsExactly(OutputColumn.UNKNOWN);
  }

  @Test
  void semicolonsThatEndNothingChangeNothing() {
    assertThat(front.bind(CLINIC, ";; -- ;\n; SELECT id + 1 FROM patients ;").columnNames())
        .containsExactly("(id + 1)");
    assertThat(bound("; SELECT id + ? FROM patients;", 1).columnNames())
        .containsExactly("(id + $1)");
  }

  @Test
  void valuesOfOneKindShareAPlan() {
    String sql = "SELECT id FROM patients WHERE zip = ? AND id > ?";
    assertThat(bound(sql, "a", 1L)).isSameAs(bound(sql, "b", 2L)).isNotSameAs(bound(sql, "a", 1));
    String text = "SELECT id FROM patients WHERE id > ?";
    assertThat(bound(text, "7")).isSameAs(bound(text, "7")).isNotSameAs(bound(text, "8"));
  }

  private static BoundQuery bound(String sql, Object... values) {
    return front.bind(Asker.of(CLINIC), sql, SentValue.of(List.of(values)));
  }

  /** One at a time: Calcite's metadata, which it asks here, are not for several threads. */
  private static synchronized String shown(BoundQuery query) {
    return RelOptUtil.toString(query.plan());
  }

  @Test
  void bindsForManySessionsAtOnce() throws Exception {
    ExecutorService sessions = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> work = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String sql =
            "SELECT zip, count(*) FROM patients WHERE id > " + i / 8 + " GROUP BY zip ORDER BY 2";
        work.add(() -> shown(front.bind(CLINIC, sql)));
      }
      List<String> plans = new ArrayList<>();
      for (Future<String> plan : sessions.invokeAll(work)) {
        plans.add(plan.get());
      }
      assertThat(plans).hasSize(64);
      assertThat(List.copyOf(java.util.Set.copyOf(plans))).hasSize(8);
    } finally {
      sessions.shutdown();
    }
  }
}
