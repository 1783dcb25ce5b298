package io.sallyport.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.SampleQueries;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FewRowsTest {
  private static boolean are(String condition) {
    return FewRows.are(
        SampleQueries.query("SELECT zip FROM clinic.patients WHERE " + condition).plan());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip = 'a'",
        "'a' = zip",
        "zip > 'a' AND zip < 'b'",
        "zip >= 'a' AND 'b' >= zip",
        "shop <> 'x' AND zip BETWEEN 'a' AND 'b'",
        "zip > 'a' AND shop > 'x' AND zip < 'b'"
      })
  void seemFew(String condition) {
    assertThat(are(condition)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUE",
        "zip > 'a'",
        "zip <> 'a'",
        "zip IS NOT NULL",
        "zip = shop",
        "zip > 'a' AND 'b' < zip",
        "zip > 'a' AND shop < 'b'",
        "zip = 'a' OR shop > 'b'"
      })
  void seemMany(String condition) {
    assertThat(are(condition)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT zip FROM (SELECT zip, shop FROM clinic.patients WHERE zip = 'a') p WHERE shop > 'x'",
        "SELECT shop FROM (SELECT zip, shop FROM clinic.patients WHERE shop > 'x') p WHERE zip = 'a'"
      })
  void anyStepMaySaySo(String sql) {
    assertThat(FewRows.are(SampleQueries.query(sql).plan())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT w.zip FROM clinic.patients p JOIN clinic.wards w ON p.zip = w.zip",
        "SELECT zip, count(*) FROM clinic.patients WHERE zip = 'a' GROUP BY zip"
      })
  void nothingIsSaidOfOtherSteps(String sql) {
    assertThat(FewRows.are(SampleQueries.query(sql).plan())).isFalse();
  }
}
