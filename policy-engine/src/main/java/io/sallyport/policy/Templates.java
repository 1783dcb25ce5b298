package io.sallyport.policy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.PlanShape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rule that holds for statements that the owner has published, and for nothing else.
 *
 * <pre>templates: [visits_per_ward, cost_per_month]</pre>
 *
 * <p>It demands nothing of the answer; combine it with {@code aggregate_only} for that.
 */
record Templates(List<Template> of) implements Rule {
  Templates {
    of = List.copyOf(of);
  }

  @Override
  public String name() {
    return "templates";
  }

  /** The values of parameters count, and are others each time. */
  @Override
  public boolean isLasting(BoundQuery query) {
    return query.parameterTypes().isEmpty();
  }

  @Override
  public Decision decide(Question question) {
    PlanShape query = PlanShape.of(question.query().plan());
    Set<String> objections = new LinkedHashSet<>();
    for (Template template : of) {
      if (template.isShapeOf(query)) {
        Set<String> objected = template.objections(query, question.asking().parameters());
        if (objected.isEmpty()) {
          return Decision.holds(this, Terms.FREE);
        }
        objections.addAll(objected);
      }
    }
    if (!objections.isEmpty()) {
      return Decision.fails(this, String.join("; ", objections));
    }
    String names = String.join("`, `", of.stream().map(Template::name).toList());
    return Decision.fails(
        this,
        "it is none of the published statements `"
            + names
            + "`; ask one of them, with values in the places of its parameters");
  }
}
