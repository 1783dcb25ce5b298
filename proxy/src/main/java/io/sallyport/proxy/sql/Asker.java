package io.sallyport.proxy.sql;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who asks, and of which dataset: what {@code current_user} and {@code current_schema} mean.
 *
 * @param dataset what unqualified table names mean; empty: the only dataset that has the table
 * @param user empty if nobody is named, so that a statement cannot ask for it
 */
public record Asker(Optional<String> dataset, Optional<String> user) {
  private static final String VERSION = "Sallyport 0.1";

  private static final Map<String, String> ASKED =
      Map.of(
          "current_user", "user",
          "session_user", "user",
          "user", "user",
          "current_role", "user",
          "current_schema", "dataset",
          "current_database", "database",
          "current_catalog", "database",
          "version", "version");

  /** Nobody, asking of a dataset. */
  public static Asker of(Optional<String> dataset) {
    return new Asker(dataset, Optional.empty());
  }

  /** True for a function that tells of the session. */
  static boolean tells(String function) {
    return ASKED.containsKey(function);
  }

  /** What such a function gives; empty is NULL. */
  Optional<String> told(String function) {
    return switch (ASKED.getOrDefault(function, "")) {
      case "user" ->
          Optional.of(user.orElseThrow(() -> Ast.unsupported(function + " without a session")));
      case "dataset" -> dataset;
      case "database" -> Optional.of(InformationSchema.DATABASE);
      case "version" -> Optional.of(VERSION);
      default -> throw Ast.unsupported(function);
    };
  }

  /**
   * What of the asker a statement may depend on: its plan may be shared with whoever agrees in it.
   */
  Asker asFarAsAskedFor(String sql) {
    String lower = sql.toLowerCase(Locale.ROOT);
    return lower.contains("user") || lower.contains("current_role") ? this : of(dataset);
  }
}
