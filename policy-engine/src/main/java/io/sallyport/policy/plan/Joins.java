package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.Scope.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Judges joins: rows joined from protected rows of both sides belong to the units of both.
 *
 * <pre>
 * patients p JOIN visits v ON v.patient_id = p.patient_id       one patient
 * visits v LEFT JOIN wards w ON w.ward = v.ward                 the visit's patient
 * patients p LEFT JOIN doctors d ON d.zip = p.zip               refused: rows show who is missing
 * </pre>
 */
final class Joins {
  private final GuardedNodes nodes;
  private final Conditions make;

  Joins(GuardedNodes nodes, Conditions make) {
    this.nodes = nodes;
    this.make = make;
  }

  Checked join(LogicalJoin join, Checked left, Checked right, Surroundings around) {
    JoinRelType type = join.getJoinType();
    int shift = left.rel().getRowType().getFieldCount();
    List<Column> columns = new ArrayList<>(left.columns());
    right.columns().forEach(column -> columns.add(column.moved(at -> at + shift)));
    List<Unit> units = new ArrayList<>(left.standing().units());
    right.standing().units().forEach(unit -> units.add(unit.moved(at -> at + shift)));
    Standing standing =
        units.isEmpty() ? left.standing().and(right.standing()) : new Standing.Protected(units);
    if (!type.projectsRight()) {
      throw new NotReleasedException(dataset(units), "a semi or anti join written as a join");
    }
    Scope scope =
        new Scope(
            row(left.rel(), right.rel(), join),
            columns,
            standing,
            around.outers(),
            around.insideProtected());
    Expressions expressions = nodes.expressions(scope, join.getVariablesSet());
    KeyEqualities equal = new KeyEqualities(scope);
    List<RexNode> conditions = new ArrayList<>();
    PublicValues values = new PublicValues(scope);
    for (RexNode condition : RelOptUtil.conjunctions(join.getCondition())) {
      values.meet(condition);
      boolean across = isAcross(condition, left.columns().size());
      conditions.add(nodes.condition(condition, expressions, equal, across));
    }
    RelNode rel =
        LogicalJoin.create(
            left.rel(), right.rel(), List.of(), make.and(conditions), join.getVariablesSet(), type);
    if (!units.isEmpty() && (makesRows(left) || makesRows(right))) {
      throw new NotReleasedException(
          dataset(units),
          "a join of protected rows with rows that the query makes itself, which could count one"
              + " person often; a condition with `in (…)` may stand in its place");
    }
    RowSources rows = rows(join, left.rows(), right.rows(), around);
    if (units.isEmpty()) {
      Standing free = expressions.released() ? Standing.RELEASED : standing;
      return Checked.of(rel, columns, free, rows);
    }
    if (!type.isOuterJoin()) {
      Standing repeated =
          new Standing.Protected(
              once(left.standing().units(), right.standing().units(), units, equal));
      return equal.apply(Checked.of(rel, values.apply(columns), repeated, rows));
    }
    return new Outer(join, left, right, rel, values.apply(columns), units, equal)
        .checked()
        .with(rows);
  }

  private RowSources rows(
      LogicalJoin join, RowSources left, RowSources right, Surroundings around) {
    NamedSources named = nodes.named(left.beside(right), join.getVariablesSet(), around);
    RexNode condition = join.getCondition();
    RexBuilder rex = join.getCluster().getRexBuilder();
    return join.getJoinType().isOuterJoin()
        ? named.outer(condition, rex, join.getJoinType(), left.sources())
        : named.where(condition, rex);
  }

  /**
   * After a join, a unit still has one row at most only if the other side gives each row one
   * partner at most: if it, too, has one row for each unit, and they meet on the key.
   */
  private static List<Unit> once(
      List<Unit> left, List<Unit> right, List<Unit> all, KeyEqualities equal) {
    boolean pairs =
        left.size() == 1
            && right.size() == 1
            && left.get(0).once()
            && right.get(0).once()
            && equal.joins(left.get(0), right.get(0));
    return all.stream().map(unit -> unit.once(unit.once() && pairs)).toList();
  }

  /** True for more than one row that stems from no table. */
  private static boolean makesRows(Checked side) {
    return side.standing().units().isEmpty() && !readsTable(side.rel()) && !isOneRow(side.rel());
  }

  private static boolean readsTable(RelNode rel) {
    return rel instanceof GuardedScan || rel.getInputs().stream().anyMatch(Joins::readsTable);
  }

