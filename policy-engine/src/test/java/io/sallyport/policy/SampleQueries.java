package io.sallyport.policy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.calcite.config.Lex;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.tools.FrameworkConfig;
import org.apache.calcite.tools.Frameworks;
import org.apache.calcite.tools.Planner;

/** Plans over two owners' tables, made by Calcite's own parser, and policies for them. */
public final class SampleQueries {
  static final TableName PATIENTS = new TableName("clinic", "patients");
  static final TableName WARDS = new TableName("clinic", "wards");
  static final TableName DRAFTS = new TableName("clinic", "drafts");
  static final TableName ORDERS = new TableName("sales", "orders");
  static final TableName SHOPS = new TableName("sales", "shops");

  private SampleQueries() {}

  public static BoundQuery query(String sql) {
    return query(sql, false);
  }

  static BoundQuery query(String sql, boolean probe) {
    RelNode plan = plan(sql);
    return new BoundQuery(sql, plan, plan.getRowType().getFieldNames(), List.of(), probe);
  }

  private static RelNode plan(String sql) {
    SchemaPlus root = Frameworks.createRootSchema(false);
    SchemaPlus clinic = root.add("clinic", new AbstractSchema());
    clinic.add("patients", new Sample(PATIENTS, List.of("patient_id", "zip", "shop")));
    clinic.add("wards", new Sample(WARDS, List.of("ward", "zip")));
    clinic.add("drafts", new Sample(DRAFTS, List.of("zip")));
    clinic.add("foreign", new Unpublished());
    SchemaPlus sales = root.add("sales", new AbstractSchema());
    sales.add("orders", new Sample(ORDERS, List.of("customer", "shop", "total")));
    sales.add("shops", new Sample(SHOPS, List.of("shop", "zip")));
    FrameworkConfig config =
        Frameworks.newConfigBuilder()
            .defaultSchema(root)
            .parserConfig(SqlParser.config().withLex(Lex.MYSQL_ANSI))
            .sqlToRelConverterConfig(SqlToRelConverter.config().withExpand(false))
            .build();
    try (Planner planner = Frameworks.getPlanner(config)) {
      return planner.rel(planner.validate(planner.parse(sql))).rel;
    } catch (Exception e) {
      throw new AssertionError("the sample does not parse: " + sql, e);
    }
  }

  public static Policy clinic(List<Rule> automatic, Optional<List<Rule>> approval) {
    return policy("clinic", PATIENTS, "patient_id", WARDS, automatic, approval);
  }

  public static Policy sales(List<Rule> automatic, Optional<List<Rule>> approval) {
    return policy("sales", ORDERS, "customer", SHOPS, automatic, approval);
  }

  private static Policy policy(
      String dataset,
      TableName table,
      String key,
      TableName open,
      List<Rule> automatic,
      Optional<List<Rule>> approval) {
    return new Policy(
        dataset,
        "owner of " + dataset,
        "1",
        Map.of(table, new Policy.PrivacyUnit("person", List.of(key))),
        Set.of(open),
        Map.of(),
        new Policy.Release(automatic, approval, Policy.Approvals.DEFAULT, Policy.Limits.NONE));
  }

  static Policy limited(Policy policy, long resultRows) {
    Policy.Release release = policy.release();
    return new Policy(
        policy.dataset(),
        policy.owner(),
        policy.version(),
        policy.units(),
        policy.publicTables(),
        policy.columns(),
        new Policy.Release(
            release.automatic(),
            release.approval(),
            release.approvals(),
            new Policy.Limits(Optional.empty(), OptionalInt.empty(), OptionalLong.of(resultRows))));
  }

  static Asking asking(String user, String... roles) {
    return new Asking(
        new Principal(user, Set.of(roles)),
        Optional.of("research"),
        Instant.parse("2026-11-25T10:00:00Z"));
  }

  private static class Unpublished extends AbstractTable {
    @Override
    public RelDataType getRowType(RelDataTypeFactory types) {
      return types.builder().add("zip", SqlTypeName.INTEGER).build();
    }
  }

  private static final class Sample extends AbstractTable implements ScannedTable {
    private final TableName name;
    private final List<String> columns;

    Sample(TableName name, List<String> columns) {
      this.name = name;
      this.columns = columns;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory types) {
      RelDataTypeFactory.Builder row = types.builder();
      columns.forEach(column -> row.add(column, typeOf(column, types)));
      return row.build();
    }

    @Override
    public TableName name() {
      return name;
    }

    @Override
    public List<String> sourceColumns() {
      return columns;
    }

    @Override
    public RelDataType typeOf(String sourceColumn, RelDataTypeFactory types) {
      return types.createTypeWithNullability(types.createSqlType(SqlTypeName.INTEGER), true);
    }

    @Override
    public List<List<String>> uniqueKeys() {
      return List.of();
    }
  }
}
