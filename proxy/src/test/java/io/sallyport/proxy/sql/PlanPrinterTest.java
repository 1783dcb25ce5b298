package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.GuardedScan;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.Holder;
import org.apache.calcite.util.ImmutableBitSet;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Plans built by hand, printed, and run on a real DuckDB. */
class PlanPrinterTest {
  private static final DuckDbTypes TYPES = new DuckDbTypes();
  private static Connection duckDb;

  private final RelOptCluster cluster =
      RelOptCluster.create(new HepPlanner(HepProgram.builder().build()), new RexBuilder(TYPES));
  private final RexBuilder rex = cluster.getRexBuilder();
  private final RelBuilder plan =
      RelBuilder.proto(
              Contexts.of(
                  RelBuilder.Config.DEFAULT
                      .withSimplify(false)
                      .withSimplifyValues(false)
                      .withSimplifyLimit(false)
                      .withPruneInputOfAggregate(false)
                      .withBloat(-1)))
          .create(cluster, null);

  @BeforeAll
  static void open() throws Exception {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement make = duckDb.createStatement()) {
      make.execute("CREATE SCHEMA clinic");
      make.execute("CREATE TABLE clinic.p(id BIGINT, zip VARCHAR, ssn VARCHAR, cost DECIMAL(8,2))");
      make.execute(
          "INSERT INTO clinic.p VALUES (1, 'a', 's1', 5), (2, 'b', 's2', 7.5), (3, 'a', 's3', NULL)");
      make.execute("CREATE TABLE clinic.v(pid BIGINT, n INTEGER)");
      make.execute("INSERT INTO clinic.v VALUES (1, 10), (1, 11), (4, 12)");
    }
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private GuardedScan patients() {
    return scan(
        "p",
        new String[] {"id", "zip", "*ssn", "cost"},
        "BIGINT",
        "VARCHAR",
        "VARCHAR",
        "DECIMAL(8,2)");
  }

  private GuardedScan visits() {
    return scan("v", new String[] {"pid", "n"}, "BIGINT", "INTEGER");
  }

