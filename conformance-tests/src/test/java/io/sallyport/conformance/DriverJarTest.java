package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.jdbc.SallyportDriver;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one jar that users get, alone: {@code mvn verify} builds it, {@code mvn test} does not. */
class DriverJarTest {
  private static Path jar;

  @BeforeAll
  static void find() throws Exception {
    jar =
        Path.of(SallyportDriver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(Files.isRegularFile(jar), "the driver was not packaged");
  }

  @Test
  void holdsNoClassOutsideItsPackage() throws Exception {
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(
              file.stream()
                  .map(JarEntry::getName)
                  .filter(name -> name.endsWith(".class"))
                  .filter(name -> !name.startsWith("io/sallyport/jdbc/"))
                  .collect(Collectors.toList()))
          .isEmpty();
      assertThat(file.getManifest().getMainAttributes().getValue("Bundle-SymbolicName"))
          .isEqualTo("io.sallyport.jdbc");
      assertThat(file.size()).isPositive();
    }
    assertThat(Files.size(jar)).isLessThan(8L << 20);
  }

  @Test
  void worksWithNothingElseOnTheClassPath(@TempDir Path directory) throws Exception {
    try (UnguardedServer server = new UnguardedServer(directory);
        URLClassLoader alone =
            new URLClassLoader(
                new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      Driver driver = ServiceLoader.load(Driver.class, alone).findFirst().orElseThrow();
      assertThat(driver.getClass().getName()).isEqualTo("io.sallyport.jdbc.SallyportDriver");
      Properties login = new Properties();
      login.setProperty("user", "ann");
      login.setProperty("password", "pass word:ü");
      try (Connection connection = driver.connect(server.url(), login);
          PreparedStatement prepared =
              connection.prepareStatement("SELECT ?::BIGINT + range AS n FROM range(100000)")) {
        assertThat(connection.getMetaData().getTables(null, null, "%", null).next()).isTrue();
        prepared.setLong(1, 1);
        long sum = 0;
        try (ResultSet rows = prepared.executeQuery()) {
          while (rows.next()) {
            sum += rows.getLong("n");
          }
        }
        assertThat(sum).isEqualTo(100_000L * 100_001 / 2);
      }
    }
  }

  @Test
  void leavesStockAvaticasUrlsToStockAvatica() throws Exception {
    Class.forName("org.apache.calcite.avatica.remote.Driver");
    assertThat(
            DriverManager.getDriver("jdbc:avatica:remote:url=http://localhost")
                .getClass()
                .getName())
        .isEqualTo("org.apache.calcite.avatica.remote.Driver");
  }
}
