package io.sallyport.conformance;

import java.util.List;
import java.util.function.Function;

/** What a door answered: rows as canonical text, or an error with its SQLSTATE. */
sealed interface Outcome {
  /**
   * Column names, DuckDB's names of their types, and each row's cells by {@link Cells}.
   *
   * @param types with NOT NULL behind what a client is told to be never NULL
   */
  record Rows(List<String> columns, List<String> types, List<List<String>> rows)
      implements Outcome {}

  /** As a door tells a column's type; of an ENUM, some tell the values too. */
  static String type(String name, boolean nullable) {
    return (name.startsWith("ENUM(") && name.endsWith(")") ? "ENUM" : name)
        + (nullable ? "" : " NOT NULL");
  }

  record Failed(String sqlState, String message) implements Outcome {}

  default <T> T fold(Function<Rows, T> rows, Function<Failed, T> failed) {
    return this instanceof Rows r ? rows.apply(r) : failed.apply((Failed) this);
  }
}
