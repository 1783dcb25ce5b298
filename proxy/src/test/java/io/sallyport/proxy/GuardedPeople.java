package io.sallyport.proxy;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardColumn;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.StandingPass;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.PrintedQuery;
import io.sallyport.proxy.sql.SqlFront;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sixty people and one victim in three databases: as they are, with the victim's values changed,
 * and without the victim.
 */
final class GuardedPeople implements AutoCloseable {
  static final String ALL = "everybody";
  static final String CHANGED = "changed";
  static final String WITHOUT = "without";

  /** The least number of people in a group. */
  static final int K = 5;

  private static final List<String> TABLES =
      List.of(
          "CREATE SCHEMA hr",
          "CREATE SCHEMA clinic",
          "CREATE SCHEMA lab",
          "CREATE TABLE hr.emp(id INTEGER, uid VARCHAR, name VARCHAR, dept VARCHAR, zip VARCHAR,"
              + " sex VARCHAR, salary DECIMAL(12,2), score DOUBLE, ssn VARCHAR, bday DATE,"
              + " note VARCHAR, sick BOOLEAN, bonus DECIMAL(12,2))",
          "INSERT INTO hr.emp SELECT i, 'U' || i, 'N' || i, ['A','B','C'][1 + i % 3],"
              + " 'Z' || (i % 7), ['F','M'][1 + i % 2], 1000 + i * 37 % 500, i * 1.5, 'SSN-' || i,"
              + " DATE '1970-01-01' + (i * 100)::INTEGER, 'note ' || i, i % 4 = 0,"
              + " CASE WHEN i % 20 = 0 THEN 5 END FROM range(1, 61) r(i)",
          "CREATE TABLE hr.offices(dept VARCHAR, city VARCHAR, rent DECIMAL(8,2))",
          "INSERT INTO hr.offices VALUES ('A','Bonn',10), ('B','Kiel',20), ('D','Ulm',30)",
          "CREATE TABLE clinic.visits(vid INTEGER, uid VARCHAR, clinic VARCHAR, cost DECIMAL(8,2),"
              + " ts DATE)",
          "INSERT INTO clinic.visits SELECT i * 3 + j, 'U' || i, ['X','Y'][1 + (i + j) % 2],"
              + " 10 + i + j, DATE '2024-01-01' + (i + j)::INTEGER"
              + " FROM range(1, 61) r(i), range(3) s(j) WHERE i % 5 <> 0 OR j = 0",
          "INSERT INTO clinic.visits VALUES (900, NULL, 'X', 1, NULL)",
          "CREATE TABLE clinic.bills(bid INTEGER, vid INTEGER, amount DECIMAL(8,2))",
          "INSERT INTO clinic.bills SELECT vid * 2 + b, vid, CASE WHEN vid % 11 > 0 THEN vid % 9 + b"
              + " END FROM clinic.visits, range(2) s(b)",
          "INSERT INTO clinic.bills VALUES (9000, NULL, 5), (9001, 12345, 7), (9002, 999, 50000)",
          "CREATE TABLE clinic.stays(a INTEGER, b VARCHAR, days INTEGER)",
          "INSERT INTO clinic.stays SELECT i % 4, 'P' || (i % 5), i FROM range(40) r(i)",
          "CREATE TABLE clinic.meters(house VARCHAR, kwh INTEGER)",
          "INSERT INTO clinic.meters SELECT 'H' || (i % 3), i FROM range(17) r(i)",
          "CREATE TABLE lab.att(uid VARCHAR, x INTEGER, zip VARCHAR)",
          "INSERT INTO lab.att SELECT 'U' || i, i, 'Z' || (i % 7) FROM range(1, 41) r(i)");

  private static final String VICTIM =
      "INSERT INTO hr.emp VALUES (999, 'U999', 'Victim', 'A', 'Z9', 'F', %s, %s, 'SSN-V',"
          + " DATE '1985-05-05', 'canary', %s, %s)";
  private static final String HER_VISIT =
      "INSERT INTO clinic.visits VALUES (999, 'U999', 'V', %s, DATE '2024-05-05')";

