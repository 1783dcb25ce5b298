package io.sallyport.policy;

import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/** The published tables that a plan reads, in sub-queries too. */
final class TablesRead {
  private final SortedSet<TableName> tables = new TreeSet<>();
  private boolean publishedOnly = true;

  private TablesRead() {}

  /** Empty if the plan reads anything that is not a published table. */
  static Optional<SortedSet<TableName>> of(RelNode plan) {
    TablesRead read = new TablesRead();
    read.walk(plan);
    return read.publishedOnly ? Optional.of(read.tables) : Optional.empty();
  }

  private void walk(RelNode node) {
    if (node instanceof TableScan scan) {
      ScannedTable table = scan.getTable().unwrap(ScannedTable.class);
      if (table == null) {
        publishedOnly = false;
      } else {
        tables.add(table.name());
      }
      return;
    }
    boolean leaf = node.getInputs().isEmpty() && !(node instanceof Values);
    if (leaf || node instanceof TableFunctionScan) {
      publishedOnly = false;
    }
    node.accept(
        new RexShuttle() {
          @Override
          public RexNode visitSubQuery(RexSubQuery subQuery) {
            walk(subQuery.rel);
            return super.visitSubQuery(subQuery);
          }
        });
    node.getInputs().forEach(this::walk);
  }
}
