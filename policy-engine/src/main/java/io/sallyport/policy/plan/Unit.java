package io.sallyport.policy.plan;

import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.rel.core.CorrelationId;

/**
 * Whom each row of a protected node belongs to, through one reference of a protected table.
 *
 * @param id tells it from other references in the same plan
 * @param kind such as {@code patient}
 * @param datasets the datasets whose tables name this unit; more than one after a join on its key
 * @param table the table through which it came, for messages
 * @param parts how many columns its key has; none for rows that are their own units
 * @param at the position of the column that names the unit, in the node's row; -1 if tied
 * @param atLeast the least number of units in a group
 * @param functions aggregates beyond the automatic ones that every policy concerned names
 * @param outer the row of an outer query that belongs to the same unit, and that unit's id
 */
record Unit(
    int id,
    String kind,
    Set<String> datasets,
    TableName table,
    int parts,
    int at,
    long atLeast,
    Set<String> functions,
    Optional<Outer> outer) {

  /** The unit of an outer query's row. */
  record Outer(CorrelationId row, int unit) {}

  Unit {
    datasets = Set.copyOf(datasets);
    functions = Set.copyOf(functions);
  }

  /** The same unit in a row whose columns have moved. */
  Unit moved(IntUnaryOperator to) {
    return isTied() ? this : at(to.applyAsInt(at));
  }

  Unit at(int position) {
    return new Unit(id, kind, datasets, table, parts, position, atLeast, functions, outer);
  }

  /** The same unit, known to be that of an outer row: its own column is needed no more. */
  Unit tied(Outer to) {
    return new Unit(id, kind, datasets, table, parts, -1, atLeast, functions, Optional.of(to));
  }

  boolean isTied() {
    return outer.isPresent();
  }

  /** This unit, known to be the other one in every row: the stricter policy holds. */
  Unit merged(Unit other) {
    return new Unit(
        id,
        kind,
        Stream.concat(datasets.stream(), other.datasets.stream()).collect(Collectors.toSet()),
        table,
        parts,
        at,
        Math.max(atLeast, other.atLeast),
        functions.stream().filter(other.functions::contains).collect(Collectors.toSet()),
        outer.or(() -> other.outer));
  }

  /** True if both keys name the same sort of unit, so that they may be compared. */
  boolean isComparable(Unit other) {
    return kind.equals(other.kind) && parts == other.parts && parts > 0;
  }

  String dataset() {
    return table.dataset();
  }
}