  private static final Map<String, List<List<String>>> UNIQUE =
      Map.of(
          "emp", List.of(List.of("uid")),
          "offices", List.of(List.of("dept")),
          "visits", List.of(List.of("vid")));

  /** A query, and SQL by hand or a part of the refusal. */
  record Case(String query, String expected) {
    @Override
    public String toString() {
      return query;
    }
  }

  private final Map<String, Connection> databases = new LinkedHashMap<>();
  private final SqlFront front;
  private final AggregateOnly release;
  private final Map<String, Obligations.Guard> guards = new HashMap<>();

  GuardedPeople() throws SQLException {
    this(new AggregateOnly(K, Set.of("median")));
  }

  /**
   * @param release the rule of every dataset
   */
  GuardedPeople(AggregateOnly release) throws SQLException {
    this.release = release;
    open(
        ALL,
        String.format(VICTIM, "1000000", "5000", "TRUE", "7"),
        String.format(HER_VISIT, "4000"));
    open(
        CHANGED, String.format(VICTIM, "77", "-3", "FALSE", "NULL"), String.format(HER_VISIT, "1"));
    open(WITHOUT, "SELECT 1", "SELECT 1");
    front = new SqlFront(catalog());
    guard(
        "hr",
        Map.of(new TableName("hr", "emp"), new PrivacyUnit("person", List.of("uid"))),
        Set.of(new TableName("hr", "offices")),
        Map.of(
            column("hr", "emp", "ssn"), new ColumnRight.Wiped(),
            column("hr", "emp", "note"), new ColumnRight.Hidden(),
            column("hr", "emp", "bonus"),
                new ColumnRight.Allowed(Set.of(Use.AGGREGATE), Optional.empty()),
            column("hr", "emp", "bday"),
                new ColumnRight.Allowed(Set.of(Use.GROUP), Optional.empty())));
    guard(
        "clinic",
        Map.of(
            new TableName("clinic", "visits"), new PrivacyUnit("person", List.of("uid")),
            new TableName("clinic", "bills"),
                new PrivacyUnit(
                    "person", List.of("vid"), Optional.of(column("clinic", "visits", "vid"))),
            new TableName("clinic", "stays"), new PrivacyUnit("pair", List.of("a", "b")),
            new TableName("clinic", "meters"), new PrivacyUnit("row", List.of())),
        Set.of(),
        Map.of(
            column("clinic", "visits", "cost"),
            new ColumnRight.Allowed(
                Set.of(Use.values()),
                Optional.of(new Policy.Bounds(BigDecimal.ZERO, new BigDecimal("50"))))));
    guard("lab", Map.of(), Set.of(new TableName("lab", "att")), Map.of());
  }

  private static ColumnName column(String dataset, String table, String column) {
    return new ColumnName(new TableName(dataset, table), column);
  }

  private void guard(
      String dataset,
      Map<TableName, PrivacyUnit> units,
      Set<TableName> open,
      Map<ColumnName, ColumnRight> columns) {
    Policy policy =
        new Policy(
            dataset,
            "owner",
            "1",
            units,
            open,
            columns,
            new Policy.Release(
                List.of(release),
                Optional.empty(),
                new Policy.Approvals(1, Duration.ofDays(1)),
                new Policy.Limits(Optional.empty(), OptionalInt.empty(), OptionalLong.empty())));
    guards.put(dataset, new Obligations.Guard(policy, Optional.of(release)));
  }

