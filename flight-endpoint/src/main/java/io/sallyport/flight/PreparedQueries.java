package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The prepared statements that clients hold, by random handles that belong to one user each. */
final class PreparedQueries {
  private static final int MOST_PER_SESSION = 1_000;

  private final Map<String, Query> open = new ConcurrentHashMap<>();

  /** A statement, its session's properties, and the values that were bound last. */
  static final class Query {
    private final Caller preparer;
    private final String sql;
    private final Statement statement;
    private volatile List<? extends @Nullable Object> values = List.of();

    private Query(Caller preparer, String sql, Statement statement) {
      this.preparer = preparer;
      this.sql = sql;
      this.statement = statement;
    }

    Caller preparer() {
      return preparer;
    }

    String sql() {
      return sql;
    }

    Statement statement() {
      return statement;
    }

    List<? extends @Nullable Object> values() {
      return values;
    }

    void bind(List<? extends @Nullable Object> row) {
      values = row;
    }
  }

  String add(Caller preparer, String sql, Statement statement) {
    long held =
        open.values().stream()
            .filter(query -> query.preparer.session() == preparer.session())
            .count();
    if (held >= MOST_PER_SESSION) {
      throw new FlightError(
          "54000",
          "TOO_LARGE",
          FlightError.Kind.EXHAUSTED,
          "too many prepared statements are open; close some");
    }
    String handle = Sessions.randomKey();
    open.put(handle, new Query(preparer, sql, statement));
    return handle;
  }

  /** An unknown, a closed and another user's handle fail alike. */
  Query find(String handle, String user) {
    Query query = open.get(handle);
    if (query == null || !query.preparer.user().equals(user)) {
      throw FlightError.unknownStatement();
    }
    return query;
  }

  void close(String handle, String user) {
    find(handle, user);
    open.remove(handle);
  }

  void end(ClientSession session) {
    open.values().removeIf(query -> query.preparer.session() == session);
  }
}
