package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableSpool;
import org.apache.calcite.rel.logical.LogicalRepeatUnion;
import org.apache.calcite.rel.logical.LogicalTableScan;
import org.apache.calcite.schema.TransientTable;

/**
 * Prints recursive queries.
 *
 * <pre>RepeatUnion(seed, step over r)
 * →  (WITH RECURSIVE t0(c0) AS (seed UNION ALL step over t0) SELECT c0 FROM t0) AS t1</pre>
 *
 * <p>What reads a step's own rows outside of that step is refused.
 */
final class PrintedRecursion {
  private final PlanPrinter plans;
  private final Map<TransientTable, String> running = new HashMap<>();

  PrintedRecursion(PlanPrinter plans) {
    this.plans = plans;
  }

  PrintedBlock union(LogicalRepeatUnion union) {
    TransientTable own = own(union.getTransientTable());
    String name = plans.alias();
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < union.getRowType().getFieldCount(); i++) {
      columns.add("c" + i);
    }
    String list = String.join(", ", columns);
    String seed = plans.block(below(union.getSeedRel())).select();
    running.put(own, name);
    String step = plans.block(below(union.getIterativeRel())).select();
    running.remove(own);
    String alias = plans.alias();
    return PrintedBlock.from(
        "(WITH RECURSIVE "
            + name
            + "("
            + list
            + ") AS (("
            + seed
            + (union.all ? ") UNION ALL (" : ") UNION (")
            + step
            + ")) SELECT "
            + list
            + " FROM "
            + name
            + ") AS "
            + alias,
        PlanPrinter.positions(alias, columns.size()));
  }

  /** Spools only tell Calcite's own engine where to keep the rows of a step. */
  private static RelNode below(RelNode side) {
    if (side instanceof TableSpool spool) {
      return spool.getInput();
    }
    throw PrintedExpressions.unsupported("this recursive query");
  }

  private static TransientTable own(RelOptTable table) {
    TransientTable own = table == null ? null : table.unwrap(TransientTable.class);
    if (own == null) {
      throw PrintedExpressions.unsupported("this recursive query");
    }
    return own;
  }

  PrintedBlock ownRows(LogicalTableScan scan) {
    TransientTable own = scan.getTable().unwrap(TransientTable.class);
    String name = own == null ? null : running.get(own);
    if (name == null) {
      throw PrintedExpressions.unsupported("a recursive CTE in a sub-query of its own step");
    }
    String alias = plans.alias();
    return PrintedBlock.from(
        name + " AS " + alias, PlanPrinter.positions(alias, scan.getRowType().getFieldCount()));
  }
}
