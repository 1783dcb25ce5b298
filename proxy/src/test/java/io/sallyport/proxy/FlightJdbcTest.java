package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.flight.FlightDoor;
import io.sallyport.flight.FlightDoor.Settings;
import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.engine.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Apache's own JDBC driver for Flight SQL at our Flight door. */
@Timeout(60)
class FlightJdbcTest {
  @TempDir static Path directory;
  private static DuckDbEngine engine;
  private static FlightPort port;
  private static FlightDoor door;

  @BeforeAll
  static void open() throws Exception {
    Path wards = directory.resolve("wards.csv");
    Files.writeString(wards, "ward,beds\nNorth,12\nSouth,7\n");
    engine =
        DuckDbEngine.open(
            new EngineSettings(256L << 20, 2, directory.resolve("spill"), 64L << 20),
            List.of(new Dataset("clinic", List.of(new Source.Csv("wards", List.of(wards))))));
    port = new FlightPort(new BareGateway(engine));
    door = FlightDoor.start(port, Settings.on("localhost", 0));
  }

  @AfterAll
  static void close() {
    door.close();
    port.close();
    assertThat(engine.running()).isZero();
    engine.close();
  }

  private static Connection connect(String password) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:arrow-flight-sql://localhost:" + door.port() + "/?useEncryption=false&schema=clinic",
        "ann",
        password);
  }

  private static List<String> rows(ResultSet rows) throws SQLException {
    try (rows) {
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i));
        }
        result.add(String.join(", ", cells));
      }
      return result;
    }
  }

  @Test
  void asksAndDescribes() throws Exception {
    try (Connection connection = connect("ann-secret");
        Statement statement = connection.createStatement()) {
      assertThat(rows(statement.executeQuery("SELECT ward, beds FROM clinic.wards ORDER BY ward")))
          .containsExactly("North, 12", "South, 7");
      var metadata = connection.getMetaData();
      assertThat(metadata.getDatabaseProductName()).isEqualTo("Sallyport");
      assertThat(metadata.isReadOnly()).isTrue();
      try (ResultSet tables = metadata.getTables(null, "clinic", "%", null)) {
        assertThat(tables.next()).isTrue();
        assertThat(tables.getString("TABLE_NAME")).isEqualTo("wards");
      }
      try (ResultSet columns = metadata.getColumns(null, "clinic", "wards", "beds")) {
        assertThat(columns.next()).isTrue();
        assertThat(columns.getString("TYPE_NAME")).isEqualTo("BIGINT");
      }
    }
  }

  @Test
  void bindsParameters() throws Exception {
    try (Connection connection = connect("ann-secret");
        PreparedStatement statement =
            connection.prepareStatement("SELECT beds FROM clinic.wards WHERE ward = ?")) {
      for (String[] wardAndBeds : new String[][] {{"South", "7"}, {"North", "12"}}) {
        statement.setString(1, wardAndBeds[0]);
        assertThat(rows(statement.executeQuery())).containsExactly(wardAndBeds[1]);
      }
    }
  }

  @Test
  void tellsARefusal() throws Exception {
    try (Connection connection = connect("ann-secret");
        Statement statement = connection.createStatement()) {
      SQLException refused =
          catchThrowableOfType(
              SQLException.class, () -> statement.executeQuery("SELECT 'forbidden' AS x"));
      assertThat(refused.getMessage()).contains("`forbidden` cannot be shown");
    }
  }

  @Test
  void refusesAWrongPassword() {
    SQLException refused = catchThrowableOfType(SQLException.class, () -> connect("x").close());
    assertThat(refused.toString()).contains("wrong user, password or token");
  }
}
