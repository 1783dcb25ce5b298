package io.sallyport.policy;

import io.sallyport.policy.plan.GuardedPlan;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What the policies say of one question: granted, held for its owners, or refused.
 *
 * <pre>
 * verdict.fold(granted -> run(granted.obligations()), held -> ask(held.datasets()), refused -> tell(refused))
 * </pre>
 *
 * <p>It follows from plan, session and policies alone; no data was read to reach it. Whether an
 * answer holds small groups, about which a policy wants its owner asked, shows when it runs.
 */
public sealed interface Verdict {
  /** Which rule said what, and what would pass. */
  Explanation explanation();

  /**
   * May run at once.
   *
   * @param obligations what must be done to the analyst's plan before it runs
   * @param plan the analyst's, with that done to it: this one runs
   * @param otherwise what holds instead if the plan's question finds a group that is too small;
   *     there is one just if the plan asks
   */
  record Granted(
      Obligations obligations, GuardedPlan plan, Explanation explanation, Optional<Held> otherwise)
      implements Verdict {
    public Granted {
      if (otherwise.isPresent() != plan.question().isPresent()) {
        throw new IllegalArgumentException("what asks about small groups says what happens then");
      }
    }

    /** Whatever its groups are. */
    public Granted(Obligations obligations, GuardedPlan plan, Explanation explanation) {
      this(obligations, plan, explanation, Optional.empty());
    }
  }

  /**
   * May run only after every named dataset's owner has approved.
   *
   * @param obligations what must be done to the plan even then: wiped columns stay wiped
   * @param plan the analyst's, with that done to it: this one runs
   * @param datasets the datasets whose owners are asked, in order of their names
   */
  record Held(
      Obligations obligations, GuardedPlan plan, Set<String> datasets, Explanation explanation)
      implements Verdict {
    public Held {
      datasets = Collections.unmodifiableSet(new TreeSet<>(datasets));
    }
  }

  /** May not run. */
  record Refused(Explanation explanation) implements Verdict {}

  /** One arm for each verdict, so that a forgotten one does not compile. */
  default <T> T fold(
      Function<Granted, T> granted, Function<Held, T> held, Function<Refused, T> refused) {
    if (this instanceof Granted verdict) {
      return granted.apply(verdict);
    }
    if (this instanceof Held verdict) {
      return held.apply(verdict);
    }
    return refused.apply((Refused) this);
  }
}
