package io.sallyport.proxy.sql;

import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.sql.Catalog.PublishedTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.jspecify.annotations.Nullable;

/**
 * What tools ask of {@code information_schema}, told from the analyst's own catalogue: its columns
 * are DuckDB's, its rows are the published tables and the columns that the analyst sees.
 *
 * <p>Nothing in it is computed from rows of a table, and nothing of the engine's own catalogue is
 * in it.
 */
final class InformationSchema {
  static final String NAME = "information_schema";

  /** What the only database is called. */
  static final String DATABASE = "sallyport";

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

  private static final String KEYS =
      "constraint_catalog VARCHAR, constraint_schema VARCHAR, constraint_name VARCHAR,"
          + " table_catalog VARCHAR, table_schema VARCHAR, table_name VARCHAR, ";

  /** One of its tables. */
  record Table(String name, List<OutputColumn> columns, List<List<@Nullable Object>> rows) {
    /** True if DuckDB has it too, so that its binder knows it. */
    boolean isKnownToDuckDb() {
      return !name.equals("routines") && !name.equals("sequences");
    }
  }

  private final List<Table> tables = new ArrayList<>();

  InformationSchema(List<PublishedTable> published) {
    List<PublishedTable> keyed =
        published.stream().filter(table -> !table.primaryKey().isEmpty()).toList();
    add(
        "schemata",
        "catalog_name VARCHAR, schema_name VARCHAR, schema_owner VARCHAR,"
            + " default_character_set_catalog VARCHAR, default_character_set_schema VARCHAR,"
            + " default_character_set_name VARCHAR, sql_path VARCHAR",
        schemata(published));
    add(
        "tables",
        "table_catalog VARCHAR, table_schema VARCHAR, table_name VARCHAR, table_type VARCHAR,"
            + " self_referencing_column_name VARCHAR, reference_generation VARCHAR,"
            + " user_defined_type_catalog VARCHAR, user_defined_type_schema VARCHAR,"
            + " user_defined_type_name VARCHAR, is_insertable_into VARCHAR, is_typed VARCHAR,"
            + " commit_action VARCHAR, TABLE_COMMENT VARCHAR",
        published.stream().map(InformationSchema::table).toList());
    add(
        "columns",
        "table_catalog VARCHAR, table_schema VARCHAR, table_name VARCHAR, column_name VARCHAR,"
            + " ordinal_position INTEGER, column_default VARCHAR, is_nullable VARCHAR,"
            + " data_type VARCHAR, character_maximum_length INTEGER,"
            + " character_octet_length INTEGER, numeric_precision INTEGER,"
            + " numeric_precision_radix INTEGER, numeric_scale INTEGER,"
            + " datetime_precision INTEGER, interval_type VARCHAR, interval_precision INTEGER,"
            + " character_set_catalog VARCHAR, character_set_schema VARCHAR,"
            + " character_set_name VARCHAR, collation_catalog VARCHAR, collation_schema VARCHAR,"
            + " collation_name VARCHAR, domain_catalog VARCHAR, domain_schema VARCHAR,"
            + " domain_name VARCHAR, udt_catalog VARCHAR, udt_schema VARCHAR, udt_name VARCHAR,"
            + " scope_catalog VARCHAR, scope_schema VARCHAR, scope_name VARCHAR,"
            + " maximum_cardinality BIGINT, dtd_identifier VARCHAR, is_self_referencing BOOLEAN,"
            + " is_identity BOOLEAN, identity_generation VARCHAR, identity_start VARCHAR,"
            + " identity_increment VARCHAR, identity_maximum VARCHAR, identity_minimum VARCHAR,"
            + " identity_cycle BOOLEAN, is_generated VARCHAR, generation_expression VARCHAR,"
            + " is_updatable BOOLEAN, COLUMN_COMMENT VARCHAR",
        columns(published));
    add(
        "key_column_usage",
        KEYS + "column_name VARCHAR, ordinal_position BIGINT, position_in_unique_constraint BIGINT",
        keyColumns(keyed));
    add(
        "table_constraints",
        KEYS
            + "constraint_type VARCHAR, is_deferrable VARCHAR, initially_deferred VARCHAR,"
            + " enforced VARCHAR, nulls_distinct VARCHAR",
        keyed.stream().map(table -> key(table, "PRIMARY KEY", "NO", "NO", "YES", null)).toList());
    add(
        "referential_constraints",
        "constraint_catalog VARCHAR, constraint_schema VARCHAR, constraint_name VARCHAR,"
            + " unique_constraint_catalog VARCHAR, unique_constraint_schema VARCHAR,"
            + " unique_constraint_name VARCHAR, match_option VARCHAR, update_rule VARCHAR,"
            + " delete_rule VARCHAR",
        List.of());
    add(
        "views",
        "table_catalog VARCHAR, table_schema VARCHAR, table_name VARCHAR,"
            + " view_definition VARCHAR, check_option VARCHAR, is_updatable VARCHAR,"
            + " is_insertable_into VARCHAR, is_trigger_updatable VARCHAR,"
            + " is_trigger_deletable VARCHAR, is_trigger_insertable_into VARCHAR",
        List.of());
    add(
        "routines",
        "specific_catalog VARCHAR, specific_schema VARCHAR, specific_name VARCHAR,"
            + " routine_catalog VARCHAR, routine_schema VARCHAR, routine_name VARCHAR,"
            + " routine_type VARCHAR, data_type VARCHAR, routine_definition VARCHAR",
        List.of());
    add(
        "sequences",
        "sequence_catalog VARCHAR, sequence_schema VARCHAR, sequence_name VARCHAR,"
            + " data_type VARCHAR, numeric_precision INTEGER, numeric_precision_radix INTEGER,"
            + " numeric_scale INTEGER, start_value VARCHAR, minimum_value VARCHAR,"
            + " maximum_value VARCHAR, increment VARCHAR, cycle_option VARCHAR",
        List.of());
  }

