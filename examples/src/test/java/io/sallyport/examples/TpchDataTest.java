package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpchDataTest {
  @TempDir static Path directory;
  private static Path file;

  @BeforeAll
  static void write() {
    file = TpchData.write(directory, 0.01);
  }

  @Test
  void hasTheRowsOfTheSpecification() throws SQLException {
    try (Rows tpch = Rows.of(file)) {
      assertThat(
              List.of("region", "nation", "supplier", "part", "partsupp", "customer", "orders")
                  .stream()
                  .map(table -> count(tpch, table)))
          .containsExactly(5L, 25L, 100L, 2_000L, 8_000L, 1_500L, 15_000L);
      assertThat(count(tpch, "lineitem")).isEqualTo(60_175);
    }
  }

  private static long count(Rows tpch, String table) {
    try {
      return tpch.number("SELECT count(*) FROM " + table);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hasItsTypesNotNullAndPrimaryKeys() throws SQLException {
    try (Rows tpch = Rows.of(file)) {
      assertThat(tpch.ask("SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal"))
          .containsExactlyInAnyOrder("BIGINT", "INTEGER", "DECIMAL(15,2)", "DATE", "VARCHAR");
      assertThat(
              tpch.number(
                  "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND is_nullable"))
          .isZero();
      assertThat(
              tpch.ask(
                  "SELECT array_to_string(constraint_column_names, ' ') FROM duckdb_constraints()"
                      + " WHERE constraint_type = 'PRIMARY KEY' ORDER BY 1"))
          .containsExactly(
              "c_custkey",
              "l_orderkey l_linenumber",
              "n_nationkey",
              "o_orderkey",
              "p_partkey",
              "ps_partkey ps_suppkey",
              "r_regionkey",
              "s_suppkey");
    }
  }

  @Test
  void hasTheValuesOfTheGeneratorToTheCent() throws SQLException {
    try (Rows tpch = Rows.of(file)) {
      assertThat(
              tpch.ask(
                  "SELECT l_extendedprice::VARCHAR, l_discount::VARCHAR, l_tax::VARCHAR,"
                      + " l_shipdate::VARCHAR, l_shipmode FROM lineitem"
                      + " WHERE l_orderkey = 1 AND l_linenumber = 1"))
          .containsExactly("24710.35", "0.04", "0.02", "1996-03-13", "TRUCK");
    }
  }

  @Test
  void sameScaleSameRows(@TempDir Path again) throws SQLException {
    String content = "SELECT bit_xor(hash(l)) FROM lineitem l";
    try (Rows tpch = Rows.of(file);
        Rows same = Rows.of(TpchData.write(again, 0.01))) {
      assertThat(same.ask(content)).isEqualTo(tpch.ask(content));
    }
  }

  @Test
  void lineItemsNameTheirCustomerIfAsked(@TempDir Path keyed) throws SQLException {
    try (Rows tpch = Rows.of(TpchData.writeWithCustomerKeys(keyed, 0.01))) {
      assertThat(
              tpch.number(
                  "SELECT count(*) FROM lineitem JOIN orders ON l_orderkey = o_orderkey"
                      + " AND l_custkey = o_custkey"))
          .isEqualTo(60_175);
    }
    assertThat(keyed)
        .as("nothing unfinished is left")
        .isDirectoryNotContaining(other -> !other.endsWith("tpch.duckdb"));
  }
}
