package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.OutputColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.impl.AbstractTable;

/**
 * The tables that analysts may see, as Calcite's schema: hidden columns are absent, wiped ones are
 * VARCHAR. A catalogue never changes; a new version of a policy or a source makes a new one.
 */
public final class Catalog {
  private static final String TWIN_SCHEMA = "$information_schema";
  private static final Pattern MISSING =
      Pattern.compile(
          "\\binformation_schema\\s*\\.\\s*(routines|sequences)\\b", Pattern.CASE_INSENSITIVE);

  /** How a source's column looks to an analyst. */
  public enum Sight {
    VISIBLE,
    WIPED,
    HIDDEN
  }

  /**
   * A source's column with DuckDB's name of its type.
   *
   * @param nullable false if the source says that it is never NULL
   */
  public record Column(String name, String type, Sight sight, boolean nullable) {
    public Column(String name, String type, Sight sight) {
      this(name, type, sight, true);
    }

    /** The type that analysts see. */
    String seenType() {
      return sight == Sight.WIPED ? "VARCHAR" : type;
    }

    /** The column as analysts see it. */
    public OutputColumn seen() {
      return new OutputColumn(name, seenType(), nullable || sight == Sight.WIPED);
    }
  }

  /**
   * A published table: all its source's columns, and the sets of columns declared unique.
   *
   * @param found sets of columns that are unique without being declared so; analysts are not shown
   *     them
   */
  public record PublishedTable(
      TableName name,
      List<Column> columns,
      List<List<String>> uniqueKeys,
      List<List<String>> found) {
    public PublishedTable {
      columns = List.copyOf(columns);
      uniqueKeys = List.copyOf(uniqueKeys);
      found = List.copyOf(found);
    }

    public PublishedTable(TableName name, List<Column> columns, List<List<String>> uniqueKeys) {
      this(name, columns, uniqueKeys, List.of());
    }

    /** The columns that analysts see. */
    public List<Column> seen() {
      return columns.stream().filter(c -> c.sight() != Sight.HIDDEN).toList();
    }

    /** The first unique key, unless the analyst may not see all of it. */
    public List<String> primaryKey() {
      List<String> visible =
          columns.stream().filter(c -> c.sight() == Sight.VISIBLE).map(Column::name).toList();
      return uniqueKeys.stream().findFirst().filter(visible::containsAll).orElse(List.of());
    }
  }

  private final List<PublishedTable> tables;
  private final InformationSchema schema;

  public Catalog(List<PublishedTable> tables) {
    this.tables = List.copyOf(tables);
    this.schema = new InformationSchema(this.tables);
  }

  public List<PublishedTable> tables() {
    return tables;
  }

  /** The full name, as the owner spelt it, of the table that a query names. */
  List<String> resolve(Optional<String> dataset, List<String> path) {
    if (path.size() == 2 && path.get(0).equalsIgnoreCase(InformationSchema.NAME)) {
      return List.of(InformationSchema.NAME, schemaTable(path).name());
    }
    String table = path.get(path.size() - 1);
    Optional<String> schema =
        path.size() == 2 ? Optional.of(path.get(0)) : path.size() == 1 ? dataset : Optional.empty();
    List<PublishedTable> found =
        path.size() > 2
            ? List.of()
            : tables.stream()
                .filter(t -> t.name().table().equalsIgnoreCase(table))
                .filter(t -> schema.map(s -> s.equalsIgnoreCase(t.name().dataset())).orElse(true))
                .toList();
    if (found.size() > 1) {
      throw new GatewayException(
          ErrorCode.UNKNOWN_TABLE,
          "the table `" + table + "` is in several datasets; write the dataset before it");
    }
    if (found.isEmpty()) {
      throw new GatewayException(
          ErrorCode.UNKNOWN_TABLE, "unknown table `" + String.join(".", path) + "`");
    }
    TableName name = found.get(0).name();
    return List.of(name.dataset(), name.table());
  }

