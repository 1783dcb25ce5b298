package io.sallyport.policy;

import io.sallyport.policy.plan.TableName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What must be done to a plan before it runs, for each dataset that it reads.
 *
 * @param guards by dataset name, in its order
 * @param resultRows the most rows that the answer may have, by the strictest policy
 */
public record Obligations(Map<String, Guard> guards, OptionalLong resultRows) {
  /** Those of a query that reads no dataset. */
  public static final Obligations NONE = new Obligations(Map.of(), OptionalLong.empty());

  /**
   * One dataset's part.
   *
   * @param policy whose hidden and wiped columns, units and bounds hold
   * @param release how groups are guarded; empty if rows themselves may leave, which happens when a
   *     rule without {@code aggregate_only} granted or an owner approved
   */
  public record Guard(Policy policy, Optional<AggregateOnly> release) {
    /** True if all that the policy shows of the table's rows may leave as it is. */
    public boolean opens(TableName table) {
      return release.isEmpty()
          || policy.publicTables().contains(table) && !policy.units().containsKey(table);
    }
  }

  public Obligations {
    guards = Collections.unmodifiableMap(new TreeMap<>(guards));
  }
}
