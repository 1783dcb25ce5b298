package io.sallyport.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.SampleQueries;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final Policy CLINIC =
      SampleQueries.clinic(List.of(new Rule.Always()), Optional.empty());
  private static final Policy SALES =
      SampleQueries.sales(List.of(new Rule.Always()), Optional.empty());

  private static String of(String sql) {
    return of(SampleQueries.query(sql), List.of(), guards(CLINIC));
  }

  private static String of(
      BoundQuery query, List<? extends @Nullable Object> parameters, Obligations obligations) {
    return Fingerprint.of(query, parameters, Optional.empty(), obligations);
  }

  private static Obligations guards(Policy... policies) {
    return guards(Optional.empty(), OptionalLong.empty(), policies);
  }

  private static Obligations guards(
      Optional<AggregateOnly> release, OptionalLong resultRows, Policy... policies) {
    Map<String, Obligations.Guard> guards = new HashMap<>();
    for (Policy policy : policies) {
      guards.put(policy.dataset(), new Obligations.Guard(policy, release));
    }
    return new Obligations(guards, resultRows);
  }

  @Test
  void layoutAndCaseDoNotMatter() {
    assertThat(of("SELECT zip FROM clinic.patients WHERE zip > 'a'"))
        .isEqualTo(of("select   zip\nfrom clinic.patients -- a comment\n where zip > 'a'"))
        .matches("[0-9a-f]{64}");
  }

  @Test
  void aCorrelatedQueryHasTheSameFingerprintEachTime() {
    String sql =
        "SELECT zip FROM clinic.patients p WHERE EXISTS"
            + " (SELECT 1 FROM clinic.wards w WHERE w.zip = p.zip AND w.ward > '1')";
    assertThat(of(sql)).isEqualTo(of(sql));
    assertThat(of(sql.replace("w.zip = p.zip", "w.zip = p.shop"))).isNotEqualTo(of(sql));
    assertThat(of(sql.replace("'1'", "'2'"))).isNotEqualTo(of(sql));
  }

  @Test
  void everyPartOfThePlanMatters() {
    String sql = "SELECT zip, count(*) AS n FROM clinic.patients WHERE zip > 'a' GROUP BY zip";
    assertThat(
            List.of(
                of(sql),
                of(sql.replace("'a'", "'b'")),
                of(sql.replace("AS n", "AS m")),
                of(sql.replace(">", ">=")),
                of(sql.replace("count(*)", "count(DISTINCT zip)")),
                of(sql.replace("count(*)", "CAST(count(*) AS INTEGER)")),
                of(sql.replace("count(*)", "CAST(count(*) AS SMALLINT)")),
                of(sql + " ORDER BY zip"),
                of(sql + " ORDER BY zip DESC"),
                of(sql + " ORDER BY zip LIMIT 3"),
                of(sql + " ORDER BY zip LIMIT 4"),
                of(sql + " ORDER BY zip OFFSET 3"),
                of(sql + " ORDER BY zip LIMIT 3 OFFSET 4"),
                of(sql + " ORDER BY zip LIMIT 4 OFFSET 3"),
                of(sql.replace("'a'", "CAST(CAST('007' AS INTEGER) AS VARCHAR)")),
                of(sql.replace("'a'", "CAST(CAST('007' AS SMALLINT) AS VARCHAR)")),
                of(sql.replace("'a'", "CAST(CAST('007' AS VARCHAR) AS VARCHAR)"))))
        .doesNotHaveDuplicates();
  }

  @Test
  void valuesTypesAndPoliciesMatter() {
    BoundQuery query = SampleQueries.query("SELECT zip FROM clinic.patients");
    Obligations both = guards(CLINIC, SALES);
    assertThat(
            List.of(
                of(query, List.of(7), both),
                of(query, List.of(7L), both),
                of(query, List.of("7"), both),
                of(query, List.of(new BigDecimal("7")), both),
                of(query, Collections.singletonList(null), both),
                of(query, List.of("NULL"), both),
                of(query, List.of("7", "7"), both),
                of(query, List.of(7), guards(CLINIC))))
        .doesNotHaveDuplicates();
  }

  @Test
  void thePurposeAndTheTermsMatter() {
    BoundQuery query = SampleQueries.query("SELECT zip FROM clinic.patients");
    AggregateOnly five = new AggregateOnly(5, Set.of("median", "max"));
    assertThat(
            List.of(
                of(query, List.of(), guards(CLINIC)),
                Fingerprint.of(query, List.of(), Optional.of(""), guards(CLINIC)),
                Fingerprint.of(query, List.of(), Optional.of("billing"), guards(CLINIC)),
                of(query, List.of(), guards(Optional.of(five), OptionalLong.empty(), CLINIC)),
                of(query, List.of(), guards(Optional.of(five), OptionalLong.of(5), CLINIC)),
                of(
                    query,
                    List.of(),
                    guards(
                        Optional.of(new AggregateOnly(6, five.functions())),
                        OptionalLong.empty(),
                        CLINIC))))
        .doesNotHaveDuplicates();
  }
}
