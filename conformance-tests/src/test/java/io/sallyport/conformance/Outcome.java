package io.sallyport.conformance;

import java.util.List;
import java.util.function.Function;

/** What a door answered: rows as canonical text, or an error with its SQLSTATE. */
sealed interface Outcome {
  /** Column names, and each row's cells by {@link Cells}. */
  record Rows(List<String> columns, List<List<String>> rows) implements Outcome {}

  record Failed(String sqlState, String message) implements Outcome {}

  default <T> T fold(Function<Rows, T> rows, Function<Failed, T> failed) {
    return this instanceof Rows r ? rows.apply(r) : failed.apply((Failed) this);
  }
}
