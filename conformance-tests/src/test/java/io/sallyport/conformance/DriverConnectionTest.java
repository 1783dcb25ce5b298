package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.jdbc.SallyportDataSource;
import io.sallyport.jdbc.SallyportDriver;
import io.sallyport.jdbc.SallyportProperty;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's connections and catalogue through the real HTTP door. */
class DriverConnectionTest {
  @TempDir static Path directory;
  private static UnguardedServer server;

  @BeforeAll
  static void start() {
    server = new UnguardedServer(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(server.url() + "/clinic", "ann", "pass word:ü");
  }

  private static void assertRefused(String url, String user, String password, String sqlState) {
    assertThatThrownBy(() -> DriverManager.getConnection(url, user, password))
        .isInstanceOf(SQLException.class)
        .extracting("SQLState")
        .isEqualTo(sqlState);
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Driver.class).stream().map(ServiceLoader.Provider::type))
        .contains(SallyportDriver.class);
  }

  @Test
  void logsInWithAPasswordOrAToken() throws SQLException {
    try (Connection connection = connect()) {
      assertThat(connection.isValid(5)).isTrue();
    }
    try (Connection connection = DriverManager.getConnection(server.url() + "?token=a-token")) {
      assertThat(connection.isValid(0)).isTrue();
    }
    assertRefused(server.url(), "ann", "wrong", "28000");
    assertRefused(server.url() + "?token=wrong", "", "", "28000");
    assertRefused(server.url(), "", "", "28000");
  }

  @Test
  void tellsTheServerWhatTheUrlSays() throws SQLException {
    String url = server.url() + "/clinic?purpose=rare%20diseases&approval=refuse";
    try (Connection connection = DriverManager.getConnection(url, "ann", "pass word:ü")) {
      assertThat(server.lastProperties)
          .containsEntry("dataset", "clinic")
          .containsEntry("purpose", "rare diseases");
      assertThat(connection.getSchema()).isEqualTo("clinic");
      connection.setSchema("shop");
      assertThat(server.lastProperties).containsEntry("dataset", "shop");
      assertThat(connection.getSchema()).isEqualTo("shop");
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void refusesPropertiesThatItDoesNotKnow() {
    assertThatThrownBy(() -> DriverManager.getConnection(server.url() + "?pourpose=x"))
        .hasMessageStartingWith("there is no property `pourpose`; there are user, password, token")
        .extracting("SQLState")
        .isEqualTo("22023");
    assertThatThrownBy(() -> DriverManager.getConnection(server.url() + "?approval=maybe"))
        .hasMessage("property `approval` is one of request, refuse, wait. Given: `maybe`");
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:sallyport://ho st/"))
        .hasMessageStartingWith("the URL cannot be read");
  }

  @Test
  void saysWhenNobodyAnswers() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertRefused("jdbc:sallyport://localhost:" + free, "ann", "x", "08001");
    assertRefused("jdbc:sallyport://no-such-host.invalid:1", "ann", "x", "08001");
    assertRefused(server.url() + "?tls=true", "ann", "x", "08001");
    assertRefused(server.url() + "?caFile=nowhere.pem&tls=true", "ann", "x", "08001");
  }

  @Test
  void knowsWhenTheServerHasForgottenTheSession() throws SQLException {
    try (UnguardedServer mortal = new UnguardedServer(directory.resolve("mortal"))) {
      Connection connection = DriverManager.getConnection(mortal.url(), "ann", "pass word:ü");
      assertThat(connection.isValid(5)).isTrue();
      Statement statement = connection.createStatement();
      mortal.close();
      assertThat(connection.isValid(5)).isFalse();
      assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
          .extracting("SQLState")
          .isIn("08001", "08006");
      statement.close();
      connection.close();
      assertThat(connection.isClosed()).isTrue();
      assertThatThrownBy(connection::createStatement).extracting("SQLState").isEqualTo("08003");
    }
  }

  @Test
  void acceptsWhatPoolsAndToolsSay() throws SQLException {
    try (Connection connection = connect()) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
      connection.setNetworkTimeout(Runnable::run, 60_000);
      connection.setCatalog("whatever");
      connection.commit();
      connection.rollback();
      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(connection.nativeSQL("{fn now()}")).isEqualTo("{fn now()}");
      try (Statement statement =
              connection.createStatement(
                  ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
          ResultSet rows = statement.executeQuery("SELECT 1")) {
        assertThat(rows.getType()).isEqualTo(ResultSet.TYPE_FORWARD_ONLY);
        assertThat(connection.getWarnings().getMessage())
            .isEqualTo("result sets are forward-only and read-only, whatever else was asked for");
        assertThat(rows.next()).isTrue();
      }
    }
  }

  @Test
  void isADataSource() throws SQLException {
    SallyportDataSource source = new SallyportDataSource();
    source.setUrl(server.url());
    source.setUser("ann");
    source.setPassword("pass word:ü");
    source.setProperty(SallyportProperty.PURPOSE, "audit");
    try (Connection connection = source.getConnection()) {
      assertThat(connection.isValid(5)).isTrue();
      assertThat(server.lastProperties).containsEntry("purpose", "audit");
    }
    assertThatThrownBy(() -> source.getConnection("ann", "wrong"))
        .extracting("SQLState")
        .isEqualTo("28000");
  }

  @Test
  void describesEveryProperty() throws SQLException {
    DriverPropertyInfo[] told =
        new SallyportDriver().getPropertyInfo(server.url(), new Properties());
    assertThat(told).hasSameSizeAs(SallyportProperty.values());
    assertThat(told).allSatisfy(property -> assertThat(property.description).endsWith("."));
  }

  @Test
  void namesItself() throws SQLException {
    try (Connection connection = connect()) {
      DatabaseMetaData about = connection.getMetaData();
      assertThat(about.getDatabaseProductName()).isEqualTo("Sallyport");
      assertThat(about.getDriverVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
      assertThat(about.getURL()).isEqualTo(server.url() + "/clinic");
      assertThat(about.getUserName()).isEqualTo("ann");
      assertThat(about.getIdentifierQuoteString()).isEqualTo("\"");
      assertThat(about.isReadOnly()).isTrue();
      assertThat(about.storesMixedCaseIdentifiers()).isTrue();
    }
  }

  @Test
  void listsTheTablesThatTheServerShows() throws SQLException {
    try (Connection connection = connect()) {
      DatabaseMetaData about = connection.getMetaData();
      assertThat(lines(about.getSchemas())).containsExactly("clinic|null", "shop|null");
      assertThat(lines(about.getSchemas(null, "S%"))).containsExactly("shop|null");
      assertThat(lines(about.getCatalogs())).isEmpty();
      assertThat(lines(about.getTableTypes())).containsExactly("TABLE");
      assertThat(
              columns(about.getTables(null, null, "visits\\X", null), "TABLE_NAME", "TABLE_TYPE"))
          .containsExactly("visitsX|TABLE");
      assertThat(
              columns(
                  about.getTables("", "clinic", "VISITS%", new String[] {"TABLE"}), "TABLE_NAME"))
          .containsExactly("visits", "visitsX");
      assertThat(lines(about.getTables(null, null, "%", new String[] {"VIEW"}))).isEmpty();
      assertThat(lines(about.getTables("elsewhere", null, "%", null))).isEmpty();
    }
  }

  @Test
  void describesColumnsAsJdbcWantsThem() throws SQLException {
    try (Connection connection = connect()) {
      DatabaseMetaData about = connection.getMetaData();
      assertThat(
              columns(
                  about.getColumns(null, "clinic", "visits", null),
                  "COLUMN_NAME",
                  "DATA_TYPE",
                  "TYPE_NAME",
                  "COLUMN_SIZE",
                  "DECIMAL_DIGITS",
                  "NULLABLE",
                  "ORDINAL_POSITION",
                  "IS_NULLABLE"))
          .containsExactly(
              "visit_id|" + Types.BIGINT + "|BIGINT|19|0|0|1|NO",
              "cost|" + Types.DECIMAL + "|DECIMAL(10,2)|10|2|1|2|YES",
              "Note|" + Types.VARCHAR + "|VARCHAR|2147483647|null|1|3|YES",
              "at|" + Types.TIMESTAMP + "|TIMESTAMP|26|6|1|4|YES");
      assertThat(columns(about.getPrimaryKeys(null, "clinic", "VISITS"), "COLUMN_NAME", "KEY_SEQ"))
          .containsExactly("visit_id|1");
      assertThat(columns(about.getTypeInfo(), "TYPE_NAME")).contains("HUGEINT", "UUID", "VARCHAR");
    }
  }

  @Test
  void whatDoesNotExistIsEmptyWithTheRightColumns() throws SQLException {
    try (Connection connection = connect()) {
      DatabaseMetaData about = connection.getMetaData();
      assertEmpty(about.getIndexInfo(null, null, "visits", true, true), 13, "CARDINALITY");
      assertEmpty(about.getImportedKeys(null, null, "visits"), 14, "FKCOLUMN_NAME");
      assertEmpty(about.getExportedKeys(null, null, "visits"), 14, "PKCOLUMN_NAME");
      assertEmpty(about.getFunctions(null, null, "%"), 6, "FUNCTION_NAME");
      assertEmpty(about.getFunctionColumns(null, null, "%", "%"), 17, "COLUMN_NAME");
      assertEmpty(about.getProcedures(null, null, "%"), 9, "PROCEDURE_NAME");
      assertEmpty(about.getProcedureColumns(null, null, "%", "%"), 20, "COLUMN_NAME");
      assertEmpty(about.getBestRowIdentifier(null, null, "visits", 0, true), 8, "PSEUDO_COLUMN");
      assertEmpty(about.getUDTs(null, null, "%", null), 7, "CLASS_NAME");
      assertEmpty(about.getAttributes(null, null, "%", "%"), 21, "ATTR_NAME");
      assertEmpty(about.getPseudoColumns(null, null, "%", "%"), 12, "COLUMN_USAGE");
      assertEmpty(about.getClientInfoProperties(), 4, "MAX_LEN");
    }
  }

  private static void assertEmpty(ResultSet rows, int columns, String oneOfThem)
      throws SQLException {
    assertThat(rows.getMetaData().getColumnCount()).isEqualTo(columns);
    assertThat(rows.findColumn(oneOfThem)).isPositive();
    assertThat(rows.next()).isFalse();
  }

  private static List<String> lines(ResultSet rows) throws SQLException {
    ResultSetMetaData about = rows.getMetaData();
    String[] all = new String[about.getColumnCount()];
    for (int i = 0; i < all.length; i++) {
      all[i] = about.getColumnLabel(i + 1);
    }
    return columns(rows, all);
  }

  private static List<String> columns(ResultSet rows, String... names) throws SQLException {
    List<String> lines = new ArrayList<>();
    while (rows.next()) {
      StringJoiner line = new StringJoiner("|");
      for (String name : names) {
        line.add(String.valueOf(rows.getObject(name)));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
