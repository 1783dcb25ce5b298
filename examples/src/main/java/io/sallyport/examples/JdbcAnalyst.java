package io.sallyport.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Plain {@code java.sql}: Sallyport's driver finds itself by the URL. */
final class JdbcAnalyst implements Analyst {
  private final Connection connection;

  private JdbcAnalyst(Connection connection) {
    this.connection = connection;
  }

  static JdbcAnalyst connect(String url, Account account) {
    try {
      return new JdbcAnalyst(DriverManager.getConnection(url, account.user(), account.password()));
    } catch (SQLException e) {
      throw new IllegalStateException("no connection to " + url, e);
    }
  }

  @Override
  public String door() {
    return "JDBC";
  }

  @Override
  public Reply ask(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      ResultSetMetaData meta = answer.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(meta.getColumnLabel(i));
      }
      List<List<String>> rows = new ArrayList<>();
      while (answer.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(String.valueOf(answer.getString(i)));
        }
        rows.add(row);
      }
      return new Reply.Rows(columns, rows, warnings(statement));
    } catch (SQLException e) {
      return new Reply.Refusal(String.valueOf(e.getSQLState()), String.valueOf(e.getMessage()));
    }
  }

  private static List<String> warnings(Statement statement) throws SQLException {
    List<String> warnings = new ArrayList<>();
    for (SQLWarning next = statement.getWarnings(); next != null; next = next.getNextWarning()) {
      warnings.add(String.valueOf(next.getMessage()));
    }
    return warnings;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("the connection does not close", e);
    }
  }
}
