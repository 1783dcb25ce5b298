package io.sallyport.proxy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.sql.DuckDbTypes;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.PrintedQuery;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/**
 * Casts the values of a query's parameters to their types where no row is read. Otherwise the
 * engine would cast one when the first row needs it, and its failure would tell that there is such
 * a row.
 *
 * @param casts a query of one row that names no table
 * @param types DuckDB's names of the parameters' types
 */
record ParameterCasts(PrintedQuery casts, List<String> types) {
  ParameterCasts {
    types = List.copyOf(types);
  }

  /** Empty if the query has no parameters. */
  static Optional<ParameterCasts> of(BoundQuery bound) {
    List<RelDataType> types = bound.parameterTypes();
    if (types.isEmpty()) {
      return Optional.empty();
    }
    RelOptCluster cluster = bound.plan().getCluster();
    List<RexNode> values = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      values.add(cluster.getRexBuilder().makeDynamicParam(types.get(i), i));
      names.add("$" + (i + 1));
    }
    RelNode one =
        LogicalProject.create(
            LogicalValues.createOneRow(cluster), List.of(), values, names, Set.of());
    return Optional.of(
        new ParameterCasts(
            PlanPrinter.print(new GuardedPlan(one, names, List.of(), List.of())),
            types.stream().map(DuckDbTypes::sql).toList()));
  }

  /** Refuses values that do not fit their types. */
  void check(Engine engine, List<? extends @Nullable Object> values, Instant deadline) {
    try (Engine.Run run = engine.run(casts.sql(), casts.arrange(values), deadline)) {
      run.batches().loadNextBatch();
    } catch (IOException e) {
      throw Incident.unexpected(e);
    } catch (GatewayException e) {
      throw e.code() == ErrorCode.ENGINE_FAILED
          ? new GatewayException(
              ErrorCode.WRONG_PARAMETER,
              "the value of a parameter does not fit its type; wanted are "
                  + String.join(", ", types))
          : e;
    }
  }
}
