package io.sallyport.benchmarks;

import io.sallyport.examples.TpchData;
import io.sallyport.policy.Asking;
import io.sallyport.policy.Judge;
import io.sallyport.policy.Policy;
import io.sallyport.policy.PolicyFile;
import io.sallyport.policy.Principal;
import io.sallyport.policy.StatementBinder;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.CheckedDataset;
import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.engine.PublishedTable;
import io.sallyport.proxy.engine.Source;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.SqlFront;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * TPC-H under the conformance tests' policy, with the customer as privacy unit: the steps of a
 * query's path, without doors, users or records.
 */
final class TpchHouse implements AutoCloseable {
  static final int THREADS = 2;
  static final long MEMORY_BYTES = 2L << 30;

  private static final String DATASET = "customer";
  private static final Path POLICY =
      Path.of("conformance-tests/src/test/resources/tpch/customer.policy.yaml");
  private static final Path QUERIES = Path.of("proxy/src/test/resources/tpch");
  private static final Asking ASKING =
      new Asking(new Principal("bob", Set.of("analyst")), Optional.empty(), Instant.EPOCH);

  private final DuckDbEngine engine;
  private final SqlFront front;
  private final Policy policy;
  private final CheckedDataset checked;

  private TpchHouse(DuckDbEngine engine, SqlFront front, Policy policy, CheckedDataset checked) {
    this.engine = engine;
    this.front = front;
    this.policy = policy;
    this.checked = checked;
  }

  /** Makes the data where it is not there yet. */
  static Path data(Path directory, double scale) {
    Path place = directory.resolve("tpch-" + scale);
    Path file = place.resolve("tpch.duckdb");
    return Files.exists(file) ? file : TpchData.writeWithCustomerKeys(place, scale);
  }

  /** Opens one over a file of {@link #data}, from the project's root directory. */
  static TpchHouse over(Path file) throws IOException {
    EngineSettings settings =
        new EngineSettings(MEMORY_BYTES, THREADS, file.resolveSibling("spill"), 4L << 30);
    DuckDbEngine engine =
        DuckDbEngine.open(
            settings, List.of(new Dataset(DATASET, List.of(new Source.DuckDbFile(file)))));
    List<PublishedTable> tables = engine.describe();
    Policy policy =
        PolicyFile.read(
            POLICY.toString(),
            Files.readString(POLICY),
            tables.stream().map(PublishedTable::shape).toList(),
            TpchHouse::publishesNone);
    SqlFront front = new SqlFront(new Catalog(tables.stream().map(TpchHouse::visible).toList()));
    return new TpchHouse(engine, front, policy, new CheckedDataset(tables, policy));
  }

  private static StatementBinder.Bound publishesNone(
      String sql, Set<TableName> published, Map<Policy.ColumnName, Policy.ColumnRight> rights) {
    throw new StatementBinder.Unbound("this policy publishes no statement");
  }

  /** The policy hides no column. */
  private static Catalog.PublishedTable visible(PublishedTable table) {
    return new Catalog.PublishedTable(
        table.name(),
        table.columns().stream()
            .map(c -> new Catalog.Column(c.name(), c.type(), Catalog.Sight.VISIBLE))
            .toList(),
        table.uniqueKeys());
  }

  static List<String> queries() {
    return IntStream.rangeClosed(1, 22).mapToObj("q%02d"::formatted).toList();
  }

  static String query(String name) throws IOException {
    return Files.readString(QUERIES.resolve(name + ".sql"));
  }

  BoundQuery bind(String sql) {
    return front.bind(Optional.of(DATASET), sql);
  }

  Verdict judge(BoundQuery bound) {
    return Judge.judge(ASKING, bound, Map.of(DATASET, policy));
  }

  /** The plan that runs; empty if the query is refused. */
  static Optional<GuardedPlan> granted(Verdict verdict) {
    return verdict.fold(
        granted -> Optional.of(granted.plan()),
        held -> Optional.empty(),
        refused -> Optional.empty());
  }

  /** The whole check of a text, as a server makes it, with what it remembers. */
  String check(String sql) {
    return checked.check(sql);
  }

  DuckDbEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    checked.close();
    front.close();
    engine.close();
  }
}
