package io.sallyport.proxy.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The directory for all that outlives the server; nobody but the server's own user may enter it.
 *
 * <p>It makes a missing directory with mode 0700. It does not change the mode of one that exists:
 * one that others may enter is refused.
 */
public final class StateDirectory {
  private static final Set<PosixFilePermission> OWN_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWN_FILE =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;

  private StateDirectory(Path path) {
    this.path = path;
  }

  /**
   * Makes or checks the directory.
   *
   * @throws IllegalArgumentException if others may enter it, with what to do
   */
  public static StateDirectory at(Path path) {
    try {
      if (!Files.exists(path)) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWN_DIRECTORY));
      }
      if (!Files.isDirectory(path)) {
        throw new IllegalArgumentException("the state `" + path + "` must be a directory");
      }
      if (!OWN_DIRECTORY.containsAll(Files.getPosixFilePermissions(path))) {
        throw new IllegalArgumentException(
            "the state directory `"
                + path
                + "` is open to other users; close it with chmod 700 or name a new one");
      }
      return new StateDirectory(path.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the state directory `" + path + "` can be neither made nor used", e);
    }
  }

  /** A file's place in the directory; the file may be missing. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** A directory in this one, closed to others as well. */
  public StateDirectory directory(String name) {
    return at(path.resolve(name));
  }

  /** Makes an empty file that only the server's user may read, unless it is there already. */
  Path ownFile(String name) {
    Path file = file(name);
    try {
      if (!Files.exists(file)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWN_FILE));
      }
      Files.setPosixFilePermissions(file, OWN_FILE);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that only the server's user may read; others never see it half written. */
  public void write(String name, String content) {
    try {
      Path fresh =
          Files.createTempFile(path, name, ".new", PosixFilePermissions.asFileAttribute(OWN_FILE));
      Files.writeString(fresh, content);
      Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
