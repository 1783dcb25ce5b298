package io.sallyport.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The directory of a demo: a copy of {@code examples/demo/}, next to it the data that it names.
 *
 * <p>Data that is there is kept, and is whole: it gets its name when all of it is written.
 */
final class DemoHouse {
  private static final List<String> FILES =
      List.of("gateway.yaml", "clinic.policy.yaml", "tpch.policy.yaml");

  private final Path place;

  private DemoHouse(Path place) {
    this.place = place;
  }

  /** How much data. */
  record Scale(ClinicData.Size clinic, double tpch) {
    static final Scale DEMO = new Scale(ClinicData.Size.DEMO, 0.1);
  }

  /**
   * Makes what is missing.
   *
   * @param templates the directory with the configuration and the policies
   */
  static DemoHouse prepare(Path templates, Path place, Scale scale, PrintStream out) {
    DemoHouse house = new DemoHouse(place);
    try {
      Files.createDirectories(place);
      for (String file : FILES) {
        Files.copy(
            templates.resolve(file), place.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
      if (!Files.exists(house.data())) {
        house.makeData(scale, out);
      }
      return house;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void makeData(Scale scale, PrintStream out) throws IOException {
    Path unfinished = place.resolve("data.unfinished");
    out.printf(
        "Making a clinic of %,d patients and %,d visits, and TPC-H at scale %s ...%n",
        scale.clinic().patients(), scale.clinic().visits(), scale.tpch());
    ClinicData.write(unfinished, scale.clinic());
    TpchData.writeWithCustomerKeys(unfinished, scale.tpch());
    Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Puts the certificate that clients trust where they find it; its new place. */
  Path keepAuthority(Path caFile) {
    try {
      return Files.copy(caFile, place.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes down where the gateway is, for the launcher's other commands. */
  void keepAddresses(String jdbcUrl, URI ownersUrl) {
    try {
      Files.writeString(place.resolve("jdbc-url"), jdbcUrl + "\n");
      Files.writeString(place.resolve("owners-url"), ownersUrl + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path config() {
    return place.resolve("gateway.yaml");
  }

  private Path data() {
    return place.resolve("data");
  }

  /** What only the clinic's owner can know: how many diagnoses its files hold. */
  long diagnoses() {
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(DISTINCT diagnosis) FROM '"
                    + data().resolve(ClinicData.VISITS).toString().replace("'", "''")
                    + "'")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException("the clinic's visits cannot be read", e);
    }
  }
}
