package io.sallyport.policy.plan;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.Bounds;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.Column.Link;
import io.sallyport.policy.plan.Column.Restricted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.TransientTable;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Guards the leaves: hidden columns are not named, wiped ones are {@code '*'}, bounded ones are
 * clipped, and each protected row carries its unit.
 *
 * <pre>
 * before: Scan(clinic.visits)                            -- cost has bounds [0, 50000]
 * after:  Project(CASE WHEN cost &lt; 0 THEN 0 … END AS cost, patient_id)
 *           Filter(patient_id IS NOT NULL)
 *             GuardedScan(clinic.visits, [cost, patient_id])
 * </pre>
 *
 * <p>A unit that is found through another table is fetched from there by a join, which leaves out
 * rows that lead to none. Rows without a unit belong to nobody who could be counted, so they are
 * left out here.
 */
final class GuardedTables {
  private final Map<String, Obligations.Guard> guards;
  private final Conditions make;
  private int units;

  GuardedTables(Map<String, Obligations.Guard> guards, Conditions make) {
    this.guards = guards;
    this.make = make;
  }

  /** True for what a recursive query reads of its own last step. */
  static boolean isOwnRows(TableScan scan) {
    return scan.getTable().unwrap(TransientTable.class) != null;
  }

  /** The dataset if its rows are about people; a table that nobody may read counts as one. */
  Optional<String> protects(TableScan scan) {
    if (isOwnRows(scan)) {
      return Optional.empty();
    }
    ScannedTable table = scan.getTable().unwrap(ScannedTable.class);
    if (table == null) {
      return Optional.of("");
    }
    Obligations.Guard guard = guards.get(table.name().dataset());
    return guard != null && guard.opens(table.name())
        ? Optional.empty()
        : Optional.of(table.name().dataset());
  }

  Checked scan(TableScan scan) {
    ScannedTable table = scan.getTable().unwrap(ScannedTable.class);
    if (table == null) {
      throw new NotReleasedException("", "a table that no dataset publishes");
    }
    TableName name = table.name();
    Obligations.Guard guard = guards.get(name.dataset());
    if (guard == null || !guard.policy().dataset().equals(name.dataset())) {
      throw new NotReleasedException(
          name.dataset(), "the dataset `" + name.dataset() + "` without a policy");
    }
    Policy policy = guard.policy();
    PrivacyUnit unit = policy.units().get(name);
    if (guard.opens(name)) {
      return open(scan, table, policy);
    }
    if (unit == null) {
      throw new NotReleasedException(
          name.dataset(),
          "the table `"
              + name
              + "`, of which the policy says neither whom its rows are about nor that it is public");
    }
    return new Protected(scan, table, policy, unit, guard.release().get()).checked();
  }

  private static Optional<ColumnRight> right(Policy policy, TableName table, String column) {
    return Optional.ofNullable(policy.columns().get(new ColumnName(table, column)));
  }

  /** The columns that analysts see; a plan that names a hidden one was not bound to this policy. */
  private static List<GuardedScan.Column> seen(TableScan scan, TableName table, Policy policy) {
    List<GuardedScan.Column> columns = new ArrayList<>();
    for (String column : scan.getRowType().getFieldNames()) {
      Optional<ColumnRight> right = right(policy, table, column);
      if (right.filter(ColumnRight.Hidden.class::isInstance).isPresent()) {
        throw new NotReleasedException(table.dataset(), "a column that does not exist");
      }
      columns.add(
          new GuardedScan.Column(
              column, right.filter(ColumnRight.Wiped.class::isInstance).isPresent()));
    }
    return columns;
  }

