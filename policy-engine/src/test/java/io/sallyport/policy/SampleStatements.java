package io.sallyport.policy;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.calcite.config.Lex;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.SchemaPlus;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.tools.Frameworks;
import org.apache.calcite.tools.Planner;

/** Binds published statements by Calcite's own parser, which knows no named parameters. */
final class SampleStatements implements StatementBinder {
  private static final Pattern PARAMETER = Pattern.compile("\\$([a-z]+)");
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

  private final List<TableShape> tables;

  SampleStatements(List<TableShape> tables) {
    this.tables = tables;
  }

  @Override
  public Bound bind(String sql, Set<TableName> published, Map<ColumnName, ColumnRight> rights) {
    SchemaPlus root = Frameworks.createRootSchema(false);
    for (TableShape table : tables) {
      if (published.contains(table.name())) {
        root.add(table.name().table(), new Seen(table, rights));
      }
    }
    List<String> names =
        PARAMETER.matcher(sql).results().map((MatchResult found) -> found.group(1)).toList();
    var config =
        Frameworks.newConfigBuilder()
            .defaultSchema(root)
            .parserConfig(SqlParser.config().withLex(Lex.MYSQL_ANSI))
            .build();
    try (Planner planner = Frameworks.getPlanner(config)) {
      RelNode plan =
          planner.rel(planner.validate(planner.parse(PARAMETER.matcher(sql).replaceAll("?")))).rel;
      List<Parameter> parameters = new ArrayList<>();
      List<RelDataType> types = new ArrayList<>();
      for (String name : names) {
        RelDataType type = planner.getParameterRowType().getFieldList().get(types.size()).getType();
        types.add(type);
        parameters.add(new Parameter(name, type.toString().replace(", ", ",")));
      }
      return new Bound(
          new BoundQuery(sql, plan, plan.getRowType().getFieldNames(), types, false), parameters);
    } catch (Exception e) {
      throw new Unbound("Calcite does not take it");
    }
  }

  private static final class Seen extends AbstractTable {
    private final TableShape table;
    private final Map<ColumnName, ColumnRight> rights;

    Seen(TableShape table, Map<ColumnName, ColumnRight> rights) {
      this.table = table;
      this.rights = rights;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory types) {
      RelDataTypeFactory.Builder row = types.builder();
      for (TableShape.Column column : table.columns()) {
        ColumnRight right = rights.get(new ColumnName(table.name(), column.name()));
        if (!(right instanceof ColumnRight.Hidden)) {
          row.add(column.name(), type(types, column.type()));
        }
      }
      return row.build();
    }

    private static RelDataType type(RelDataTypeFactory types, String name) {
      var decimal = DECIMAL.matcher(name);
      return decimal.matches()
          ? types.createSqlType(
              SqlTypeName.DECIMAL,
              Integer.parseInt(decimal.group(1)),
              Integer.parseInt(decimal.group(2)))
          : types.createSqlType(SqlTypeName.valueOf(name));
    }
  }
}
