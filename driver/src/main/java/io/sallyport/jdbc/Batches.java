package io.sallyport.jdbc;

import java.sql.SQLException;
import java.util.List;

/** Rows that come in batches, each read through the same columns. */
interface Batches extends AutoCloseable {
  List<? extends Column> columns();

  /** Loads the next batch into the columns and says how many rows it has; -1 at the end. */
  int nextBatch() throws SQLException;

  /** Sentences about the whole answer, such as that small groups were left out. */
  List<String> warnings() throws SQLException;

  /** Ends whatever still makes rows. */
  @Override
  void close();
}
