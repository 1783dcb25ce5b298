package io.sallyport.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.SampleQueries;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SomeRowsTest {
  /** The plan as a guarded one reads its tables. */
  private static RelNode plan(String sql) {
    return guarded(SampleQueries.query(sql).plan());
  }

  private static RelNode guarded(RelNode node) {
    if (node instanceof TableScan scan) {
      List<String> names = scan.getTable().getQualifiedName();
      return new GuardedScan(
          scan.getCluster(),
          scan.getTraitSet(),
          new TableName(names.get(0), names.get(1)),
          scan.getRowType().getFieldNames().stream()
              .map(name -> new GuardedScan.Column(name, false))
              .toList(),
          scan.getRowType());
    }
    return node.copy(
        node.getTraitSet(), node.getInputs().stream().map(SomeRowsTest::guarded).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT zip FROM clinic.patients",
        "SELECT zip FROM clinic.patients WHERE shop > 'x'",
        "SELECT zip FROM clinic.patients UNION ALL SELECT zip FROM clinic.wards"
      })
  void areOfTables(String sql) {
    assertThat(SomeRows.areOf(plan(sql))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT p.zip FROM clinic.patients p JOIN clinic.wards w ON p.zip = w.zip",
        "SELECT zip FROM clinic.patients UNION SELECT zip FROM clinic.wards",
        "SELECT zip, count(*) FROM clinic.patients GROUP BY zip",
        "SELECT zip FROM clinic.patients ORDER BY zip LIMIT 3",
        "SELECT zip FROM clinic.patients p WHERE EXISTS (SELECT 1 FROM clinic.wards w)",
        "SELECT zip FROM clinic.patients UNION ALL VALUES ('a')"
      })
  void areNotOfWhatDependsOnOtherRows(String sql) {
    assertThat(SomeRows.areOf(plan(sql))).isFalse();
    assertThat(SomeRows.areOf(new SharedRows(plan(sql), "rows"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0.15, 15", "0.151, 16", "0.001, 1"})
  void areReadFromEachTable(BigDecimal share, int percent) {
    RelNode some =
        SomeRows.of(
            plan(
                "SELECT zip FROM clinic.patients WHERE shop > 'x'"
                    + " UNION ALL SELECT zip FROM clinic.wards"),
            share);
    List<Integer> read = new ArrayList<>();
    PlanNodes.visit(
        some,
        node -> {
          if (node instanceof GuardedScan scan) {
            read.add(scan.percent());
          }
        });
    assertThat(read).containsExactly(percent, percent);
  }
}
