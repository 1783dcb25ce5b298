package io.sallyport.policy;

import io.sallyport.policy.TemplateParameter.Value;
import io.sallyport.policy.plan.PlanShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * A statement that an owner publishes: a query is it if its plan has the same shape and constants,
 * and an allowed value in each parameter's place.
 *
 * <pre>
 * visits_per_ward:
 *   sql: SELECT ward_id, count(*) FROM visits WHERE cost &gt;= $least GROUP BY ward_id
 *   parameters: { least: { type: "DECIMAL(10,2)", between: [0, 1000] } }
 * </pre>
 *
 * <p>It says nothing of what the statement's answer shows: that is for the rules beside it.
 */
final class Template {
  private final String name;
  private final PlanShape shape;

  /** For each constant of the shape, the parameter that stands there. */
  private final List<Optional<TemplateParameter>> places = new ArrayList<>();

  /**
   * @param parameters in the order of the plan's
   */
  Template(String name, PlanShape shape, List<TemplateParameter> parameters) {
    this.name = name;
    this.shape = shape;
    shape.constants().forEach(c -> places.add(parameter(c).map(parameters::get)));
  }

  String name() {
    return name;
  }

  private static Optional<Integer> parameter(RexNode constant) {
    return constant instanceof RexDynamicParam parameter
        ? Optional.of(parameter.getIndex())
        : constant instanceof RexCall call
            ? parameter(call.getOperands().get(0))
            : Optional.empty();
  }

  /** True if the query differs from it in values of parameters alone. */
  boolean isShapeOf(PlanShape query) {
    if (!query.text().equals(shape.text())) {
      return false;
    }
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).isEmpty() && !same(shape.constants().get(i), query.constants().get(i))) {
        return false;
      }
    }
    return true;
  }

  /** A literal of the same type and value; a parameter has a value of its own, so it is not. */
  private static boolean same(RexNode one, RexNode other) {
    return parameter(other).isEmpty()
        && one.toString().equals(other.toString())
        && one.getType().getFullTypeString().equals(other.getType().getFullTypeString());
  }

  /**
   * What is wrong with the values of a query of this shape, each with what would pass.
   *
   * @param values of the query's own parameters
   */
  Set<String> objections(PlanShape query, List<? extends @Nullable Object> values) {
    Set<String> objections = new LinkedHashSet<>();
    Map<String, Value> met = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).isEmpty()) {
        continue;
      }
      TemplateParameter parameter = places.get(i).get();
      Optional<Value> value = parameter.value(query.constants().get(i), values);
      String its = "`" + parameter.name() + "` of `" + name + "` ";
      if (value.isEmpty()) {
        objections.add(its + "is a value of type " + parameter.type());
      } else if (!parameter.allowed().has(value.get())) {
        objections.add(its + "is " + parameter.allowed());
      } else {
        Value first = met.putIfAbsent(parameter.name(), value.get());
        if (first != null && first.compareTo(value.get()) != 0) {
          objections.add(its + "has one value in all its places");
        }
      }
    }
    return objections;
  }
}
