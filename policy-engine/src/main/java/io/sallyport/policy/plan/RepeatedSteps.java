package io.sallyport.policy.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelDigest;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalAggregate;

/**
 * Knows the aggregates that stand more than once in a plan, so that they are made and guarded once.
 *
 * <pre>
 * WITH costs AS (SELECT ward, sum(cost) AS c FROM visits GROUP BY ward)
 * SELECT ward FROM costs WHERE c = (SELECT max(c) FROM costs)            costs: once
 * </pre>
 *
 * <p>An aggregate that draws lots, or names an outer row, is made wherever it stands.
 */
final class RepeatedSteps {
  private final Map<RelDigest, Integer> seen = new HashMap<>();
  private final Map<RelDigest, Checked> made = new HashMap<>();

  RepeatedSteps(RelNode plan) {
    PlanNodes.visit(
        plan,
        node -> {
          if (node instanceof LogicalAggregate) {
            seen.merge(node.getRelDigest(), 1, Integer::sum);
          }
        });
  }

  /** The rows of an aggregate that stands elsewhere too; empty if it does not. */
  Optional<Checked> shared(LogicalAggregate aggregate, String name, Supplier<Checked> release) {
    RelDigest digest = aggregate.getRelDigest();
    if (seen.getOrDefault(digest, 0) < 2 || Repeatable.drawsLots(aggregate)) {
      return Optional.empty();
    }
    Checked known = made.get(digest);
    if (known == null) {
      Checked once = release.get();
      known =
          new Checked(
              new SharedRows(once.rel(), name), once.columns(), once.standing(), once.counts());
      made.put(digest, known);
    }
    return Optional.of(known);
  }
}
