package io.sallyport.policy;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Binds a statement that an owner publishes as it would be bound for the dataset's analysts. */
@FunctionalInterface
public interface StatementBinder {
  /**
   * A bound statement.
   *
   * @param parameters in the order of the plan's
   */
  record Bound(BoundQuery query, List<Parameter> parameters) {
    public Bound {
      parameters = List.copyOf(parameters);
    }
  }

  /** A parameter's name, without its sign, and DuckDB's name of its type. */
  record Parameter(String name, String type) {}

  /** The statement cannot be bound; the message is a sentence for its owner. */
  final class Unbound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unbound(String sentence) {
      super(sentence);
    }

    String sentence() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Binds one.
   *
   * @param published the dataset's tables that analysts see
   * @param rights of their columns: hidden ones do not exist, wiped ones are texts
   * @throws Unbound if no analyst could ask it
   */
  Bound bind(String sql, Set<TableName> published, Map<ColumnName, ColumnRight> rights);
}
