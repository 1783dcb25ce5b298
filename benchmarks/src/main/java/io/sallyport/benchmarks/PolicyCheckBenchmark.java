package io.sallyport.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.sql.PlanPrinter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a query costs before the engine: bind, judge (with the rewrite) and print, for each of
 * TPC-H's 22, and the whole of it as a server does it, for a text that is new and for one that is
 * known.
 *
 * <p>Times are wall times, so measure on a quiet machine; the process's CPU time beside them holds
 * what other threads do for a text (one describes it while its plan is made), and the JVM's own
 * threads. Rounds go over all queries in turn, as a server would see them. It measures no first
 * query of a cold JVM: the compiler needs some thousand checks until times fall no more.
 */
public final class PolicyCheckBenchmark {
  private static final int WARM_UP = 250;
  private static final int ROUNDS = 100;
  private static final OperatingSystemMXBean MACHINE =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /** Wall time and the process's CPU time of one step, added up. */
  private static final class Step {
    private long wall;
    private long cpu;
    private long wallBefore;
    private long cpuBefore;

    void start() {
      cpuBefore = MACHINE.getProcessCpuTime();
      wallBefore = System.nanoTime();
    }

    void stop() {
      wall += System.nanoTime() - wallBefore;
      cpu += MACHINE.getProcessCpuTime() - cpuBefore;
    }

    double wallMillis() {
      return wall / 1e6 / ROUNDS;
    }

    double cpuMillis() {
      return cpu / 1e6 / ROUNDS;
    }
  }

  /** One query's steps, and the whole check of a text that is new and of one that is known. */
  private static final class Steps {
    private final Step bind = new Step();
    private final Step judge = new Step();
    private final Step print = new Step();
    private final Step newText = new Step();
    private final Step knownText = new Step();
    private boolean granted;
  }

  private final TpchHouse house;
  private int texts;
  private long printed;

  private PolicyCheckBenchmark(TpchHouse house) {
    this.house = house;
  }

  /**
   * Prints a table.
   *
   * @param args a directory for data, which is made there
   */
  public static void main(String[] args) throws Exception {
    try (TpchHouse house = TpchHouse.over(TpchHouse.data(Path.of(args[0]), 0.01))) {
      new PolicyCheckBenchmark(house).run();
    }
  }

  private void run() throws Exception {
    System.out.println(
        "| query | bind | judge | print | new text | known text | CPU of a new text |");
    System.out.println("| --- | --: | --: | --: | --: | --: | --: |");
    String[] queries = new String[TpchHouse.queries().size()];
    Steps[] all = new Steps[queries.length];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = TpchHouse.query(TpchHouse.queries().get(i));
    }
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (int i = 0; i < queries.length; i++) {
        if (round <= 0) {
          all[i] = new Steps();
        }
        once(queries[i], all[i]);
      }
    }
    double[] sums = new double[6];
    for (int i = 0; i < queries.length; i++) {
      double[] row = row(all[i]);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += row[j] / queries.length;
      }
      print(TpchHouse.queries().get(i) + (all[i].granted ? "" : ", refused"), row);
    }
    print("mean", sums);
    System.out.println("\nWall ms but the last, which is the process's CPU ms. Printed " + printed);
  }

  private static double[] row(Steps steps) {
    return new double[] {
      steps.bind.wallMillis(),
      steps.judge.wallMillis(),
      steps.print.wallMillis(),
      steps.newText.wallMillis(),
      steps.knownText.wallMillis(),
      steps.newText.cpuMillis()
    };
  }

  private static void print(String name, double[] row) {
    StringBuilder line = new StringBuilder("| " + name);
    for (double cell : row) {
      line.append(" | %.2f".formatted(cell));
    }
    System.out.println(line.append(" |"));
  }

  private void once(String sql, Steps steps) {
    String fresh = sql + " -- " + texts++;
    steps.newText.start();
    printed += house.check(fresh).length();
    steps.newText.stop();

    house.check(sql);
    steps.knownText.start();
    printed += house.check(sql).length();
    steps.knownText.stop();

    steps.bind.start();
    BoundQuery bound = house.bind(fresh);
    steps.bind.stop();

    steps.judge.start();
    Verdict verdict = house.judge(bound);
    steps.judge.stop();
    Optional<GuardedPlan> guarded = TpchHouse.granted(verdict);
    if (guarded.isEmpty()) {
      return;
    }
    steps.granted = true;

    steps.print.start();
    printed += PlanPrinter.print(guarded.get()).sql().length();
    steps.print.stop();
  }
}
