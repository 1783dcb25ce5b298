package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.TableName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools send to learn a query's columns, and what only looks like it. */
class ProbeTest {
  private static SqlFront front;

  @BeforeAll
  static void open() {
    List<Catalog.Column> columns =
        List.of(
            new Catalog.Column("id", "BIGINT", Catalog.Sight.VISIBLE),
            new Catalog.Column("zip", "VARCHAR", Catalog.Sight.VISIBLE));
    front =
        new SqlFront(
            new Catalog(
                List.of(
                    new Catalog.PublishedTable(
                        new TableName("clinic", "patients"), columns, List.of()))));
  }

  @AfterAll
  static void close() {
    front.close();
  }

  private static boolean isProbe(String sql) {
    return front.bind(Optional.of("clinic"), sql).probe();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM patients LIMIT 0",
        "SELECT * FROM patients FETCH FIRST 0 ROWS ONLY",
        "SELECT * FROM patients WHERE 1=0",
        "SELECT * FROM patients WHERE 0=1 AND zip = 'x'",
        "SELECT * FROM patients WHERE 1 <> 1",
        "SELECT * FROM patients WHERE 1 > 2",
        "SELECT * FROM patients WHERE false",
        "SELECT * FROM patients WHERE NOT true",
        "SELECT * FROM patients WHERE NULL",
        "SELECT * FROM patients WHERE 'a' = 'b'",
        "SELECT * FROM patients WHERE 1=0 OR false",
        "SELECT * FROM (SELECT * FROM patients ORDER BY id LIMIT 3) t WHERE 1=0",
        "SELECT * FROM (SELECT zip, count(*) AS n FROM patients GROUP BY zip) t LIMIT 0",
        "SELECT * FROM (SELECT zip, count(*) AS n FROM patients GROUP BY zip) t WHERE 1=0",
        "SELECT * FROM (SELECT * FROM (SELECT * FROM patients WHERE 1=0) a) b",
        "SELECT zip, count(*) FROM (SELECT * FROM patients LIMIT 0) t GROUP BY zip",
        "SELECT zip, count(*) FROM patients GROUP BY zip HAVING 1=0",
        "SELECT a.zip FROM patients a JOIN (SELECT * FROM patients LIMIT 0) b USING (id)",
        "SELECT a.zip FROM (SELECT * FROM patients LIMIT 0) a LEFT JOIN patients b USING (id)",
        "SELECT id, row_number() OVER (ORDER BY id) FROM (SELECT * FROM patients LIMIT 0) t",
        "(SELECT id FROM patients LIMIT 0) UNION ALL (SELECT id FROM patients WHERE false)",
        "(SELECT id FROM patients) INTERSECT (SELECT id FROM patients WHERE false)",
        "WITH q AS (SELECT * FROM patients) SELECT * FROM q WHERE 1=0",
        "SELECT DISTINCT zip FROM patients WHERE 1=0",
        "SELECT zip FROM patients JOIN (SELECT 1 AS x) ON 1=0",
      })
  void isOneWhateverTheDataIs(String sql) {
    assertThat(isProbe(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM patients WHERE 1=0",
        "SELECT count(*) FROM (SELECT * FROM patients LIMIT 0) t",
        "SELECT zip, count(*) FROM patients WHERE 1=0 GROUP BY ROLLUP (zip)",
        "SELECT * FROM patients LIMIT 1",
        "SELECT * FROM patients WHERE 1=1",
        "SELECT * FROM patients WHERE 1=0 OR zip = 'x'",
        "SELECT * FROM patients WHERE id = 0",
        "SELECT * FROM patients WHERE 'a' <= 'b'",
        "SELECT * FROM patients WHERE NOT (1=0)",
        "SELECT * FROM patients a LEFT JOIN (SELECT * FROM patients LIMIT 0) b USING (id)",
        "SELECT * FROM patients a LEFT JOIN patients b ON 1=0",
        "(SELECT id FROM patients) UNION ALL (SELECT id FROM patients WHERE false)",
        "(SELECT id FROM patients) EXCEPT (SELECT id FROM patients WHERE false)",
        "SELECT (SELECT max(id) FROM patients) FROM (SELECT 1) t",
      })
  void isNone(String sql) {
    assertThat(isProbe(sql)).isFalse();
  }
}
