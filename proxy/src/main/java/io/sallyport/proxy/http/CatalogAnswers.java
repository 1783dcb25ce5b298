package io.sallyport.proxy.http;

import io.sallyport.proxy.CatalogTable;
import io.sallyport.proxy.OutputColumn;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.ColumnMetaData;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.MetaImpl;
import org.jspecify.annotations.Nullable;

/**
 * What a JDBC client asks of the catalogue, in the columns that {@link DatabaseMetaData} names.
 * Datasets are schemas; there are no JDBC catalogs.
 */
final class CatalogAnswers {
  private static final String TABLE = "TABLE";

  private CatalogAnswers() {}

  /** A short result that travels whole. */
  record Rows(Meta.Signature signature, Meta.Frame frame) {}

  /** Collects rows under named columns. */
  private static final class Table {
    private final List<ColumnMetaData> columns = new ArrayList<>();
    private final List<Object> rows = new ArrayList<>();

    Table texts(String... names) {
      return columns(String.class, names);
    }

    Table numbers(String... names) {
      return columns(Integer.class, names);
    }

    Table columns(Class<?> type, String... names) {
      for (String name : names) {
        columns.add(MetaImpl.columnMetaData(name, columns.size(), type, true));
      }
      return this;
    }

    void row(@Nullable Object... cells) {
      rows.add(Arrays.asList(cells));
    }

    Rows done() {
      return new Rows(
          Meta.Signature.create(
              columns, "", List.of(), Meta.CursorFactory.LIST, Meta.StatementType.SELECT),
          new Meta.Frame(0, true, rows));
    }
  }

