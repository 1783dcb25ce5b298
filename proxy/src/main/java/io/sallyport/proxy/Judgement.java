package io.sallyport.proxy;

import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.PrintedQuery;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.calcite.rel.RelNode;

/**
 * What is known of a query before anything runs: bound, judged, and printed unless it is refused.
 *
 * <p>It lets nothing out by itself: a held query is printed too, for its owners to read.
 *
 * @param ready empty if the query is refused
 * @param otherwise the judgement that holds instead if the ready plan's question is answered with
 *     yes; empty if it asks none
 */
record Judgement(
    BoundQuery bound, Verdict verdict, Optional<Ready> ready, Optional<Judgement> otherwise) {
  /**
   * All that running a query takes.
   *
   * @param question what is asked first of the same data: a row means that the answer may not
   *     leave; empty if nothing is asked
   * @param limits what each dataset's policy lets one user ask; empty if it costs nothing
   * @param resultRows the most rows that the answer may have
   */
  record Ready(
      List<OutputColumn> columns,
      GuardedPlan plan,
      PrintedQuery printed,
      Optional<PrintedQuery> question,
      Map<String, Policy.Limits> limits,
      OptionalLong resultRows) {
    Ready {
      columns = List.copyOf(columns);
      limits = Collections.unmodifiableMap(new TreeMap<>(limits));
    }

    /** A plan without parameters that reads no dataset. */
    static Ready free(List<OutputColumn> columns, GuardedPlan plan) {
      return new Ready(
          columns, plan, PlanPrinter.print(plan), Optional.empty(), Map.of(), OptionalLong.empty());
    }
  }

  static Judgement of(BoundQuery bound, Verdict verdict) {
    return new Judgement(
        bound,
        verdict,
        verdict.fold(
            granted -> Optional.of(ready(bound, granted.plan(), granted.obligations())),
            held -> Optional.of(ready(bound, held.plan(), held.obligations())),
            refused -> Optional.empty()),
        verdict.fold(
            granted -> granted.otherwise().map(held -> of(bound, held)),
            held -> Optional.empty(),
            refused -> Optional.empty()));
  }

  private static PrintedQuery printed(RelNode question) {
    return PlanPrinter.print(new GuardedPlan(question, List.of("found"), List.of(), List.of()));
  }

  private static Ready ready(BoundQuery bound, GuardedPlan plan, Obligations obligations) {
    Map<String, Policy.Limits> limits = new TreeMap<>();
    if (!bound.probe()) {
      obligations
          .guards()
          .forEach((dataset, guard) -> limits.put(dataset, guard.policy().release().limits()));
    }
    return new Ready(
        OutputColumn.of(bound),
        plan,
        PlanPrinter.print(plan),
        plan.question().map(Judgement::printed),
        limits,
        obligations.resultRows());
  }

  /** Only for a query that is not refused. */
  Ready readied() {
    return ready.orElseThrow(
        () -> new IllegalStateException("a query that is refused never gets ready"));
  }
}
