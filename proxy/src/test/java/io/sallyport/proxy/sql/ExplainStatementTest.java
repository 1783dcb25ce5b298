package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainStatementTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXPLAIN POLICY FOR SELECT 1",
        "explain policy for select 1",
        " \n\tExplain\nPolicy  For\tSELECT 1",
        "-- why?\nEXPLAIN /* the /* inner */ rules */ POLICY FOR SELECT 1",
        "/**/EXPLAIN/**/POLICY/**/FOR/**/SELECT 1"
      })
  void findsTheQuery(String sql) {
    assertThat(ExplainStatement.query(sql))
        .hasValueSatisfying(query -> assertThat(query).endsWithIgnoringCase("select 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "EXPLAIN",
        "EXPLAIN POLICY",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAINPOLICY FOR SELECT 1",
        "EXPLAIN POLICY FORSELECT 1",
        "EXPLAIN \"POLICY\" FOR SELECT 1",
        "'EXPLAIN POLICY FOR' SELECT 1",
        "SELECT 1; EXPLAIN POLICY FOR SELECT 1",
        "-- EXPLAIN POLICY FOR SELECT 1"
      })
  void takesNothingElseForOne(String sql) {
    assertThat(ExplainStatement.query(sql)).isEmpty();
  }

  @Test
  void leavesTheQueryAsItIs() {
    assertThat(ExplainStatement.query("EXPLAIN POLICY FOR  SELECT ';' -- x"))
        .contains("  SELECT ';' -- x");
  }
}
