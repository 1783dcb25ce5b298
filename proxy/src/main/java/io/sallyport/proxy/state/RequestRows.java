package io.sallyport.proxy.state;

import io.sallyport.policy.Policy;
import io.sallyport.proxy.state.RequestView.Act;
import io.sallyport.proxy.state.RequestView.Decision;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The tables of requests, pins and decisions, within one transaction. It keeps and finds; what may
 * be done with a request is the {@link ApprovalQueue}'s question.
 */
final class RequestRows {
  private final Handle handle;

  RequestRows(Handle handle) {
    this.handle = handle;
  }

  /** Adds a pending request and gives its number. */
  long add(HeldQuery query, Instant asked, Instant expires) {
    long number =
        handle
            .createUpdate(
                "INSERT INTO request (requester, fingerprint, standing, state, sql_typed,"
                    + " sql_checked, parameters, touched, why, purpose, asked, expires)"
                    + " VALUES (:requester, :fingerprint, TRUE, :state, :sql, :checkedSql,"
                    + " :parameters, :touched, :why, :purpose, :asked, :expires)")
            .bind("requester", query.requester())
            .bind("fingerprint", query.fingerprint())
            .bind("state", RequestState.PENDING)
            .bind("sql", query.sql())
            .bind("checkedSql", query.checkedSql())
            .bindArray("parameters", String.class, query.parameters())
            .bindArray("touched", String.class, query.touched())
            .bind("why", query.why())
            .bind("purpose", query.purpose().orElse(null))
            .bind("asked", utc(asked))
            .bind("expires", utc(expires))
            .executeAndReturnGeneratedKeys("number")
            .mapTo(Long.class)
            .one();
    for (Map.Entry<String, Pin> entry : query.datasets().entrySet()) {
      Pin pin = entry.getValue();
      handle.execute(
          "INSERT INTO pin VALUES (?, ?, ?, ?, ?, ?, ?)",
          number,
          entry.getKey(),
          pin.owner(),
          pin.current().policyVersion(),
          pin.current().epoch(),
          pin.approvals().uses(),
          pin.approvals().expireAfter().toSeconds());
    }
    return number;
  }

  /** The request that answers this question now, locked until the transaction ends. */
  Optional<RequestView> standing(HeldQuery query) {
    return handle
        .createQuery(
            "SELECT number FROM request WHERE requester = :requester"
                + " AND fingerprint = :fingerprint AND standing")
        .bind("requester", query.requester())
        .bind("fingerprint", query.fingerprint())
        .mapTo(Long.class)
        .findOne()
        .flatMap(this::lock);
  }

  /** The requests of any state that answer their question and wait for or rest on this owner. */
  List<Long> standingFor(String owner) {
    return handle
        .createQuery(
            "SELECT number FROM request WHERE standing"
                + " AND number IN (SELECT request FROM pin WHERE owner = :owner) ORDER BY number")
        .bind("owner", owner)
        .mapTo(Long.class)
        .list();
  }

  /** One request, locked until the transaction ends. */
  Optional<RequestView> lock(long number) {
    return handle
        .createQuery("SELECT * FROM request WHERE number = :number FOR UPDATE")
        .bind("number", number)
        .map((row, context) -> view(row))
        .findOne();
  }

  void move(long number, RequestState state, boolean standing) {
    handle.execute(
        "UPDATE request SET state = ?, standing = ? WHERE number = ?",
        state,
        standing ? Boolean.TRUE : null,
        number);
  }

  void approve(long number, int uses, Instant expires) {
    handle.execute(
        "UPDATE request SET state = ?, uses_left = ?, expires = ? WHERE number = ?",
        RequestState.APPROVED,
        uses,
        utc(expires),
        number);
  }

  void add(long number, Decision decision) {
    handle.execute(
        "INSERT INTO decision (request, decided_by, act, decided, reason, uses, expires)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        number,
        decision.by(),
        decision.act(),
        utc(decision.at()),
        decision.reason(),
        decision.uses(),
        decision.expires() == null ? null : utc(decision.expires()));
  }

  /**
   * Takes one use of an approval if one is left at this moment.
   *
   * <p>INVARIANT (one answer per approval use): a single conditional statement, so concurrent runs
   * cannot both see the last use.
   */
  boolean take(long number, HeldQuery query, Instant now) {
    return handle
            .createUpdate(
                "UPDATE request SET uses_left = uses_left - 1,"
                    + " state = CASE uses_left WHEN 1 THEN :usedUp ELSE state END,"
                    + " standing = CASE uses_left WHEN 1 THEN NULL ELSE standing END"
                    + " WHERE number = :number AND requester = :requester"
                    + " AND fingerprint = :fingerprint AND state = :approved"
                    + " AND uses_left > 0 AND expires > :now")
            .bind("usedUp", RequestState.USED_UP)
            .bind("approved", RequestState.APPROVED)
            .bind("number", number)
            .bind("requester", query.requester())
            .bind("fingerprint", query.fingerprint())
            .bind("now", utc(now))
            .execute()
        == 1;
  }

  private RequestView view(ResultSet row) throws SQLException {
    long number = row.getLong("number");
    int usesLeft = row.getInt("uses_left");
    OptionalInt uses = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(usesLeft);
    HeldQuery query =
        new HeldQuery(
            row.getString("requester"),
            row.getString("fingerprint"),
            row.getString("sql_typed"),
            row.getString("sql_checked"),
            texts(row, "parameters"),
            pins(number),
            texts(row, "touched"),
            row.getString("why"),
            Optional.ofNullable(row.getString("purpose")));
    return new RequestView(
        number,
        query,
        RequestState.valueOf(row.getString("state")),
        instant(row, "asked").orElseThrow(),
        instant(row, "expires").orElseThrow(),
        uses,
        decisions(number));
  }

  private SortedMap<String, Pin> pins(long number) {
    SortedMap<String, Pin> pins = new TreeMap<>();
    handle
        .createQuery("SELECT * FROM pin WHERE request = :number")
        .bind("number", number)
        .map(
            (row, context) ->
                pins.put(
                    row.getString("dataset"),
                    new Pin(
                        row.getString("owner"),
                        new DatasetVersion(row.getString("policy_version"), row.getString("epoch")),
                        new Policy.Approvals(
                            row.getInt("uses"),
                            Duration.ofSeconds(row.getLong("expire_after_seconds"))))))
        .list();
    return pins;
  }

  private List<Decision> decisions(long number) {
    return handle
        .createQuery("SELECT * FROM decision WHERE request = :number ORDER BY number")
        .bind("number", number)
        .map(
            (row, context) ->
                new Decision(
                    row.getString("decided_by"),
                    Act.valueOf(row.getString("act")),
                    instant(row, "decided").orElseThrow(),
                    row.getString("reason"),
                    row.getObject("uses", Integer.class),
                    instant(row, "expires").orElse(null)))
        .list();
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    Object[] values = (Object[]) row.getArray(column).getArray();
    return List.of(values).stream().map(String::valueOf).toList();
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
