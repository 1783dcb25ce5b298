package io.sallyport.conformance;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One way into a gateway, with a real client of its kind. */
interface Door extends AutoCloseable {
  /** Its name in test reports. */
  String name();

  /**
   * Asks as a user.
   *
   * @param parameters a value for each {@code ?}: Long, BigDecimal, Double, Boolean, String,
   *     LocalDate or null
   */
  Outcome ask(User user, String sql, List<? extends @Nullable Object> parameters);

  @Override
  void close();

  /**
   * Whoever asks.
   *
   * @param purpose what the session states, or empty
   * @param dataset what unqualified names mean, or empty
   */
  record User(String name, String password, String purpose, String dataset) {
    /** What a session is told, by the gateway's property names. */
    Map<String, String> properties() {
      Map<String, String> properties = new TreeMap<>();
      if (!purpose.isEmpty()) {
        properties.put("purpose", purpose);
      }
      if (!dataset.isEmpty()) {
        properties.put("dataset", dataset);
      }
      return properties;
    }
  }
}
