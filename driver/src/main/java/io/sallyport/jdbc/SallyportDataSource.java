package io.sallyport.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections for pools and containers.
 *
 * <pre>{@code
 * SallyportDataSource source = new SallyportDataSource();
 * source.setUrl("jdbc:sallyport://gate.example.org/clinic?purpose=research");
 * source.setUser("ann");
 * source.setPassword(password);
 * }</pre>
 *
 * <p>It does not pool.
 */
public final class SallyportDataSource implements DataSource {
  private final SallyportDriver driver = new SallyportDriver();
  private final Properties properties = new Properties();
  private String url = "";
  private int loginTimeout;
  private @Nullable PrintWriter logWriter;

  /** The URL, which may hold any property but is a bad place for a password. */
  public void setUrl(String url) {
    this.url = url;
  }

  public String getUrl() {
    return url;
  }

  public void setUser(String user) {
    setProperty(SallyportProperty.USER, user);
  }

  public void setPassword(String password) {
    setProperty(SallyportProperty.PASSWORD, password);
  }

  public void setToken(String token) {
    setProperty(SallyportProperty.TOKEN, token);
  }

  /** Any property; what the URL says wins. */
  public void setProperty(SallyportProperty property, String value) {
    properties.setProperty(property.key(), value);
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connect(new Properties());
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    Properties login = new Properties();
    login.setProperty(SallyportProperty.USER.key(), user);
    login.setProperty(SallyportProperty.PASSWORD.key(), password);
    return connect(login);
  }

  private Connection connect(Properties more) throws SQLException {
    Properties all = new Properties();
    if (loginTimeout > 0) {
      all.setProperty(SallyportProperty.CONNECT_TIMEOUT.key(), Integer.toString(loginTimeout));
    }
    all.putAll(properties);
    all.putAll(more);
    Connection connection = driver.connect(url, all);
    if (connection == null) {
      throw Failure.of("22023", "set a URL that begins with `" + Settings.PREFIX + "`");
    }
    return connection;
  }

  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return logWriter;
  }

  /** Kept as JDBC asks; nothing is written to it. */
  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    logWriter = out;
  }

  @Override
  public Logger getParentLogger() {
    return driver.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw Failure.notSupported("unwrapping to `" + type.getName() + "`");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
