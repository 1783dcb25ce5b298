package io.sallyport.proxy.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.Prepared;
import io.sallyport.proxy.sql.DuckDbBinder.Described;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.validate.SqlValidatorException;
import org.apache.calcite.sql2rel.SqlToRelConverter;
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

  private static final SqlToRelConverter.Config CONVERSION =
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
          .withCreateValuesRel(true);

  /**
   * @param kinds of the values: what they have in common with others that make the same plan
   */
  private record Key(Asker asker, String sql, List<String> kinds) {
    int length() {
      return sql.length() + kinds.stream().mapToInt(String::length).sum();
    }
  }

  private final Catalog catalog;
  private final DuckDbTypes types = new DuckDbTypes();
  private final DuckDbBinder binder;
  private final CalciteCatalogReader reader;
  private final Cache<Key, BoundQuery> bound =
      Caffeine.newBuilder()
          .maximumWeight(2_000_000)
          .<Key, BoundQuery>weigher((key, query) -> 2_000 + key.length())
          .build();

  /** What is known of texts with parameters before those have values. */
  private final Cache<Key, Optional<Described>> told =
      Caffeine.newBuilder()
          .maximumWeight(1_000_000)
          .<Key, Optional<Described>>weigher((key, described) -> 1_000 + key.length())
          .build();

  public SqlFront(Catalog catalog) {
    this.catalog = catalog;
    binder = new DuckDbBinder(catalog.twins());
    types.commonBy(new TypeOracle(binder, types)::common);
    reader = catalog.reader(types);
    // The first statement of a fresh process costs seconds; no analyst should wait for them.
    bind(Optional.empty(), WARM_UP);
  }

  /** Parses, validates and plans one SELECT that nobody in particular asks. */
  public BoundQuery bind(Optional<String> dataset, String sql) {
    return bind(Asker.of(dataset), sql);
  }

  /**
   * Parses, validates and plans one SELECT, or what SHOW and DESCRIBE mean as one, before its
   * parameters have values; refused if their types are not certain then.
   */
  public BoundQuery bind(Asker asker, String sql) {
    return known(new Key(asker.asFarAsAskedFor(sql), sql, List.of()), Optional.empty()).agreed();
  }

  /** The same with a value for each parameter: their types are those of the values. */
  public BoundQuery bind(Asker asker, String sql, List<SentValue> values) {
    return plan(asker, sql, kinds(asker, sql, values), values).agreed();
  }

  /**
   * The same for who can use the plan before DuckDB has told the columns.
   *
   * @param kinds of the values, as {@link #kinds} tells them
   */
  public PlannedQuery plan(Asker asker, String sql, List<String> kinds, List<SentValue> values) {
    return known(new Key(asker.asFarAsAskedFor(sql), sql, kinds), Optional.of(values));
  }

  private PlannedQuery known(Key key, Optional<List<SentValue>> values) {
    BoundQuery known = bound.getIfPresent(key);
    return known == null
        ? planAnew(key.asker(), key.sql(), values).keeping(fresh -> bound.put(key, fresh))
        : PlannedQuery.of(known);
  }

  /**
   * What the values have in common with others for which the statement has the same plan: their
   * types, and each text itself where it may become a value of another type, as {@code '7'} does,
   * or about how long it is.
   */
  public List<String> kinds(Asker asker, String sql, List<SentValue> values) {
    if (values.isEmpty()) {
      return List.of();
    }
    Optional<Described> described = described(asker, sql);
    List<String> kinds = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      SentValue value = values.get(i);
      kinds.add(
          value.isText() && !isText(described, i)
              ? value.type() + " " + value.literal()
              : value.kind());
    }
    return kinds;
  }

  private static boolean isText(Optional<Described> described, int parameter) {
    return described
        .map(Described::parameterTypes)
        .filter(types -> parameter < types.size())
        .flatMap(types -> types.get(parameter))
        .filter("VARCHAR"::equals)
        .isPresent();
  }

  /** What can be told of a statement before its parameters have values. */
  public Prepared prepare(Asker asker, String sql) {
    Optional<Described> described = described(asker, sql);
    if (described.map(Described::isCertain).orElse(true)) {
      BoundQuery query = bind(asker, sql);
      return new Prepared(
          sql,
          OutputColumn.of(query),
          query.parameterTypes().stream().map(DuckDbTypes::sql).toList());
    }
    return new Prepared(
        sql,
        described.get().columns(),
        described.get().parameterTypes().stream()
            .map(type -> type.orElse(OutputColumn.UNKNOWN))
            .toList());
  }

  /**
   * What DuckDB says of a text with parameters before they have values; empty if it does not fit.
   */
  private Optional<Described> described(Asker asker, String sql) {
    if (sql.indexOf('?') < 0 && sql.indexOf('$') < 0) {
      return Optional.empty();
    }
    Key key = new Key(asker.asFarAsAskedFor(sql), sql, List.of());
    Optional<Described> known = told.getIfPresent(key);
    if (known != null) {
      return known;
    }
    Optional<Described> described =
        refusing(
            key.asker(),
            sql,
            () -> {
              ParsedText parsed = parse(sql);
              if (parsed.positions().isEmpty() || parsed.isDescribedQuery()) {
                return Optional.empty();
              }
              try (TypeOracle oracle = new TypeOracle(binder, types)) {
                translate(parsed, key.asker(), oracle, List.of());
              }
              return describe(key.asker(), parsed.sql());
            });
    told.put(key, described);
    return described;
  }

  private Optional<Described> describe(Asker asker, String sql) {
    return binder.describe(asker.dataset().orElse(""), Catalog.forBinder(sql));
  }

  private ParsedText parse(String typed) {
    SqlText.check(typed);
    String sql = JdbcEscapes.translate(typed);
    SqlText.check(sql);
    return ParsedText.of(sql, binder.parse(sql));
  }

  /** Calcite's tree of a text in which every function is on the list, and nothing grows long. */
  private SqlNode translate(
      ParsedText parsed, Asker asker, TypeOracle oracle, List<SentValue> values) {
    SqlNode query =
        new AstQueries(
                catalog,
                asker,
                oracle,
                parsed.positions(),
                new GeneratedNames(parsed.tree(), binder::text))
            .statement(parsed.tree());
    TypeGrowth.check(query);
    ConstantGrowth.check(query, values);
    LimitValues.check(query, values);
    return query;
  }

  private PlannedQuery planAnew(Asker asker, String typed, Optional<List<SentValue>> sent) {
    return refusing(
        asker,
        typed,
        () -> {
          ParsedText parsed = parse(typed);
          sent.ifPresent(values -> parsed.checkCount(values.size()));
          List<SentValue> values = sent.orElse(List.of());
          return parsed.isDescribedQuery()
              ? PlannedQuery.of(describing(asker, typed, parsed, values))
              : planAnew(asker, typed, parsed, values);
        });
  }

  private PlannedQuery planAnew(
      Asker asker, String typed, ParsedText parsed, List<SentValue> values) {
    Optional<Described> before =
        parsed.positions().isEmpty() ? Optional.empty() : described(asker, typed);
    try (TypeOracle oracle = new TypeOracle(binder, types, literals(values, before))) {
      SqlNode query = translate(parsed, asker, oracle, values);
      before
          .filter(told -> !values.isEmpty())
          .ifPresent(told -> checkTexts(values, told, Vocabulary.untriedParameters(query)));
      // Only now, when every function is known to be on the list and short, may DuckDB's binder see
      // the text: it computes what it can.
      CompletableFuture<List<OutputColumn>> columns =
          binder.aside(
              () ->
                  columns(asker, parsed, values, before)
                      .orElseThrow(() -> complaint(asker, parsed.sql())));
      try {
        List<RelDataType> parameters =
            values.isEmpty()
                ? parameters(parsed.positions().size(), before)
                : values.stream().map(value -> types.type(value.type())).toList();
        RelNode plan = plan(query, parameters, oracle);
        OuterAggregates.check(plan);
        PlanGrowth.check(plan, values);
        List<String> names = plan.getRowType().getFieldNames();
        return PlannedQuery.of(
            new BoundQuery(typed, plan, names, parameters, Probe.empty(plan)), columns);
      } catch (GatewayException | CalciteContextException | VirtualMachineError e) {
        PlannedQuery.complaint(columns);
        throw e;
      } catch (RuntimeException | AssertionError e) {
        throw PlannedQuery.complaint(columns)
            .or(() -> OuterAggregates.refused(e))
            .orElseGet(() -> Constructs.refused(parsed.tree(), e));
      }
    }
  }

  /** A text that is no value of the type where it stands is told as such before anything runs. */
  private void checkTexts(List<SentValue> values, Described before, Set<Integer> places) {
    for (int i : places) {
      Optional<String> type = before.parameterTypes().get(i).filter(t -> !t.equals("VARCHAR"));
      if (values.get(i).value() instanceof String text
          && type.isPresent()
          && !binder.reads(text, type.get())) {
        throw new GatewayException(
            ErrorCode.WRONG_PARAMETER,
            "the value of parameter " + (i + 1) + " is not of the type " + type.get());
      }
    }
  }

  /** What stands for those values that take their type from their neighbours. */
  private static List<Optional<String>> literals(
      List<SentValue> values, Optional<Described> before) {
    List<Optional<String>> literals = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      SentValue value = values.get(i);
      literals.add(
          value.isAdaptive() && !(value.isText() && isText(before, i))
              ? Optional.of(value.literal())
              : Optional.empty());
    }
    return literals;
  }

  private RelNode plan(SqlNode query, List<RelDataType> parameters, TypeOracle oracle) {
    EngineValidator validator = new EngineValidator(reader, types, parameters, oracle);
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
            EngineImplicit.convertlets(),
            CONVERSION) {
          /** Calcite's validator would have an INTEGER behind LIMIT. */
          @Override
          public RelDataType getDynamicParamType(int index) {
            return parameters.get(index);
          }
        };
    return converter.convertQuery(validated, false, true).project();
  }

  /** The columns that DuckDB finds with the values, by their names in the text as it was typed. */
  private Optional<List<OutputColumn>> columns(
      Asker asker, ParsedText parsed, List<SentValue> values, Optional<Described> before) {
    if (parsed.positions().isEmpty()) {
      return describe(asker, parsed.sql()).map(Described::columns);
    }
    return before.flatMap(told -> columns(asker, parsed, values, told));
  }

  private Optional<List<OutputColumn>> columns(
      Asker asker, ParsedText parsed, List<SentValue> values, Described told) {
    if (values.isEmpty()) {
      return Optional.of(told.columns());
    }
    String numbered = SqlText.numbered(parsed.sql(), parsed.positions());
    Optional<List<OutputColumn>> found =
        binder.description(asker.dataset().orElse(""), Catalog.forBinder(numbered), values);
    return found.map(columns -> named(columns, names(asker, parsed, values, told, columns)));
  }

  private static List<OutputColumn> named(List<OutputColumn> columns, List<String> names) {
    List<OutputColumn> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      named.add(new OutputColumn(names.get(i), columns.get(i).type(), columns.get(i).nullable()));
    }
    return named;
  }

  /**
   * What the columns are called. DESCRIBE tells an alias in the letters of the column that it
   * stands for, if only their case differs ({@code x AS X} is {@code x}); preparing tells it as it
   * was typed.
   */
  private List<String> names(
      Asker asker,
      ParsedText parsed,
      List<SentValue> values,
      Described before,
      List<OutputColumn> described) {
    if (before.isDescribed()) {
      return before.columns().stream().map(OutputColumn::name).toList();
    }
    List<OutputColumn> typed =
        describe(asker, SqlText.filled(parsed.sql(), parsed.positions(), values))
            .map(Described::columns)
            .filter(columns -> columns.size() == described.size())
            .orElse(described);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < described.size(); i++) {
      String name = typed.get(i).name();
      names.add(
          name.equalsIgnoreCase(described.get(i).name())
              ? name
              : parsed.unnumbered(described.get(i).name()));
    }
    return names;
  }

  /** What Calcite and Java say of a statement in words of ours. */
  private <T> T refusing(Asker asker, String typed, Supplier<T> work) {
    try {
      return work.get();
    } catch (CalciteContextException e) {
      throw refusal(e, asker, parse(typed));
    } catch (GatewayException e) {
      throw e;
    } catch (StackOverflowError e) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE, "the statement is nested too deeply; split it into smaller parts");
    } catch (RuntimeException | AssertionError e) {
      throw Constructs.refused(parse(typed).tree(), e);
    }
  }

  private BoundQuery describing(
      Asker asker, String typed, ParsedText parsed, List<SentValue> values) {
    String sql = SqlText.withoutFirstWord(parsed.sql());
    BoundQuery query = planAnew(asker, sql, Optional.of(values)).agreed();
    String numbered = SqlText.numbered(sql, parsed.positions());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (OutputColumn column :
        binder
            .description(asker.dataset().orElse(""), Catalog.forBinder(numbered), values)
            .orElseThrow(() -> complaint(asker, sql))) {
      rows.add(AstShows.described(column));
    }
    List<OutputColumn> columns = AstShows.columns();
    return new BoundQuery(
        typed,
        ConstantRows.of(query.plan().getCluster(), columns, rows),
        columns.stream().map(OutputColumn::name).toList(),
        query.parameterTypes(),
        false);
  }

  /** Why DuckDB does not bind a text that it parses. */
  private GatewayException complaint(Asker asker, String sql) {
    return binder.complaint(asker.dataset().orElse(""), Catalog.forBinder(sql));
  }

  /** The names of a bound statement's parameters, without their signs, in order. */
  public List<String> parameters(String sql) {
    return parse(sql).parameters();
  }

  /**
   * DuckDB's type of each parameter. Where its binder knows none, the value would decide, and with
   * it names and types of columns.
   */
  private List<RelDataType> parameters(int count, Optional<Described> described) {
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

  /** What Calcite complains of; else what DuckDB does; else both could say more than we know. */
  private GatewayException refusal(CalciteContextException e, Asker asker, ParsedText parsed) {
    Throwable cause = e.getCause();
    String message = cause instanceof SqlValidatorException ? cause.getMessage() : null;
    return Complaint.of(message == null ? "" : message)
        .orElseGet(
            () ->
                describe(asker, parsed.sql()).isEmpty()
                    ? complaint(asker, parsed.sql())
                    : Constructs.refused(parsed.tree(), e));
  }

  @Override
  public void close() {
    binder.close();
  }
}
