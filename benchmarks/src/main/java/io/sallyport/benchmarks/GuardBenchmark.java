package io.sallyport.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.engine.LastDoor;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.PrintedQuery;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * What the guard costs in the engine: each granted query of TPC-H as printed, with the last door,
 * against the original text on bare DuckDB, in turns.
 *
 * <p>CPU time is the whole process's, all threads, as a mean because it is counted in ticks of 10
 * ms; wall time is a median. The policy check is not in it: {@link PolicyCheckBenchmark} measures
 * that.
 */
public final class GuardBenchmark implements AutoCloseable {
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 10;
  private static final int BATCH_ROWS = 65_536;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Something that reads all rows of an answer. */
  private interface Answering {
    void run() throws Exception;
  }

  /** CPU and wall times of one side. */
  private static final class Side {
    private final Answering answering;
    private final double[] wall = new double[ROUNDS];
    private double cpu;

    Side(Answering answering) {
      this.answering = answering;
    }

    void run(int round) throws Exception {
      long cpuBefore = PROCESS.getProcessCpuTime();
      long wallBefore = System.nanoTime();
      answering.run();
      if (round >= 0) {
        cpu += (PROCESS.getProcessCpuTime() - cpuBefore) / 1e6;
        wall[round] = (System.nanoTime() - wallBefore) / 1e6;
      }
    }

    double cpuMillis() {
      return cpu / ROUNDS;
    }

    double wallMillis() {
      double[] sorted = wall.clone();
      Arrays.sort(sorted);
      return sorted[ROUNDS / 2];
    }
  }

  private final TpchHouse house;
  private final DuckDBConnection bare;
  private final BufferAllocator allocator = new RootAllocator();

  private GuardBenchmark(TpchHouse house, DuckDBConnection bare) {
    this.house = house;
    this.bare = bare;
  }

  /**
   * Prints a table.
   *
   * @param args a directory for data, which is made there, and TPC-H's scale
   */
  public static void main(String[] args) throws Exception {
    Path data = TpchHouse.data(Path.of(args[0]), Double.parseDouble(args[1]));
    Path copy = data.resolveSibling("bare.duckdb");
    if (!Files.exists(copy) || Files.size(copy) != Files.size(data)) {
      Files.copy(data, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("threads", Integer.toString(TpchHouse.THREADS));
    properties.setProperty("memory_limit", (TpchHouse.MEMORY_BYTES >> 20) + "MiB");
    try (GuardBenchmark benchmark =
        new GuardBenchmark(
            TpchHouse.over(data),
            DriverManager.getConnection("jdbc:duckdb:" + copy, properties)
                .unwrap(DuckDBConnection.class))) {
      benchmark.run();
    }
  }

  /** One query's two sides; a refused one has none. */
  private record Pair(Side bare, Side guarded, String strategy) {
    double ratio() {
      return guarded.cpuMillis() / bare.cpuMillis();
    }

    String row() {
      return "| %.0f | %.0f | %.2f | %.2f | %s |"
          .formatted(
              bare.cpuMillis(),
              guarded.cpuMillis(),
              ratio(),
              guarded.wallMillis() / bare.wallMillis(),
              strategy);
    }
  }

  private void run() throws Exception {
    Map<String, Pair> granted = new TreeMap<>();
    for (String name : TpchHouse.queries()) {
      String sql = TpchHouse.query(name);
      TpchHouse.granted(house.judge(house.bind(sql)))
          .ifPresent(plan -> granted.put(name, pair(sql, plan)));
    }
    // Rounds go over all queries, so that the JVM's own warming up is not the first queries' cost.
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (Pair pair : granted.values()) {
        pair.bare().run(round);
        pair.guarded().run(round);
      }
    }
    System.out.println(
        "| query | bare CPU ms | guarded CPU ms | ratio | ratio of wall times"
            + " | how units are counted and weighed |");
    System.out.println("| --- | --: | --: | --: | --: | --- |");
    for (String name : TpchHouse.queries()) {
      Pair pair = granted.get(name);
      System.out.println("| " + name + (pair == null ? " | | refused | | | |" : " " + pair.row()));
    }
    double[] ratios = granted.values().stream().mapToDouble(Pair::ratio).sorted().toArray();
    double median = (ratios[ratios.length / 2] + ratios[(ratios.length - 1) / 2]) / 2;
    System.out.printf("| median | | | %.2f | | |%n", median);
    System.out.printf("| worst | | | %.2f | | |%n", ratios[ratios.length - 1]);
  }

  private Pair pair(String sql, GuardedPlan guarded) {
    PrintedQuery printed = PlanPrinter.print(guarded);
    return new Pair(
        new Side(() -> answerBare(sql)),
        new Side(() -> answerGuarded(printed.sql(), guarded)),
        Strategies.of(guarded));
  }

  private void answerBare(String sql) throws Exception {
    try (Statement statement = bare.createStatement();
        ResultSet rows = statement.executeQuery(sql);
        ArrowReader batches =
            (ArrowReader)
                rows.unwrap(DuckDBResultSet.class).arrowExportStream(allocator, BATCH_ROWS)) {
      readAll(batches);
    }
  }

  private void answerGuarded(String sql, GuardedPlan guarded) throws Exception {
    Instant deadline = Instant.now().plusSeconds(600);
    try (Engine.Run run = house.engine().run(sql, List.of(), deadline);
        LastDoor door =
            LastDoor.check(run.batches(), guarded, OptionalLong.empty(), OptionalLong.empty())) {
      readAll(door);
    }
  }

  private static void readAll(ArrowReader batches) throws Exception {
    boolean more = batches.loadNextBatch();
    while (more) {
      more = batches.loadNextBatch();
    }
  }

  @Override
  public void close() throws Exception {
    bare.close();
    house.close();
    allocator.close();
  }
}