  private static Checked open(TableScan scan, ScannedTable table, Policy policy) {
    TableName name = table.name();
    List<GuardedScan.Column> seen = seen(scan, name, policy);
    GuardedScan guarded =
        new GuardedScan(scan.getCluster(), scan.getTraitSet(), name, seen, scan.getRowType());
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      Argument argument = Argument.column(Set.of(), Set.of(Argument.Source.open(name.dataset())));
      columns.add(new Column(i, Facts.of(argument)));
    }
    List<Optional<String>> asTheyAre = new ArrayList<>();
    seen.forEach(c -> asTheyAre.add(c.wiped() ? Optional.empty() : Optional.of(c.name())));
    RowSources rows = RowSources.scan(name, false, asTheyAre, table.uniqueKeys());
    return Checked.of(guarded, columns, Standing.PUBLIC, rows);
  }

  private final class Protected {
    private final TableScan scan;
    private final ScannedTable table;
    private final TableName name;
    private final Policy policy;
    private final PrivacyUnit unit;
    private final AggregateOnly release;
    private final int id = units++;

    Protected(
        TableScan scan,
        ScannedTable table,
        Policy policy,
        PrivacyUnit unit,
        AggregateOnly release) {
      this.scan = scan;
      this.table = table;
      this.name = table.name();
      this.policy = policy;
      this.unit = unit;
      this.release = release;
    }

    Checked checked() {
      List<GuardedScan.Column> read = new ArrayList<>(seen(scan, name, policy));
      int seen = read.size();
      RelDataTypeFactory types = scan.getCluster().getTypeFactory();
      RelDataTypeFactory.Builder row = types.builder();
      row.addAll(scan.getRowType().getFieldList());
      List<Integer> keys = new ArrayList<>();
      for (String key : unit.key()) {
        int at = read.indexOf(new GuardedScan.Column(key, false));
        if (at < 0) {
          at = read.size();
          read.add(new GuardedScan.Column(key, false));
          row.add("$key" + keys.size(), table.typeOf(key, types));
        }
        keys.add(at);
      }
      RelNode rel = new GuardedScan(scan.getCluster(), scan.getTraitSet(), name, read, row.build());
      if (!keys.isEmpty()) {
        rel = LogicalFilter.create(rel, make.areKnown(rel, keys));
      }
      UnitPath path = new UnitPath(scan, policy, make);
      UnitPath.Owner owner = path.follow(table, unit, rel, keys);
      return withUnit(owner, read, seen);
    }

    /** Clips what has bounds, and adds the unit unless one column of the row is it. */
    private Checked withUnit(UnitPath.Owner owner, List<GuardedScan.Column> read, int seen) {
      RelNode rel = owner.rows();
      List<Integer> keys = owner.key();
      List<RexNode> nodes = new ArrayList<>();
      List<String> names = new ArrayList<>();
      boolean asIs = true;
      for (int i = 0; i < read.size(); i++) {
        RexNode reference = make.ref(rel, i);
        RexNode value = i < seen ? clipped(reference, read.get(i)) : reference;
        asIs &= value == reference;
        nodes.add(value);
        names.add(rel.getRowType().getFieldNames().get(i));
      }
      boolean own = keys.size() == 1 && keys.get(0) < nodes.size();
      int at = own ? keys.get(0) : nodes.size();
      if (!own) {
        nodes.add(unit(rel, keys));
        names.add("$unit");
        asIs = false;
      }
      RelNode guarded = asIs ? rel : LogicalProject.create(rel, List.of(), nodes, names, Set.of());
      List<Column> columns = new ArrayList<>();
      List<Optional<String>> asTheyAre = new ArrayList<>();
      for (int i = 0; i < seen; i++) {
        columns.add(new Column(i, facts(read.get(i))));
        boolean asRead = !read.get(i).wiped() && nodes.get(i) instanceof RexInputRef;
        asTheyAre.add(asRead ? Optional.of(read.get(i).name()) : Optional.empty());
      }
      Unit.Whose whose =
          new Unit.Whose(unit.kind(), keys.size(), name, Set.of(name.dataset()), release);
      Unit rows = new Unit(id, whose, at, isOnce(), Optional.empty());
      return Checked.of(
          guarded,
          columns,
          new Standing.Protected(List.of(rows)),
          RowSources.scan(name, true, asTheyAre, table.uniqueKeys()));
    }

    private RexNode unit(RelNode rel, List<Integer> keys) {
      if (keys.isEmpty()) {
        return make.rowNumber();
      }
      return keys.size() == 1
          ? make.ref(rel, keys.get(0))
          : make.row(keys.stream().map(key -> make.ref(rel, key)).toList());
    }

    /** True if a declared key of the table lies within the unit's key. */
    private boolean isOnce() {
      return unit.through().isEmpty()
          && (unit.key().isEmpty()
              || table.uniqueKeys().stream()
                  .anyMatch(unique -> !unique.isEmpty() && unit.key().containsAll(unique)));
    }

    private Facts facts(GuardedScan.Column column) {
      if (column.wiped()) {
        return Facts.of(Argument.column(Set.of(), Set.of()));
      }
      Set<Restricted> lineage =
          right(policy, name, column.name())
              .filter(ColumnRight.Allowed.class::isInstance)
              .map(ColumnRight.Allowed.class::cast)
              .filter(allowed -> allowed.uses().size() < Use.values().length)
              .map(
                  allowed ->
                      Set.of(new Restricted(new ColumnName(name, column.name()), allowed.uses())))
              .orElse(Set.of());
      int part = unit.through().isPresent() ? -1 : unit.key().indexOf(column.name());
      Optional<KeyPart> key =
          part < 0 ? Optional.empty() : Optional.of(new KeyPart(id, part, false, column.name()));
      return new Facts(
          lineage,
          key,
          Argument.column(lineage, Set.of(new Argument.Source(name.dataset(), id))),
          link(column));
    }

    /** The row that a value names: one of this table, or of the one on the way to the unit. */
    private Optional<Link> link(GuardedScan.Column column) {
      if (bounds(column).isPresent()) {
        return Optional.empty();
      }
      Optional<ColumnName> further =
          unit.through().filter(through -> unit.key().contains(column.name()));
      return further
          .or(
              () ->
                  Optional.of(new ColumnName(name, column.name()))
                      .filter(c -> table.uniqueKeys().contains(List.of(column.name()))))
          .map(row -> new Link(id, row));
    }

    private Optional<Bounds> bounds(GuardedScan.Column column) {
      return right(policy, name, column.name())
          .filter(ColumnRight.Allowed.class::isInstance)
          .flatMap(right -> ((ColumnRight.Allowed) right).bounds());
    }

    private RexNode clipped(RexNode value, GuardedScan.Column column) {
      Optional<Bounds> bounds = bounds(column);
      if (column.wiped() || bounds.isEmpty()) {
        return value;
      }
      if (unit.key().contains(column.name()) || !SqlTypeUtil.isNumeric(value.getType())) {
        throw new NotReleasedException(
            name.dataset(),
            "the column `"
                + column.name()
                + "` of `"
                + name
                + "` has bounds, which only numbers can have");
      }
      RelDataType type = value.getType();
      return make.choose(
          type,
          List.of(
              make.isBelow(value, make.bound(bounds.get().least())),
              make.tryCast(make.bound(bounds.get().least()), type),
              make.isBelow(make.bound(bounds.get().greatest()), value),
              make.tryCast(make.bound(bounds.get().greatest()), type),
              value));
    }
  }
}
