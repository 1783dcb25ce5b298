package io.sallyport.proxy;

import java.util.List;

/**
 * A statement that was parsed and described, but not judged: judging happens at each run.
 *
 * <p>A type that only the values of parameters will tell is {@link OutputColumn#UNKNOWN}.
 *
 * @param parameterTypes DuckDB's type name of each {@code ?}, in order
 */
public record Prepared(String sql, List<OutputColumn> columns, List<String> parameterTypes) {
  public Prepared {
    columns = List.copyOf(columns);
    parameterTypes = List.copyOf(parameterTypes);
  }
}