  private void add(String name, String columns, List<List<@Nullable Object>> rows) {
    List<OutputColumn> declared = new ArrayList<>();
    for (String column : columns.split(", ", -1)) {
      String[] nameAndType = column.split(" ", 2);
      declared.add(new OutputColumn(nameAndType[0], nameAndType[1], true));
    }
    tables.add(new Table(name, declared, rows));
  }

  List<Table> tables() {
    return tables;
  }

  Optional<Table> find(String name) {
    return tables.stream().filter(table -> table.name().equalsIgnoreCase(name)).findFirst();
  }

  private static List<List<@Nullable Object>> schemata(List<PublishedTable> published) {
    TreeSet<String> datasets = new TreeSet<>();
    published.forEach(table -> datasets.add(table.name().dataset()));
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (String dataset : datasets) {
      rows.add(Arrays.asList(DATABASE, dataset, null, null, null, null, null));
    }
    rows.add(Arrays.asList(DATABASE, NAME, null, null, null, null, null));
    return rows;
  }

  private static List<@Nullable Object> table(PublishedTable table) {
    List<@Nullable Object> row =
        new ArrayList<>(
            List.of(DATABASE, table.name().dataset(), table.name().table(), "BASE TABLE"));
    row.addAll(Arrays.asList(null, null, null, null, null, "NO", "NO", null, null));
    return row;
  }

  private static List<List<@Nullable Object>> columns(List<PublishedTable> published) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (PublishedTable table : published) {
      int position = 1;
      for (Catalog.Column column : table.seen()) {
        List<@Nullable Object> row = new ArrayList<>();
        row.addAll(List.of(DATABASE, table.name().dataset(), table.name().table()));
        row.addAll(
            Arrays.asList(column.name(), position++, null, column.nullable() ? "YES" : "NO"));
        row.addAll(Arrays.asList(column.seenType(), null, null));
        row.addAll(digits(column.seenType()));
        while (row.size() < 41) {
          row.add(null);
        }
        row.addAll(Arrays.asList("NEVER", null, null, null));
        rows.add(row);
      }
    }
    return rows;
  }

  /** Precision, its radix, and scale, as DuckDB gives them. */
  private static List<@Nullable Object> digits(String type) {
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      return List.of(Integer.valueOf(decimal.group(1)), 10, Integer.valueOf(decimal.group(2)));
    }
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "TINYINT" -> List.of(8, 2, 0);
      case "SMALLINT" -> List.of(16, 2, 0);
      case "INTEGER" -> List.of(32, 2, 0);
      case "BIGINT" -> List.of(64, 2, 0);
      case "HUGEINT" -> List.of(128, 2, 0);
      case "FLOAT" -> List.of(24, 2, 0);
      case "DOUBLE" -> List.of(53, 2, 0);
      default -> Arrays.asList(null, null, null);
    };
  }

  private static List<List<@Nullable Object>> keyColumns(List<PublishedTable> keyed) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (PublishedTable table : keyed) {
      long position = 1;
      for (String column : table.primaryKey()) {
        rows.add(key(table, column, position++, null));
      }
    }
    return rows;
  }

  private static List<@Nullable Object> key(PublishedTable table, @Nullable Object... more) {
    String dataset = table.name().dataset();
    String name = table.name().table();
    List<@Nullable Object> row =
        new ArrayList<>(List.of(DATABASE, dataset, name + "_pkey", DATABASE, dataset, name));
    row.addAll(Arrays.asList(more));
    return row;
  }

  /** A table as Calcite's, which becomes its rows in the plan. */
  static final class Rows extends AbstractTable implements TranslatableTable {
    private final Table table;
    private final DuckDbTypes types;

    Rows(Table table, DuckDbTypes types) {
      this.table = table;
      this.types = types;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
      RelDataTypeFactory.Builder row = factory.builder();
      table.columns().forEach(column -> row.add(column.name(), types.type(column.type())));
      return row.build();
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable relOptTable) {
      return ConstantRows.of(context.getCluster(), table.columns(), table.rows());
    }
  }
}
