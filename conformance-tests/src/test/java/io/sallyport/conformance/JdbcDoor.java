package io.sallyport.conformance;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.calcite.avatica.AvaticaSqlException;
import org.jspecify.annotations.Nullable;

/** A JDBC driver as applications use it; one connection for each user. */
final class JdbcDoor implements Door {
  /** How a driver wants to be told who connects. */
  interface Credentials {
    Properties of(User user);
  }

  private final String name;
  private final Driver driver;
  private final String url;
  private final Credentials credentials;
  private final Value value;
  private final Cells cells;
  private final Map<User, Connection> connections = new HashMap<>();

  JdbcDoor(String name, Driver driver, String url, Credentials credentials) {
    this(name, driver, url, credentials, ResultSet::getObject, Cells.TWELVE_DIGITS);
  }

  /**
   * @param value how a cell is read
   * @param cells how it is told
   */
  JdbcDoor(
      String name, Driver driver, String url, Credentials credentials, Value value, Cells cells) {
    this.name = name;
    this.driver = driver;
    this.url = url;
    this.credentials = credentials;
    this.value = value;
    this.cells = cells;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Outcome ask(User user, String sql, List<? extends @Nullable Object> parameters) {
    try {
      Connection connection = connection(user);
      if (parameters.isEmpty()) {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery(sql)) {
          return read(rows, value, cells);
        }
      }
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (int i = 0; i < parameters.size(); i++) {
          statement.setObject(i + 1, parameters.get(i));
        }
        try (ResultSet rows = statement.executeQuery()) {
          return read(rows, value, cells);
        }
      }
    } catch (SQLException e) {
      return new Outcome.Failed(String.valueOf(e.getSQLState()), told(e));
    } catch (RuntimeException e) {
      // Avatica's driver throws one at a refused login.
      return new Outcome.Failed("none", told(e));
    }
  }

  /** Avatica's driver keeps what the server said in a cause, or in what it prints with it. */
  private static String told(Exception failure) {
    StringBuilder told = new StringBuilder();
    for (Throwable one = failure; one != null; one = one.getCause()) {
      told.append(one.getMessage()).append('\n');
      if (one instanceof AvaticaSqlException avatica) {
        avatica.getStackTraces().forEach(line -> told.append(line).append('\n'));
      }
    }
    return told.toString();
  }

  private Connection connection(User user) throws SQLException {
    Connection known = connections.get(user);
    if (known == null) {
      known = driver.connect(url, credentials.of(user));
      if (known == null) {
        throw new SQLException("the driver does not take " + url);
      }
      connections.put(user, known);
    }
    return known;
  }

  /** How a cell is read. */
  interface Value {
    @Nullable Object of(ResultSet rows, int column) throws SQLException;
  }

  static Outcome.Rows read(ResultSet rows, Cells cells) throws SQLException {
    return read(rows, ResultSet::getObject, cells);
  }

  /** Dates and times by java.time: those of java.sql know no fraction and an old calendar. */
  static @Nullable Object exact(ResultSet rows, int column) throws SQLException {
    return switch (rows.getMetaData().getColumnType(column)) {
      case Types.DATE -> rows.getObject(column, LocalDate.class);
      case Types.TIME -> rows.getObject(column, LocalTime.class);
      default -> rows.getObject(column);
    };
  }

  private static Outcome.Rows read(ResultSet rows, Value value, Cells cells) throws SQLException {
    ResultSetMetaData meta = rows.getMetaData();
    List<String> columns = new ArrayList<>();
    List<String> types = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      columns.add(meta.getColumnLabel(i));
      boolean nullable = meta.isNullable(i) != ResultSetMetaData.columnNoNulls;
      types.add(Outcome.type(meta.getColumnTypeName(i), nullable));
    }
    List<List<String>> all = new ArrayList<>();
    while (rows.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(cells.text(value.of(rows, i)));
      }
      all.add(row);
    }
    return new Outcome.Rows(columns, types, all);
  }

  @Override
  public void close() {
    for (Connection connection : connections.values()) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
