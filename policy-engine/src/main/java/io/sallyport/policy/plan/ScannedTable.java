package io.sallyport.policy.plan;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;

/**
 * What the policy engine needs to know of a table that a plan scans; the catalogue's Calcite tables
 * give one by {@code RelOptTable.unwrap(ScannedTable.class)}.
 *
 * <p>The row type of such a scan holds what the analyst sees: no hidden column, and wiped columns
 * as VARCHAR. This interface also knows the source's other columns, because a unit key may be
 * hidden.
 */
public interface ScannedTable {
  TableName name();

  /** All columns of the source, hidden ones too, in the source's order and spelling. */
  List<String> sourceColumns();

  /** The type of any source column, hidden or not, as the source has it. */
  RelDataType typeOf(String sourceColumn, RelDataTypeFactory types);

  /** Sets of columns that the owner declared unique (primary keys first); may be empty. */
  List<List<String>> uniqueKeys();
}
