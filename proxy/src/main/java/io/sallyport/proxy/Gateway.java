package io.sallyport.proxy;

import io.sallyport.policy.Principal;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.proxy.HeldQueries.Approved;
import io.sallyport.proxy.Judgement.Ready;
import io.sallyport.proxy.Publications.View;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.engine.LastDoor;
import io.sallyport.proxy.sql.ExplainStatement;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.AuditLog;
import io.sallyport.proxy.state.Ledger;
import io.sallyport.proxy.state.Ruling;
import io.sallyport.proxy.state.Users;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One query's path from text to answer, the same for every door.
 *
 * <p>It decides nothing itself: the judge does, from plan, session and policies; it sees to it that
 * each step comes in its order, and that nothing but what the last step lets out leaves.
 */
public final class Gateway implements GatewayService, AutoCloseable {
  private final Users users;
  private final Publications publications;
  private final ApprovalQueue queue;
  private final AuditLog audit;
  private final Ledger ledger;
  private final Engine engine;
  private final InstantSource clock;
  private final Duration longest;
  private final Defences defences;
  private final PolicyCheck check;
  private final RunningAnswers running = new RunningAnswers();

  /** What a gateway keeps in its state directory. */
  public record Records(ApprovalQueue queue, AuditLog audit, Ledger ledger) {}

  /**
   * @param limits how long a query may be and run
   */
  Gateway(
      Users users,
      Publications publications,
      Records records,
      Engine engine,
      InstantSource clock,
      GatewayConfig.Limits limits,
      Defences defences) {
    this.users = users;
    this.publications = publications;
    this.queue = records.queue();
    this.audit = records.audit();
    this.ledger = records.ledger();
    this.engine = engine;
    this.clock = clock;
    this.longest = limits.statementTimeout();
    this.defences = defences;
    this.check = new PolicyCheck(defences, clock, limits.statementBytes());
    queue.onRevoke(running::revoke);
  }

  @Override
  public Principal authenticate(Login login) {
    return told(() -> users.authenticate(login));
  }

  @Override
  public Session open(Principal principal, Map<String, String> properties) {
    return told(
        () -> {
          View view = publications.view(principal);
          Session session = Session.of(principal, properties, view.publications().keySet());
          running.openSession(session.id());
          return session;
        });
  }

  @Override
  public void close(Session session) {
    running.closeSession(session.id());
  }

  @Override
  public List<CatalogTable> catalog(Session session) {
    return told(
        () ->
            publications.view(session.principal()).catalog().tables().stream()
                .map(CatalogTable::of)
                .sorted(
                    Comparator.comparing(CatalogTable::dataset).thenComparing(CatalogTable::table))
                .toList());
  }

  /** A statement that asks for an answer, or for what the policies say of one. */
  private record Statement(String query, boolean aboutPolicy) {
    static Statement of(String sql) {
      Optional<String> asked = ExplainStatement.query(sql);
      return new Statement(asked.orElse(sql), asked.isPresent());
    }
  }

  @Override
  public Prepared prepare(Session session, String sql) {
    return told(
        () -> {
          Statement statement = Statement.of(sql);
          Prepared query =
              check.prepare(publications.view(session.principal()), session, statement.query());
          return new Prepared(
              sql,
              statement.aboutPolicy() ? PolicyAnswer.COLUMNS : query.columns(),
              query.parameterTypes());
        });
  }

  @Override
  public Answer run(
      Session session,
      String sql,
      List<? extends @Nullable Object> parameters,
      RunOptions options) {
    return told(() -> answer(new Question(session, sql, parameters, options)));
  }

  /** What the steps of one query share. */
  private record Question(
      Session session,
      String sql,
      List<? extends @Nullable Object> parameters,
      RunOptions options) {}

  /** The path of one query; read it from here. */
  private Answer answer(Question question) {
    Session session = question.session();
    View view = publications.view(session.principal());
    Statement statement = Statement.of(question.sql());
    // INVARIANT (judged before run): nothing below runs anything but what the judgement made ready.
    Judgement judgement = check.judge(view, session, statement.query(), question.parameters());
    if (statement.aboutPolicy()) {
      return explained(question, judgement);
    }
    return judgement
        .verdict()
        .fold(
            granted ->
                granted
                    .otherwise()
                    .map(held -> unlessSmall(question, view, judgement, held))
                    .orElseGet(() -> granted(question, judgement)),
            held -> held(question, view, judgement, held),
            refused -> {
              throw refused(question, "refused", refused.explanation().sentence());
            });
  }

  private Answer granted(Question question, Judgement judgement) {
    String why = judgement.verdict().explanation().sentence();
    long entry = audit.begin(question.session(), question.sql(), "granted", why);
    return begun(entry, () -> start(question, judgement.readied(), entry, Optional.empty()));
  }

