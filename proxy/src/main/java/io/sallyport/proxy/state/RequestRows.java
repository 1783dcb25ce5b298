package io.sallyport.proxy.state;

import io.sallyport.policy.Policy;
import io.sallyport.policy.approval.Approval;
import io.sallyport.policy.approval.DatasetVersion;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.policy.approval.Request;
import io.sallyport.policy.approval.Request.Ending;
import io.sallyport.policy.approval.RequestState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * The tables of requests, pins and approvals, within one transaction. It keeps and finds; what may
 * be done with a request is the {@link ApprovalQueue}'s question.
 */
final class RequestRows {
  private final Handle handle;

  RequestRows(Handle handle) {
    this.handle = handle;
  }

  /** Adds a request under a number of its own. */
  Request add(Request request) {
    HeldQuery query = request.query();
    long number =
        handle
            .createUpdate(
                "INSERT INTO request (requester, fingerprint, answers, state, sql_typed,"
                    + " sql_checked, parameters, touched, why, purpose, asked, expires)"
                    + " VALUES (:requester, :fingerprint, TRUE, :state, :sql, :checkedSql,"
                    + " :parameters, :touched, :why, :purpose, :asked, :expires)")
            .bind("requester", query.requester())
            .bind("fingerprint", query.fingerprint())
            .bind("state", request.state().name())
            .bind("sql", query.sql())
            .bind("checkedSql", query.checkedSql())
            .bindArray("parameters", String.class, query.parameters())
            .bindArray("touched", String.class, query.touched())
            .bind("why", query.why())
            .bind("purpose", query.purpose().orElse(null))
            .bind("asked", utc(request.asked()))
            .bind("expires", utc(request.expires()))
            .executeAndReturnGeneratedKeys("number")
            .mapTo(Long.class)
            .one();
    query
        .datasets()
        .forEach(
            (dataset, pin) ->
                handle.execute(
                    "INSERT INTO pin VALUES (?, ?, ?, ?, ?, ?, ?)",
                    number,
                    dataset,
                    pin.owner(),
                    pin.version().policyVersion(),
                    pin.version().epoch(),
                    pin.approvals().uses(),
                    pin.approvals().expireAfter().toSeconds()));
    return lock(number).orElseThrow();
  }

  /** The request that answers this question now, locked until the transaction ends. */
  Optional<Request> answering(HeldQuery query) {
    return handle
        .createQuery(
            "SELECT number FROM request WHERE requester = :requester"
                + " AND fingerprint = :fingerprint AND answers")
        .bind("requester", query.requester())
        .bind("fingerprint", query.fingerprint())
        .mapTo(Long.class)
        .findOne()
        .flatMap(this::lock);
  }

  /** The requests that answer their question and name a dataset of this owner, oldest first. */
  List<Long> answeringOf(String owner) {
    return handle
        .createQuery(
            "SELECT number FROM request WHERE answers"
                + " AND number IN (SELECT request FROM pin WHERE owner = :owner) ORDER BY number")
        .bind("owner", owner)
        .mapTo(Long.class)
        .list();
  }

  /** One request, locked until the transaction ends. */
  Optional<Request> lock(long number) {
    return handle
        .createQuery("SELECT * FROM request WHERE number = :number FOR UPDATE")
        .bind("number", number)
        .map((row, context) -> request(row))
        .findOne();
  }

  /** Keeps what a step changed: the state, its ending and the approvals. */
  void save(Request request) {
    handle
        .createUpdate(
            "UPDATE request SET state = :state, answers = :answers, expires = :expires,"
                + " uses_left = :usesLeft, ended_by = :endedBy, ended = :ended,"
                + " ended_why = :endedWhy WHERE number = :number")
        .bind("number", request.number())
        .bind("state", request.state().name())
        .bind("answers", request.state().answers() ? Boolean.TRUE : null)
        .bind("expires", utc(request.expires()))
        .bind("usesLeft", request.usesLeft().isPresent() ? request.usesLeft().getAsInt() : null)
        .bind("endedBy", request.ending().map(Ending::by).orElse(null))
        .bind("ended", request.ending().map(ending -> utc(ending.at())).orElse(null))
        .bind("endedWhy", request.ending().map(Ending::reason).orElse(null))
        .execute();
    int kept =
        handle
            .createQuery("SELECT count(*) FROM approval WHERE request = :number")
            .bind("number", request.number())
            .mapTo(Integer.class)
            .one();
    for (Approval approval : request.approvals().subList(kept, request.approvals().size())) {
      handle.execute(
          "INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?)",
          request.number(),
          approval.by(),
          utc(approval.at()),
          approval.reason(),
          approval.uses(),
          utc(approval.expires()));
    }
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
                    + " state = CASE uses_left WHEN 1 THEN 'USED_UP' ELSE state END,"
                    + " answers = CASE uses_left WHEN 1 THEN NULL ELSE answers END"
                    + " WHERE number = :number AND requester = :requester"
                    + " AND fingerprint = :fingerprint AND state = 'APPROVED'"
                    + " AND uses_left > 0 AND expires > :now")
            .bind("number", number)
            .bind("requester", query.requester())
            .bind("fingerprint", query.fingerprint())
            .bind("now", utc(now))
            .execute()
        == 1;
  }

  private Request request(ResultSet row) throws SQLException {
    long number = row.getLong("number");
    Integer usesLeft = row.getObject("uses_left", Integer.class);
    String endedBy = row.getString("ended_by");
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
    return new Request(
        number,
        query,
        RequestState.valueOf(row.getString("state")),
        instant(row, "asked"),
        instant(row, "expires"),
        usesLeft == null ? OptionalInt.empty() : OptionalInt.of(usesLeft),
        approvals(number),
        endedBy == null
            ? Optional.empty()
            : Optional.of(new Ending(endedBy, instant(row, "ended"), row.getString("ended_why"))));
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

  private List<Approval> approvals(long number) {
    return handle
        .createQuery("SELECT * FROM approval WHERE request = :number ORDER BY approved, owner")
        .bind("number", number)
        .map(
            (row, context) ->
                new Approval(
                    row.getString("owner"),
                    instant(row, "approved"),
                    row.getString("reason"),
                    row.getInt("uses"),
                    instant(row, "expires")))
        .list();
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    Object[] values = (Object[]) row.getArray(column).getArray();
    return List.of(values).stream().map(String::valueOf).toList();
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
