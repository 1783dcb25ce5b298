package io.sallyport.proxy;

import io.sallyport.policy.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a door may ask of the gateway. Both doors use this and nothing else, so an answer, a refusal
 * and its SQLSTATE are the same on each.
 *
 * <p>Every method throws {@link GatewayException} and nothing else.
 */
public interface GatewayService {
  /** Checks a password or token; a wrong one and an unknown user answer alike (28000). */
  Principal authenticate(Login login);

  /**
   * Opens a session.
   *
   * @param properties the client's, allow-listed: {@code dataset}, {@code purpose}; others are
   *     refused by name (22023)
   */
  Session open(Principal principal, Map<String, String> properties);

  void close(Session session);

  /** Parses and binds; reads no data and judges nothing. */
  Prepared prepare(Session session, String sql);

  /**
   * Runs a statement: bind, judge, guard, run, check.
   *
   * @param parameters one value for each {@code ?}, whose class tells its type as it does for
   *     DuckDB's own driver: Boolean, Byte, Short, Integer, Long, BigInteger, BigDecimal, Float,
   *     Double, String, byte[], LocalDate, LocalTime, LocalDateTime, OffsetDateTime, UUID or null
   */
  Answer run(
      Session session, String sql, List<? extends @Nullable Object> parameters, RunOptions options);

  /** The tables that the session's principal may see, in order of dataset and table. */
  List<CatalogTable> catalog(Session session);
}
