package io.sallyport.benchmarks;

import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.GuardedScan;
import io.sallyport.policy.plan.PlanNodes;
import io.sallyport.policy.plan.SharedRows;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Project;

/**
 * Reads off a guarded plan how its units are counted and weighed.
 *
 * <pre>bounds in the pass, over rows that are kept</pre>
 *
 * <p>It tells the guard's own aggregate calls from the analyst's by their hidden names.
 */
final class Strategies {
  private final Set<String> found = new TreeSet<>();
  private boolean counts;

  private Strategies() {}

  static String of(GuardedPlan plan) {
    Strategies strategies = new Strategies();
    PlanNodes.visit(
        plan.plan(),
        node -> {
          if (node instanceof Aggregate aggregate) {
            strategies.found(aggregate);
          }
        });
    if (strategies.found.isEmpty()) {
      return strategies.counts
          ? "a unit has one row: counted and weighed in the pass"
          : "public tables only";
    }
    return String.join("; ", strategies.found);
  }

  private void found(Aggregate aggregate) {
    boolean bounds = false;
    for (AggregateCall call : aggregate.getAggCallList()) {
      if (call.getName() == null || !call.getName().startsWith("$hidden")) {
        continue;
      }
      String name = call.getAggregation().getName().toLowerCase(Locale.ROOT);
      counts |= name.equals("count");
      bounds |= name.equals("bit_or");
      if (call.isDistinct()) {
        found.add("`count(DISTINCT)` and sums per unit");
        return;
      }
    }
    if (readsSomeRows(aggregate)) {
      found.add("bounds by some of the rows");
    } else if (bounds) {
      found.add(
          "bounds in the pass, over rows that are "
              + (isOverKept(aggregate) ? "kept" : "read again"));
    }
  }

  private static boolean readsSomeRows(RelNode node) {
    return node instanceof GuardedScan scan && scan.percent() < 100
        || node.getInputs().stream().anyMatch(Strategies::readsSomeRows);
  }

  private static boolean isOverKept(RelNode node) {
    RelNode input = node.getInput(0);
    return input instanceof SharedRows || input instanceof Project && isOverKept(input);
  }
}
