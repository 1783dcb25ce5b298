package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidatorException;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;
import org.jspecify.annotations.Nullable;

/**
 * From an analyst's text to one bound statement: DuckDB parses, Calcite validates and plans.
 *
 * <pre>SqlFront front = new SqlFront(catalog);
 * BoundQuery query = front.bind(Optional.of("clinic"), "SELECT count(*) FROM visits");</pre>
 *
 * <p>It judges nothing and reads no data. What it does not understand exactly it refuses by name.
 */
public final class SqlFront implements AutoCloseable {
  private static final String WARM_UP =
      "SELECT b, count(*) FROM (VALUES (1, 'x')) AS t(a, b) WHERE a > 0 GROUP BY b ORDER BY 2";

  private record Key(Asker asker, String sql) {}

  private final Catalog catalog;
  private final DuckDbTypes types = new DuckDbTypes();
  private final DuckDbBinder binder;
  private final CalciteCatalogReader reader;
  private final Cache<Key, BoundQuery> bound =
      Caffeine.newBuilder()
          .maximumWeight(2_000_000)
          .<Key, BoundQuery>weigher((key, query) -> 2_000 + key.sql().length())
          .build();

  public SqlFront(Catalog catalog) {
    this.catalog = catalog;
    binder = new DuckDbBinder(catalog.twins());
    types.commonBy(new TypeOracle(binder, types)::common);
    reader = catalog.reader(types);
    // The first statement of a fresh process costs seconds; no analyst should wait for them.
    bindAnew(Asker.of(Optional.empty()), WARM_UP);
  }

  /** Parses, validates and plans one SELECT that nobody in particular asks. */
  public BoundQuery bind(Optional<String> dataset, String sql) {
    return bind(Asker.of(dataset), sql);
  }

  /** Parses, validates and plans one SELECT, or what SHOW and DESCRIBE mean as one. */
  public BoundQuery bind(Asker asker, String sql) {
    Key key = new Key(asker.asFarAsAskedFor(sql), sql);
    BoundQuery known = bound.getIfPresent(key);
    if (known != null) {
      return known;
    }
    BoundQuery fresh = bindAnew(key.asker(), sql);
    bound.put(key, fresh);
    return fresh;
  }