  private static boolean isOneRow(RelNode rel) {
    if (rel instanceof LogicalValues values) {
      return values.getTuples().size() <= 1;
    }
    return (rel instanceof LogicalProject || rel instanceof LogicalFilter)
        && isOneRow(rel.getInput(0));
  }

  private static String dataset(List<Unit> units) {
    return units.stream().findFirst().map(Unit::dataset).orElse("");
  }

  private static RelDataType row(RelNode left, RelNode right, LogicalJoin join) {
    return SqlValidatorUtil.deriveJoinRowType(
        left.getRowType(),
        right.getRowType(),
        JoinRelType.INNER,
        join.getCluster().getTypeFactory(),
        null,
        List.of());
  }

  private static boolean isAcross(RexNode condition, int left) {
    ImmutableBitSet used = RelOptUtil.InputFinder.bits(condition);
    return !used.isEmpty() && used.nth(0) < left && used.length() > left;
  }

  /** An outer join in which at least one side is protected. */
  private final class Outer {
    private final JoinRelType type;
    private final Checked left;
    private final Checked right;
    private final RelNode rel;
    private final List<Column> columns;
    private final Map<Integer, Unit> units = new LinkedHashMap<>();
    private final KeyEqualities equal;
    private final Map<Integer, Integer> became = new LinkedHashMap<>();
    private final List<RexNode> together = new ArrayList<>();

    Outer(
        LogicalJoin join,
        Checked left,
        Checked right,
        RelNode rel,
        List<Column> columns,
        List<Unit> units,
        KeyEqualities equal) {
      this.type = join.getJoinType();
      this.left = left;
      this.right = right;
      this.rel = rel;
      this.columns = columns;
      units.forEach(unit -> this.units.put(unit.id(), unit.once(false)));
      this.equal = equal;
    }

    Checked checked() {
      refuseTied();
      if (left.standing().isProtected() && right.standing().isProtected()) {
        merge();
      }
      List<Column> padded = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        boolean pads =
            i < left.columns().size() ? type.generatesNullsOnLeft() : type.generatesNullsOnRight();
        padded.add(pads ? padded(columns.get(i)) : columns.get(i));
      }
      List<Column> named = KeyEqualities.renamed(padded, became);
      Standing standing = new Standing.Protected(new ArrayList<>(units.values()));
      return together.isEmpty()
          ? Checked.of(rel, named, standing)
          : Checked.of(withUnits(), named, standing);
    }

    /** Which rows of one unit find a partner must not depend on the outer row of a sub-query. */
    private void refuseTied() {
      for (Unit unit : units.values()) {
        if (unit.isTied()) {
          throw new NotReleasedException(
              unit.dataset(), "an outer join inside a sub-query that is tied to an outer row");
        }
      }
    }

    /** Both sides are protected: they must meet on the key of one kind of unit. */
    private void merge() {
      boolean met = false;
      for (Unit one : left.standing().units()) {
        for (Unit other : right.standing().units()) {
          if (units.containsKey(one.id())
              && units.containsKey(other.id())
              && equal.joins(one, other)) {
            merge(units.get(one.id()), units.get(other.id()));
            met = true;
          }
        }
      }
      if (!met) {
        throw new NotReleasedException(
            left.standing().units().get(0).dataset(),
            "an outer join of protected rows that does not set their unit keys equal; an inner join"
                + " may join them on other columns");
      }
    }

    private void merge(Unit one, Unit other) {
      boolean keepsRight = type == JoinRelType.RIGHT;
      Unit kept = keepsRight ? other.merged(one) : one.merged(other);
      Unit gone = keepsRight ? one : other;
      if (type == JoinRelType.FULL) {
        RexNode first = make.ref(rel, one.at());
        kept = kept.at(rel.getRowType().getFieldCount() + together.size());
        together.add(
            make.choose(
                first.getType(), List.of(make.isNotNull(first), first, make.ref(rel, other.at()))));
      }
      units.put(kept.id(), kept);
      units.remove(gone.id());
      became.put(gone.id(), kept.id());
    }

    private RelNode withUnits() {
      GuardedNodes.Row row = nodes.new Row(rel);
      for (int i = 0; i < rel.getRowType().getFieldCount(); i++) {
        row.add(make.ref(rel, i), rel.getRowType().getFieldNames().get(i));
      }
      together.forEach(unit -> row.add(unit, nodes.hiddenName()));
      return row.project(Set.of());
    }

    private Column padded(Column column) {
      Facts facts = column.facts();
      Optional<KeyPart> key = facts.key().map(k -> new KeyPart(k.unit(), k.part(), true, k.name()));
      return new Column(column.at(), facts.withKey(key).withLink(Optional.empty()));
    }
  }
}
