package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.plan.FunctionList;
import io.sallyport.policy.plan.GuardRewrite;
import io.sallyport.policy.plan.NotReleasedException;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What functions.csv says of failures, against DuckDB: no call that a policy lets pass over people,
 * or over keys that may be one person's, fails on hard values of a type and passes where there are
 * none.
 *
 * <pre>
 * SELECT count(*) FROM (SELECT week(date_x) AS v FROM people) u WHERE v IS NOT NULL
 *   →  … TRY("week"(TRY("date_x"))) …           answered on a table full and on one empty
 * </pre>
 */
class FunctionFailuresTest {
  private static final Pattern COLUMN = Pattern.compile("\\bc[0-9]+[xyz]\\b");
  private static final int ARGUMENTS = 3;

  /** Calls of one function; more, and functions on keys, if a property of the JVM says so. */
  private static final int MOST = Integer.getInteger("sallyport.calls", 8);

  private static final boolean EVERY = Boolean.getBoolean("sallyport.calls.keys");

  /** Functions of which some call has been answered. */
  private static final int LEAST = 150;

  /** What makes values as large as a number says: the engine's limits are another matter. */
  private static final Set<String> MAKING_LARGE =
      Set.of(
          "repeat",
          "lpad",
          "rpad",
          "bar",
          "range",
          "generate_series",
          "list_resize",
          "array_resize",
          "equi_width_bins");

  /** What DuckDB knows as syntax and our plans call functions; of others, of three of one type. */
  private static final Map<String, List<List<String>>> SYNTAX =
      Map.of(
          "->", List.of(List.of("JSON", "VARCHAR"), List.of("JSON", "BIGINT")),
          "cast", List.of(List.of("T")),
          "current_timestamp", List.of(List.of()),
          "ifnull", List.of(List.of("T", "T")),
          "try", List.of(List.of("T")),
          "try_cast", List.of());

  /** Texts that mean something to some function, where it may want one that is fixed. */
  private static final List<String> TEXTS =
      List.of(
          "day",
          "week",
          "era",
          "timezone",
          "%Y-%m-%d",
          "$.a",
          "UTC",
          "g",
          "",
          "(",
          "%s",
          "0",
          "bogus");

  private static final List<String> LAMBDAS = List.of("lambda p : p IS NULL", "lambda p, q : p");

  private static final AggregateOnly RELEASE = new AggregateOnly(2, Set.of(), Optional.empty(), 1);

  private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

  private static final Map<String, List<String>> CALLS = new LinkedHashMap<>();

  private static Connection full;
  private static Connection empty;
  private static SqlFront front;
  private static Obligations obligations;

  private final Set<String> judged = new TreeSet<>();
  private final List<String> found = new ArrayList<>();

