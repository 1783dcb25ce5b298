package io.sallyport.policy.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.type.RelDataType;

/**
 * The row that an expression reads, and the outer rows that it can name.
 *
 * @param row the guarded row
 * @param columns the analyst's columns in it
 * @param standing what the row is
 * @param outers the rows of outer queries
 * @param insideProtected true if an outer row is protected, so that even errors over public rows
 *     could tell of it
 */
record Scope(
    RelDataType row,
    List<Column> columns,
    Standing standing,
    Map<CorrelationId, Scope> outers,
    boolean insideProtected) {

  static Scope of(Checked input, Surroundings around) {
    return new Scope(
        input.rel().getRowType(),
        input.columns(),
        input.standing(),
        around.outers(),
        around.insideProtected());
  }

  /** What surrounds a query: the outer rows that its expressions can name. */
  record Surroundings(Map<CorrelationId, Scope> outers, boolean insideProtected) {
    static final Surroundings NONE = new Surroundings(Map.of(), false);
  }

  /** True if expressions may only use what is safe over protected rows. */
  boolean isStrict() {
    return standing.isProtected() || insideProtected;
  }

  /** The surroundings of a sub-query whose expressions name this row by the given ids. */
  Surroundings around(Set<CorrelationId> ids) {
    Map<CorrelationId, Scope> known = new HashMap<>(outers);
    ids.forEach(id -> known.put(id, this));
    return new Surroundings(Map.copyOf(known), isStrict());
  }

  Optional<Unit> unit(int id) {
    return standing.units().stream().filter(u -> u.id() == id).findFirst();
  }

  String name(int column) {
    return row.getFieldNames().get(columns.get(column).at());
  }
}
