package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.StandingPass;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.Catalog.Sight;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.SqlFront;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scans lead to items, items to orders, and orders name the customer. */
class UnitPathTest {
  private static final TableName ORDERS = new TableName("shop", "orders");
  private static final TableName ITEMS = new TableName("shop", "items");
  private static final TableName SCANS = new TableName("shop", "scans");
  private static final PrivacyUnit CUSTOMER = new PrivacyUnit("customer", List.of("cust"));
  private static final Map<TableName, PrivacyUnit> UNITS =
      Map.of(
          ORDERS, CUSTOMER,
          ITEMS, through("ord", ORDERS, "id"),
          SCANS, through("item", ITEMS, "id"));

  private static PrivacyUnit through(String key, TableName table, String column) {
    return new PrivacyUnit("customer", List.of(key), Optional.of(new ColumnName(table, column)));
  }

  private static Catalog.Column column(String name, String type, Sight sight) {
    return new Catalog.Column(name, type, sight);
  }

  private static Catalog catalog(String idType, List<List<String>> unique) {
    return new Catalog(
        List.of(
            new Catalog.PublishedTable(
                ORDERS,
                List.of(
                    column("id", idType, Sight.VISIBLE), column("cust", "BIGINT", Sight.HIDDEN)),
                unique),
            new Catalog.PublishedTable(
                ITEMS,
                List.of(
                    column("id", "BIGINT", Sight.VISIBLE),
                    column("ord", "BIGINT", Sight.HIDDEN),
                    column("price", "INTEGER", Sight.VISIBLE)),
                List.of(List.of("id"))),
            new Catalog.PublishedTable(
                SCANS,
                List.of(
                    column("item", "BIGINT", Sight.VISIBLE),
                    column("hour", "INTEGER", Sight.VISIBLE)),
                List.of())));
  }

  private static Map<String, Obligations.Guard> guards() {
    AggregateOnly release = new AggregateOnly(5, Set.of());
    Policy policy =
        new Policy(
            "shop",
            "owner",
            "1",
            UNITS,
            Set.of(),
            Map.of(),
            new Policy.Release(
                List.of(release), Optional.empty(), Policy.Approvals.DEFAULT, Policy.Limits.NONE));
    return Map.of("shop", new Obligations.Guard(policy, Optional.of(release)));
  }

  private static GuardedPlan guarded(String sql) {
    try (SqlFront front = new SqlFront(catalog("BIGINT", List.of(List.of("id"))))) {
      BoundQuery bound = front.bind(Optional.of("shop"), sql);
      return GuardRewrite.rewrite(bound, new Obligations(guards(), OptionalLong.empty()));
    }
  }

  private static String refusal(Catalog catalog, String sql) {
    try (SqlFront front = new SqlFront(catalog)) {
      return StandingPass.assess(front.bind(Optional.of("shop"), sql), guards()).reason();
    }
  }

  @Test
  void fetchesTheUnitOverSeveralTables() {
    assertThat(PlanPrinter.print(guarded("SELECT hour, count(*) FROM scans GROUP BY hour")).sql())
        .contains("\"shop\".\"scans\"", "\"shop\".\"items\"", "\"shop\".\"orders\"")
        .containsPattern("\\(t\\d+\\.\"item\" = t\\d+\\.\"id\"\\)")
        .containsPattern("\\(t\\d+\\.\"ord\" = t\\d+\\.\"id\"\\)")
        .containsPattern("\\(t\\d+\\.\"cust\" IS NOT NULL\\)");
  }

  @Test
  void knowsTheUnitOfJoinedRowsAgain() {
    assertThat(
            guarded(
                    "SELECT hour, count(*) FROM scans s JOIN items i ON s.item = i.id GROUP BY hour")
                .guards())
        .as("one customer, not two")
        .hasSize(1);
    assertThat(
            guarded(
                    "SELECT hour, count(*) FROM scans s JOIN items i ON s.item = i.price GROUP BY hour")
                .guards())
        .as("the scan's customer and another")
        .hasSize(2);
  }

  @Test
  void doesNotFireOverAKeyThatMayRepeat() {
    assertThat(
            refusal(catalog("BIGINT", List.of()), "SELECT price, count(*) FROM items GROUP BY 1"))
        .contains("declared the key unique");
    assertThat(
            refusal(
                catalog("BIGINT", List.of(List.of("id", "cust"))),
                "SELECT price, count(*) FROM items GROUP BY 1"))
        .contains("declared the key unique");
  }

  @Test
  void doesNotFireOverColumnsOfTwoTypes() {
    assertThat(
            refusal(
                catalog("VARCHAR", List.of(List.of("id"))),
                "SELECT price, count(*) FROM items GROUP BY 1"))
        .contains("two types");
  }

  @Test
  void aPolicyWhosePathLeadsNowhereIsNone() {
    for (Map<TableName, PrivacyUnit> units :
        List.of(
            Map.of(ITEMS, through("ord", ORDERS, "id")),
            Map.of(ITEMS, through("ord", ITEMS, "id")),
            Map.of(ITEMS, through("ord", SCANS, "item"), SCANS, through("item", ITEMS, "id")),
            Map.of(
                ITEMS,
                through("ord", ORDERS, "id"),
                ORDERS,
                new PrivacyUnit("shop", List.of("cust"))))) {
      Policy sound = guards().values().iterator().next().policy();
      assertThatThrownBy(
              () -> new Policy("shop", "owner", "1", units, Set.of(), Map.of(), sound.release()))
          .hasMessageContaining("leads to no unit");
    }
  }
}