  /** Answers, or holds the query if one of its groups is too small, which shows when it runs. */
  private Answer unlessSmall(
      Question question, View view, Judgement judgement, Verdict.Held otherwise) {
    Session session = question.session();
    String why = judgement.verdict().explanation().sentence();
    if (!session.asksOwners()) {
      // Else whoever can have no request could ask in silence whether a group is small.
      throw refused(question, "refused", why + ", but the connection says `approval=refuse`");
    }
    Judgement held = judgement.otherwise().orElseThrow();
    HeldQuery query =
        HeldQueries.of(session, held, otherwise, question.parameters(), view.publications());
    if (query.ownedBy(session.principal().name())) {
      throw refused(
          question,
          "refused",
          why + ", and nobody approves a request of their own; let others ask");
    }
    if (queue.isKnown(query)) {
      return held(question, view, held, otherwise);
    }
    long entry = audit.begin(session, question.sql(), "granted", why);
    Optional<Answer> answer =
        begun(entry, () -> begin(question, judgement.readied(), entry, Optional.empty()));
    return answer.orElseGet(
        () -> {
          audit.end(entry, ErrorCode.HELD.sqlState(), 0);
          return held(question, view, held, otherwise);
        });
  }

  /** Tells the verdict instead of acting on it: asks nobody, charges nothing, reads no data. */
  private Answer explained(Question question, Judgement judgement) {
    String why = judgement.verdict().explanation().sentence();
    long entry = audit.begin(question.session(), question.sql(), "explained", why);
    return begun(entry, () -> start(question, PolicyAnswer.of(judgement), entry, Optional.empty()));
  }

  private Answer held(Question question, View view, Judgement judgement, Verdict.Held held) {
    Session session = question.session();
    String why = held.explanation().sentence();
    if (!session.asksOwners()) {
      throw refused(
          question, "held", why + "; the connection says `approval=refuse`, so nobody was asked");
    }
    HeldQuery query =
        HeldQueries.of(session, judgement, held, question.parameters(), view.publications());
    Ruling ruling = queue.ask(query);
    long entry =
        audit.begin(
            session,
            question.sql(),
            "held",
            why,
            Optional.of(query.fingerprint()),
            OptionalLong.of(ruling.number()));
    return begun(
        entry,
        () ->
            ruling.fold(
                pending -> {
                  throw HeldQueries.waiting(query, pending);
                },
                approved ->
                    start(
                        question,
                        judgement.readied(),
                        entry,
                        Optional.of(new Approved(approved.number(), query))),
                denied -> {
                  throw HeldQueries.denied(denied);
                }));
  }

  private GatewayException refused(Question question, String verdict, String why) {
    long entry = audit.begin(question.session(), question.sql(), verdict, why);
    audit.end(entry, ErrorCode.REFUSED.sqlState(), 0);
    return new GatewayException(ErrorCode.REFUSED, why);
  }

  private Answer start(Question question, Ready ready, long entry, Optional<Approved> approved) {
    return begin(question, ready, entry, approved)
        .orElseThrow(() -> new IllegalStateException("nobody says what follows a small group"));
  }

  /**
   * The last steps before rows; what they took is given back if one fails. Empty if the answer may
   * not leave because one of its groups is too small.
   */
  private Optional<Answer> begin(
      Question question, Ready ready, long entry, Optional<Approved> approved) {
    Session session = question.session();
    OptionalLong request = approved.stream().mapToLong(Approved::request).findFirst();
    RunningAnswers.Place place = running.place(new RunningAnswers.Origin(session.id(), request));
    try {
      // INVARIANT (pay first): the charge is taken before the engine is reached, and kept.
      Ledger.Charge charge = ledger.reserve(session.principal(), ready.limits());
      place.holds(charge::close);
      Instant deadline = clock.instant().plus(allowed(question.options()));
      approved.ifPresent(approval -> approval.takeFrom(queue));
      Engine.Run run =
          engine.run(
              ready.printed().sql(), ready.printed().arrange(question.parameters()), deadline);
      place.runs(run);
      question.options().cancellation().ifPresent(client -> client.reaches(run::cancel));
      if (isSmall(ready, question, run)) {
        place.leave();
        return Optional.empty();
      }
      LastDoor door =
          defences.check(
              run.batches(), ready.plan(), question.options().maxRows(), ready.resultRows());
      return Optional.of(
          place.take(
              new GuardedAnswer(
                  ready.columns(),
                  ready.plan().warnings(),
                  run,
                  door,
                  () -> {
                    place.leave();
                    audit.end(entry, door.outcome(), door.rows());
                  })));
    } catch (RuntimeException e) {
      place.leave();
      throw e;
    }
  }

  /**
   * INVARIANT (nothing leaves unasked): the same run answers this before its rows are looked at.
   */
  private static boolean isSmall(Ready ready, Question question, Engine.Run run) {
    return ready
        .question()
        .filter(asked -> run.finds(asked.sql(), asked.arrange(question.parameters())))
        .isPresent();
  }

  private Duration allowed(RunOptions options) {
    return options.timeout().filter(asked -> asked.compareTo(longest) < 0).orElse(longest);
  }

  /** Writes down how a begun query failed. */
  private <T> T begun(long entry, Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      GatewayException failure = Incident.unexpected(e);
      audit.end(entry, failure.code().sqlState(), 0);
      throw failure;
    }
  }

  /** INVARIANT (no data in errors): a door sees a {@link GatewayException} or nothing. */
  private static <T> T told(Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      throw Incident.unexpected(e);
    }
  }

  /** Ends every answer under way; the engine and the records are their owner's to close. */
  @Override
  public void close() {
    running.closeAll();
    publications.close();
  }
}
