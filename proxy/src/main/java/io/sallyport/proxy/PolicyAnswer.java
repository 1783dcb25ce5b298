package io.sallyport.proxy;

import io.sallyport.policy.Explanation;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.sql.ConstantRows;
import io.sallyport.proxy.sql.PlanPrinter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalSort;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code EXPLAIN POLICY FOR}: the verdict on a query, rule by rule, as constant rows.
 *
 * <pre>
 * step  dataset  section    rule            holds  reason
 * 1     NULL     verdict    refused         false  `aggregate_only` of dataset `clinic` …
 * 2     clinic   automatic  aggregate_only  false  the answer would hold rows of `clinic.visits`; …
 * 3     NULL     charge     NULL            NULL   nothing: a refused query is not charged
 * </pre>
 *
 * <p>It reads no data and tells no more than the verdict itself would, so a column that the analyst
 * may not see has no name here either.
 */
final class PolicyAnswer {
  /** What every answer looks like, known before the query is judged. */
  static final List<OutputColumn> COLUMNS =
      List.of(
          new OutputColumn("step", "INTEGER", true),
          new OutputColumn("dataset", "VARCHAR", true),
          new OutputColumn("section", "VARCHAR", true),
          new OutputColumn("rule", "VARCHAR", true),
          new OutputColumn("holds", "BOOLEAN", true),
          new OutputColumn("reason", "VARCHAR", true));

  private record Row(
      @Nullable String dataset,
      String section,
      @Nullable String rule,
      @Nullable Boolean holds,
      String reason) {}

  private final List<Row> rows = new ArrayList<>();

  private PolicyAnswer() {}

  /** The rows as a query that names no table. */
  static Judgement.Ready of(Judgement judgement) {
    Verdict verdict = judgement.verdict();
    PolicyAnswer answer = new PolicyAnswer();
    answer.verdict(verdict);
    for (Explanation.Step step : verdict.explanation().steps()) {
      answer.rows.add(
          new Row(step.dataset(), step.section(), step.rule(), step.holds(), step.reason()));
    }
    Runnable due =
        verdict.fold(
            granted ->
                () -> {
                  answer.obliged(granted.obligations(), granted.plan());
                  granted
                      .otherwise()
                      .ifPresent(held -> answer.say("waits", held.explanation().sentence()));
                },
            held -> () -> answer.obliged(held.obligations(), held.plan()),
            refused -> () -> answer.say("charge", "nothing: a refused query is not charged"));
    due.run();
    return Judgement.Ready.free(
        COLUMNS,
        new GuardedPlan(
            answer.plan(judgement.bound().plan().getCluster()),
            COLUMNS.stream().map(OutputColumn::name).toList(),
            List.of(),
            List.of()));
  }

  private void verdict(Verdict verdict) {
    String word = verdict.fold(granted -> "granted", held -> "held", refused -> "refused");
    boolean granted = verdict instanceof Verdict.Granted;
    rows.add(new Row(null, "verdict", word, granted, verdict.explanation().sentence()));
  }

  private void obliged(Obligations obligations, GuardedPlan guarded) {
    say("outline", PlanPrinter.print(HiddenNames.veiled(guarded, obligations)).sql());
    guarded.warnings().forEach(warning -> say("warning", warning));
    obligations
        .resultRows()
        .ifPresent(most -> say("limit", "an answer of more than " + most + " rows is stopped"));
    obligations
        .guards()
        .forEach(
            (dataset, guard) ->
                rows.add(
                    new Row(
                        dataset, "charge", null, null, charge(guard.policy().release().limits()))));
    if (obligations.guards().isEmpty()) {
      say("charge", "nothing: it reads no dataset");
    }
  }

  private static String charge(Policy.Limits limits) {
    return limits
        .queries()
        .map(rate -> "one of " + rate.queries() + " queries in " + rate.per().toHours() + " hours")
        .orElse("one query, and the policy does not limit their number");
  }

  private void say(String section, String reason) {
    rows.add(new Row(null, section, null, null, reason));
  }

  private RelNode plan(RelOptCluster cluster) {
    List<List<@Nullable Object>> cells = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row told = rows.get(i);
      cells.add(
          Arrays.asList(
              i + 1, told.dataset(), told.section(), told.rule(), told.holds(), told.reason()));
    }
    RelNode answer = ConstantRows.of(cluster, COLUMNS, cells);
    return LogicalSort.create(answer, RelCollations.of(0), null, null);
  }
}
