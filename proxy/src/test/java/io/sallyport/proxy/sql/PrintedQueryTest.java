package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.GuardedScan;
import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From text to plan to printed text: both texts must give the same on a real DuckDB. */
class PrintedQueryTest {
  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE emp(id INTEGER, boss INTEGER, nm VARCHAR)",
          "INSERT INTO emp VALUES (1,NULL,'root'), (2,1,'a'), (3,1,'b'), (4,2,'c'), (5,4,'d')",
          "CREATE TABLE visits(visit_id BIGINT, person_id BIGINT, tm TIMESTAMP, dur INTEGER,"
              + " kind VARCHAR, cost DECIMAL(8,2))",
          "INSERT INTO visits SELECT i, i * 31 % 7, TIMESTAMP '2024-01-01' + to_hours(i * 5),"
              + " i * 13 % 90, ['in','out','phone'][1 + i % 3], i % 97 * 1.25 FROM range(300) r(i)");

  private static Connection duckDb;
  private static SqlFront front;

  @BeforeAll
  static void open() throws Exception {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    Map<String, List<Catalog.Column>> tables = new LinkedHashMap<>();
    try (Statement make = duckDb.createStatement()) {
      for (String table : TABLES) {
        make.execute(table);
      }
      try (ResultSet columns =
          make.executeQuery(
              "SELECT table_name, column_name, data_type FROM duckdb_columns()"
                  + " WHERE NOT internal ORDER BY table_oid, column_index")) {
        while (columns.next()) {
          tables
              .computeIfAbsent(columns.getString(1), t -> new ArrayList<>())
              .add(
                  new Catalog.Column(
                      columns.getString(2), columns.getString(3), Catalog.Sight.VISIBLE));
        }
      }
    }
    List<Catalog.PublishedTable> published = new ArrayList<>();
    tables.forEach(
        (name, columns) ->
            published.add(
                new Catalog.PublishedTable(new TableName("main", name), columns, List.of())));
    front = new SqlFront(new Catalog(published));
  }

  @AfterAll
  static void close() throws Exception {
    front.close();
    duckDb.close();
  }

  static Stream<String> queries() throws Exception {
    try (InputStream file = PrintedQueryTest.class.getResourceAsStream("/printer/queries.sql")) {
      String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      return text
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("queries")
  void givesWhatItsTextGives(String sql) throws Exception {
    BoundQuery query = front.bind(Optional.of("main"), sql);
    PrintedQuery printed =
        PlanPrinter.print(
            new GuardedPlan(guarded(query.plan()), query.columnNames(), List.of(), List.of()));
    boolean ordered = sql.toLowerCase(Locale.ROOT).contains("order by");
    assertThat(answer(printed.sql(), ordered)).as(printed.sql()).isEqualTo(answer(sql, ordered));
  }

  /** Every scan guarded, with every column visible. */
  private static RelNode guarded(RelNode plan) {
    return plan.accept(
        new RelHomogeneousShuttle() {
          @Override
          public RelNode visit(RelNode other) {
            return super.visit(other)
                .accept(
                    new RexShuttle() {
                      @Override
                      public RexNode visitSubQuery(RexSubQuery query) {
                        RexSubQuery inner = (RexSubQuery) super.visitSubQuery(query);
                        return inner.clone(guarded(inner.rel));
                      }
                    });
          }

          @Override
          public RelNode visit(TableScan scan) {
            return new GuardedScan(
                scan.getCluster(),
                scan.getTraitSet(),
                Objects.requireNonNull(scan.getTable().unwrap(ScannedTable.class)).name(),
                scan.getRowType().getFieldNames().stream()
                    .map(name -> new GuardedScan.Column(name, false))
                    .toList(),
                scan.getRowType());
          }
        });
  }

  private static List<String> answer(String sql, boolean ordered) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      ResultSetMetaData meta = result.getMetaData();
      List<String> header = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        header.add(meta.getColumnName(i) + " " + meta.getColumnTypeName(i));
      }
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(row.toString());
      }
      if (!ordered) {
        Collections.sort(rows);
      }
      rows.add(0, header.toString());
    }
    return rows;
  }
}
