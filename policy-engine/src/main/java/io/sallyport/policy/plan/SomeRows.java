package io.sallyport.policy.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.apache.calcite.rel.RelNode;

/**
 * Makes fewer of a plan's rows, by reading a part of its tables.
 *
 * <pre>visits WHERE cost &gt; 5  →  visits TABLESAMPLE SYSTEM (15%) WHERE cost &gt; 5</pre>
 *
 * <p>Which rows that are is left to the engine: they may prove that something is there, and never
 * that it is not, nor how much.
 */
final class SomeRows {
  private SomeRows() {}

  /** True if each row comes from one row of a table, and from no other. */
  static boolean areOf(RelNode rows) {
    return rows instanceof GuardedScan
        || !(rows instanceof SharedRows)
            && Repeatable.is(rows)
            && !rows.getInputs().isEmpty()
            && rows.getInputs().stream().allMatch(SomeRows::areOf);
  }

  /**
   * Some of the rows.
   *
   * @param share about how many
   */
  static RelNode of(RelNode rows, BigDecimal share) {
    if (rows instanceof GuardedScan scan) {
      return scan.some(share.movePointRight(2).setScale(0, RoundingMode.CEILING).intValueExact());
    }
    List<RelNode> inputs = rows.getInputs().stream().map(input -> of(input, share)).toList();
    return rows.copy(rows.getTraitSet(), inputs);
  }
}
