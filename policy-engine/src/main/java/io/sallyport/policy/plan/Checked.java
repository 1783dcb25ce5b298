package io.sallyport.policy.plan;

import java.util.List;
import java.util.OptionalInt;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;

/**
 * A plan node that has been judged and rewritten in one step, so that both can never disagree.
 *
 * @param rel the guarded node; its row holds the analyst's columns and hidden ones
 * @param columns the analyst's columns, in their order
 * @param standing what the rows are
 * @param counts columns of {@code rel} with the counts that let a released row out
 * @param rows what its rows are put together from
 * @param order columns of {@code rel} by which its rows come in an order that has no ties; empty if
 *     they come in any
 */
record Checked(
    RelNode rel,
    List<Column> columns,
    Standing standing,
    List<Count> counts,
    RowSources rows,
    List<RelFieldCollation> order) {
  /**
   * A count that rides along with released rows.
   *
   * @param at its position in the guarded row
   * @param atLeast what it must reach
   * @param figure the analyst's column that is NULL where it does not; absent: no such row exists
   */
  record Count(int at, long atLeast, OptionalInt figure) {}

  Checked {
    columns = List.copyOf(columns);
    counts = List.copyOf(counts);
    order = List.copyOf(order);
    if (rows.columns().size() != columns.size()) {
      throw new IllegalArgumentException("every column comes from somewhere");
    }
  }

  /** Rows in any order. */
  Checked(
      RelNode rel, List<Column> columns, Standing standing, List<Count> counts, RowSources rows) {
    this(rel, columns, standing, counts, rows, List.of());
  }

  /** Rows that the query makes, of which nothing more is known. */
  Checked(RelNode rel, List<Column> columns, Standing standing, List<Count> counts) {
    this(
        rel,
        columns,
        standing,
        counts,
        RowSources.made(columns.size(), List.of(), standing.isProtected(), List.of()));
  }

  static Checked of(RelNode rel, List<Column> columns, Standing standing) {
    return new Checked(rel, columns, standing, List.of());
  }

  static Checked of(RelNode rel, List<Column> columns, Standing standing, RowSources rows) {
    return new Checked(rel, columns, standing, List.of(), rows);
  }

  Checked with(RowSources other) {
    return new Checked(rel, columns, standing, counts, other, order);
  }

  Checked in(List<RelFieldCollation> other) {
    return new Checked(rel, columns, standing, counts, rows, other);
  }

  String name(int column) {
    return rel.getRowType().getFieldNames().get(columns.get(column).at());
  }
}
