package io.sallyport.proxy;

import io.sallyport.policy.Asking;
import io.sallyport.policy.Judge;
import io.sallyport.policy.Policy;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.proxy.Publications.View;
import io.sallyport.proxy.sql.Asker;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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
    Optional<Judgement> known = view.known().find(session, sql);
    if (known.isPresent()) {
      checkCount(known.get().bound(), parameters);
      return known.get();
    }
    BoundQuery bound = bind(view, session, sql);
    checkCount(bound, parameters);
    Map<String, Policy> policies = view.policies();
    // INVARIANT (judged before run): the verdict is reached from plan, session and policies alone.
    Judgement judgement =
        Judgement.of(
            bound,
            defences.judge(
                new Asking(session.principal(), session.purpose(), clock.instant(), parameters),
                bound,
                policies));
    if (Judge.isLasting(bound, policies)) {
      view.known().remember(session, sql, judgement);
    }
    return judgement;
  }

  BoundQuery bind(View view, Session session, String sql) {
    if (sql.getBytes(StandardCharsets.UTF_8).length > statementBytes) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "a statement may have " + statementBytes + " bytes; send a shorter one");
    }
    return view.front()
        .bind(new Asker(session.dataset(), Optional.of(session.principal().name())), sql);
  }

  private static void checkCount(BoundQuery bound, List<? extends @Nullable Object> parameters) {
    int wanted = bound.parameterTypes().size();
    if (parameters.size() != wanted) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "the statement has " + wanted + " parameters. Given: " + parameters.size());
    }
  }
}
