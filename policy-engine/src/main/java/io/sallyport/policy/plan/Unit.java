package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.plan.Argument.Branch;
import java.util.List;
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
 * @param whose what the policies say of it
 * @param at the position of the column that names the unit, in the node's row; -1 if tied
 * @param once true if it is proved that no unit has two rows, so that rows may be counted instead
 * @param outer the row of an outer query that belongs to the same unit, and that unit's id
 * @param branches the branches of unions in which it has rows
 */
record Unit(int id, Whose whose, int at, boolean once, Optional<Outer> outer, List<Mark> branches) {
  Unit {
    branches = List.copyOf(branches);
  }

  Unit(int id, Whose whose, int at, boolean once, Optional<Outer> outer) {
    this(id, whose, at, once, outer, List.of());
  }

  /**
   * A truth value that is true in the rows of one branch of a union, and in no others.
   *
   * @param at its position in the node's row
   */
  record Mark(Branch branch, int at) {}

  /**
   * A sort of unit under the policies that know it.
   *
   * @param kind such as {@code patient}
   * @param parts how many columns its key has; none for rows that are their own units
   * @param table the table through which it came, for messages
   * @param datasets the datasets whose tables name it; more than one after a join on its key
   * @param release how groups of them are guarded
   */
  record Whose(
      String kind, int parts, TableName table, Set<String> datasets, AggregateOnly release) {
    Whose {
      datasets = Set.copyOf(datasets);
    }

    /** The same unit under both policies: the stricter one holds. */
    private Whose and(Whose other) {
      return new Whose(
          kind,
          parts,
          table,
          Stream.concat(datasets.stream(), other.datasets.stream()).collect(Collectors.toSet()),
          release.stricter(other.release));
    }
  }

  /** The unit of an outer query's row. */
  record Outer(CorrelationId row, int unit) {}

  /** The same unit in a row whose columns have moved. */
  Unit moved(IntUnaryOperator to) {
    List<Mark> moved =
        branches.stream().map(m -> new Mark(m.branch(), to.applyAsInt(m.at()))).toList();
    return (isTied() ? this : at(to.applyAsInt(at))).in(moved);
  }

  Unit at(int position) {
    return new Unit(id, whose, position, once, outer, branches);
  }

  Unit once(boolean proved) {
    return new Unit(id, whose, at, proved, outer, branches);
  }

  Unit in(List<Mark> others) {
    return new Unit(id, whose, at, once, outer, others);
  }

  /** The same unit, known to be that of an outer row: its own column is needed no more. */
  Unit tied(Outer to) {
    return new Unit(id, whose, -1, once, Optional.of(to), branches);
  }

  boolean isTied() {
    return outer.isPresent();
  }

  /** This unit, known to be the other one in every row. */
  Unit merged(Unit other) {
    return new Unit(
        id,
        whose.and(other.whose),
        at,
        once && other.once,
        outer.or(other::outer),
        Stream.concat(branches.stream(), other.branches.stream()).toList());
  }

  /** True if both keys name the same sort of unit, so that they may be compared. */
  boolean isComparable(Unit other) {
    return kind().equals(other.kind()) && parts() == other.parts() && parts() > 0;
  }

  String kind() {
    return whose.kind();
  }

  int parts() {
    return whose.parts();
  }

  TableName table() {
    return whose.table();
  }

  String dataset() {
    return whose.table().dataset();
  }

  Set<String> datasets() {
    return whose.datasets();
  }

  long atLeast() {
    return whose.release().minGroupSize();
  }

  AggregateOnly release() {
    return whose.release();
  }
}
