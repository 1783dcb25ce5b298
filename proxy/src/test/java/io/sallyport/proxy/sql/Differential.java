package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.GuardedScan;
import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.schema.TransientTable;
import org.jspecify.annotations.Nullable;

/**
 * Runs a text as it is and as the front end prints it, on the same DuckDB, and compares names,
 * types, values and order; one with parameters with values of every type in their places.
 */
final class Differential implements AutoCloseable {
  /**
   * How the two compare; a text that DuckDB itself refuses is equal if we refuse it too. One with
   * parameters is refused if any values are that DuckDB answers. A failure within the front end is
   * different, always.
   */
  enum Kind {
    EQUAL,
    REFUSED,
    DIFFERENT
  }

  /** What came of one text: the refusal's sentence, or both answers where they differ. */
  record Outcome(Kind kind, String detail) {}

  private static final List<String> FAILS = List.of("fails");

  private final Connection duckDb;
  private final SqlFront front;

  /** All tables of the connection's main schema, every column visible. */
  Differential(Connection duckDb) throws SQLException {
    this.duckDb = duckDb;
    Map<String, List<Catalog.Column>> tables = new LinkedHashMap<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet columns =
            statement.executeQuery(
                "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
                    + " WHERE NOT internal ORDER BY table_oid, column_index")) {
      while (columns.next()) {
        tables
            .computeIfAbsent(columns.getString(1), t -> new ArrayList<>())
            .add(
                new Catalog.Column(
                    columns.getString(2),
                    columns.getString(3),
                    Catalog.Sight.VISIBLE,
                    columns.getBoolean(4)));
      }
    }
    List<Catalog.PublishedTable> published = new ArrayList<>();
    tables.forEach(
        (name, columns) ->
            published.add(
                new Catalog.PublishedTable(new TableName("main", name), columns, List.of())));
    front = new SqlFront(new Catalog(published));
  }

  SqlFront front() {
    return front;
  }

  PrintedQuery print(BoundQuery query) {
    return PlanPrinter.print(
        new GuardedPlan(guarded(query.plan()), query.columnNames(), List.of(), List.of()));
  }

  /** The outcome of a text that DuckDB itself understands as it is. */
  Outcome compare(String sql) {
    return compare(sql, sql);
  }

  /**
   * @param ours the text for the front end, which may hold JDBC's escapes
   * @param plain the same for DuckDB
   */
  Outcome compare(String ours, String plain) {
    return compare(ours, plain, plain.toLowerCase(Locale.ROOT).contains("order by"));
  }

  /**
   * @param ordered whether the order of the rows is part of the answer
   */
  Outcome compare(String ours, String plain, boolean ordered) {
    List<String> names = parameters(ours);
    String numbered = numbered(plain, names);
    Outcome worst = new Outcome(Kind.EQUAL, "");
    for (List<Object> values : SampleValues.of(names.size())) {
      Outcome outcome = compare(ours, numbered, ordered, values);
      if (outcome.kind() == Kind.DIFFERENT) {
        return outcome;
      }
      if (worst.kind() == Kind.EQUAL) {
        worst = outcome;
      }
    }
    return worst;
  }

  private List<String> parameters(String sql) {
    try {
      return front.parameters(sql);
    } catch (GatewayException e) {
      return List.of();
    }
  }

  /** DuckDB's driver binds by number alone. */
  private static String numbered(String plain, List<String> names) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    names.forEach(name -> positions.put(name, positions.size()));
    return SqlText.numbered(plain, positions);
  }

  private Outcome compare(
      String ours, String plain, boolean ordered, List<? extends @Nullable Object> values) {
    List<String> expected = answer(plain, ordered, values);
    String with = values.isEmpty() ? "" : " with " + SampleValues.shown(values);
    PrintedQuery printed;
    try {
      printed = print(front.bind(Asker.of(Optional.of("main")), ours, SentValue.of(values)));
    } catch (GatewayException e) {
      return new Outcome(refusal(e, expected), e.code() + ": " + e.getMessage() + with);
    }
    List<String> given = answer(printed.sql(), ordered, printed.arrange(values));
    return expected.equals(given)
        ? new Outcome(Kind.EQUAL, printed.sql())
        : new Outcome(
            Kind.DIFFERENT,
            shown(expected) + "\n  but " + shown(given) + "\n  of " + printed.sql() + with);
  }

  /** A failure within is no refusal, whatever DuckDB makes of the text. */
  private static Kind refusal(GatewayException refused, List<String> expected) {
    if (refused.code().sqlState().equals(ErrorCode.INTERNAL.sqlState())) {
      return Kind.DIFFERENT;
    }
    return expected.equals(FAILS) ? Kind.EQUAL : Kind.REFUSED;
  }

  private static String shown(List<String> answer) {
    String text = String.join(" / ", answer);
    return text.length() > 600 ? text.substring(0, 600) + "…" : text;
  }

  /** Every scan guarded, with every column visible. */
  static RelNode guarded(RelNode plan) {
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
            if (scan.getTable().unwrap(TransientTable.class) != null) {
              return scan;
            }
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

  /** A header of names and types, then the rows; a failure is one line without its text. */
  private List<String> answer(
      String sql, boolean ordered, List<? extends @Nullable Object> values) {
    List<String> rows = new ArrayList<>();
    try (PreparedStatement statement = duckDb.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      try (ResultSet result = statement.executeQuery()) {
        ResultSetMetaData meta = result.getMetaData();
        List<String> header = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          header.add(meta.getColumnName(i) + " " + sent(meta.getColumnTypeName(i)));
        }
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= meta.getColumnCount(); i++) {
            row.add(text(result.getObject(i)));
          }
          rows.add(row.toString());
        }
        if (!ordered) {
          Collections.sort(rows);
        }
        rows.add(0, header.toString());
      }
    } catch (SQLException e) {
      return FAILS;
    }
    return rows;
  }

  /** Some types leave the gateway as texts. */
  private static String sent(String type) {
    return List.of("BIT", "BIGNUM", "UHUGEINT").contains(type) ? "VARCHAR" : type;
  }

  private static String text(@Nullable Object value) throws SQLException {
    return value instanceof Blob blob
        ? HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()))
        : String.valueOf(value);
  }

  @Override
  public void close() throws SQLException {
    front.close();
    duckDb.close();
  }
}
