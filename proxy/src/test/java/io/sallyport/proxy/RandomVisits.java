package io.sallyport.proxy;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.plan.GuardColumn;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.SqlFront;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Visits of patients to wards that have owners, in a DuckDB of their own, under given terms. */
final class RandomVisits implements AutoCloseable {
  private static final TableName VISITS = new TableName("clinic", "visits");
  private static final TableName OWNERS = new TableName("clinic", "owners");

  private static final SqlFront FRONT =
      new SqlFront(
          new Catalog(
              List.of(
                  new Catalog.PublishedTable(
                      VISITS,
                      List.of(
                          column("uid", "VARCHAR"),
                          column("ward", "VARCHAR"),
                          column("cost", "INTEGER"),
                          column("dose", "DOUBLE"),
                          column("sick", "BOOLEAN")),
                      List.of()),
                  new Catalog.PublishedTable(
                      OWNERS,
                      List.of(column("oid", "VARCHAR"), column("ward", "VARCHAR")),
                      List.of()))));

  private final Connection database;
  private final Obligations obligations;

  private RandomVisits(Connection database, Obligations obligations) {
    this.database = database;
    this.obligations = obligations;
  }

  private static Catalog.Column column(String name, String type) {
    return new Catalog.Column(name, type, Catalog.Sight.VISIBLE);
  }

  /** Rows are written as SQL, such as {@code ('U1', 'W1', 5, NULL, TRUE)}. */
  static RandomVisits of(AggregateOnly terms, List<String> visits, List<String> owners)
      throws SQLException {
    Policy policy =
        new Policy(
            "clinic",
            "owner",
            "1",
            Map.of(
                VISITS, new PrivacyUnit("patient", List.of("uid")),
                OWNERS, new PrivacyUnit("owner", List.of("oid"))),
            Set.of(),
            Map.of(),
            new Policy.Release(
                List.of(terms), Optional.empty(), Policy.Approvals.DEFAULT, Policy.Limits.NONE));
    Connection database = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement make = database.createStatement()) {
      make.execute("CREATE SCHEMA clinic");
      make.execute(
          "CREATE TABLE clinic.visits(uid VARCHAR, ward VARCHAR, cost INTEGER, dose DOUBLE,"
              + " sick BOOLEAN)");
      make.execute("CREATE TABLE clinic.owners(oid VARCHAR, ward VARCHAR)");
      if (!visits.isEmpty()) {
        make.execute("INSERT INTO clinic.visits VALUES " + String.join(", ", visits));
      }
      if (!owners.isEmpty()) {
        make.execute("INSERT INTO clinic.owners VALUES " + String.join(", ", owners));
      }
    }
    return new RandomVisits(
        database,
        new Obligations(
            Map.of("clinic", new Obligations.Guard(policy, Optional.of(terms))),
            OptionalLong.empty()));
  }

  /** The guarded answer as text, in which each guard column has been checked. */
  List<String> guarded(String sql) throws SQLException {
    GuardedPlan guarded = GuardRewrite.rewrite(FRONT.bind(Optional.empty(), sql), obligations);
    List<String> rows = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet result = statement.executeQuery(PlanPrinter.print(guarded).sql())) {
      while (result.next()) {
        for (GuardColumn check : guarded.guards()) {
          long count = result.getLong(check.index() + 1);
          boolean enough = !result.wasNull() && count >= check.atLeast();
          if (!enough
              && (check.figure().isEmpty()
                  || result.getObject(check.figure().getAsInt() + 1) != null)) {
            throw new AssertionError("the last door would stop a row of " + sql);
          }
        }
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= guarded.columnNames().size(); i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    database.close();
  }
}
