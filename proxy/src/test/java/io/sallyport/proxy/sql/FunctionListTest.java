package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.AggregateList;
import io.sallyport.policy.plan.FunctionList;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lists against DuckDB's own: an upgrade cannot add a function that nobody has judged. */
class FunctionListTest {
  /** What our plans call functions and DuckDB's grammar knows as syntax. */
  private static final Set<String> SYNTAX =
      Set.of(
          "->",
          "between",
          "cast",
          "coalesce",
          "current_timestamp",
          "ifnull",
          "in",
          "try",
          "try_cast");

  private static Set<String> scalars;
  private static Set<String> aggregates;
  private static List<String[]> leftOut;

  @BeforeAll
  static void read() throws Exception {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      scalars = names(statement, "'scalar', 'macro'");
      aggregates = names(statement, "'aggregate', 'window'");
    }
    try (InputStream file = FunctionList.class.getResourceAsStream("functions-left-out.csv")) {
      leftOut =
          new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("# ") && !line.equals("name,reason"))
              .map(line -> line.split(",", 2))
              .toList();
    }
  }

  private static Set<String> names(Statement statement, String types) throws Exception {
    Set<String> names = new TreeSet<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ("
                + types
                + ")")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static boolean isLeftOut(String name) {
    return leftOut.stream()
        .map(row -> row[0])
        .anyMatch(
            out ->
                out.endsWith("*") && out.length() > 1
                    ? name.startsWith(out.substring(0, out.length() - 1))
                    : name.equals(out));
  }

  @Test
  void judgesEveryScalarFunction() {
    assertThat(scalars)
        .filteredOn(name -> FunctionList.STANDARD.find(name).isEmpty() && !isLeftOut(name))
        .isEmpty();
  }

  @Test
  void judgesEveryAggregate() {
    assertThat(aggregates)
        .filteredOn(name -> AggregateList.STANDARD.find(name).isEmpty() && !isLeftOut(name))
        .isEmpty();
  }

  @Test
  void listsOnlyWhatDuckDbHas() {
    assertThat(FunctionList.STANDARD.names())
        .filteredOn(name -> !SYNTAX.contains(name))
        .isSubsetOf(scalars);
    assertThat(AggregateList.STANDARD.names()).isSubsetOf(aggregates);
  }

  @Test
  void leavesOutWithAReasonAndNeverWhatItLists() {
    assertThat(leftOut).allSatisfy(row -> assertThat(row[1]).isNotBlank());
    Stream<String> exact = leftOut.stream().map(row -> row[0]).filter(n -> !n.endsWith("*"));
    assertThat(exact)
        .noneMatch(name -> FunctionList.STANDARD.find(name).isPresent())
        .noneMatch(name -> AggregateList.STANDARD.find(name).isPresent());
  }

  @Test
  void leavesOutWhatReachesBeyondTheQuery() {
    assertThat(
            List.of(
                "getenv",
                "query",
                "read_text",
                "current_setting",
                "getvariable",
                "nextval",
                "error",
                "sleep_ms",
                "write_log",
                "pg_get_viewdef",
                "json_serialize_plan"))
        .allMatch(name -> FunctionList.STANDARD.find(name).isEmpty());
  }
}
