package io.sallyport.policy.plan;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.type.RelDataType;

/**
 * The only leaf that reads a table in a guarded plan: it names the columns that may be read, and
 * holds the constant {@code '*'} in place of each wiped one.
 *
 * <pre>before: LogicalTableScan(clinic.patients)   -- ssn is wiped, name is hidden
 * after:  GuardedScan(clinic.patients, [patient_id, '*' AS ssn, zip])</pre>
 *
 * <p>It does not filter and does not rename: an output column has its source's name.
 */
public final class GuardedScan extends AbstractRelNode {
  /** One output column: read from the source, or wiped (a VARCHAR constant {@code '*'}). */
  public record Column(String name, boolean wiped) {}

  private final TableName table;
  private final List<Column> columns;
  private final int percent;

  public GuardedScan(
      RelOptCluster cluster,
      RelTraitSet traits,
      TableName table,
      List<Column> columns,
      RelDataType rowType) {
    this(cluster, traits, table, columns, rowType, 100);
  }

  private GuardedScan(
      RelOptCluster cluster,
      RelTraitSet traits,
      TableName table,
      List<Column> columns,
      RelDataType rowType,
      int percent) {
    super(cluster, traits);
    if (columns.size() != rowType.getFieldCount()) {
      throw new IllegalArgumentException("a guarded scan has one type for each column");
    }
    this.table = table;
    this.columns = List.copyOf(columns);
    this.percent = percent;
    this.rowType = rowType;
  }

  public TableName table() {
    return table;
  }

  public List<Column> columns() {
    return columns;
  }

  /** How many of the table's rows it reads, about; which ones is left to the engine. */
  public int percent() {
    return percent;
  }

  /** The same of other columns. */
  public GuardedScan of(List<Column> others) {
    return new GuardedScan(getCluster(), getTraitSet(), table, others, rowType, percent);
  }

  /** The same of some of the rows. */
  GuardedScan some(int ofHundred) {
    return new GuardedScan(getCluster(), getTraitSet(), table, columns, rowType, ofHundred);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer)
        .item("table", table)
        .itemIf("percent", percent, percent < 100)
        .item(
            "columns",
            columns.stream()
                .map(c -> c.wiped() ? "'*' AS " + c.name() : c.name())
                .collect(Collectors.joining(", ", "[", "]")));
  }
}