  private void open(String name, String... more) throws SQLException {
    Connection database = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement make = database.createStatement()) {
      for (String table : TABLES) {
        make.execute(table);
      }
      for (String statement : more) {
        make.execute(statement);
      }
    }
    databases.put(name, database);
  }

  private Connection database(String name) {
    return Objects.requireNonNull(databases.get(name), name);
  }

  private Catalog catalog() throws SQLException {
    Map<TableName, List<Catalog.Column>> tables = new LinkedHashMap<>();
    try (Statement ask = database(ALL).createStatement();
        ResultSet columns =
            ask.executeQuery(
                "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()"
                    + " WHERE NOT internal ORDER BY table_oid, column_index")) {
      while (columns.next()) {
        String column = columns.getString(3);
        Catalog.Sight sight =
            column.equals("ssn")
                ? Catalog.Sight.WIPED
                : column.equals("note") ? Catalog.Sight.HIDDEN : Catalog.Sight.VISIBLE;
        tables
            .computeIfAbsent(
                new TableName(columns.getString(1), columns.getString(2)), t -> new ArrayList<>())
            .add(new Catalog.Column(column, columns.getString(4), sight));
      }
    }
    List<Catalog.PublishedTable> published = new ArrayList<>();
    tables.forEach(
        (name, columns) ->
            published.add(
                new Catalog.PublishedTable(
                    name, columns, UNIQUE.getOrDefault(name.table(), List.of()))));
    return new Catalog(published);
  }

  /** Pairs of lines: {@code ? query} and {@code = expected}. */
  static Stream<Case> cases(String resource) throws Exception {
    try (InputStream file = GuardedPeople.class.getResourceAsStream(resource)) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      List<Case> cases = new ArrayList<>();
      String query = "";
      for (String line : text.split("\n")) {
        if (line.startsWith("? ")) {
          query = line.substring(2);
        } else if (line.startsWith("= ")) {
          cases.add(new Case(query, line.substring(2).replace(":k", Integer.toString(K))));
        } else if (!line.isBlank() && !line.startsWith("#")) {
          throw new IllegalArgumentException("a case is not understood: " + line);
        }
      }
      return cases.stream();
    }
  }

  BoundQuery bind(String sql) {
    return front.bind(Optional.empty(), sql);
  }

  GuardedPlan rewrite(String sql) {
    return GuardRewrite.rewrite(bind(sql), new Obligations(guards, OptionalLong.empty()));
  }

  String printed(String sql) {
    return PlanPrinter.print(rewrite(sql)).sql();
  }

  /** Why the query is not released; the front end's own refusal counts too. */
  String refusal(String sql) {
    try {
      StandingPass.Assessment assessment = StandingPass.assess(bind(sql), guards);
      return assessment.released() ? "released as " + printed(sql) : assessment.reason();
    } catch (GatewayException e) {
      return e.getMessage();
    }
  }

  /** The guarded answer, after the guard columns have been checked and dropped. */
  List<String> guarded(String database, String sql) throws SQLException {
    GuardedPlan guarded = rewrite(sql);
    PrintedQuery printed = PlanPrinter.print(guarded);
    boolean ordered = sql.toLowerCase(Locale.ROOT).contains("order by");
    return rows(database, printed.sql(), guarded.columnNames().size(), guarded.guards(), ordered);
  }

  List<String> bare(String database, String sql) throws SQLException {
    boolean ordered = sql.toLowerCase(Locale.ROOT).contains("order by");
    return rows(database, sql, Integer.MAX_VALUE, List.of(), ordered);
  }

  private List<String> rows(
      String database, String sql, int width, List<GuardColumn> checks, boolean ordered)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = database(database).createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = Math.min(width, result.getMetaData().getColumnCount());
      while (result.next()) {
        for (GuardColumn check : checks) {
          long count = result.getLong(check.index() + 1);
          boolean enough = !result.wasNull() && count >= check.atLeast();
          if (!enough
              && (check.figure().isEmpty()
                  || result.getObject(check.figure().getAsInt() + 1) != null)) {
            throw new AssertionError("the last door would stop a row of " + sql);
          }
        }
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(row.toString());
      }
    } catch (SQLException e) {
      throw new SQLException(sql, e);
    }
    if (!ordered) {
      Collections.sort(rows);
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    front.close();
    for (Connection database : databases.values()) {
      database.close();
    }
  }
}
