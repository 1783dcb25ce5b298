package io.sallyport.policy.plan;

import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;

/**
 * Which rows of a group count.
 *
 * <pre>
 * all                     count(unit)
 * where a column is true  count(unit) FILTER (WHERE sick)
 * having a value          count(cost)                       cost is NULL where there is no unit
 * </pre>
 *
 * @param column the column that tells it; -1 for all rows
 * @param valued true if these are the rows in which it has a value, and not those where it is true
 * @param most true if these seem to be most of the rows
 */
record Which(int column, boolean valued, boolean most) {
  static final Which ALL = new Which(-1, false, true);

  static Which where(int column) {
    return new Which(column, false, false);
  }

  static Which having(int column, boolean most) {
    return new Which(column, true, most);
  }

  boolean isAll() {
    return column < 0;
  }

  /** The number of these rows that belong to a unit, which is at a column. */
  AggregateCall count(int unit, RelDataType type, String name) {
    return valued
        ? Calls.count(false, column, -1, type, name)
        : Calls.count(false, unit, column, type, name);
  }
}
