package io.sallyport.proxy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.plan.GuardColumn;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.sql.type.SqlTypeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real streams of a real DuckDB, some of them as a broken rewrite or engine would give them. */
class LastDoorTest {
  private static final OptionalLong ALL = OptionalLong.empty();

  @TempDir Path directory;
  private RootAllocator allocator;
  private DuckDbEngine engine;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    engine =
        DuckDbEngine.open(
            new EngineSettings(128L << 20, 2, directory.resolve("spill"), 0), List.of(), allocator);
  }

  @AfterEach
  void close() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    engine.close();
  }

  private static GuardedPlan plan(List<String> names, int columns, GuardColumn... guards) {
    JavaTypeFactoryImpl types = new JavaTypeFactoryImpl();
    RelDataTypeFactory.Builder row = types.builder();
    for (int i = 0; i < columns; i++) {
      row.add("f" + i, types.createSqlType(SqlTypeName.BIGINT));
    }
    RelOptCluster cluster =
        RelOptCluster.create(new HepPlanner(HepProgram.builder().build()), new RexBuilder(types));
    return new GuardedPlan(
        LogicalValues.createEmpty(cluster, row.build()), names, List.of(guards), List.of());
  }

  private static GuardColumn row(int index, long atLeast) {
    return new GuardColumn(index, atLeast, OptionalInt.empty());
  }

  private static GuardColumn figure(int index, long atLeast, int figure) {
    return new GuardColumn(index, atLeast, OptionalInt.of(figure));
  }

  /** The rows that leave, and the code that ends them. */
  private List<String> leaving(
      String sql, GuardedPlan plan, OptionalLong maxRows, OptionalLong resultRows)
      throws Exception {
    List<String> rows = new ArrayList<>();
    try (Engine.Run run = engine.run(sql, List.of(), Instant.now().plusSeconds(60))) {
      ArrowReader door = LastDoor.check(run.batches(), plan, maxRows, resultRows);
      try {
        VectorSchemaRoot root = door.getVectorSchemaRoot();
        assertThat(root.getSchema().getFields())
            .extracting(Field::getName)
            .containsExactlyElementsOf(plan.columnNames());
        while (door.loadNextBatch()) {
          for (int i = 0; i < root.getRowCount(); i++) {
            StringBuilder row = new StringBuilder();
            for (var vector : root.getFieldVectors()) {
              assertThat(vector.getValueCount()).isEqualTo(root.getRowCount());
              row.append(row.isEmpty() ? "" : "|").append(vector.getObject(i));
            }
            rows.add(row.toString());
          }
        }
      } catch (GatewayException e) {
        assertThat(door.getVectorSchemaRoot().getRowCount()).isZero();
        assertThatThrownBy(door::loadNextBatch).isSameAs(e);
        rows.add(e.code().name());
        assertThat(e.getMessage())
            .matches(
                "the answer was stopped by a check; incident [0-9a-f]{10}"
                    + "|the answer has more than the \\d+ rows that the policy allows; ask for fewer");
      }
    }
    return rows;
  }

  private List<String> leaving(String sql, GuardedPlan plan) throws Exception {
    return leaving(sql, plan, ALL, ALL);
  }

  @Test
  void goodRowsLeaveWithoutTheirGuards() throws Exception {
    assertThat(
            leaving(
                "SELECT * FROM (VALUES ('a1', 12, 12::BIGINT), ('a2', 10, 10::BIGINT))"
                    + " t(\"zip\", \"n\", \"$guard0\")",
                plan(List.of("zip", "n"), 3, row(2, 10))))
        .containsExactly("a1|12", "a2|10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9::BIGINT", "NULL::BIGINT", "(-1)::BIGINT", "0::BIGINT"})
  void aRowWithTooFewUnitsStopsTheWholeAnswer(String guard) throws Exception {
    assertThat(
            leaving(
                "SELECT * FROM (VALUES ('a1', 12::BIGINT), ('a2', "
                    + guard
                    + ")) t(\"zip\", \"$guard0\")",
                plan(List.of("zip"), 2, row(1, 10))))
        .containsExactly("INTERNAL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10::INTEGER", "10::HUGEINT", "10.0::DOUBLE", "'10'", "true"})
  void aGuardOfAnotherTypeStopsTheWholeAnswer(String guard) throws Exception {
    assertThat(
            leaving(
                "SELECT 'a1' AS \"zip\", " + guard + " AS \"$guard0\"",
                plan(List.of("zip"), 2, row(1, 1))))
        .containsExactly("INTERNAL");
  }

  @Test
  void aFigureWithTooFewContributorsMustBeNull() throws Exception {
    GuardedPlan plan = plan(List.of("zip", "cost"), 4, row(2, 10), figure(3, 10, 1));
    String guarded = " AS t(\"zip\", \"cost\", \"$guard0\", \"$guard1\")";
    assertThat(
            leaving(
                "SELECT * FROM (VALUES ('a1', 5.5, 12::BIGINT, 12::BIGINT),"
                    + " ('a2', NULL, 12, 3), ('a3', NULL, 12, NULL))"
                    + guarded,
                plan))
        .containsExactly("a1|5.5", "a2|null", "a3|null");
    assertThat(leaving("SELECT * FROM (VALUES ('a1', 5.5, 12::BIGINT, 3::BIGINT))" + guarded, plan))
        .containsExactly("INTERNAL");
    assertThat(
            leaving("SELECT * FROM (VALUES ('a1', 5.5, 12::BIGINT, NULL::BIGINT))" + guarded, plan))
        .containsExactly("INTERNAL");
    assertThat(leaving("SELECT * FROM (VALUES ('a1', [1], 12::BIGINT, 3::BIGINT))" + guarded, plan))
        .containsExactly("INTERNAL");
  }

  @Test
  void aBadRowFarDownTheStreamStopsItsBatch() throws Exception {
    List<String> rows =
        leaving(
            "SELECT range AS \"n\", CASE WHEN range = 150000 THEN 1 ELSE 50 END::BIGINT AS \"$guard0\""
                + " FROM range(1000000)",
            plan(List.of("n"), 2, row(1, 10)));
    assertThat(rows).endsWith("INTERNAL").doesNotContain("150000");
    assertThat(rows.size()).isLessThanOrEqualTo(150_001);
  }

  @Test
  void columnsThatAreNotThePlansStopTheAnswer() {
    for (String sql :
        List.of(
            "SELECT 'a1' AS \"zip\"",
            "SELECT 'a1' AS \"zip\", 12::BIGINT AS \"other\"",
            "SELECT 12::BIGINT AS \"$guard0\", 'a1' AS \"zip\"",
            "SELECT 'a1' AS \"name\", 12::BIGINT AS \"$guard0\"",
            "SELECT 'a1' AS \"zip\", 12::BIGINT AS \"$guard0\", 1 AS \"more\"")) {
      try (Engine.Run run = engine.run(sql, List.of(), Instant.now().plusSeconds(60))) {
        ArrowReader door =
            LastDoor.check(run.batches(), plan(List.of("zip"), 2, row(1, 10)), ALL, ALL);
        assertThatThrownBy(door::getVectorSchemaRoot)
            .isInstanceOfSatisfying(
                GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
      }
    }
  }

  @Test
  void theClientsMaximumCutsWhateverTheTypes() throws Exception {
    assertThat(
            leaving(
                "SELECT range AS \"n\", 'row ' || range AS \"t\", [range, range] AS \"l\","
                    + " {'a': range} AS \"s\", 99::BIGINT AS \"$guard0\" FROM range(200000)",
                plan(List.of("n", "t", "l", "s"), 5, row(4, 10)),
                OptionalLong.of(3),
                ALL))
        .containsExactly(
            "0|row 0|[0,0]|{\"a\":0}", "1|row 1|[1,1]|{\"a\":1}", "2|row 2|[2,2]|{\"a\":2}");
    assertThat(
            leaving(
                "SELECT range AS \"n\" FROM range(200000)",
                plan(List.of("n"), 1),
                OptionalLong.of(100_000),
                ALL))
        .hasSize(100_000);
    assertThat(leaving("SELECT 1 AS \"n\"", plan(List.of("n"), 1), OptionalLong.of(0), ALL))
        .isEmpty();
  }

  @Test
  void thePolicysMaximumStops() throws Exception {
    GuardedPlan plan = plan(List.of("n"), 1);
    assertThat(leaving("SELECT range AS \"n\" FROM range(5)", plan, ALL, OptionalLong.of(4)))
        .containsExactly("LIMIT_REACHED");
    assertThat(leaving("SELECT range AS \"n\" FROM range(4)", plan, ALL, OptionalLong.of(4)))
        .hasSize(4);
    assertThat(
            leaving(
                "SELECT range AS \"n\" FROM range(5)",
                plan,
                OptionalLong.of(4),
                OptionalLong.of(4)))
        .hasSize(4);
  }

  @Test
  void anEmptyAnswerHasItsColumns() throws Exception {
    assertThat(
            leaving(
                "SELECT 'a' AS \"zip\", 1::BIGINT AS \"$guard0\" WHERE false",
                plan(List.of("zip"), 2, row(1, 10))))
        .isEmpty();
  }

  @Test
  void dictionariesPassThrough() throws Exception {
    try (Engine.Run run =
        engine.run(
            "SELECT CAST('b' AS ENUM('a', 'b')) AS \"kind\", 12::BIGINT AS \"$guard0\"",
            List.of(),
            Instant.now().plusSeconds(60))) {
      ArrowReader door =
          LastDoor.check(run.batches(), plan(List.of("kind"), 2, row(1, 10)), ALL, ALL);
      assertThat(door.loadNextBatch()).isTrue();
      Field field = door.getVectorSchemaRoot().getSchema().getFields().get(0);
      var dictionary = door.lookup(field.getDictionary().getId());
      assertThat(dictionary.getVector().getObject(1)).hasToString("b");
    }
  }
}
