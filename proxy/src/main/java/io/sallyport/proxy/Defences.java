package io.sallyport.proxy;

import io.sallyport.policy.Asking;
import io.sallyport.policy.Judge;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.engine.LastDoor;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * The steps of a query's path that keep data in: the verdict with the plan that it lets run, and
 * the last door. A server has the real ones; only tests of the tests put something weaker in their
 * place, to see the attacks get through.
 */
interface Defences {
  Defences REAL = new Defences() {};

  default Verdict judge(Asking asking, BoundQuery query, Map<String, Policy> policies) {
    return Judge.judge(asking, query, policies);
  }

  default LastDoor check(
      ArrowReader batches, GuardedPlan guarded, OptionalLong maxRows, OptionalLong resultRows) {
    return LastDoor.check(batches, guarded, maxRows, resultRows);
  }
}
