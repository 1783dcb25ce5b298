package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;

/**
 * A statement that Calcite has planned while DuckDB still tells what its columns are.
 *
 * <pre>PlannedQuery planned = front.plan(asker, sql, List.of());
 * BoundQuery bound = planned.agreed();</pre>
 *
 * <p>Whoever has one must call {@link #agreed()}, whatever else comes of the statement: nothing of
 * it may run before, and its work must not be left behind.
 */
public final class PlannedQuery {
  /** How Calcite begins the name of a column that the statement gives none. */
  private static final String UNNAMED = "EXPR$";

  private final BoundQuery planned;
  private final CompletableFuture<BoundQuery> agreed;

  private PlannedQuery(BoundQuery planned, CompletableFuture<BoundQuery> agreed) {
    this.planned = planned;
    this.agreed = agreed;
  }

  /** One of which DuckDB has told all. */
  static PlannedQuery of(BoundQuery bound) {
    return new PlannedQuery(bound, CompletableFuture.completedFuture(bound));
  }

  /**
   * @param planned with the columns' names of the plan
   * @param columns what DuckDB says; fails with the reason where it does not bind the statement
   */
  static PlannedQuery of(BoundQuery planned, CompletableFuture<List<OutputColumn>> columns) {
    return new PlannedQuery(planned, columns.thenApply(found -> agreed(planned, found)));
  }

  /** The same, which tells once what has been agreed upon. */
  PlannedQuery keeping(Consumer<BoundQuery> memory) {
    return new PlannedQuery(
        planned,
        agreed.thenApply(
            bound -> {
              memory.accept(bound);
              return bound;
            }));
  }

  /**
   * The statement with the names that it gives its columns, to be judged ahead of DuckDB's word;
   * empty if it leaves a name to DuckDB.
   */
  public Optional<BoundQuery> ahead() {
    return planned.columnNames().stream().anyMatch(name -> name.startsWith(UNNAMED))
        ? Optional.empty()
        : Optional.of(planned);
  }

  /**
   * The statement with its columns' names, once DuckDB has found the same columns in the text as
   * the plan has.
   *
   * @throws GatewayException if it finds others, or does not bind the text
   */
  public BoundQuery agreed() {
    complaint(agreed)
        .ifPresent(
            complaint -> {
              throw complaint;
            });
    return agreed.join();
  }

  /**
   * Waits until DuckDB has told, also where nobody needs it any more: a refused statement leaves no
   * work behind it, or one session could heap it up.
   *
   * @return why it does not bind the statement, if it does not
   */
  static Optional<GatewayException> complaint(CompletableFuture<?> told) {
    Optional<Throwable> failure =
        told.handle((found, thrown) -> Optional.ofNullable(thrown)).join();
    return failure
        .map(thrown -> thrown instanceof CompletionException ? thrown.getCause() : thrown)
        .filter(GatewayException.class::isInstance)
        .map(GatewayException.class::cast);
  }

  private static BoundQuery agreed(BoundQuery planned, List<OutputColumn> columns) {
    List<RelDataTypeField> fields = planned.plan().getRowType().getFieldList();
    if (columns.size() != fields.size()) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED, "`*` means other columns here than in DuckDB; name the columns");
    }
    for (int i = 0; i < fields.size(); i++) {
      OutputColumn column = columns.get(i);
      RelDataType type = fields.get(i).getType();
      if (!same(column.type(), DuckDbTypes.sql(type))) {
        throw new GatewayException(
            ErrorCode.NOT_SUPPORTED,
            "the type of the column `%s` is not certain, `%s` or `%s`; cast it where it is made"
                    .formatted(column.name(), DuckDbTypes.sql(type), column.type())
                + " (in a recursive query, in its first rows)");
      }
    }
    List<String> names = columns.stream().map(OutputColumn::name).toList();
    return names.equals(planned.columnNames())
        ? planned
        : new BoundQuery(
            planned.sql(), planned.plan(), names, planned.parameterTypes(), planned.probe());
  }

  /** DuckDB tells no type of a bare parameter, and of an enum not always its values. */
  private static boolean same(String described, String planned) {
    return described.equals(planned)
        || described.equals(OutputColumn.UNKNOWN)
        || described.equals("INVALID")
        || described.equals("ENUM") && planned.startsWith("ENUM(");
  }
}
