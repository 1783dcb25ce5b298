package io.sallyport.proxy;

import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.Principal;
import io.sallyport.policy.approval.DatasetVersion;
import io.sallyport.proxy.engine.PublishedTable;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.SqlFront;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What the server publishes: each dataset's tables under its policy, and to whom they are shown.
 *
 * <p>A table that the policy does not name is not published, and a dataset without a policy is not
 * either. Nothing here changes while the server runs.
 */
final class Publications implements AutoCloseable {
  /**
   * One dataset.
   *
   * @param epoch the version of its data at the moment of asking
   */
  record Publication(Policy policy, Audience audience, Supplier<String> epoch) {
    DatasetVersion version() {
      return new DatasetVersion(policy.version(), epoch.get());
    }
  }

  /** What one principal may see, ready for queries, and what was judged of it so far. */
  record View(
      SqlFront front,
      Catalog catalog,
      Map<String, Publication> publications,
      KnownJudgements known) {
    Map<String, Policy> policies() {
      Map<String, Policy> policies = new HashMap<>();
      publications.forEach((dataset, publication) -> policies.put(dataset, publication.policy()));
      return policies;
    }
  }

  private final List<PublishedTable> tables;
  private final Map<String, Publication> publications;
  private final Map<Set<String>, View> views = new ConcurrentHashMap<>();

  /**
   * @param tables what the engine can read
   * @param publications by dataset name
   */
  Publications(List<PublishedTable> tables, Map<String, Publication> publications) {
    this.tables = List.copyOf(tables);
    this.publications = new TreeMap<>(publications);
  }

  View view(Principal principal) {
    Set<String> visible = new TreeSet<>();
    publications.forEach(
        (dataset, publication) -> {
          if (publication.audience().includes(principal)) {
            visible.add(dataset);
          }
        });
    return views.computeIfAbsent(visible, this::open);
  }

  private View open(Set<String> visible) {
    Map<String, Publication> shown = new TreeMap<>(publications);
    shown.keySet().retainAll(visible);
    List<Catalog.PublishedTable> seen = new ArrayList<>();
    for (PublishedTable table : tables) {
      Publication publication = shown.get(table.name().dataset());
      if (publication != null && publication.policy().publishes(table.name())) {
        seen.add(seen(table, publication.policy().columns()));
      }
    }
    Catalog catalog = new Catalog(seen);
    return new View(new SqlFront(catalog), catalog, Map.copyOf(shown), new KnownJudgements());
  }

  /** The table as analysts see it. */
  static Catalog.PublishedTable seen(PublishedTable table, Map<ColumnName, ColumnRight> rights) {
    List<Catalog.Column> columns = new ArrayList<>();
    for (OutputColumn column : table.columns()) {
      ColumnRight right = rights.get(new ColumnName(table.name(), column.name()));
      Catalog.Sight sight =
          right instanceof ColumnRight.Hidden
              ? Catalog.Sight.HIDDEN
              : right instanceof ColumnRight.Wiped ? Catalog.Sight.WIPED : Catalog.Sight.VISIBLE;
      columns.add(new Catalog.Column(column.name(), column.type(), sight, column.nullable()));
    }
    return new Catalog.PublishedTable(table.name(), columns, table.uniqueKeys(), table.found());
  }

  @Override
  public void close() {
    views.values().forEach(view -> view.front().close());
  }
}
