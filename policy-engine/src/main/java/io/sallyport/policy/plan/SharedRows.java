package io.sallyport.policy.plan;

import java.util.List;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;

/**
 * A step of a guarded plan whose rows are made once and read in several places, all of which see
 * the same rows.
 *
 * <pre>WITH name AS MATERIALIZED (input) … FROM name … FROM name</pre>
 *
 * <p>It must not stand in a query that names an outer row.
 */
public final class SharedRows extends SingleRel {
  private final String name;

  /**
   * @param name tells it from others in the same plan
   */
  public SharedRows(RelNode input, String name) {
    super(input.getCluster(), input.getTraitSet(), input);
    this.name = name;
  }

  public String name() {
    return name;
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new SharedRows(inputs.get(0), name);
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    return super.explainTerms(writer).item("name", name);
  }
}