  private GuardedScan scan(String table, String[] columns, String... types) {
    RelDataTypeFactory.Builder row = TYPES.builder();
    List<GuardedScan.Column> guarded = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      boolean wiped = columns[i].startsWith("*");
      String name = wiped ? columns[i].substring(1) : columns[i];
      row.add(name, TYPES.type(types[i]));
      guarded.add(new GuardedScan.Column(name, wiped));
    }
    return new GuardedScan(
        cluster, cluster.traitSet(), new TableName("clinic", table), guarded, row.build());
  }

  private static PrintedQuery print(RelNode node) {
    return PlanPrinter.print(
        new GuardedPlan(node, node.getRowType().getFieldNames(), List.of(), List.of()));
  }

  private static List<String> rows(RelNode node, Object... parameters) throws Exception {
    PrintedQuery query = print(node);
    List<String> rows = new ArrayList<>();
    try (PreparedStatement statement = duckDb.prepareStatement(query.sql())) {
      List<Object> values = new ArrayList<>(query.arrange(List.of(parameters)));
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      try (ResultSet result = statement.executeQuery()) {
        ResultSetMetaData columns = result.getMetaData();
        while (result.next()) {
          StringBuilder row = new StringBuilder();
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            row.append(i == 1 ? "" : "|").append(result.getString(i));
          }
          rows.add(row.toString());
        }
      }
    }
    return rows;
  }

  private static SqlOperator function(String name, String type) {
    return new EngineFunction(name, ReturnTypes.explicit(TYPES.type(type)), true);
  }

  private static void refused(RelNode node, String message) {
    assertThatThrownBy(() -> print(node))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED))
        .hasMessageContaining(message);
  }

  @Test
  void printsFlatSqlWithDeclaredTypesAndNames() {
    RelNode node =
        plan.push(patients())
            .filter(plan.equals(plan.field("zip"), plan.literal("a")))
            .aggregate(plan.groupKey("zip"), plan.count(false, "n"))
            .sort(1)
            .build();
    GuardedPlan guarded = new GuardedPlan(node, List.of("Zip \"code\""), List.of(), List.of());
    assertThat(PlanPrinter.print(guarded).sql())
        .isEqualTo(
            "SELECT CAST(t0.\"zip\" AS VARCHAR) AS \"Zip \"\"code\"\"\","
                + " CAST(\"count\"(*) AS BIGINT) AS \"$guard0\" FROM \"clinic\".\"p\" AS t0"
                + " WHERE (t0.\"zip\" = 'a') GROUP BY t0.\"zip\""
                + " ORDER BY \"count\"(*) ASC NULLS LAST");
  }

  @Test
  void aWipedColumnIsNeverRead() throws Exception {
    RelNode node = plan.push(patients()).project(plan.field("ssn"), plan.field("id")).build();
    assertThat(print(node).sql()).doesNotContain(".\"ssn\"");
    assertThat(rows(node)).containsExactly("*|1", "*|2", "*|3");
  }

  @Test
  void aWipedColumnOfAPaddedSideIsNull() throws Exception {
    RelNode node =
        plan.push(visits())
            .push(patients())
            .join(JoinRelType.LEFT, plan.equals(plan.field(2, 0, "pid"), plan.field(2, 1, "id")))
            .project(plan.field("pid"), plan.field("ssn"))
            .sort(0)
            .build();
    assertThat(rows(node)).containsExactly("1|*", "1|*", "4|null");
  }

  @Test
  void anUnguardedScanIsRefused() {
    RelNode window = plan.push(patients()).build();
    RelNode unknown =
        new org.apache.calcite.rel.AbstractRelNode(cluster, cluster.traitSet()) {
          @Override
          protected RelDataType deriveRowType() {
            return window.getRowType();
          }
        };
    refused(unknown, "the statement needs a step that is not supported");
  }

  @Test
  void aFunctionThatNoListKnowsIsRefused() {
    plan.push(patients());
    refused(
        plan.project(plan.call(function("getenv", "VARCHAR"), plan.field("zip"))).build(),
        "`getenv` is not supported here");
  }

  @Test
  void constantsAreNotPositions() throws Exception {
    plan.push(patients());
    RelNode ordered =
        plan.project(
                plan.field("id"),
                plan.literal(1),
                plan.call(function("-", "INTEGER"), plan.literal(9)))
            .sort(plan.field(1), plan.field(2), plan.desc(plan.field(0)))
            .build();
    assertThat(rows(ordered)).containsExactly("3|1|-9", "2|1|-9", "1|1|-9");
    plan.push(patients()).project(plan.literal(5), plan.field("cost"));
    RelNode grouped =
        plan.aggregate(plan.groupKey(0), plan.count(false, "n", plan.field(1))).build();
    assertThat(rows(grouped)).containsExactly("5|2");
  }

  @Test
  void aGlobalAggregateStaysOneRowWhenItsFiguresAreDropped() throws Exception {
    plan.push(patients()).aggregate(plan.groupKey(), plan.count(false, "n"));
    assertThat(rows(plan.project(plan.literal("x")).build())).containsExactly("x");
  }

  @Test
  void aFilterOfGroupsIsHaving() throws Exception {
    plan.push(patients()).aggregate(plan.groupKey("zip"), plan.count(false, "n"));
    RelNode node =
        plan.filter(plan.call(SqlStdOperatorTable.GREATER_THAN, plan.field("n"), plan.literal(1)))
            .build();
    assertThat(print(node).sql()).contains(" HAVING (\"count\"(*) > 1)");
    assertThat(rows(node)).containsExactly("a|2");
  }

  @Test
  void groupingSets() throws Exception {
    plan.push(patients());
    RelNode node =
        plan.aggregate(
                plan.groupKey(
                    ImmutableBitSet.of(1), List.of(ImmutableBitSet.of(1), ImmutableBitSet.of())),
                plan.count(false, "n"))
            .sort(1, 0)
            .build();
    assertThat(rows(node)).containsExactly("b|1", "a|2", "null|3");
  }

  @Test
  void limitsAndOrdersKeepTheirPlace() throws Exception {
    plan.push(patients());
    RelNode node =
        plan.sortLimit(0, 2, plan.desc(plan.field("id")))
            .filter(plan.call(SqlStdOperatorTable.LESS_THAN, plan.field("id"), plan.literal(3)))
            .build();
    assertThat(rows(node)).containsExactly("2|b|*|7.50");
    plan.push(patients());
    RelNode nulls =
        plan.sort(plan.nullsFirst(plan.desc(plan.field("cost")))).project(plan.field("id")).build();
    assertThat(rows(nulls)).containsExactly("3", "2", "1");
    assertThat(print(nulls).sql()).contains("\"cost\" DESC NULLS FIRST");
    plan.push(patients());
    RelNode offset = plan.sortLimit(1, 1, plan.field("id")).project(plan.field("id")).build();
    assertThat(rows(offset)).containsExactly("2");
  }

  @Test
  void parametersAreNumberedAsTheyAppear() throws Exception {
    RelDataType bigint = TYPES.type("BIGINT");
    plan.push(patients());
    RelNode node =
        plan.filter(
                plan.call(
                    SqlStdOperatorTable.OR,
                    plan.equals(plan.field("id"), rex.makeDynamicParam(bigint, 2)),
                    plan.equals(plan.field("id"), rex.makeDynamicParam(bigint, 0)),
                    plan.equals(plan.field("id"), rex.makeDynamicParam(bigint, 2))))
            .project(plan.field("id"))
            .sort(0)
            .build();
    assertThat(print(node).parameters()).containsExactly(2, 0);
    assertThat(print(node).sql()).contains("CAST($1 AS BIGINT)").contains("CAST($2 AS BIGINT)");
    assertThat(rows(node, 3L, "unused", 1L)).containsExactly("1", "3");
  }

  @Test
  void everyJoin() throws Exception {
    assertThat(joined(JoinRelType.INNER)).containsExactly("1|10", "1|11");
    assertThat(joined(JoinRelType.LEFT)).containsExactly("1|10", "1|11", "2|null", "3|null");
    assertThat(joined(JoinRelType.RIGHT)).containsExactly("1|10", "1|11", "null|12");
    assertThat(joined(JoinRelType.FULL))
        .containsExactly("1|10", "1|11", "2|null", "3|null", "null|12");
    assertThat(half(JoinRelType.SEMI)).containsExactly("1");
    assertThat(half(JoinRelType.ANTI)).containsExactly("2", "3");
  }

  private List<String> joined(JoinRelType type) throws Exception {
    return rows(
        plan.push(patients())
            .push(visits())
            .join(type, plan.equals(plan.field(2, 0, "id"), plan.field(2, 1, "pid")))
            .project(plan.field("id"), plan.field("n"))
            .sort(0, 1)
            .build());
  }

  private List<String> half(JoinRelType type) throws Exception {
    return rows(
        plan.push(patients())
            .push(visits())
            .join(type, plan.equals(plan.field(2, 0, "id"), plan.field(2, 1, "pid")))
            .project(plan.field("id"))
            .sort(0)
            .build());
  }

  @Test
  void aConditionOnAPaddedSideStaysBelowItsJoin() throws Exception {
    plan.push(patients()).push(visits());
    plan.filter(plan.equals(plan.field("n"), plan.literal(11)));
    RelNode node =
        plan.join(JoinRelType.LEFT, plan.equals(plan.field(2, 0, "id"), plan.field(2, 1, "pid")))
            .project(plan.field("id"), plan.field("n"))
            .sort(0)
            .build();
    assertThat(rows(node)).containsExactly("1|11", "2|null", "3|null");
  }

  @Test
  void aLateralJoin() throws Exception {
    Holder<RexCorrelVariable> row = Holder.empty();
    plan.push(patients()).variable(row::set).push(visits());
    plan.filter(plan.equals(plan.field("pid"), rex.makeFieldAccess(row.get(), "id", true)));
    plan.aggregate(plan.groupKey(), plan.count(false, "n"));
    RelNode node =
        plan.correlate(JoinRelType.LEFT, row.get().id, plan.field(2, 0, "id"))
            .project(plan.field("id"), plan.field("n"))
            .sort(0)
            .build();
    assertThat(rows(node)).containsExactly("1|2", "2|0", "3|0");
  }

  @Test
  void subQueries() throws Exception {
    plan.push(patients());
    RelNode pids = plan.push(visits()).project(plan.field("pid")).build();
    RelNode most =
        plan.push(visits()).aggregate(plan.groupKey(), plan.max("m", plan.field("n"))).build();
    plan.push(patients());
    RelNode in =
        plan.filter(plan.in(plan.field("id"), b -> pids)).project(plan.field("id")).build();
    assertThat(rows(in)).containsExactly("1");
    plan.push(patients());
    RelNode some =
        plan.filter(plan.some(plan.field("id"), SqlStdOperatorTable.GREATER_THAN, b -> pids))
            .project(plan.field("id"), plan.scalarQuery(b -> most))
            .sort(0)
            .build();
    assertThat(rows(some)).containsExactly("2|12", "3|12");
    plan.push(patients());
    RelNode none = plan.filter(plan.not(plan.exists(b -> pids))).build();
    assertThat(rows(none)).isEmpty();
  }

  @Test
  void setOperations() throws Exception {
    assertThat(set(2, true, "union")).containsExactly("1", "1", "1", "2", "3", "4");
    assertThat(set(2, false, "union")).containsExactly("1", "2", "3", "4");
    assertThat(set(2, false, "intersect")).containsExactly("1");
    assertThat(set(2, true, "minus")).containsExactly("2", "3");
    assertThat(set(3, false, "minus")).containsExactly("2", "3");
  }

  private List<String> set(int inputs, boolean all, String operation) throws Exception {
    plan.push(patients()).project(plan.field("id"));
    for (int i = 1; i < inputs; i++) {
      plan.push(visits()).project(plan.field("pid"));
    }
    switch (operation) {
      case "union" -> plan.union(all, inputs);
      case "intersect" -> plan.intersect(all, inputs);
      default -> plan.minus(all, inputs);
    }
    return rows(plan.sort(0).build());
  }

  @Test
  void windowsAreComputedBeforeTheirFilter() throws Exception {
    plan.push(patients());
    RexNode position =
        plan.aggregateCall(
                new EngineAggregate("row_number", ReturnTypes.explicit(TYPES.type("BIGINT")), true))
            .over()
            .orderBy(plan.desc(plan.field("id")))
            .as("k");
    RelNode node =
        plan.project(plan.field("id"), position)
            .filter(plan.call(SqlStdOperatorTable.GREATER_THAN, plan.field("id"), plan.literal(1)))
            .filter(plan.equals(plan.field("k"), plan.literal(2)))
            .build();
    assertThat(rows(node)).containsExactly("2|2");
  }

  @Test
  void aColumnThatIsUsedTwiceIsComputedOnce() {
    SqlOperator volatileOne =
        new EngineFunction("hash", ReturnTypes.explicit(TYPES.type("BIGINT")), false);
    plan.push(patients()).project(plan.alias(plan.call(volatileOne, plan.field("id")), "r"));
    RelNode node =
        plan.project(plan.call(function("-", "BIGINT"), plan.field("r"), plan.field("r"))).build();
    assertThat(print(node).sql()).containsOnlyOnce("\"hash\"");
  }

  @Test
  void literalsInsideSubQueriesKeepTheirType() throws Exception {
    plan.push(patients()).project(plan.alias(plan.literal(100), "x"), plan.field("id"));
    RelNode node =
        plan.project(plan.call(function("typeof", "VARCHAR"), plan.field("x"))).limit(0, 1).build();
    assertThat(rows(node)).containsExactly("INTEGER");
  }

  @Test
  void valuesOfAnyShape() throws Exception {
    assertThat(rows(plan.values(new String[] {"a", "b"}, 1, "x", 2, null).build()))
        .containsExactly("1|x", "2|null");
    assertThat(rows(plan.values(new String[] {"a"}, 7).build())).containsExactly("7");
    RelDataType row = TYPES.builder().add("a", TYPES.type("DATE")).build();
    assertThat(rows(plan.values(row).build())).isEmpty();
  }

  @Test
  void literalsKeepValueAndType() throws Exception {
    literal(rex.makeLiteral(true), "BOOLEAN", "true");
    literal(exact("7", "INTEGER"), "INTEGER", "7");
    literal(exact("7", "BIGINT"), "BIGINT", "7");
    literal(exact("-7", "SMALLINT"), "SMALLINT", "-7");
    literal(exact("255", "UTINYINT"), "UTINYINT", "255");
    literal(exact("-2147483648", "INTEGER"), "INTEGER", "-2147483648");
    literal(exact("2147483648", "BIGINT"), "BIGINT", "2147483648");
    literal(exact("-9223372036854775808", "BIGINT"), "BIGINT", "-9223372036854775808");
    literal(
        exact("170141183460469231731687303715884105727", "HUGEINT"),
        "HUGEINT",
        "170141183460469231731687303715884105727");
    literal(exact("1.50", "DECIMAL(3,2)"), "DECIMAL(3,2)", "1.50");
    literal(exact("1.5", "DECIMAL(10,4)"), "DECIMAL(10,4)", "1.5000");
    literal(exact("-0.05", "DECIMAL(2,2)"), "DECIMAL(2,2)", "-.05");
    literal(exact("5", "DECIMAL(1,0)"), "DECIMAL(1,0)", "5");
    literal(
        exact("99999999999999999999999999999999999999", "DECIMAL(38,0)"),
        "DECIMAL(38,0)",
        "99999999999999999999999999999999999999");
    literal(rex.makeApproxLiteral(new BigDecimal("15")), "DOUBLE", "15.0");
    literal(rex.makeApproxLiteral(new BigDecimal("-1.5E-300")), "DOUBLE", "-1.5e-300");
    literal(rex.makeApproxLiteral(new BigDecimal("0.1")), "DOUBLE", "0.1");
    literal(text("it's"), "VARCHAR", "it's");
    literal(text(""), "VARCHAR", "");
    literal(
        text("é😀\u200b\n\\x00 -- /* ' */ $1 ?"), "VARCHAR", "é😀\u200b\n\\x00 -- /* ' */ $1 ?");
    literal(rex.makeDateLiteral(new DateString("2024-02-29")), "DATE", "2024-02-29");
    literal(rex.makeDateLiteral(new DateString("1500-02-28")), "DATE", "1500-02-28");
    literal(rex.makeDateLiteral(new DateString("0001-01-01")), "DATE", "0001-01-01");
    literal(rex.makeTimeLiteral(new TimeString("10:11:12.123456"), 6), "TIME", "10:11:12.123456");
    literal(
        rex.makeTimestampLiteral(new TimestampString("1500-02-28 10:11:12.123456"), 6),
        "TIMESTAMP",
        "1500-02-28 10:11:12.123456");
    literal(
        rex.makeTimestampLiteral(new TimestampString("2024-02-28 10:11:12.123456789"), 9),
        "TIMESTAMP_NS",
        "2024-02-28 10:11:12.123456789");
    literal(
        rex.makeTimestampWithLocalTimeZoneLiteral(new TimestampString("2024-02-28 10:11:12"), 6),
        "TIMESTAMP WITH TIME ZONE",
        "2024-02-28 10:11:12+00");
    literal(
        rex.makeBinaryLiteral(new ByteString(new byte[] {0, 65, -1, 39})),
        "BLOB",
        "\\x00A\\xFF\\x27");
    literal(rex.makeNullLiteral(TYPES.type("DECIMAL(5,1)")), "DECIMAL(5,1)", null);
    literal(rex.makeNullLiteral(TYPES.type("UUID")), "UUID", null);
    literal(rex.makeNullLiteral(TYPES.type("VARCHAR[]")), "VARCHAR[]", null);
    assertThatThrownBy(() -> PrintedLiteral.of((org.apache.calcite.rex.RexLiteral) text("a\0b")))
        .isInstanceOf(GatewayException.class);
  }

  private RexNode exact(String number, String type) {
    RelDataType notNull = TYPES.createTypeWithNullability(TYPES.type(type), false);
    return rex.makeExactLiteral(new BigDecimal(number), notNull);
  }

  private RexNode text(String value) {
    return rex.makeLiteral(value, TYPES.createSqlType(SqlTypeName.VARCHAR));
  }

  private void literal(RexNode literal, String type, @Nullable String value) throws Exception {
    String sql = PrintedLiteral.of((org.apache.calcite.rex.RexLiteral) literal);
    try (Statement statement = duckDb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet row =
          statement.executeQuery("SELECT typeof(" + sql + "), CAST(" + sql + " AS VARCHAR)")) {
        row.next();
        assertThat(row.getString(1)).as(sql).isEqualTo(type);
        assertThat(row.getString(2)).as(sql).isEqualTo(value);
      }
    }
  }

  @Test
  void typesThatArrowBendsLeaveAsText() {
    for (String type : List.of("BIT", "BIGNUM", "TIME WITH TIME ZONE")) {
      plan.push(patients());
      RelNode node = plan.project(rex.makeNullLiteral(TYPES.type(type))).build();
      assertThat(print(node).sql()).contains(" AS VARCHAR) AS");
    }
  }

  @Test
  void directionsAreAlwaysWritten() {
    assertThat(PrintedExpressions.nulls(RelFieldCollation.NullDirection.UNSPECIFIED))
        .isEqualTo(" NULLS LAST");
  }
}
