package io.sallyport.proxy.sql;

import com.google.common.collect.ImmutableList;
import io.sallyport.proxy.OutputColumn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Rows that the gateway itself makes, as a plan that reads no table: texts, numbers and booleans.
 *
 * <pre>[name VARCHAR, n INTEGER, x VARCHAR], [["a", 1, null], ["b", 2, null]]
 * →  Project(name=[$0], n=[$1], x=[NULL])
 *      Values([["a", 1], ["b", 2]])</pre>
 */
public final class ConstantRows {
  private final RexBuilder rex;
  private final List<RelDataType> types = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<List<@Nullable Object>> rows;

  private ConstantRows(
      RelOptCluster cluster, List<OutputColumn> columns, List<List<@Nullable Object>> rows) {
    this.rex = cluster.getRexBuilder();
    this.rows = rows;
    DuckDbTypes duckDb = (DuckDbTypes) rex.getTypeFactory();
    for (OutputColumn column : columns) {
      types.add(duckDb.type(column.type()));
      names.add(column.name());
    }
  }

  /**
   * The rows in their order.
   *
   * @param cluster of the plan that they become a part of; its types are {@link DuckDbTypes}
   * @param rows a String, Integer, Long or Boolean for each column, or null
   */
  public static RelNode of(
      RelOptCluster cluster, List<OutputColumn> columns, List<List<@Nullable Object>> rows) {
    return new ConstantRows(cluster, columns, rows).plan(cluster);
  }

  private RelNode plan(RelOptCluster cluster) {
    List<Integer> told = new ArrayList<>();
    RelDataTypeFactory.Builder row = rex.getTypeFactory().builder();
    for (int i = 0; i < types.size(); i++) {
      int column = i;
      if (rows.stream().anyMatch(cells -> cells.get(column) != null)) {
        told.add(i);
        row.add(names.get(i), types.get(i));
      }
    }
    RelNode values = told.isEmpty() ? nothing(cluster) : values(cluster, told, row.build());
    List<RexNode> nodes = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      int at = told.indexOf(i);
      nodes.add(at < 0 ? rex.makeNullLiteral(types.get(i)) : rex.makeInputRef(values, at));
    }
    return LogicalProject.create(values, List.of(), nodes, names, Set.of());
  }

  /** No column is ever told, so there is no row. */
  private RelNode nothing(RelOptCluster cluster) {
    RelDataType one = rex.getTypeFactory().builder().add("none", types.get(0)).build();
    return LogicalValues.createEmpty(cluster, one);
  }

  private RelNode values(RelOptCluster cluster, List<Integer> told, RelDataType row) {
    ImmutableList.Builder<ImmutableList<RexLiteral>> tuples = ImmutableList.builder();
    for (List<@Nullable Object> cells : rows) {
      ImmutableList.Builder<RexLiteral> tuple = ImmutableList.builder();
      told.forEach(column -> tuple.add(literal(cells.get(column), types.get(column))));
      tuples.add(tuple.build());
    }
    return LogicalValues.create(cluster, row, tuples.build());
  }

  private RexLiteral literal(@Nullable Object value, RelDataType type) {
    if (value == null) {
      return rex.makeNullLiteral(type);
    }
    if (type.getSqlTypeName() == SqlTypeName.BOOLEAN) {
      return rex.makeLiteral((Boolean) value);
    }
    Object exact = value instanceof Number n ? BigDecimal.valueOf(n.longValue()) : value;
    RelDataType given = rex.getTypeFactory().createTypeWithNullability(type, false);
    return (RexLiteral) rex.makeLiteral(exact, given, false);
  }
}
