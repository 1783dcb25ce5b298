package io.sallyport.policy.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;

/**
 * A projection in two steps, windows first, because TRY cannot hold a window.
 *
 * <pre>
 * before: Project(row_number() OVER (…) * 2)
 * after:  Project($w * 2)
 *           Project(…, row_number() OVER (…) AS $w)
 * </pre>
 *
 * @param windows the input's columns and the windows
 * @param computed what is computed of them
 */
record SplitWindows(LogicalProject windows, LogicalProject computed) {
  /** The two steps, if a window stands inside another expression. */
  static Optional<SplitWindows> of(LogicalProject project) {
    boolean inside =
        project.getProjects().stream()
            .anyMatch(node -> !(node instanceof RexOver) && RexOver.containsOver(node));
    if (!inside) {
      return Optional.empty();
    }
    List<RexNode> nodes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    project
        .getInput()
        .getRowType()
        .getFieldList()
        .forEach(
            field -> {
              nodes.add(new RexInputRef(field.getIndex(), field.getType()));
              names.add(field.getName());
            });
    RexShuttle taken =
        new RexShuttle() {
          @Override
          public RexNode visitOver(RexOver over) {
            int at = nodes.indexOf(over);
            if (at < 0) {
              at = nodes.size();
              nodes.add(over);
              names.add("$window" + at);
            }
            return new RexInputRef(at, over.getType());
          }
        };
    List<RexNode> computed = taken.visitList(project.getProjects());
    LogicalProject windows =
        LogicalProject.create(
            project.getInput(), List.of(), nodes, names, project.getVariablesSet());
    return Optional.of(
        new SplitWindows(
            windows,
            LogicalProject.create(
                windows, List.of(), computed, project.getRowType(), project.getVariablesSet())));
  }
}
