package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.ScannedTable;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
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
  /** How a source's column looks to an analyst. */
  public enum Sight {
    VISIBLE,
    WIPED,
    HIDDEN
  }

  /** A source's column with DuckDB's name of its type. */
  public record Column(String name, String type, Sight sight) {}

  /** A published table: all its source's columns, and the sets of columns declared unique. */
  public record PublishedTable(
      TableName name, List<Column> columns, List<List<String>> uniqueKeys) {
    public PublishedTable {
      columns = List.copyOf(columns);
      uniqueKeys = List.copyOf(uniqueKeys);
    }

    List<Column> seen() {
      return columns.stream().filter(c -> c.sight() != Sight.HIDDEN).toList();
    }
  }

  private final List<PublishedTable> tables;

  public Catalog(List<PublishedTable> tables) {
    this.tables = List.copyOf(tables);
  }

  public List<PublishedTable> tables() {
    return tables;
  }

  /** The full name, as the owner spelt it, of the table that a query names. */
  List<String> resolve(Optional<String> dataset, List<String> path) {
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

  /** The names of the columns that analysts see, of a table by its full name. */
  List<String> columnNames(List<String> resolved) {
    return tables.stream()
        .filter(t -> t.name().equals(new TableName(resolved.get(0), resolved.get(1))))
        .flatMap(t -> t.seen().stream())
        .map(Column::name)
        .toList();
  }

  /** Statements that make empty twins of what analysts see, for DuckDB's binder. */
  List<String> twins() {
    List<String> statements = new ArrayList<>();
    for (PublishedTable table : tables) {
      String dataset = CallSyntax.identifier(table.name().dataset());
      statements.add("CREATE SCHEMA IF NOT EXISTS " + dataset);
      List<String> columns = new ArrayList<>();
      for (Column column : table.seen()) {
        columns.add(CallSyntax.identifier(column.name()) + " " + seenType(column));
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
    return statements;
  }

  private static String seenType(Column column) {
    return column.sight() == Sight.WIPED ? "VARCHAR" : column.type();
  }

  CalciteCatalogReader reader(DuckDbTypes types) {
    CalciteSchema root = CalciteSchema.createRootSchema(false, false);
    TreeMap<String, CalciteSchema> datasets = new TreeMap<>();
    for (PublishedTable table : tables) {
      datasets
          .computeIfAbsent(table.name().dataset(), name -> root.add(name, new AbstractSchema()))
          .add(table.name().table(), new SeenTable(table, types));
    }
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    return new CalciteCatalogReader(
        root, List.of(), types, new CalciteConnectionConfigImpl(properties));
  }

  private static final class SeenTable extends AbstractTable implements ScannedTable {
    private final PublishedTable table;
    private final DuckDbTypes types;

    SeenTable(PublishedTable table, DuckDbTypes types) {
      this.table = table;
      this.types = types;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
      RelDataTypeFactory.Builder row = factory.builder();
      for (Column column : table.seen()) {
        row.add(column.name(), types.type(seenType(column)));
      }
      return row.build();
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
      return table.uniqueKeys();
    }
  }
}
