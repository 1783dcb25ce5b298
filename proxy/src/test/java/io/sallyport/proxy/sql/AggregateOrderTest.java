package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.AggregateList;
import io.sallyport.policy.plan.AggregateList.Order;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the list says of aggregates and the order of rows, against DuckDB: one table, shuffled. */
class AggregateOrderTest {
  private static final int SHUFFLES = 12;
  private static final int ROWS = 60;
  private static final List<String> TYPES =
      List.of("DOUBLE", "FLOAT", "BIGINT", "DECIMAL(18, 2)", "VARCHAR", "BOOLEAN", "DATE");
  private static final Set<String> FLOATING = Set.of("DOUBLE", "FLOAT");

  /** What stands behind the value. */
  private static final Map<String, String> FURTHER =
      Map.of(
          "min", ", 2",
          "max", ", 2",
          "quantile", ", 0.4",
          "quantile_cont", ", 0.4",
          "quantile_disc", ", 0.4",
          "approx_quantile", ", 0.4",
          "histogram_exact", ", []");

  private static Connection duckDb;

  @BeforeAll
  static void shuffle() throws Exception {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    Random random = new Random(20261130);
    for (int type = 0; type < TYPES.size(); type++) {
      List<String> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        String value = "CAST('" + value(TYPES.get(type), random) + "' AS " + TYPES.get(type) + ")";
        rows.add("(" + i % 3 + ", " + value + ", " + random.nextInt(3) + ", " + i + ")");
      }
      for (int i = 0; i < SHUFFLES; i++) {
        Collections.shuffle(rows, random);
        String values = String.join(", ", rows);
        try (Statement statement = duckDb.createStatement()) {
          statement.execute(
              "CREATE TABLE t"
                  + type
                  + "_"
                  + i
                  + " AS FROM (VALUES "
                  + values
                  + ") t(g, v, w, id)");
        }
      }
    }
  }

  private static String value(String type, Random random) {
    double number = (random.nextInt(9) - 4) * Math.pow(10, random.nextInt(5)) / 7;
    return switch (type) {
      case "DOUBLE" -> String.valueOf(random.nextInt(6) == 0 ? Math.signum(number) * 1e17 : number);
      case "FLOAT" -> String.valueOf((float) number);
      case "VARCHAR" -> String.valueOf((char) ('a' + random.nextInt(12)));
      case "BOOLEAN" -> String.valueOf(random.nextBoolean());
      case "DATE" -> "2024-01-" + (10 + random.nextInt(12));
      default -> String.valueOf((long) number);
    };
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  @TestFactory
  Stream<DynamicTest> figuresAreTheSameInAnyOrder() {
    return AggregateList.STANDARD.names().stream()
        .filter(name -> !name.equals("count_star"))
        .filter(name -> !entry(name).windowOnly() && entry(name).order() != Order.OPEN)
        .map(name -> DynamicTest.dynamicTest(name, () -> sameInAnyOrder(name)));
  }

  private static AggregateList.Entry entry(String name) {
    return AggregateList.STANDARD.find(name).orElseThrow();
  }

  private static void sameInAnyOrder(String name) throws SQLException {
    Order order = entry(name).order();
    Set<String> taken = new TreeSet<>();
    for (int type = 0; type < TYPES.size(); type++) {
      boolean fixed =
          order == Order.ALWAYS
              || order == Order.TIES
              || order == Order.FLOATING && FLOATING.contains(TYPES.get(type));
      for (String values : FURTHER.containsKey(name) ? List.of("v") : List.of("v", "v, w")) {
        String call = "\"" + name + "\"(" + values + FURTHER.getOrDefault(name, "");
        String ordered = call + (fixed ? " ORDER BY " + values : "") + ")";
        String frame = "PARTITION BY g ORDER BY v, w, id ROWS ";
        for (String query :
            List.of(
                "SELECT g, " + ordered + " FROM %s GROUP BY g ORDER BY g",
                "SELECT " + ordered + " FROM %s",
                "SELECT id, " + call + ") OVER (" + frame + "3 PRECEDING) FROM %s ORDER BY id",
                "SELECT id, "
                    + call
                    + ") OVER ("
                    + frame
                    + "BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM %s ORDER BY id")) {
          if (isSame(query, type)) {
            taken.add(values);
          }
        }
      }
    }
    assertThat(taken).as("the arguments with which DuckDB takes " + name).isNotEmpty();
  }

  /** False if DuckDB takes no such arguments. */
  private static boolean isSame(String query, int type) throws SQLException {
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < SHUFFLES; i++) {
      try (Statement statement = duckDb.createStatement();
          ResultSet rows = statement.executeQuery(query.formatted("t" + type + "_" + i))) {
        StringBuilder answer = new StringBuilder();
        while (rows.next()) {
          for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
            answer.append(rows.getString(column)).append('|');
          }
        }
        answers.add(answer.toString());
      } catch (SQLException e) {
        assertThat(answers).as(query + ": " + e.getMessage()).isEmpty();
        return false;
      }
    }
    assertThat(answers).as(query + " of " + TYPES.get(type)).hasSize(1);
    return true;
  }
}
