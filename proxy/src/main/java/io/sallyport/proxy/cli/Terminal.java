package io.sallyport.proxy.cli;

import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passwords from wherever they may come, and texts of strangers made harmless. */
final class Terminal {
  static final String PASSWORD_VARIABLE = "SALLYPORT_PASSWORD";

  private Terminal() {}

  /** From the file, else from the environment, else from a prompt that shows nothing. */
  static String password(Optional<Path> file, Map<String, String> environment, String prompt) {
    if (file.isPresent()) {
      try {
        return Files.readString(file.get()).strip();
      } catch (IOException | UncheckedIOException e) {
        throw new FailedCommandException(
            FailedCommandException.REFUSED,
            "the password file `" + file.get() + "` cannot be read");
      }
    }
    @Nullable String set = environment.get(PASSWORD_VARIABLE);
    if (set != null) {
      return set;
    }
    @Nullable Console console = System.console();
    char @Nullable [] typed = console == null ? null : console.readPassword("%s: ", prompt);
    if (typed == null) {
      throw new FailedCommandException(
          FailedCommandException.REFUSED,
          "there is no terminal to ask for the password; set "
              + PASSWORD_VARIABLE
              + " or name a --password-file");
    }
    return new String(typed);
  }

  /**
   * What an analyst typed, without what could move the cursor, hide or turn around text: an owner
   * decides by what is on the screen.
   */
  static String harmless(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              switch (Character.getType(point)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    shown.append(String.format("\\u{%x}", point));
                default -> shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  /** The same on one line, its own line breaks as spaces. */
  static String oneLine(String text) {
    return harmless(text.replaceAll("\\s+", " ").strip());
  }

  /** The same under a label, each line indented so that none can pass for a label. */
  static String indented(String text) {
    StringBuilder shown = new StringBuilder();
    text.lines()
        .forEach(
            line -> shown.append("    ").append(harmless(line.replace("\t", "  "))).append('\n'));
    return shown.toString();
  }
}
