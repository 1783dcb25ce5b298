package io.sallyport.proxy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  @TempDir Path directory;

  @Test
  void closesWhatItMakes() throws IOException {
    StateDirectory state = StateDirectory.at(directory.resolve("a/state"));
    state.write("secret", "first");
    state.write("secret", "second");
    StateDirectory tls = state.directory("tls");

    assertThat(mode(directory.resolve("a/state"))).isEqualTo("rwx------");
    assertThat(mode(state.file("secret"))).isEqualTo("rw-------");
    assertThat(mode(tls.file("."))).isEqualTo("rwx------");
    assertThat(state.file("secret")).hasContent("second");
    assertThat(directory.resolve("a/state")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void refusesADirectoryThatOthersMayEnter() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));

    assertThatThrownBy(() -> StateDirectory.at(open))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the state directory `"
                + open
                + "` is open to other users; close it with chmod 700 or name a new one");
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> StateDirectory.at(file)).hasMessageContaining("must be a directory");
  }

  @Test
  void databaseIsClosedToOthers() throws IOException {
    StateDirectory state = StateDirectory.at(directory.resolve("state"));
    StateStore.in(state).close();

    assertThat(mode(state.file("sallyport.mv.db"))).isEqualTo("rw-------");
  }

  static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
