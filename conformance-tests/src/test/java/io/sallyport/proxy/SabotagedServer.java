package io.sallyport.proxy;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Asking;
import io.sallyport.policy.Explanation;
import io.sallyport.policy.Judge;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.engine.LastDoor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.arrow.vector.ipc.ArrowReader;

/** Servers that lack one defence each, for the tests of the tests. */
public final class SabotagedServer {
  /** What is turned off. */
  public enum Defence {
    /** Nothing: the control. */
    NONE,
    /** Every query is granted, with the obligations of one that may leave as rows. */
    JUDGE,
    /** The judge judges, but no boundary is guarded. */
    GUARD_REWRITE,
    /** Hidden and wiped columns are read like any other. */
    COLUMN_RIGHTS,
    /** The threshold is two people, whatever the policy says. */
    GROUP_SIZE,
    /** Sums of floating numbers leave as they are. */
    ROUNDING,
    /** Guards in the plan say nothing, but the last door still checks. */
    GUARDS_BUT_LAST_DOOR,
    /** Neither the guards in the plan nor the last door check. */
    LAST_DOOR
  }

  private SabotagedServer() {}

  /** Starts a server without one defence. */
  public static Server start(GatewayConfig config, Defence without) {
    return Server.start(config, defences(without));
  }

  private static Defences defences(Defence without) {
    return switch (without) {
      case NONE -> Defences.REAL;
      case JUDGE ->
          new Defences() {
            @Override
            public Verdict judge(Asking asking, BoundQuery query, Map<String, Policy> policies) {
              Obligations none = rowsMayLeave(policies);
              return new Verdict.Granted(
                  none, GuardRewrite.rewrite(query, none), new Explanation("sabotaged", List.of()));
            }
          };
      case GUARD_REWRITE ->
          rewriting((query, due) -> GuardRewrite.rewrite(query, rowsMayLeave(policiesOf(due))));
      case COLUMN_RIGHTS ->
          rewriting(
              (query, due) -> {
                Map<String, Obligations.Guard> bare = new TreeMap<>();
                due.guards()
                    .forEach(
                        (dataset, guard) ->
                            bare.put(
                                dataset,
                                new Obligations.Guard(
                                    withoutRights(guard.policy()), guard.release())));
                return GuardRewrite.rewrite(query, new Obligations(bare, due.resultRows()));
              });
      case GROUP_SIZE -> rewriting((query, due) -> GuardRewrite.rewrite(query, pairs(due)));
      case ROUNDING ->
          rewriting((query, due) -> WithoutRounding.of(GuardRewrite.rewrite(query, due)));
      case GUARDS_BUT_LAST_DOOR -> rewriting(SabotagedServer::demanding);
      case LAST_DOOR ->
          new Rewriting(SabotagedServer::demanding) {
            @Override
            public LastDoor check(
                ArrowReader batches,
                GuardedPlan guarded,
                OptionalLong maxRows,
                OptionalLong resultRows) {
              return LastDoor.check(
                  batches,
                  new GuardedPlan(
                      guarded.plan(), guarded.columnNames(), List.of(), guarded.warnings()),
                  maxRows,
                  resultRows);
            }
          };
    };
  }

  private static Defences rewriting(BiFunction<BoundQuery, Obligations, GuardedPlan> rewrite) {
    return new Rewriting(rewrite);
  }

  /** The real judge's verdicts, but with another plan that runs. */
  private static class Rewriting implements Defences {
    private final BiFunction<BoundQuery, Obligations, GuardedPlan> rewrite;

    Rewriting(BiFunction<BoundQuery, Obligations, GuardedPlan> rewrite) {
      this.rewrite = rewrite;
    }

    @Override
    public Verdict judge(Asking asking, BoundQuery query, Map<String, Policy> policies) {
      return Judge.judge(asking, query, policies)
          .fold(
              granted ->
                  query.probe()
                      ? granted
                      : new Verdict.Granted(
                          granted.obligations(),
                          rewrite.apply(query, granted.obligations()),
                          granted.explanation()),
              held ->
                  new Verdict.Held(
                      held.obligations(),
                      rewrite.apply(query, held.obligations()),
                      held.datasets(),
                      held.explanation()),
              refused -> refused);
    }
  }

  private static Obligations pairs(Obligations obligations) {
    Map<String, Obligations.Guard> weak = new TreeMap<>();
    obligations
        .guards()
        .forEach(
            (dataset, guard) ->
                weak.put(
                    dataset,
                    new Obligations.Guard(
                        guard.policy(),
                        guard
                            .release()
                            .map(
                                release ->
                                    new AggregateOnly(
                                        2,
                                        release.functions(),
                                        release.dominance(),
                                        release.roundTo())))));
    return new Obligations(weak, obligations.resultRows());
  }

  /**
   * The plan lets pairs of people through, while the guard columns still ask for the real number.
   */
  private static GuardedPlan demanding(BoundQuery query, Obligations obligations) {
    GuardedPlan weak = GuardRewrite.rewrite(query, pairs(obligations));
    GuardedPlan real = GuardRewrite.rewrite(query, obligations);
    return new GuardedPlan(weak.plan(), weak.columnNames(), real.guards(), weak.warnings());
  }

  private static Map<String, Policy> policiesOf(Obligations obligations) {
    Map<String, Policy> policies = new HashMap<>();
    obligations.guards().forEach((dataset, guard) -> policies.put(dataset, guard.policy()));
    return policies;
  }

  private static Obligations rowsMayLeave(Map<String, Policy> policies) {
    Map<String, Obligations.Guard> guards = new TreeMap<>();
    policies.forEach(
        (dataset, policy) -> guards.put(dataset, new Obligations.Guard(policy, Optional.empty())));
    return new Obligations(guards, OptionalLong.empty());
  }

  private static Policy withoutRights(Policy policy) {
    return new Policy(
        policy.dataset(),
        policy.owner(),
        policy.version(),
        policy.units(),
        policy.publicTables(),
        Map.of(),
        policy.release());
  }
}
