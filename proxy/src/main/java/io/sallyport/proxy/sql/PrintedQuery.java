package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SQL that an engine may run, with the order of its parameters: {@code $1} takes the value of the
 * analyst's parameter {@code parameters.get(0)}, counted from zero.
 *
 * <p>A parameter that the plan does not need has no place in the text.
 */
public record PrintedQuery(String sql, List<Integer> parameters) {
  public PrintedQuery {
    parameters = List.copyOf(parameters);
  }

  /** The analyst's values in the order in which the engine binds them. */
  public List<@Nullable Object> arrange(List<? extends @Nullable Object> values) {
    List<@Nullable Object> arranged = new ArrayList<>();
    for (int parameter : parameters) {
      arranged.add(values.get(parameter));
    }
    return Collections.unmodifiableList(arranged);
  }
}
