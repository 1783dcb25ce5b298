package io.sallyport.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;
import org.apache.calcite.avatica.AvaticaConnection;
import org.apache.calcite.avatica.AvaticaFactory;
import org.apache.calcite.avatica.DriverVersion;
import org.apache.calcite.avatica.Meta;
import org.apache.calcite.avatica.UnregisteredDriver;
import org.jspecify.annotations.Nullable;

/**
 * The driver of {@code jdbc:sallyport:} URLs; {@link DriverManager} finds it by itself.
 *
 * <pre>{@code
 * try (Connection connection =
 *         DriverManager.getConnection("jdbc:sallyport://localhost:8765/clinic", "ann", password);
 *     Statement statement = connection.createStatement();
 *     ResultSet rows = statement.executeQuery("SELECT zip, count(*) FROM patients GROUP BY zip")) {
 *   …
 * }
 * }</pre>
 *
 * <p>It cannot change data: updates, batches and generated keys are refused with {@code 0A000}.
 */
public final class SallyportDriver extends UnregisteredDriver {
  static final String PRODUCT = "Sallyport";
  static final String VERSION = version();

  static {
    new SallyportDriver().register();
  }

  private static String version() {
    try (InputStream in = SallyportDriver.class.getResourceAsStream("driver.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new IllegalStateException("the driver's jar cannot be read", e);
    }
  }

  private static int versionPart(int part) {
    return Integer.parseInt(VERSION.split("[.-]")[part]);
  }

  @Override
  protected AvaticaFactory createFactory() {
    return new SallyportFactory();
  }

  @Override
  protected DriverVersion createDriverVersion() {
    int major = versionPart(0);
    int minor = versionPart(1);
    return new DriverVersion(
        "Sallyport JDBC driver", VERSION, PRODUCT, VERSION, false, major, minor, major, minor);
  }

  @Override
  protected String getConnectStringPrefix() {
    return Settings.PREFIX;
  }

  @Override
  public Meta createMeta(AvaticaConnection connection) {
    return new SallyportMeta(connection);
  }

  @Override
  public boolean acceptsURL(@Nullable String url) {
    return url != null && url.startsWith(Settings.PREFIX);
  }

  /** Null for another driver's URL, as JDBC asks. */
  @Override
  public @Nullable Connection connect(String url, @Nullable Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    SallyportConnection connection =
        (SallyportConnection)
            factory.newConnection(this, factory, url, info == null ? new Properties() : info);
    connection.open();
    return connection;
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, @Nullable Properties info) {
    SallyportProperty[] properties = SallyportProperty.values();
    DriverPropertyInfo[] told = new DriverPropertyInfo[properties.length];
    for (int i = 0; i < told.length; i++) {
      SallyportProperty property = properties[i];
      String given = info == null ? null : info.getProperty(property.key());
      told[i] = new DriverPropertyInfo(property.key(), given == null ? property.fallback() : given);
      told[i].description = property.sentence();
      told[i].required = false;
      if (!property.choices().isEmpty()) {
        told[i].choices = property.choices().toArray(new String[0]);
      }
    }
    return told;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("io.sallyport.jdbc");
  }
}
