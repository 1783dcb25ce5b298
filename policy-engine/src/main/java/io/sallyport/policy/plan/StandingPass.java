package io.sallyport.policy.plan;

import io.sallyport.policy.Obligations;
import java.util.Map;
import java.util.Optional;

/**
 * Says whether a plan's answer may leave: whether its root is PUBLIC or RELEASED under the policies
 * of the datasets that it reads.
 *
 * <pre>
 * SELECT zip, count(*) FROM patients GROUP BY zip   →  released
 * SELECT zip FROM patients                          →  not released: "the answer would hold rows …"
 * </pre>
 *
 * <p>It reads no data and changes nothing.
 */
public final class StandingPass {
  /**
   * What the pass found.
   *
   * @param plan that is safe to run in place of the analyst's; empty if something stopped it
   * @param dataset whose policy stopped it; empty if none did
   * @param reason which construct stopped it and what would pass; empty if none did
   */
  public record Assessment(Optional<GuardedPlan> plan, String dataset, String reason) {
    public boolean released() {
      return plan.isPresent();
    }
  }

  private StandingPass() {}

  /**
   * Assesses a plan; a dataset without a guard is refused.
   *
   * @param guards by dataset name; a guard with {@code release} protects the dataset's tables that
   *     have a unit, one without lets rows leave
   */
  public static Assessment assess(BoundQuery query, Map<String, Obligations.Guard> guards) {
    try {
      return new Assessment(Optional.of(GuardRewrite.guard(query, guards)), "", "");
    } catch (NotReleasedException e) {
      return new Assessment(Optional.empty(), e.dataset(), e.reason());
    }
  }
}
