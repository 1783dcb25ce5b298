package io.sallyport.proxy;

import io.sallyport.policy.Asking;
import io.sallyport.policy.Judge;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.Publications.View;
import io.sallyport.proxy.sql.Asker;
import io.sallyport.proxy.sql.PlannedQuery;
import io.sallyport.proxy.sql.SentValue;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first half of a query's path: bind, judge, rewrite and print, or a known judgement.
 *
 * <p>It reads no data, writes nothing down and charges nothing.
 */
final class PolicyCheck {
  private final Defences defences;
  private final InstantSource clock;
  private final long statementBytes;

  /**
   * @param statementBytes how long a statement may be
   */
  PolicyCheck(Defences defences, InstantSource clock, long statementBytes) {
    this.defences = defences;
    this.clock = clock;
    this.statementBytes = statementBytes;
  }

  Judgement judge(
      View view, Session session, String sql, List<? extends @Nullable Object> parameters) {
    checkLength(sql);
    List<SentValue> values = SentValue.of(parameters);
    checkBytes(values);
    Asker asker = asker(session);
    List<String> kinds = view.front().kinds(asker, sql, values);
    Optional<Judgement> known = view.known().find(session, sql, kinds);
    if (known.isPresent() && known.get().bound().parameterTypes().size() == values.size()) {
      return known.get();
    }
    Asking asking = new Asking(session.principal(), session.purpose(), clock.instant(), parameters);
    Judgement judgement = judge(view, asking, view.front().plan(asker, sql, kinds, values));
    if (Judge.isLasting(judgement.bound(), view.policies())) {
      view.known().remember(session, sql, kinds, judgement);
    }
    return judgement;
  }

  /** Judges and prints the plan while DuckDB still tells its columns, if these have names. */
  private Judgement judge(View view, Asking asking, PlannedQuery planned) {
    Optional<Judgement> ahead;
    BoundQuery bound;
    try {
      ahead = planned.ahead().map(query -> judge(view, asking, query));
    } finally {
      bound = planned.agreed();
    }
    return ahead
        .filter(judgement -> judgement.bound().equals(bound))
        .orElseGet(() -> judge(view, asking, bound));
  }

  private Judgement judge(View view, Asking asking, BoundQuery bound) {
    // INVARIANT (judged before run): the verdict is reached from plan, session and policies alone.
    return Judgement.of(bound, defences.judge(asking, bound, view.policies()));
  }

  Prepared prepare(View view, Session session, String sql) {
    checkLength(sql);
    return view.front().prepare(asker(session), sql);
  }

  private static Asker asker(Session session) {
    return new Asker(session.dataset(), Optional.of(session.principal().name()));
  }

  private void checkLength(String sql) {
    if (sql.getBytes(StandardCharsets.UTF_8).length > statementBytes) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "a statement may have " + statementBytes + " bytes; send a shorter one");
    }
  }

  /** A value may be as long as if it stood in the statement. */
  private void checkBytes(List<SentValue> values) {
    if (values.stream().mapToLong(SentValue::bytes).sum() > statementBytes) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "the values of a statement's parameters may have "
              + statementBytes
              + " bytes together; send shorter ones");
    }
  }
}
