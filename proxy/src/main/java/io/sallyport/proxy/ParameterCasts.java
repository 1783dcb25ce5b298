package io.sallyport.proxy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.sql.DuckDbTypes;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.PrintedQuery;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\(\\d+, ?(\\d+)\\)");

  private static final Set<String> WHOLE =
      Set.of(
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "BIGINT",
          "HUGEINT",
          "UTINYINT",
          "USMALLINT",
          "UINTEGER",
          "UBIGINT",
          "UHUGEINT");

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
    for (int i = 0; i < types.size(); i++) {
      if (!isExact(values.get(i), types.get(i))) {
        throw unfit();
      }
    }
    try (Engine.Run run = engine.run(casts.sql(), casts.arrange(values), deadline)) {
      run.batches().loadNextBatch();
    } catch (IOException e) {
      throw Incident.unexpected(e);
    } catch (GatewayException e) {
      throw e.code() == ErrorCode.ENGINE_FAILED ? unfit() : e;
    }
  }

  private GatewayException unfit() {
    return new GatewayException(
        ErrorCode.WRONG_PARAMETER,
        "the value of a parameter does not fit its type; wanted are " + String.join(", ", types));
  }

  /**
   * INVARIANT (no value is changed): one that its type would round or cut is refused, because
   * DuckDB would compare the value itself.
   */
  private static boolean isExact(@Nullable Object value, String type) {
    if (value instanceof Number number) {
      return isExact(number, type);
    }
    if (value instanceof LocalDateTime moment) {
      long most =
          switch (type) {
            case "DATE" -> Duration.ofDays(1).toNanos();
            case "TIMESTAMP_S" -> Duration.ofSeconds(1).toNanos();
            case "TIMESTAMP_MS" -> Duration.ofMillis(1).toNanos();
            case "TIMESTAMP_NS" -> 1;
            default -> 1_000;
          };
      return moment.toLocalTime().toNanoOfDay() % most == 0;
    }
    return true;
  }

  private static boolean isExact(Number number, String type) {
    boolean floating = number instanceof Double || number instanceof Float;
    if (type.equals("FLOAT")) {
      return !floating || number.floatValue() == number.doubleValue() || isNaN(number);
    }
    Matcher decimal = DECIMAL.matcher(type);
    boolean isDecimal = decimal.matches();
    if (!isDecimal && !WHOLE.contains(type)) {
      return true;
    }
    if (floating && !Double.isFinite(number.doubleValue())) {
      return false;
    }
    BigDecimal exact =
        number instanceof BigDecimal given
            ? given
            : floating ? new BigDecimal(number.toString()) : BigDecimal.ZERO;
    int places = isDecimal ? Integer.parseInt(decimal.group(1)) : 0;
    return exact.signum() == 0 || exact.stripTrailingZeros().scale() <= places;
  }

  private static boolean isNaN(Number number) {
    return Double.isNaN(number.doubleValue());
  }
}
