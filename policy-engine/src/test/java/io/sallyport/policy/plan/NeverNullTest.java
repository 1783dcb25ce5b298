package io.sallyport.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.SampleQueries;
import org.apache.calcite.rel.RelNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeverNullTest {
  private static final String KNOWN =
      "(SELECT zip, shop FROM clinic.patients WHERE zip IS NOT NULL)";

  private static RelNode plan(String sql) {
    return SampleQueries.query(sql.replace("KNOWN", KNOWN)).plan();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT zip FROM clinic.patients WHERE zip IS NOT NULL",
        "SELECT zip FROM clinic.patients WHERE shop > 'x' AND zip IS NOT NULL",
        "SELECT zip FROM KNOWN p WHERE shop > 'x'",
        "SELECT p.zip FROM KNOWN p JOIN clinic.wards w ON p.zip = w.zip",
        "SELECT p.zip FROM clinic.wards w JOIN KNOWN p ON p.zip = w.zip",
        "SELECT p.zip FROM KNOWN p LEFT JOIN clinic.wards w ON p.zip = w.zip",
        "SELECT p.zip FROM clinic.wards w RIGHT JOIN KNOWN p ON p.zip = w.zip",
        "SELECT zip FROM KNOWN p UNION ALL SELECT zip FROM KNOWN q",
        "SELECT zip, count(*) FROM KNOWN p GROUP BY zip"
      })
  void isProvedByAConditionBelow(String sql) {
    assertThat(NeverNull.is(plan(sql), 0)).isTrue();
    assertThat(NeverNull.is(new SharedRows(plan(sql), "rows"), 0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT zip FROM clinic.patients",
        "SELECT shop FROM clinic.patients WHERE zip IS NOT NULL",
        "SELECT zip FROM clinic.patients WHERE zip > 'a'",
        "SELECT zip FROM clinic.patients WHERE zip IS NOT NULL OR shop > 'x'",
        "SELECT zip || 'x' FROM KNOWN p",
        "SELECT p.zip FROM clinic.wards w LEFT JOIN KNOWN p ON p.zip = w.zip",
        "SELECT p.zip FROM KNOWN p RIGHT JOIN clinic.wards w ON p.zip = w.zip",
        "SELECT p.zip FROM KNOWN p FULL JOIN clinic.wards w ON p.zip = w.zip",
        "SELECT zip FROM KNOWN p UNION ALL SELECT zip FROM clinic.wards",
        "SELECT zip, shop, count(*) FROM KNOWN p GROUP BY ROLLUP (zip, shop)"
      })
  void isNotProvedByLess(String sql) {
    assertThat(NeverNull.is(plan(sql), 0)).isFalse();
  }

  @Test
  void aFigureIsNoKey() {
    RelNode grouped = plan("SELECT shop, max(zip) FROM KNOWN p GROUP BY shop");
    assertThat(NeverNull.is(grouped, 0)).isFalse();
    assertThat(NeverNull.is(grouped, 1)).isFalse();
  }
}
