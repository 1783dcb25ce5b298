package io.sallyport.proxy.state;

import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Jdbi;

/**
 * The database of what outlives a query: an embedded one in the state directory.
 *
 * <pre>
 * try (StateStore store = StateStore.in(StateDirectory.at(path))) { … }
 * </pre>
 *
 * <p>Opening brings its tables up to date. One server at a time can have it open; several servers
 * need a database of their own kind, which is not there yet.
 */
public final class StateStore implements AutoCloseable {
  private static final String NAME = "sallyport";

  private final JdbcConnectionPool pool;
  private final Jdbi jdbi;

  private StateStore(JdbcConnectionPool pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool).registerArrayType(String.class, "varchar");
  }

  /**
   * Opens the database, making it if it is not there.
   *
   * @throws IllegalStateException if another server has it open or it cannot be read
   */
  public static StateStore in(StateDirectory directory) {
    Path file = directory.file(NAME);
    if (file.toString().contains(";")) {
      throw new IllegalArgumentException(
          "the state directory `" + file.getParent() + "` has a semicolon in its name; rename it");
    }
    // INVARIANT (one answer per approval use): a commit is on its way to the disk when it returns,
    // so WRITE_DELAY is 0.
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:file:" + file + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0", NAME, "");
    try {
      Flyway.configure()
          .dataSource(pool)
          .locations("classpath:io/sallyport/proxy/state")
          .load()
          .migrate();
      directory.ownFile(NAME + ".mv.db");
      return new StateStore(pool);
    } catch (RuntimeException e) {
      pool.dispose();
      throw new IllegalStateException(
          "the state in `" + file.getParent() + "` cannot be opened; is another server using it?",
          e);
    }
  }

  Jdbi jdbi() {
    return jdbi;
  }

  /** Closes the database with its last connection. */
  @Override
  public void close() {
    pool.dispose();
  }
}