  /** A JDBC pattern with {@code %}, {@code _} and a backslash before either; case is ignored. */
  private static boolean matches(@Nullable String pattern, String name) {
    if (pattern == null) {
      return true;
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        regex.append(Pattern.quote(pattern.substring(i + 1, i + 2)));
        i++;
      } else if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(
            regex.toString(), Pattern.DOTALL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(name)
        .matches();
  }

  static Rows catalogs() {
    return new Table().texts("TABLE_CAT").done();
  }

  static Rows schemas(List<CatalogTable> tables, @Nullable String pattern) {
    Table answer = new Table().texts("TABLE_SCHEM", "TABLE_CATALOG");
    tables.stream()
        .map(CatalogTable::dataset)
        .distinct()
        .filter(dataset -> matches(pattern, dataset))
        .forEach(dataset -> answer.row(dataset, null));
    return answer.done();
  }

  static Rows tables(
      List<CatalogTable> tables,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      @Nullable List<String> types) {
    Table answer =
        new Table()
            .texts("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS", "TYPE_CAT")
            .texts("TYPE_SCHEM", "TYPE_NAME", "SELF_REFERENCING_COL_NAME", "REF_GENERATION");
    if (types == null || types.isEmpty() || types.contains(TABLE)) {
      for (CatalogTable table : tables) {
        if (matches(schemaPattern, table.dataset()) && matches(tablePattern, table.table())) {
          answer.row(
              null, table.dataset(), table.table(), TABLE, null, null, null, null, null, null);
        }
      }
    }
    return answer.done();
  }

  static Rows tableTypes() {
    Table answer = new Table().texts("TABLE_TYPE");
    answer.row(TABLE);
    return answer.done();
  }

  static Rows columns(
      List<CatalogTable> tables,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      @Nullable String columnPattern) {
    Table answer =
        new Table()
            .texts("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME")
            .numbers("DATA_TYPE")
            .texts("TYPE_NAME")
            .numbers("COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX", "NULLABLE")
            .texts("REMARKS", "COLUMN_DEF")
            .numbers("SQL_DATA_TYPE", "SQL_DATETIME_SUB", "CHAR_OCTET_LENGTH", "ORDINAL_POSITION")
            .texts("IS_NULLABLE", "SCOPE_CATALOG", "SCOPE_SCHEMA", "SCOPE_TABLE")
            .columns(Short.class, "SOURCE_DATA_TYPE")
            .texts("IS_AUTOINCREMENT", "IS_GENERATEDCOLUMN");
    for (CatalogTable table : tables) {
      if (matches(schemaPattern, table.dataset()) && matches(tablePattern, table.table())) {
        int position = 0;
        for (OutputColumn column : table.columns()) {
          position++;
          if (matches(columnPattern, column.name())) {
            column(answer, table, column, position);
          }
        }
      }
    }
    return answer.done();
  }

  private static void column(Table answer, CatalogTable table, OutputColumn column, int position) {
    FrameType type = FrameType.of(column.type());
    answer.row(
        null,
        table.dataset(),
        table.table(),
        column.name(),
        type.sqlType(),
        column.type(),
        type.precision() == 0 ? null : type.precision(),
        null,
        type.sqlType() == Types.DECIMAL ? type.scale() : null,
        type.signed() ? 10 : null,
        column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
        null,
        null,
        null,
        null,
        null,
        position,
        column.nullable() ? "YES" : "NO",
        null,
        null,
        null,
        null,
        "NO",
        "NO");
  }

  static Rows typeInfo() {
    Table answer =
        new Table()
            .texts("TYPE_NAME")
            .numbers("DATA_TYPE", "PRECISION")
            .texts("LITERAL_PREFIX", "LITERAL_SUFFIX", "CREATE_PARAMS")
            .columns(Short.class, "NULLABLE")
            .columns(Boolean.class, "CASE_SENSITIVE")
            .columns(Short.class, "SEARCHABLE")
            .columns(Boolean.class, "UNSIGNED_ATTRIBUTE", "FIXED_PREC_SCALE", "AUTO_INCREMENT")
            .texts("LOCAL_TYPE_NAME")
            .columns(Short.class, "MINIMUM_SCALE", "MAXIMUM_SCALE")
            .numbers("SQL_DATA_TYPE", "SQL_DATETIME_SUB", "NUM_PREC_RADIX");
    for (String name :
        List.of(
            "TINYINT",
            "BIGINT",
            "BLOB",
            "DECIMAL(38,10)",
            "INTEGER",
            "SMALLINT",
            "REAL",
            "DOUBLE",
            "VARCHAR",
            "BOOLEAN",
            "DATE",
            "TIME",
            "TIMESTAMP",
            "TIMESTAMP WITH TIME ZONE")) {
      type(answer, FrameType.of(name));
    }
    return answer.done();
  }

  private static void type(Table answer, FrameType type) {
    boolean decimal = type.sqlType() == Types.DECIMAL;
    boolean quoted = !type.signed() && type.sqlType() != Types.BOOLEAN;
    answer.row(
        decimal ? "DECIMAL" : type.name(),
        type.sqlType(),
        type.precision(),
        quoted ? "'" : null,
        quoted ? "'" : null,
        decimal ? "precision,scale" : null,
        (short) DatabaseMetaData.typeNullable,
        type.sqlType() == Types.VARCHAR,
        (short) DatabaseMetaData.typeSearchable,
        !type.signed(),
        false,
        false,
        null,
        (short) 0,
        (short) (decimal ? 38 : 0),
        null,
        null,
        10);
  }

  /** Our own name: clients that think they know a product send its dialect's catalogue queries. */
  static Map<Meta.DatabaseProperty, Object> properties() {
    Map<Meta.DatabaseProperty, Object> properties = new EnumMap<>(Meta.DatabaseProperty.class);
    for (Meta.DatabaseProperty property : Meta.DatabaseProperty.values()) {
      properties.put(property, property.defaultValue);
    }
    properties.put(Meta.DatabaseProperty.GET_DATABASE_PRODUCT_NAME, "Sallyport");
    properties.put(Meta.DatabaseProperty.GET_DATABASE_PRODUCT_VERSION, "0.1");
    properties.put(Meta.DatabaseProperty.GET_DATABASE_MAJOR_VERSION, 0);
    properties.put(Meta.DatabaseProperty.GET_DATABASE_MINOR_VERSION, 1);
    properties.put(
        Meta.DatabaseProperty.GET_DEFAULT_TRANSACTION_ISOLATION, Connection.TRANSACTION_NONE);
    return properties;
  }
}