  private InformationSchema.Table schemaTable(List<String> path) {
    return schema
        .find(path.get(1))
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.UNKNOWN_TABLE, "unknown table `" + String.join(".", path) + "`"));
  }

  private Optional<PublishedTable> find(List<String> resolved) {
    return tables.stream()
        .filter(t -> t.name().equals(new TableName(resolved.get(0), resolved.get(1))))
        .findFirst();
  }

  /** The names of the columns that analysts see, of a table by its full name. */
  List<String> columnNames(List<String> resolved) {
    return columns(resolved).stream().map(OutputColumn::name).toList();
  }

  /** The columns that analysts see, of a table by its full name. */
  List<OutputColumn> columns(List<String> resolved) {
    return resolved.get(0).equals(InformationSchema.NAME)
        ? schemaTable(resolved).columns()
        : find(resolved).stream().flatMap(t -> t.seen().stream()).map(Column::seen).toList();
  }

  /** The primary key of a table by its full name, as far as analysts see it. */
  List<String> primaryKey(List<String> resolved) {
    return find(resolved).map(PublishedTable::primaryKey).orElse(List.of());
  }

  /** Statements that make empty twins of what analysts see, for DuckDB's binder. */
  List<String> twins() {
    List<String> statements = new ArrayList<>();
    for (PublishedTable table : tables) {
      String dataset = CallSyntax.identifier(table.name().dataset());
      statements.add("CREATE SCHEMA IF NOT EXISTS " + dataset);
      List<String> columns = new ArrayList<>();
      for (Column column : table.seen()) {
        columns.add(
            CallSyntax.identifier(column.name())
                + " "
                + column.seenType()
                + (column.seen().nullable() ? "" : " NOT NULL"));
      }
      statements.add(
          "CREATE TABLE "
              + dataset
              + "."
              + CallSyntax.identifier(table.name().table())
              + " ("
              + String.join(", ", columns)
              + ")");
    }
    statements.add("CREATE SCHEMA " + CallSyntax.identifier(TWIN_SCHEMA));
    for (InformationSchema.Table table : schema.tables()) {
      if (!table.isKnownToDuckDb()) {
        statements.add(twin(table));
      }
    }
    return statements;
  }

  private static String twin(InformationSchema.Table table) {
    return "CREATE TABLE "
        + CallSyntax.identifier(TWIN_SCHEMA)
        + "."
        + CallSyntax.identifier(table.name())
        + table.columns().stream()
            .map(column -> CallSyntax.identifier(column.name()) + " " + column.type())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  /** The text in which tables that only we have in {@code information_schema} are twins. */
  static String forBinder(String sql) {
    return MISSING
        .matcher(sql)
        .replaceAll(Matcher.quoteReplacement(CallSyntax.identifier(TWIN_SCHEMA)) + ".$1");
  }

  CalciteCatalogReader reader(DuckDbTypes types) {
    CalciteSchema root = CalciteSchema.createRootSchema(false, false);
    TreeMap<String, CalciteSchema> datasets = new TreeMap<>();
    for (PublishedTable table : tables) {
      datasets
          .computeIfAbsent(table.name().dataset(), name -> root.add(name, new AbstractSchema()))
          .add(table.name().table(), new SeenTable(table, types));
    }
    CalciteSchema information = root.add(InformationSchema.NAME, new AbstractSchema());
    for (InformationSchema.Table table : schema.tables()) {
      information.add(table.name(), new InformationSchema.Rows(table, types));
    }
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    return new CalciteCatalogReader(
        root, List.of(), types, new CalciteConnectionConfigImpl(properties));
  }

  private static final class SeenTable extends AbstractTable implements ScannedTable {
    private final PublishedTable table;
    private final DuckDbTypes types;
    private final RelDataType row;

    SeenTable(PublishedTable table, DuckDbTypes types) {
      this.table = table;
      this.types = types;
      RelDataTypeFactory.Builder seen = types.builder();
      for (Column column : table.seen()) {
        seen.add(column.name(), types.type(column.seenType()));
      }
      row = seen.build();
    }

    /** Asked for many times in each statement. */
    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
      return row;
    }

    @Override
    public <C> C unwrap(Class<C> wanted) {
      return wanted.isInstance(this) ? wanted.cast(this) : super.unwrap(wanted);
    }

    @Override
    public TableName name() {
      return table.name();
    }

    @Override
    public List<String> sourceColumns() {
      return table.columns().stream().map(Column::name).toList();
    }

    @Override
    public RelDataType typeOf(String sourceColumn, RelDataTypeFactory factory) {
      for (Column column : table.columns()) {
        if (column.name().equals(sourceColumn)) {
          return types.type(column.type());
        }
      }
      throw new IllegalArgumentException(table.name() + " has no such column");
    }

    @Override
    public List<List<String>> uniqueKeys() {
      return Stream.concat(table.uniqueKeys().stream(), table.found().stream()).toList();
    }
  }
}
