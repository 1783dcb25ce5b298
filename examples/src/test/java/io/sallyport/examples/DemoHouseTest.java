package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.proxy.GatewayConfig;
import io.sallyport.proxy.Login;
import io.sallyport.proxy.state.Users;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoHouseTest {
  private static final Path TEMPLATES = Path.of("demo");
  private static final DemoHouse.Scale TINY = new DemoHouse.Scale(ClinicData.Size.SMALL, 0.001);

  @TempDir Path place;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private DemoHouse prepare() {
    return DemoHouse.prepare(TEMPLATES, place, TINY, new PrintStream(printed, true));
  }

  @Test
  void holdsAllThatTheConfigurationNamesAndKnowsThePeople() {
    GatewayConfig config = GatewayConfig.read(prepare().config());
    assertThat(config.datasets()).extracting(d -> d.dataset().name()).contains("clinic", "tpch");
    assertThat(config.state()).isEqualTo(place.resolve("gateway"));
    assertThat(config.listen().loopback()).as("the passwords are public").isTrue();
    Users users = new Users(config.users(), InstantSource.system());
    for (Account account : Account.ALL) {
      assertThat(users.authenticate(new Login.Password(account.user(), account.password())).name())
          .isEqualTo(account.user());
    }
  }

  @Test
  void makesDataOnceAndCopiesTheConfigurationEachTime() throws Exception {
    prepare();
    Path visits = place.resolve("data").resolve(ClinicData.VISITS);
    byte[] made = Files.readAllBytes(visits);
    assertThat(printed.toString()).contains("2,000 patients");
    printed.reset();
    Files.writeString(place.resolve("gateway.yaml"), "old");
    prepare();
    assertThat(printed.toString()).isEmpty();
    assertThat(visits).hasBinaryContent(made);
    assertThat(place.resolve("gateway.yaml"))
        .hasSameTextualContentAs(TEMPLATES.resolve("gateway.yaml"));
  }

  @Test
  void unfinishedDataIsMadeAgain() throws Exception {
    Path unfinished = Files.createDirectories(place.resolve("data.unfinished"));
    Files.writeString(unfinished.resolve(ClinicData.VISITS), "half");
    assertThat(prepare().diagnoses()).isBetween(100L, 1_200L);
    assertThat(unfinished).doesNotExist();
  }
}
