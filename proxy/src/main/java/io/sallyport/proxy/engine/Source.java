package io.sallyport.proxy.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a dataset's rows come from: files that the owner names one by one.
 *
 * <pre>
 * new Parquet("visits", List.of(Path.of("visits-2025.parquet"), Path.of("visits-2026.parquet")))
 * </pre>
 *
 * <p>It expands no pattern and follows no address of another machine.
 */
public sealed interface Source {
  /** Parquet files of one shape, read in place as one table. */
  record Parquet(String table, List<Path> files) implements Source {
    public Parquet {
      files = atLeastOne(table, files);
    }
  }

  /**
   * CSV files of one shape with a header line, loaded as one table when the server starts; the
   * column types are those that fit every line at that moment.
   */
  record Csv(String table, List<Path> files) implements Source {
    public Csv {
      files = atLeastOne(table, files);
    }
  }

  /** Every table of the {@code main} schema of a DuckDB file, opened for reading only; no views. */
  record DuckDbFile(Path file) implements Source {}

  private static List<Path> atLeastOne(String table, List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "the table `" + table + "` names no file; name at least one");
    }
    return List.copyOf(files);
  }
}
