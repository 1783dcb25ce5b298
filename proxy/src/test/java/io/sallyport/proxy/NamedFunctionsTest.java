package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that a policy names give what the engine gives, over one row of a unit and many. */
class NamedFunctionsTest {
  private static GuardedPeople people;

  @BeforeAll
  static void open() throws SQLException {
    people =
        new GuardedPeople(
            new AggregateOnly(
                GuardedPeople.K,
                Set.of("median", "quantile", "quantile_cont", "quantile_disc", "min", "max")));
  }

  @AfterAll
  static void close() throws SQLException {
    people.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT median(%1$s), min(%1$s), max(%1$s) FROM %2$s",
        "SELECT quantile_cont(%1$s, 0.999) FROM %2$s",
        "SELECT quantile_cont(%1$s, 0), quantile_cont(%1$s, 1), sum(%1$s) FROM %2$s",
        "SELECT quantile(%1$s, 0.5), quantile_disc(%1$s, 0.25), avg(%1$s) FROM %2$s",
        "SELECT 1 AS k, quantile_cont(%1$s * 2, 0.9) FILTER (WHERE %1$s > 12) FROM %2$s"
            + " GROUP BY k",
        "SELECT quantile_cont(x, 0.5) FROM (SELECT %1$s AS x, row_number() OVER (PARTITION BY uid"
            + " ORDER BY %1$s) AS n FROM %2$s) t WHERE n = 1"
      })
  void giveWhatTheEngineGives(String sql) throws SQLException {
    check(sql, sql, "salary", "hr.emp WHERE id < 61");
    // The policy bounds costs.
    check(sql, sql.replace("%1$s", "least(%1$s, 50)"), "cost", "clinic.visits WHERE vid < 900");
  }

  private static void check(String sql, String bare, String value, String rows)
      throws SQLException {
    assertThat(people.guarded(GuardedPeople.ALL, sql.formatted(value, rows)))
        .isEqualTo(people.bare(GuardedPeople.ALL, bare.formatted(value, rows)));
  }

  @Test
  void aFractionIsANumberThatTheQuerySays() {
    assertThat(people.refusal("SELECT quantile_cont(salary, id / 100) FROM hr.emp"))
        .contains("cast its arguments");
    assertThat(people.refusal("SELECT quantile_cont(salary, [0.25, 0.75]) FROM hr.emp"))
        .contains("`list_value`");
  }
}