  @BeforeAll
  static void open() throws Exception {
    try (InputStream file =
        FunctionFailuresTest.class.getResourceAsStream("/functions/hard-values.txt")) {
      new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> List.of(line.split(" \\| ?", -1)))
          .forEach(line -> VALUES.put(line.get(0), line.subList(1, line.size())));
    }
    signatures()
        .forEach(
            (function, known) -> {
              Set<String> all = new LinkedHashSet<>();
              known.forEach(types -> all.addAll(calls(function, types)));
              CALLS.put(function, spread(List.copyOf(all)));
            });
    Set<List<String>> sets = new LinkedHashSet<>();
    CALLS.values().forEach(calls -> calls.forEach(call -> sets.add(columns(call))));
    full = database(true);
    empty = database(false);
    List<Catalog.PublishedTable> tables = new ArrayList<>();
    Map<TableName, PrivacyUnit> units = new LinkedHashMap<>();
    for (List<String> columns : sets) {
      TableName table = table(columns);
      List<Catalog.Column> typed = new ArrayList<>();
      typed.add(new Catalog.Column("uid", "INTEGER", Catalog.Sight.VISIBLE));
      columns.forEach(c -> typed.add(new Catalog.Column(c, typeOf(c), Catalog.Sight.VISIBLE)));
      tables.add(new Catalog.PublishedTable(table, typed, List.of()));
      units.put(table, new PrivacyUnit("person", List.of("uid")));
    }
    front = new SqlFront(new Catalog(tables));
    Policy policy =
        new Policy(
            "hr",
            "carol",
            "1",
            units,
            Set.of(),
            Map.of(),
            new Policy.Release(
                List.of(RELEASE), Optional.empty(), Policy.Approvals.DEFAULT, Policy.Limits.NONE));
    obligations =
        new Obligations(
            Map.of("hr", new Obligations.Guard(policy, Optional.of(RELEASE))),
            OptionalLong.empty());
  }

  @AfterAll
  static void close() throws SQLException {
    front.close();
    full.close();
    empty.close();
  }

  private static String column(String type, int argument) {
    return "c" + List.copyOf(VALUES.keySet()).indexOf(type) + "xyz".charAt(argument % ARGUMENTS);
  }

  /** Every type's values in three columns, all triples of them, each of some people. */
  private static Connection database(boolean full) throws SQLException {
    Connection database = DriverManager.getConnection("jdbc:duckdb:");
    int most = VALUES.values().stream().mapToInt(List::size).max().orElseThrow();
    List<String> columns = new ArrayList<>();
    VALUES.forEach(
        (type, values) -> {
          for (int i = 0; i < ARGUMENTS; i++) {
            // DuckDB tries a column's least and greatest value, and no infinite one fails.
            boolean finite = i == 0;
            List<String> held =
                values.stream()
                    .filter(v -> !finite || !v.endsWith("inf") && !v.endsWith("infinity"))
                    .map(v -> v.equals("NULL") ? v : CallSyntax.text(v))
                    .toList();
            String which = "1 + i // " + (int) Math.pow(most, i) + " % " + held.size();
            columns.add(
                "CAST(CAST("
                    + held
                    + " AS VARCHAR[])["
                    + which
                    + "] AS "
                    + type
                    + ") AS "
                    + column(type, i));
          }
        });
    try (Statement make = database.createStatement()) {
      make.execute("SET TimeZone = 'UTC'");
      make.execute("SET threads = 1");
      make.execute("SET memory_limit = '1GB'");
      make.execute("SET disabled_optimizers = 'common_subexpressions'");
      make.execute("CREATE SCHEMA hr");
      make.execute(
          "CREATE TABLE hr.people AS SELECT i * 3 + p AS uid, "
              + String.join(", ", columns)
              + " FROM range("
              + (full ? (int) Math.pow(most, ARGUMENTS) : 0)
              + ") r(i), range(3) s(p)");
    }
    try (Statement make = database.createStatement()) {
      Set<List<String>> sets = new LinkedHashSet<>();
      CALLS.values().forEach(calls -> calls.forEach(call -> sets.add(columns(call))));
      for (List<String> set : sets) {
        make.execute(
            "CREATE TABLE hr."
                + table(set).table()
                + " AS SELECT uid"
                + String.join("", set.stream().map(c -> ", " + c).toList())
                + " FROM hr.people");
      }
    }
    return database;
  }

  @Test
  void noCallFailsThatAPolicyLetsPass() throws SQLException {
    for (Map.Entry<String, List<String>> function : CALLS.entrySet()) {
      for (String call : function.getValue()) {
        judge(function.getKey(), call);
      }
    }
    assertThat(judged).hasSizeGreaterThan(LEAST);
    assertThat(found).isEmpty();
  }

  /** Signatures by the function's name; what is syntax to DuckDB takes anything. */
  private static Map<String, List<List<String>>> signatures() throws SQLException {
    Map<String, List<List<String>>> signatures = new LinkedHashMap<>();
    for (String name : FunctionList.STANDARD.names()) {
      if (!MAKING_LARGE.contains(name) && (EVERY || isOverProtected(name))) {
        signatures.put(name, new ArrayList<>());
      }
    }
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement ask = duckDb.createStatement();
        ResultSet rows =
            ask.executeQuery(
                "SELECT function_name, array_to_string(list_transform(parameter_types, lambda t :"
                    + " coalesce(t, 'ANY')), '|'), varargs FROM duckdb_functions() WHERE"
                    + " function_type IN ('scalar', 'macro') ORDER BY ALL")) {
      while (rows.next()) {
        List<List<String>> known = signatures.get(rows.getString(1));
        if (known != null) {
          List<String> types = new ArrayList<>();
          if (!rows.getString(2).isEmpty()) {
            Collections.addAll(types, rows.getString(2).split("\\|"));
          }
          known.add(List.copyOf(types));
          if (rows.getString(3) != null) {
            types.add(rows.getString(3));
            known.add(List.copyOf(types));
            types.add(rows.getString(3));
            known.add(List.copyOf(types));
          }
        }
      }
    }
    signatures.forEach(
        (name, known) -> {
          if (known.isEmpty()) {
            known.addAll(SYNTAX.getOrDefault(name, List.of(List.of("T", "T", "T"))));
          }
        });
    return signatures;
  }

  /** No more calls than may be asked of one function, from all of its signatures and types. */
  private static List<String> spread(List<String> calls) {
    int step = Math.max(1, (calls.size() + MOST - 1) / MOST);
    return IntStream.range(0, calls.size())
        .filter(i -> i % step == 0)
        .mapToObj(calls::get)
        .toList();
  }

  private static List<String> calls(String function, List<String> types) {
    List<String> calls = new ArrayList<>();
    boolean open = types.stream().anyMatch(FunctionFailuresTest::isOpen);
    for (String any : open ? VALUES.keySet() : Set.of("VARCHAR")) {
      for (String other :
          types.contains("ANY") && types.size() == 2
              ? List.of(any, "INTEGER", "VARCHAR")
              : List.of(any)) {
        List<String> operands = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
          operands.add(operand(types.get(i), i, i == 0 ? any : other));
        }
        List<String> into = function.equals("cast") ? List.copyOf(VALUES.keySet()) : List.of("");
        into.forEach(type -> calls.add(CallSyntax.call(function, operands, type)));
        if (types.size() == 1) {
          List<String> infinite = List.of(operand(types.get(0), 1, any));
          into.forEach(type -> calls.add(CallSyntax.call(function, infinite, type)));
        }
        for (int i = 0; i < types.size(); i++) {
          if (types.get(i).equals("VARCHAR") && !open) {
            List<String> fixed = new ArrayList<>(operands);
            for (String text : TEXTS) {
              fixed.set(i, CallSyntax.text(text));
              calls.add(CallSyntax.call(function, fixed, ""));
            }
          }
          if (types.get(i).equals("LAMBDA")) {
            List<String> fixed = new ArrayList<>(operands);
            for (String lambda : LAMBDAS) {
              fixed.set(i, lambda);
              calls.add(CallSyntax.call(function, fixed, ""));
            }
          }
        }
      }
    }
    return calls;
  }

  private static boolean isOverProtected(String function) {
    return FunctionList.STANDARD.find(function).orElseThrow().overProtected();
  }

  private static boolean isOpen(String type) {
    return column(type).isEmpty();
  }

  /** A type that has values, of which this is one. */
  private static Optional<String> column(String type) {
    String own = type.equals("DECIMAL") ? "DECIMAL(12,2)" : type.replace("[ANY]", "[3]");
    return VALUES.containsKey(own) ? Optional.of(own) : Optional.empty();
  }

  private static String operand(String type, int argument, String any) {
    return column(column(type).orElse(any), argument);
  }

  private void judge(String function, String call) throws SQLException {
    String rows = isOverProtected(function) ? table(columns(call)).table() : keys(columns(call));
    String sql =
        "SELECT count(*) FROM (SELECT " + call + " AS v FROM " + rows + ") u WHERE v IS NOT NULL";
    Optional<String> printed = printed(sql);
    if (printed.isEmpty()) {
      return;
    }
    Optional<String> failure = failure(full, printed.get());
    if (failure.isEmpty()) {
      judged.add(function);
      return;
    }
    boolean ends = failure.get().startsWith("INTERNAL") || failure.get().startsWith("FATAL");
    if (ends) {
      full.close();
      full = database(true);
    }
    if (ends || failure(empty, printed.get()).isEmpty()) {
      judged.add(function);
      found.add(types(call) + ": " + failure.get() + " of " + printed.get());
    }
  }

  private static String types(String call) {
    return COLUMN
        .matcher(call)
        .replaceAll(found -> Matcher.quoteReplacement(typeOf(found.group())));
  }

  /** The columns of a call, in order. */
  private static List<String> columns(String call) {
    return COLUMN.matcher(call).results().map(MatchResult::group).sorted().distinct().toList();
  }

  private static String typeOf(String column) {
    int number = Integer.parseInt(column.substring(1, column.length() - 1));
    return List.copyOf(VALUES.keySet()).get(number);
  }

  private static TableName table(List<String> columns) {
    return new TableName("hr", "of_" + String.join("_", columns));
  }

  /** Groups by the columns of the call, some of which may be a single person's. */
  private static String keys(List<String> columns) {
    String keys = columns.isEmpty() ? "uid" : String.join(", ", columns);
    return "(SELECT "
        + keys
        + ", count(*) AS n FROM "
        + table(columns).table()
        + " GROUP BY "
        + keys
        + ") t";
  }

  /** What the engine is to run; empty if it is refused by name. */
  private Optional<String> printed(String sql) {
    try {
      return Optional.of(
          PlanPrinter.print(GuardRewrite.rewrite(front.bind(Optional.of("hr"), sql), obligations))
              .sql());
    } catch (NotReleasedException e) {
      return Optional.empty();
    } catch (GatewayException e) {
      if (e.code() == ErrorCode.INTERNAL) {
        found.add(sql + " -- " + e);
      }
      return Optional.empty();
    }
  }

  private static Optional<String> failure(Connection database, String sql) {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }
}
