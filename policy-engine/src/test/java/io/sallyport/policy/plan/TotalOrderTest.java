package io.sallyport.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Obligations.Guard;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Rule;
import io.sallyport.policy.SampleQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Sort;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which keys an order gets; that no answer depends on another one, the attack cases tell. */
class TotalOrderTest {
  private static final Policy CLINIC =
      SampleQueries.clinic(List.of(new Rule.Always()), Optional.empty());
  private static final Map<String, Guard> GUARDED =
      Map.of("clinic", new Guard(CLINIC, Optional.of(new AggregateOnly(10, Set.of()))));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT zip, count(*) FROM patients GROUP BY zip                              | [0]",
        "SELECT count(*), zip FROM patients GROUP BY zip                              | [1]",
        "SELECT zip, count(*) FROM patients GROUP BY zip ORDER BY 2 DESC              | [1 DESC, 0]",
        "SELECT zip, count(*) FROM patients GROUP BY zip ORDER BY zip                 | [0]",
        "SELECT shop, zip, count(*) FROM patients GROUP BY zip, shop ORDER BY 2       | [1, 0]",
        "SELECT count(*), count(shop) FROM patients GROUP BY zip                      | [0, 1]",
        "SELECT zip, n * 0.5 FROM (SELECT zip, count(*) AS n FROM patients GROUP BY zip) t | [0]",
        "SELECT count(*) FROM patients                                                | none",
        "SELECT DISTINCT zip FROM patients                                            | [0]",
        "SELECT zip, shop FROM patients GROUP BY zip, shop ORDER BY shop LIMIT 5      | [1, 0]",
        "SELECT p.zip, w.ward FROM (SELECT zip FROM patients GROUP BY zip) p, wards w | [0, 1]",
        "SELECT zip FROM (SELECT zip, count(*) AS n FROM patients GROUP BY zip ORDER BY n LIMIT 9) t | [1, 0]",
        "SELECT zip FROM wards ORDER BY ward                                          | [1]",
        "SELECT zip FROM wards                                                        | none",
      })
  void addsWhatTellsRowsApart(String sql, String keys) {
    String named = sql.replaceAll("(patients|wards)", "clinic.$1");
    RelNode plan =
        GuardRewrite.rewrite(
                SampleQueries.query(named), new Obligations(GUARDED, OptionalLong.empty()))
            .plan();
    assertThat(keys(plan)).isEqualTo(keys);
  }

  /** Of the topmost order. */
  private static String keys(RelNode plan) {
    List<String> found = new ArrayList<>();
    PlanNodes.visit(
        plan,
        node -> {
          if (node instanceof Sort sort) {
            found.add(
                sort.getCollation().getFieldCollations().stream()
                    .map(key -> key.getFieldIndex() + (key.direction.isDescending() ? " DESC" : ""))
                    .toList()
                    .toString());
          }
        });
    return found.isEmpty() ? "none" : found.get(0);
  }
}
