package io.sallyport.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.avatica.AvaticaDatabaseMetaData;
import org.jspecify.annotations.Nullable;

/**
 * What a tool may know of the gateway: the tables that its user may see, and nothing computed from
 * their rows. Datasets are schemas; there are no catalogues.
 *
 * <p>What does not exist, such as foreign keys or procedures, is an empty result with the columns
 * that JDBC names.
 */
final class SallyportDatabaseMetaData extends AvaticaDatabaseMetaData {
  private static final String TABLE = "TABLE";
  private static final int RADIX = 10;

  /** DuckDB's reserved words that SQL:2003 does not reserve. */
  private static final String KEYWORDS =
      "ANALYSE,ANALYZE,ASC,ASYMMETRIC,DEFERRABLE,DESC,DESCRIBE,INITIALLY,LAMBDA,LIMIT,OFFSET,"
          + "PIVOT,PIVOT_LONGER,PIVOT_WIDER,PLACING,QUALIFY,RETURNING,SHOW,SUMMARIZE,UNPIVOT,"
          + "VARIADIC";

  private static final Comparator<SqlType> BY_JDBC_TYPE =
      Comparator.comparingInt(SqlType::jdbcType);

  private final SallyportConnection connection;

  SallyportDatabaseMetaData(SallyportConnection connection) {
    super(connection);
    this.connection = connection;
  }

  private List<CatalogTables.Table> tables(@Nullable String schema, @Nullable String table)
      throws SQLException {
    return CatalogTables.of(connection).stream()
        .filter(found -> CatalogTables.matches(schema, found.dataset))
        .filter(found -> CatalogTables.matches(table, found.name))
        .collect(Collectors.toList());
  }

  /** JDBC: an empty catalogue name means "without one", which all of ours are. */
  private static boolean noCatalog(@Nullable String catalog) {
    return catalog == null || catalog.isEmpty() || catalog.equals("%");
  }

  private static List<@Nullable Object> row(@Nullable Object... cells) {
    return Arrays.asList(cells);
  }

  @Override
  public ResultSet getCatalogs() throws SQLException {
    return new RowsTable("TABLE_CAT VARCHAR").resultSet(List.of());
  }

