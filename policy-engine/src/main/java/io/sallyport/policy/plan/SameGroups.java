package io.sallyport.policy.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/**
 * Joins rows with groups by the groups' keys, where NULL is a key like others.
 *
 * <pre>rows ANTI JOIN groups ON rows.zip IS NOT DISTINCT FROM groups.zip</pre>
 */
final class SameGroups {
  private final Conditions make;

  SameGroups(Conditions make) {
    this.make = make;
  }

  /**
   * @param keys expressions over the rows, one for each of the groups' first columns
   */
  RelNode join(RelNode rows, List<RexNode> keys, RelNode groups, JoinRelType type) {
    int width = rows.getRowType().getFieldCount();
    List<RelDataTypeField> fields = groups.getRowType().getFieldList();
    List<RexNode> same = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      same.add(make.isSame(keys.get(i), new RexInputRef(width + i, fields.get(i).getType())));
    }
    return LogicalJoin.create(rows, groups, List.of(), make.and(same), Set.of(), type);
  }
}
