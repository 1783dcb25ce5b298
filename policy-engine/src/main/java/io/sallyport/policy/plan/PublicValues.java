package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Column.Facts;
import java.util.List;
import java.util.stream.Stream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/**
 * Keeps values of public tables from becoming weights: they may enter an aggregate over protected
 * rows only if the owner's own columns, and nothing that the query computes, chose their rows.
 *
 * <pre>
 * … JOIN offices o ON o.dept = e.dept                sum(e.salary * o.rent) may stand
 * … JOIN offices o ON (o.dept = 'A') = (e.id = 7)    it may not: that is CASE in other words
 * </pre>
 */
final class PublicValues {
  private final Scope scope;
  private boolean chosen;

  PublicValues(Scope scope) {
    this.scope = scope;
  }

  /** Looks at one condition that all rows meet. */
  void meet(RexNode condition) {
    chosen |= scope.standing().isProtected() && hasPublic() && !isNatural(condition);
  }

  private boolean hasPublic() {
    return scope.columns().stream().anyMatch(column -> isPublic(column.facts()));
  }

  private static boolean isPublic(Facts facts) {
    return !facts.argument().owners().isEmpty();
  }

  private boolean isNatural(RexNode condition) {
    if (SubQueries.in(condition)) {
      return false;
    }
    if (condition.isA(SqlKind.EQUALS)
        && ((RexCall) condition).getOperands().stream().allMatch(RexInputRef.class::isInstance)) {
      return columns(condition).allMatch(facts -> facts.argument().isPlain());
    }
    return columns(condition).allMatch(PublicValues::isPublic)
        || columns(condition).allMatch(f -> !isPublic(f) && f.argument().isPlain());
  }

  private Stream<Facts> columns(RexNode condition) {
    return RelOptUtil.InputFinder.bits(condition).asList().stream()
        .map(index -> scope.columns().get(index).facts());
  }

  /** The columns after all conditions. */
  List<Column> apply(List<Column> columns) {
    if (!chosen) {
      return columns;
    }
    return columns.stream()
        .map(
            column ->
                isPublic(column.facts())
                    ? new Column(
                        column.at(),
                        column
                            .facts()
                            .withArgument(
                                Argument.refused(
                                    "a value of a public table whose rows a computed condition"
                                        + " chose, inside an aggregate over protected rows; join it"
                                        + " by equal columns alone")))
                    : column)
        .toList();
  }
}
