package io.sallyport.policy.plan;

import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.PrivacyUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptSchema;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Finds the unit of a row that names it only through other tables.
 *
 * <pre>
 * lineitem: { key: l_orderkey, through: orders.o_orderkey }      orders: o_custkey
 *
 * before: GuardedScan(lineitem, [l_price, l_orderkey])
 * after:  Join(l_orderkey = o_orderkey)                          with the unit o_custkey
 *           GuardedScan(lineitem, [l_price, l_orderkey])
 *           Filter(o_custkey IS NOT NULL)  GuardedScan(orders, [o_orderkey, o_custkey])
 * </pre>
 *
 * <p>The column that a path leads through must be declared unique, so that no row is doubled.
 */
final class UnitPath {
  private final TableScan scan;
  private final Policy policy;
  private final Conditions make;

  UnitPath(TableScan scan, Policy policy, Conditions make) {
    this.scan = scan;
    this.policy = policy;
    this.make = make;
  }

  /**
   * Rows with their unit.
   *
   * @param rows the columns of the table in front
   * @param key where the columns stand that name the unit
   */
  record Owner(RelNode rows, List<Integer> key) {}

  /**
   * Follows a path to its end.
   *
   * @param key where the columns of {@code unit.key()} stand in the rows
   */
  Owner follow(ScannedTable table, PrivacyUnit unit, RelNode rows, List<Integer> key) {
    Owner owner = new Owner(rows, key);
    ScannedTable at = table;
    PrivacyUnit next = unit;
    while (next.through().isPresent()) {
      String column = next.through().get().column();
      ScannedTable parent = parent(next.through().get().table());
      PrivacyUnit its = policy.units().get(parent.name());
      if (its == null || !its.kind().equals(unit.kind()) || its.key().isEmpty()) {
        throw refused(at, "a path to a unit of the kind `" + unit.kind() + "` that leads nowhere");
      }
      if (!parent.uniqueKeys().contains(List.of(column))) {
        throw refused(
            at,
            "a path to the unit through a table of which the owner has not declared the key unique");
      }
      owner = step(owner, at, next.key().get(0), parent, column, its.key());
      at = parent;
      next = its;
    }
    return owner;
  }

  private Owner step(
      Owner owner,
      ScannedTable child,
      String link,
      ScannedTable parent,
      String column,
      List<String> key) {
    RelDataTypeFactory types = scan.getCluster().getTypeFactory();
    RelDataType linked = parent.typeOf(column, types);
    if (!types
        .createTypeWithNullability(linked, true)
        .equals(types.createTypeWithNullability(child.typeOf(link, types), true))) {
      throw refused(child, "a path to the unit over columns of two types");
    }
    List<GuardedScan.Column> read = new ArrayList<>();
    RelDataTypeFactory.Builder row = types.builder();
    read.add(new GuardedScan.Column(column, false));
    row.add("$row", linked);
    for (String part : key) {
      row.add("$key" + read.size(), parent.typeOf(part, types));
      read.add(new GuardedScan.Column(part, false));
    }
    RelNode parents =
        new GuardedScan(scan.getCluster(), scan.getTraitSet(), parent.name(), read, row.build());
    List<Integer> all = ImmutableBitSet.range(read.size()).asList();
    parents = LogicalFilter.create(parents, make.areKnown(parents, all));
    int width = owner.rows().getRowType().getFieldCount();
    RexNode same =
        make.isEqual(make.ref(owner.rows(), owner.key().get(0)), make.ref(parents, 0, width));
    RelNode joined =
        LogicalJoin.create(owner.rows(), parents, List.of(), same, Set.of(), JoinRelType.INNER);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      places.add(width + 1 + i);
    }
    return new Owner(joined, places);
  }

  private ScannedTable parent(TableName name) {
    RelOptSchema schema = scan.getTable().getRelOptSchema();
    RelOptTable found =
        schema == null ? null : schema.getTableForMember(List.of(name.dataset(), name.table()));
    ScannedTable table = found == null ? null : found.unwrap(ScannedTable.class);
    if (table == null || !table.name().equals(name)) {
      throw new NotReleasedException(name.dataset(), "a path to a unit that leads nowhere");
    }
    return table;
  }

  private static NotReleasedException refused(ScannedTable at, String reason) {
    return new NotReleasedException(
        at.name().dataset(), "the table `" + at.name() + "` has " + reason);
  }
}
