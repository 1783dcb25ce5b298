package io.sallyport.policy;

import io.sallyport.policy.plan.PlanNodes;
import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.schema.TransientTable;

/**
 * The published tables that a plan reads, in sub-queries too. A table function reads none: the
 * front end knows only those that make their rows of their arguments, and the printer no other.
 */
final class TablesRead {
  private final SortedSet<TableName> tables = new TreeSet<>();
  private boolean publishedOnly = true;

  private TablesRead() {}

  /** Empty if the plan reads anything that is not a published table. */
  static Optional<SortedSet<TableName>> of(RelNode plan) {
    TablesRead read = new TablesRead();
    PlanNodes.visit(plan, read::read);
    return read.publishedOnly ? Optional.of(read.tables) : Optional.empty();
  }

  private void read(RelNode node) {
    if (node instanceof TableScan scan) {
      ScannedTable table = scan.getTable().unwrap(ScannedTable.class);
      boolean ownRows = scan.getTable().unwrap(TransientTable.class) != null;
      if (table != null) {
        tables.add(table.name());
      } else if (!ownRows) {
        publishedOnly = false;
      }
    } else if (node.getInputs().isEmpty()
        && !(node instanceof Values || node instanceof TableFunctionScan)) {
      publishedOnly = false;
    }
  }
}