  private BoundQuery bindAnew(Asker asker, String typed) {
    SqlText.check(typed);
    String sql = JdbcEscapes.translate(typed);
    SqlText.check(sql);
    JsonNode tree = binder.parse(sql);
    try (TypeOracle oracle = new TypeOracle(binder, types)) {
      JsonNode show = tree.path("node").path("from_table");
      if (isDescribedQuery(show)) {
        return described(asker, typed, SqlText.withoutFirstWord(sql));
      }
      Map<String, Integer> positions = positions(tree.path("named_param_map"));
      SqlNode query = new AstQueries(catalog, asker, oracle, positions).statement(tree);
      TypeGrowth.check(query);
      ConstantGrowth.check(query);
      // Only now, when every function is known to be on the list and short, may DuckDB's binder see
      // the text: it computes what it can.
      CompletableFuture<Optional<DuckDbBinder.Described>> description =
          binder.describeAside(asker.dataset().orElse(""), Catalog.forBinder(sql));
      List<RelDataType> parameters;
      RelNode plan;
      try {
        parameters =
            positions.isEmpty() ? List.of() : parameters(positions.size(), description.join());
        plan = plan(query, parameters);
      } finally {
        // A refused statement leaves no work behind it, or one session could heap it up.
        description.join();
      }
      PlanGrowth.check(plan);
      List<String> names = agreed(plan, description.join());
      return new BoundQuery(typed, plan, names, parameters, Probe.empty(plan));
    } catch (CalciteContextException e) {
      throw refusal(e);
    } catch (GatewayException e) {
      throw e;
    } catch (StackOverflowError e) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE, "the statement is nested too deeply; split it into smaller parts");
    } catch (RuntimeException | AssertionError e) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED, "the statement uses a combination that is not supported");
    }
  }

  private RelNode plan(SqlNode query, List<RelDataType> parameters) {
    EngineValidator validator = new EngineValidator(reader, types, parameters);
    SqlNode validated = validator.validate(query);
    SqlToRelConverter converter =
        new SqlToRelConverter(
            (type, text, schema, view) -> {
              throw new GatewayException(ErrorCode.NOT_SUPPORTED, "views are not supported");
            },
            validator,
            reader,
            RelOptCluster.create(
                new HepPlanner(HepProgram.builder().build(), Contexts.empty()),
                new RexBuilder(types)),
            StandardConvertletTable.INSTANCE,
            SqlToRelConverter.config()
                .withExpand(false)
                .withInSubQueryThreshold(Integer.MAX_VALUE)
                .withRelBuilderConfigTransform(
                    c ->
                        c.withSimplify(false)
                            .withSimplifyLimit(false)
                            .withSimplifyValues(false)
                            .withPruneInputOfAggregate(false)
                            .withBloat(-1))
                .withTrimUnusedFields(false)
                .withRemoveSortInSubQuery(false)
                .withCreateValuesRel(true));
    return converter.convertQuery(validated, false, true).project();
  }

  /** True for DESCRIBE SELECT …, which is bound to tell its columns and never run. */
  private static boolean isDescribedQuery(JsonNode show) {
    return Ast.type(show).equals("SHOW_REF")
        && Ast.text(show, "show_type").equals("DESCRIBE")
        && AstShows.table(show).isEmpty();
  }

  private BoundQuery described(Asker asker, String typed, String sql) {
    BoundQuery query = bindAnew(asker, sql);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (OutputColumn column :
        binder.description(asker.dataset().orElse(""), Catalog.forBinder(sql))) {
      rows.add(AstShows.described(column));
    }
    List<OutputColumn> columns = AstShows.columns();
    return new BoundQuery(
        typed,
        ConstantRows.of(query.plan().getCluster(), columns, rows),
        columns.stream().map(OutputColumn::name).toList(),
        List.of(),
        false);
  }

  /** The names of a bound statement's parameters, without their signs, in order. */
  public List<String> parameters(String sql) {
    Map<String, Integer> positions =
        positions(binder.parse(JdbcEscapes.translate(sql)).path("named_param_map"));
    return positions.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The parameters' places, counted from zero, by their names: {@code ?} is named by its number.
   */
  private static Map<String, Integer> positions(JsonNode names) {
    Map<String, Integer> positions = new HashMap<>();
    names.forEach(entry -> positions.put(Ast.text(entry, "key"), entry.path("value").asInt() - 1));
    return positions;
  }

  /**
   * DuckDB's type of each parameter. Where its binder knows none, the value would decide, and with
   * it names and types of columns.
   */
  private List<RelDataType> parameters(int count, Optional<DuckDbBinder.Described> described) {
    if (described.isEmpty()) {
      // The text does not fit; Calcite may have a better word for why.
      return Collections.nCopies(count, types.type("VARCHAR"));
    }
    List<Optional<String>> known = described.get().parameterTypes();
    List<RelDataType> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i + 1;
      Optional<String> type = i < known.size() ? known.get(i) : Optional.empty();
      result.add(
          types.type(
              type.orElseThrow(
                  () ->
                      new GatewayException(
                          ErrorCode.WRONG_TYPE,
                          "the type of parameter "
                              + number
                              + " is not certain where it stands; cast it, as in"
                              + " `?::INTEGER`"))));
    }
    return result;
  }

  /** The columns' names, if DuckDB's binder finds the same columns in the text as the plan has. */
  private static List<String> agreed(RelNode plan, Optional<DuckDbBinder.Described> described) {
    List<OutputColumn> columns =
        described
            .map(DuckDbBinder.Described::columns)
            .orElseThrow(
                () ->
                    new GatewayException(
                        ErrorCode.WRONG_TYPE,
                        "the statement does not fit its tables or types; check it"));
    List<RelDataTypeField> fields = plan.getRowType().getFieldList();
    if (columns.size() != fields.size()) {
      throw new GatewayException(
          ErrorCode.NOT_SUPPORTED,
          "the statement uses a combination that is not supported; name its columns");
    }
    for (int i = 0; i < fields.size(); i++) {
      OutputColumn column = columns.get(i);
      String planned = DuckDbTypes.sql(fields.get(i).getType());
      if (!same(column.type(), planned)) {
        throw new GatewayException(
            ErrorCode.NOT_SUPPORTED,
            "the type of the column `%s` is not certain, `%s` or `%s`; cast it where it is made"
                    .formatted(column.name(), planned, column.type())
                + " (in a recursive query, in its first rows)");
      }
    }
    return columns.stream().map(OutputColumn::name).toList();
  }

  /** DuckDB tells no type of a bare parameter, and of an enum not its values. */
  private static boolean same(String described, String planned) {
    return described.equals(planned)
        || described.equals("UNKNOWN")
        || described.equals("INVALID")
        || described.equals("ENUM") && planned.startsWith("ENUM(");
  }

  private static GatewayException refusal(CalciteContextException e) {
    Throwable cause = e.getCause();
    String message = cause instanceof SqlValidatorException ? cause.getMessage() : null;
    return Complaint.of(message == null ? "" : message);
  }

  @Override
  public void close() {
    binder.close();
  }
}
