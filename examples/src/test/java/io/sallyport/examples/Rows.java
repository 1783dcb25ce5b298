package io.sallyport.examples;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What bare DuckDB finds in the files of a directory. */
final class Rows implements AutoCloseable {
  private final Connection database;

  private Rows(Connection database) {
    this.database = database;
  }

  static Rows ofClinic(Path directory) throws SQLException {
    Rows rows = of(directory.resolve(ClinicData.PATIENTS));
    rows.view("visits", directory.resolve(ClinicData.VISITS));
    rows.view("wards", directory.resolve(ClinicData.WARDS));
    return rows;
  }

  static Rows of(Path duckDbFile) throws SQLException {
    return new Rows(DriverManager.getConnection("jdbc:duckdb:" + duckDbFile));
  }

  private void view(String name, Path file) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute("CREATE TEMP VIEW " + name + " AS FROM '" + file + "'");
    }
  }

  /** All cells, row by row. */
  List<Object> ask(String sql) throws SQLException {
    List<Object> cells = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getObject(i));
        }
      }
    }
    return cells;
  }

  long number(String sql) throws SQLException {
    return ((Number) ask(sql).get(0)).longValue();
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