  @Override
  public ResultSet getSchemas(@Nullable String catalog, @Nullable String schemaPattern)
      throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    if (noCatalog(catalog)) {
      tables(schemaPattern, null).stream()
          .map(table -> table.dataset)
          .distinct()
          .forEach(dataset -> rows.add(row(dataset, null)));
    }
    return new RowsTable("TABLE_SCHEM VARCHAR", "TABLE_CATALOG VARCHAR").resultSet(rows);
  }

  @Override
  public ResultSet getTableTypes() throws SQLException {
    return new RowsTable("TABLE_TYPE VARCHAR").resultSet(List.of(row(TABLE)));
  }

  @Override
  public ResultSet getTables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tableNamePattern,
      String @Nullable [] types)
      throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    if (noCatalog(catalog) && (types == null || Arrays.asList(types).contains(TABLE))) {
      for (CatalogTables.Table table : tables(schemaPattern, tableNamePattern)) {
        rows.add(row(null, table.dataset, table.name, TABLE, "", null, null, null, null, null));
      }
    }
    return new RowsTable(
            "TABLE_CAT VARCHAR",
            "TABLE_SCHEM VARCHAR",
            "TABLE_NAME VARCHAR",
            "TABLE_TYPE VARCHAR",
            "REMARKS VARCHAR",
            "TYPE_CAT VARCHAR",
            "TYPE_SCHEM VARCHAR",
            "TYPE_NAME VARCHAR",
            "SELF_REFERENCING_COL_NAME VARCHAR",
            "REF_GENERATION VARCHAR")
        .resultSet(rows);
  }

  @Override
  public ResultSet getColumns(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tableNamePattern,
      @Nullable String columnNamePattern)
      throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    if (noCatalog(catalog)) {
      for (CatalogTables.Table table : tables(schemaPattern, tableNamePattern)) {
        for (CatalogTables.TableColumn column : table.columns) {
          if (CatalogTables.matches(columnNamePattern, column.name)) {
            rows.add(columnRow(table, column));
          }
        }
      }
    }
    return new RowsTable(
            "TABLE_CAT VARCHAR",
            "TABLE_SCHEM VARCHAR",
            "TABLE_NAME VARCHAR",
            "COLUMN_NAME VARCHAR",
            "DATA_TYPE INTEGER",
            "TYPE_NAME VARCHAR",
            "COLUMN_SIZE INTEGER",
            "BUFFER_LENGTH INTEGER",
            "DECIMAL_DIGITS INTEGER",
            "NUM_PREC_RADIX INTEGER",
            "NULLABLE INTEGER",
            "REMARKS VARCHAR",
            "COLUMN_DEF VARCHAR",
            "SQL_DATA_TYPE INTEGER",
            "SQL_DATETIME_SUB INTEGER",
            "CHAR_OCTET_LENGTH INTEGER",
            "ORDINAL_POSITION INTEGER",
            "IS_NULLABLE VARCHAR",
            "SCOPE_CATALOG VARCHAR",
            "SCOPE_SCHEMA VARCHAR",
            "SCOPE_TABLE VARCHAR",
            "SOURCE_DATA_TYPE INTEGER",
            "IS_AUTOINCREMENT VARCHAR",
            "IS_GENERATEDCOLUMN VARCHAR")
        .resultSet(rows);
  }

  private static List<@Nullable Object> columnRow(
      CatalogTables.Table table, CatalogTables.TableColumn column) {
    SqlType type = column.type;
    return row(
        null,
        table.dataset,
        table.name,
        column.name,
        type.jdbcType(),
        type.name(),
        type.precision(),
        null,
        type.isExact() || type.scale() > 0 ? type.scale() : null,
        type.isNumber() ? RADIX : null,
        column.nullable ? columnNullable : columnNoNulls,
        "",
        null,
        null,
        null,
        type.isText() ? type.precision() : null,
        column.place,
        column.nullable ? "YES" : "NO",
        null,
        null,
        null,
        null,
        "NO",
        "NO");
  }

  @Override
  public ResultSet getPrimaryKeys(
      @Nullable String catalog, @Nullable String schema, @Nullable String table)
      throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    if (noCatalog(catalog)) {
      for (CatalogTables.Table found : CatalogTables.of(connection)) {
        if ((schema == null || found.dataset.equalsIgnoreCase(schema))
            && found.name.equalsIgnoreCase(table)) {
          keyRows(found).forEach(rows::add);
        }
      }
    }
    return new RowsTable(
            "TABLE_CAT VARCHAR",
            "TABLE_SCHEM VARCHAR",
            "TABLE_NAME VARCHAR",
            "COLUMN_NAME VARCHAR",
            "KEY_SEQ SMALLINT",
            "PK_NAME VARCHAR")
        .resultSet(rows);
  }

  /** In the order of the columns' names, as JDBC wants them. */
  private static Stream<List<@Nullable Object>> keyRows(CatalogTables.Table table) {
    return table.primaryKey.stream()
        .sorted()
        .map(
            column ->
                row(
                    null,
                    table.dataset,
                    table.name,
                    column,
                    table.primaryKey.indexOf(column) + 1,
                    null));
  }

  /** Scalar types, those that stand for a JDBC type best first. */
  @Override
  public ResultSet getTypeInfo() throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    SqlType.all().stream()
        .sorted(BY_JDBC_TYPE)
        .forEach(
            type ->
                rows.add(
                    row(
                        type.name(),
                        type.jdbcType(),
                        type.precision(),
                        type.isNumber() ? null : "'",
                        type.isNumber() ? null : "'",
                        type.name().equals("DECIMAL") ? "precision,scale" : null,
                        (int) typeNullable,
                        type.isText(),
                        (int) typeSearchable,
                        type.isNumber() && !type.isSigned(),
                        false,
                        false,
                        null,
                        0,
                        type.name().equals("DECIMAL") ? type.precision() : type.scale(),
                        null,
                        null,
                        type.isNumber() ? RADIX : null)));
    return new RowsTable(
            "TYPE_NAME VARCHAR",
            "DATA_TYPE INTEGER",
            "PRECISION INTEGER",
            "LITERAL_PREFIX VARCHAR",
            "LITERAL_SUFFIX VARCHAR",
            "CREATE_PARAMS VARCHAR",
            "NULLABLE SMALLINT",
            "CASE_SENSITIVE BOOLEAN",
            "SEARCHABLE SMALLINT",
            "UNSIGNED_ATTRIBUTE BOOLEAN",
            "FIXED_PREC_SCALE BOOLEAN",
            "AUTO_INCREMENT BOOLEAN",
            "LOCAL_TYPE_NAME VARCHAR",
            "MINIMUM_SCALE SMALLINT",
            "MAXIMUM_SCALE SMALLINT",
            "SQL_DATA_TYPE INTEGER",
            "SQL_DATETIME_SUB INTEGER",
            "NUM_PREC_RADIX INTEGER")
        .resultSet(rows);
  }

  // What the gateway has none of.

  @Override
  public ResultSet getIndexInfo(
      String catalog, String schema, String table, boolean unique, boolean approximate)
      throws SQLException {
    return EmptyMetaData.INDEXES.resultSet(List.of());
  }

  @Override
  public ResultSet getImportedKeys(String catalog, String schema, String table)
      throws SQLException {
    return EmptyMetaData.FOREIGN_KEYS.resultSet(List.of());
  }

  @Override
  public ResultSet getExportedKeys(String catalog, String schema, String table)
      throws SQLException {
    return EmptyMetaData.FOREIGN_KEYS.resultSet(List.of());
  }

  @Override
  public ResultSet getCrossReference(
      String parentCatalog,
      String parentSchema,
      String parentTable,
      String foreignCatalog,
      String foreignSchema,
      String foreignTable)
      throws SQLException {
    return EmptyMetaData.FOREIGN_KEYS.resultSet(List.of());
  }

  @Override
  public ResultSet getProcedures(String catalog, String schema, String name) throws SQLException {
    return EmptyMetaData.PROCEDURES.resultSet(List.of());
  }

  @Override
  public ResultSet getProcedureColumns(String catalog, String schema, String name, String column)
      throws SQLException {
    return EmptyMetaData.PROCEDURE_COLUMNS.resultSet(List.of());
  }

  @Override
  public ResultSet getFunctions(String catalog, String schema, String name) throws SQLException {
    return EmptyMetaData.FUNCTIONS.resultSet(List.of());
  }

  @Override
  public ResultSet getFunctionColumns(String catalog, String schema, String name, String column)
      throws SQLException {
    return EmptyMetaData.FUNCTION_COLUMNS.resultSet(List.of());
  }

  @Override
  public ResultSet getColumnPrivileges(
      String catalog, String schema, String table, String columnNamePattern) throws SQLException {
    return EmptyMetaData.COLUMN_PRIVILEGES.resultSet(List.of());
  }

  @Override
  public ResultSet getTablePrivileges(String catalog, String schema, String table)
      throws SQLException {
    return EmptyMetaData.TABLE_PRIVILEGES.resultSet(List.of());
  }

  @Override
  public ResultSet getBestRowIdentifier(
      String catalog, String schema, String table, int scope, boolean nullable)
      throws SQLException {
    return EmptyMetaData.ROW_COLUMNS.resultSet(List.of());
  }

  @Override
  public ResultSet getVersionColumns(String catalog, String schema, String table)
      throws SQLException {
    return EmptyMetaData.ROW_COLUMNS.resultSet(List.of());
  }

  @Override
  public ResultSet getUDTs(String catalog, String schema, String name, int[] types)
      throws SQLException {
    return EmptyMetaData.USER_TYPES.resultSet(List.of());
  }

  @Override
  public ResultSet getSuperTypes(String catalog, String schema, String name) throws SQLException {
    return EmptyMetaData.SUPER_TYPES.resultSet(List.of());
  }

  @Override
  public ResultSet getSuperTables(String catalog, String schema, String name) throws SQLException {
    return EmptyMetaData.SUPER_TABLES.resultSet(List.of());
  }

  @Override
  public ResultSet getAttributes(String catalog, String schema, String type, String attribute)
      throws SQLException {
    return EmptyMetaData.ATTRIBUTES.resultSet(List.of());
  }

  @Override
  public ResultSet getPseudoColumns(String catalog, String schema, String table, String column)
      throws SQLException {
    return EmptyMetaData.PSEUDO_COLUMNS.resultSet(List.of());
  }

  @Override
  public ResultSet getClientInfoProperties() throws SQLException {
    return EmptyMetaData.CLIENT_INFO.resultSet(List.of());
  }

  // Facts.

  @Override
  public String getURL() {
    return connection.settings().jdbcUrl();
  }

  @Override
  public String getUserName() {
    return connection.settings().text(SallyportProperty.USER).orElse("");
  }

  @Override
  public String getDatabaseProductName() {
    return SallyportDriver.PRODUCT;
  }

  @Override
  public String getIdentifierQuoteString() {
    return "\"";
  }

  @Override
  public boolean storesMixedCaseIdentifiers() {
    return true;
  }

  @Override
  public boolean supportsMixedCaseIdentifiers() {
    return false;
  }

  @Override
  public boolean storesUpperCaseIdentifiers() {
    return false;
  }

  @Override
  public boolean storesLowerCaseIdentifiers() {
    return false;
  }

  @Override
  public boolean storesMixedCaseQuotedIdentifiers() {
    return true;
  }

  /** DuckDB matches quoted names without case too. */
  @Override
  public boolean supportsMixedCaseQuotedIdentifiers() {
    return false;
  }

  @Override
  public boolean storesUpperCaseQuotedIdentifiers() {
    return false;
  }

  @Override
  public boolean storesLowerCaseQuotedIdentifiers() {
    return false;
  }

  @Override
  public boolean nullsAreSortedHigh() {
    return false;
  }

  @Override
  public boolean nullsAreSortedLow() {
    return false;
  }

  @Override
  public boolean nullsAreSortedAtStart() {
    return false;
  }

  @Override
  public boolean nullsAreSortedAtEnd() {
    return true;
  }

  @Override
  public String getSQLKeywords() {
    return KEYWORDS;
  }

  @Override
  public String getNumericFunctions() {
    return "ABS,CEILING,DEGREES,EXP,FLOOR,LOG,LOG10,MOD,PI,POWER,RADIANS,ROUND,SIGN,SQRT";
  }

  @Override
  public String getStringFunctions() {
    return "CONCAT,LCASE,LEFT,LENGTH,LTRIM,REPLACE,RIGHT,RTRIM,SUBSTRING,UCASE";
  }

  @Override
  public String getSystemFunctions() {
    return "IFNULL";
  }

  @Override
  public String getTimeDateFunctions() {
    return "CURRENT_DATE,DAYOFMONTH,DAYOFWEEK,DAYOFYEAR,EXTRACT,HOUR,MINUTE,MONTH,QUARTER,SECOND,"
        + "WEEK,YEAR";
  }

  @Override
  public int getDefaultTransactionIsolation() {
    return Connection.TRANSACTION_NONE;
  }

  @Override
  public boolean supportsDataManipulationTransactionsOnly() {
    return false;
  }

  @Override
  public boolean dataDefinitionCausesTransactionCommit() {
    return false;
  }

  @Override
  public boolean supportsBatchUpdates() {
    return false;
  }

  @Override
  public boolean allProceduresAreCallable() {
    return false;
  }

  @Override
  public boolean supportsStoredFunctionsUsingCallSyntax() {
    return false;
  }

  @Override
  public boolean supportsExtendedSQLGrammar() {
    return false;
  }

  @Override
  public boolean supportsANSI92IntermediateSQL() {
    return false;
  }

  @Override
  public boolean supportsANSI92FullSQL() {
    return false;
  }

  @Override
  public boolean supportsConvert() {
    return false;
  }

  @Override
  public boolean supportsSchemasInProcedureCalls() {
    return false;
  }

  @Override
  public boolean supportsSchemasInTableDefinitions() {
    return false;
  }

  @Override
  public boolean supportsSchemasInIndexDefinitions() {
    return false;
  }

  @Override
  public boolean supportsSchemasInPrivilegeDefinitions() {
    return false;
  }

  @Override
  public boolean supportsCatalogsInDataManipulation() {
    return false;
  }

  @Override
  public boolean supportsCatalogsInProcedureCalls() {
    return false;
  }

  @Override
  public boolean supportsCatalogsInTableDefinitions() {
    return false;
  }

  @Override
  public boolean supportsCatalogsInIndexDefinitions() {
    return false;
  }

  @Override
  public boolean supportsCatalogsInPrivilegeDefinitions() {
    return false;
  }

  @Override
  public boolean ownUpdatesAreVisible(int type) {
    return false;
  }

  @Override
  public boolean ownDeletesAreVisible(int type) {
    return false;
  }

  @Override
  public boolean ownInsertsAreVisible(int type) {
    return false;
  }

  @Override
  public boolean othersUpdatesAreVisible(int type) {
    return false;
  }

  @Override
  public boolean othersDeletesAreVisible(int type) {
    return false;
  }

  @Override
  public boolean othersInsertsAreVisible(int type) {
    return false;
  }

  @Override
  public boolean updatesAreDetected(int type) {
    return false;
  }

  @Override
  public boolean deletesAreDetected(int type) {
    return false;
  }

  @Override
  public boolean insertsAreDetected(int type) {
    return false;
  }

  @Override
  public boolean supportsResultSetHoldability(int holdability) {
    return holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public int getSQLStateType() {
    return DatabaseMetaData.sqlStateSQL;
  }
}
