package io.sallyport.policy.plan;

import io.sallyport.policy.plan.RowSources.Origin;
import io.sallyport.policy.plan.RowSources.Source;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.core.AggregateCall;

/**
 * Refuses steps that would keep many rows for each of one person's, so that a query could need too
 * much memory just if that person is there.
 *
 * <pre>
 * list(v.cost) … FROM visits v GROUP BY v.uid                          may stand: so many as there are visits
 * list(v.cost) … FROM visits v CROSS JOIN numbers n, numbers m         refused
 * sum(v.cost)  … FROM visits v CROSS JOIN numbers n                    may stand: it keeps one number
 * … FROM visits v CROSS JOIN numbers n, numbers m GROUP BY n.n, m.n    refused: so many groups
 * </pre>
 */
final class KeptRows {
  private KeptRows() {}

  static void check(AggregateStep step) {
    RowSources rows = step.input().rows();
    List<Origin> keys = step.keys().stream().map(rows.columns()::get).toList();
    Set<Source> kept = rows.within(keys).sources();
    for (AggregateCall call : step.calls()) {
      String name = call.getAggregation().getName().toLowerCase(Locale.ROOT);
      boolean keeps =
          AggregateList.STANDARD.find(name).filter(AggregateList.Entry::keepsRows).isPresent();
      if (keeps && (kept.size() > 1 || kept.stream().anyMatch(s -> !s.holdsPeople()))) {
        throw new NotReleasedException(
            step.dataset(),
            "`"
                + name
                + "` over rows of "
                + names(kept)
                + " that meet in a join, all of which it would keep; make it of one table before"
                + " the join, or join by a declared key");
      }
    }
    Set<Source> grouping = new LinkedHashSet<>();
    keys.forEach(key -> grouping.addAll(rows.now(key.sources())));
    grouping.remove(Source.OUTER);
    long others = grouping.stream().filter(source -> !source.holdsPeople()).count();
    if (others > 1 || grouping.size() > 2) {
      throw new NotReleasedException(
          step.dataset(),
          "groups by columns of "
              + names(grouping)
              + " at once, each with each; join them by a declared key, or group one at a time");
    }
  }

  private static String names(Set<Source> sources) {
    return sources.stream().map(Source::name).sorted().collect(Collectors.joining(" and "));
  }
}
