package io.sallyport.proxy;

import io.sallyport.policy.Asking;
import io.sallyport.policy.Obligations;
import io.sallyport.policy.Policy;
import io.sallyport.policy.Principal;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.Fingerprint;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.proxy.Publications.View;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.engine.LastDoor;
import io.sallyport.proxy.sql.Catalog;
import io.sallyport.proxy.sql.DuckDbTypes;
import io.sallyport.proxy.sql.ExplainStatement;
import io.sallyport.proxy.sql.PlanPrinter;
import io.sallyport.proxy.sql.PrintedQuery;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.AuditLog;
import io.sallyport.proxy.state.Ledger;
import io.sallyport.proxy.state.Ruling;
import io.sallyport.proxy.state.Users;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexNode;
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
  private final GatewayConfig.Limits limits;
  private final Defences defences;
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
    this.limits = limits;
    this.defences = defences;
    queue.onRevoke(running::revoke);
  }

  @Override
  public Principal authenticate(Login login) {
    return told(() -> users.authenticate(login));
  }

  @Override
  public Session open(Principal principal, Map<String, String> properties) {
    Optional<String> dataset = Optional.empty();
    Optional<String> purpose = Optional.empty();
    boolean asksOwners = true;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String value = property.getValue();
      switch (property.getKey()) {
        case "dataset" -> dataset = Optional.of(known(principal, value));
        case "purpose" -> purpose = Optional.of(value);
        case "approval" -> asksOwners = asksOwners(value);
        default ->
            throw new GatewayException(
                ErrorCode.WRONG_PARAMETER,
                "unknown property `"
                    + property.getKey()
                    + "`; a session takes `dataset`, `purpose` and `approval`");
      }
    }
    return new Session(UUID.randomUUID().toString(), principal, dataset, purpose, asksOwners);
  }

  private static boolean asksOwners(String value) {
    return switch (value) {
      case "request" -> true;
      case "refuse" -> false;
      default ->
          throw new GatewayException(
              ErrorCode.WRONG_PARAMETER,
              "`approval` is `request` or `refuse`. Given: `" + value + "`");
    };
  }

  private String known(Principal principal, String dataset) {
    return told(() -> publications.view(principal)).publications().keySet().stream()
        .filter(name -> name.equalsIgnoreCase(dataset))
        .findFirst()
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.WRONG_PARAMETER, "unknown dataset `" + dataset + "`"));
  }

  @Override
  public void close(Session session) {
    running.closeSession(session.id());
  }

  @Override
  public Prepared prepare(Session session, String sql) {
    return told(
        () -> {
          View view = publications.view(session.principal());
          Optional<String> asked = ExplainStatement.query(sql);
          BoundQuery bound = bind(view, session, asked.orElse(sql));
          return new Prepared(
              sql,
              asked.isPresent() ? PolicyAnswer.COLUMNS : columns(bound),
              bound.parameterTypes().stream().map(DuckDbTypes::sql).toList());
        });
  }

  @Override
  public List<CatalogTable> catalog(Session session) {
    return told(
        () -> {
          List<CatalogTable> tables = new ArrayList<>();
          for (Catalog.PublishedTable table :
              publications.view(session.principal()).catalog().tables()) {
            tables.add(
                new CatalogTable(
                    table.name().dataset(), table.name().table(), seen(table), key(table)));
          }
          tables.sort(
              (one, other) ->
                  (one.dataset() + "\0" + one.table())
                      .compareTo(other.dataset() + "\0" + other.table()));
          return tables;
        });
  }

  private static List<OutputColumn> seen(Catalog.PublishedTable table) {
    return table.columns().stream()
        .filter(column -> column.sight() != Catalog.Sight.HIDDEN)
        .map(
            column ->
                new OutputColumn(
                    column.name(),
                    column.sight() == Catalog.Sight.WIPED ? "VARCHAR" : column.type(),
                    true))
        .toList();
  }

  /** The first unique key, unless the analyst may not see all of it. */
  private static List<String> key(Catalog.PublishedTable table) {
    List<String> visible =
        table.columns().stream()
            .filter(column -> column.sight() == Catalog.Sight.VISIBLE)
            .map(Catalog.Column::name)
            .toList();
    return table.uniqueKeys().stream().findFirst().filter(visible::containsAll).orElse(List.of());
  }

  @Override
  public Answer run(
      Session session,
      String sql,
      List<? extends @Nullable Object> parameters,
      RunOptions options) {
    return told(() -> answer(session, sql, parameters, options));
  }

  /** The path of one query; read it from here. */
  private Answer answer(
      Session session,
      String sql,
      List<? extends @Nullable Object> parameters,
      RunOptions options) {
    View view = publications.view(session.principal());
    Optional<String> asked = ExplainStatement.query(sql);
    BoundQuery bound = bind(view, session, asked.orElse(sql));
    checkCount(bound, parameters);
    // INVARIANT (judged before run): the verdict is reached from plan, session and policies alone.
    Verdict verdict =
        defences.judge(
            new Asking(session.principal(), session.purpose(), clock.instant()),
            bound,
            view.policies());
    Question question = new Question(session, bound, parameters, options, view);
    if (asked.isPresent()) {
      return explained(question, sql, verdict);
    }
    return verdict.fold(
        granted -> granted(question, granted),
        held -> held(question, held),
        refused -> {
          String why = refused.explanation().sentence();
          audit.end(audit.begin(session, sql, "refused", why), ErrorCode.REFUSED.sqlState(), 0);
          throw new GatewayException(ErrorCode.REFUSED, why);
        });
  }

  /** What the steps of one query share. */
  private record Question(
      Session session,
      BoundQuery bound,
      List<? extends @Nullable Object> parameters,
      RunOptions options,
      View view) {}

  /** Tells the verdict instead of acting on it: asks nobody, charges nothing, reads no data. */
  private Answer explained(Question question, String sql, Verdict verdict) {
    String why = verdict.explanation().sentence();
    long entry = audit.begin(question.session(), sql, "explained", why);
    return begun(
        entry,
        () -> {
          BoundQuery told = PolicyAnswer.of(question.bound(), verdict, this::guarded);
          return start(
              new Question(
                  question.session(), told, List.of(), question.options(), question.view()),
              Obligations.NONE,
              entry,
              Optional.empty());
        });
  }

  private Answer granted(Question question, Verdict.Granted granted) {
    long entry =
        audit.begin(
            question.session(),
            question.bound().sql(),
            "granted",
            granted.explanation().sentence());
    return begun(entry, () -> start(question, granted.obligations(), entry, Optional.empty()));
  }

  private Answer held(Question question, Verdict.Held held) {
    Session session = question.session();
    String sql = question.bound().sql();
    String why = held.explanation().sentence();
    if (!session.asksOwners()) {
      audit.end(audit.begin(session, sql, "held", why), ErrorCode.REFUSED.sqlState(), 0);
      throw new GatewayException(
          ErrorCode.REFUSED, why + "; the connection says `approval=refuse`, so nobody was asked");
    }
    HeldQuery query = heldQuery(question, held);
    Ruling ruling = queue.ask(query);
    long entry =
        audit.begin(
            session,
            sql,
            "held",
            why,
            Optional.of(query.fingerprint()),
            OptionalLong.of(ruling.number()));
    return begun(
        entry,
        () ->
            ruling.fold(
                pending -> {
                  throw new GatewayException(
                      ErrorCode.HELD,
                      why
                          + "; it waits as request "
                          + pending.number()
                          + " for "
                          + String.join(", ", owners(query))
                          + ": ask again when it is approved");
                },
                approved ->
                    start(
                        question,
                        held.obligations(),
                        entry,
                        Optional.of(new Approved(approved.number(), query))),
                denied -> {
                  throw new GatewayException(
                      ErrorCode.REFUSED,
                      "request "
                          + denied.number()
                          + " was denied by an owner, who wrote: "
                          + denied.reason());
                }));
  }

  /** An approval of which one use is to be taken. */
  private record Approved(long request, HeldQuery query) {}

  private HeldQuery heldQuery(Question question, Verdict.Held held) {
    Map<String, Policy> met = new TreeMap<>();
    held.obligations().guards().forEach((dataset, guard) -> met.put(dataset, guard.policy()));
    SortedMap<String, Pin> pins = new TreeMap<>();
    for (String dataset : held.datasets()) {
      Publications.Publication publication = question.view().publications().get(dataset);
      if (publication == null) {
        throw new IllegalStateException("a query is held for a dataset that is not published");
      }
      pins.put(
          dataset,
          new Pin(
              publication.policy().owner(),
              publication.version(),
              publication.policy().release().approvals()));
    }
    GuardedPlan guarded = defences.rewrite(question.bound(), held.obligations());
    return new HeldQuery(
        question.session().principal().name(),
        Fingerprint.of(question.bound(), question.parameters(), met),
        question.bound().sql(),
        PlanPrinter.print(guarded).sql(),
        question.parameters().stream().map(String::valueOf).toList(),
        pins,
        TouchedColumns.of(guarded.plan()),
        held.explanation().sentence(),
        question.session().purpose());
  }

  private static List<String> owners(HeldQuery query) {
    return query.datasets().values().stream().map(Pin::owner).distinct().sorted().toList();
  }

  /** Rewrites, prints and starts the query: the last steps before rows. */
  private Answer start(
      Question question, Obligations obligations, long entry, Optional<Approved> approved) {
    BoundQuery bound = question.bound();
    GuardedPlan guarded = guarded(bound, obligations);
    PrintedQuery printed = PlanPrinter.print(guarded);
    // INVARIANT (pay first): the charge is taken before the engine is reached, and kept.
    Ledger.Charge charge =
        bound.probe()
            ? Ledger.Charge.NONE
            : ledger.reserve(question.session().principal(), limits(obligations));
    try {
      Instant deadline = clock.instant().plus(allowed(question.options()));
      checkTypes(question, deadline);
      approved.ifPresent(this::take);
      Engine.Run run = engine.run(printed.sql(), printed.arrange(question.parameters()), deadline);
      LastDoor door =
          defences.check(
              run.batches(), guarded, question.options().maxRows(), obligations.resultRows());
      GuardedAnswer answer =
          new GuardedAnswer(
              columns(bound),
              guarded.warnings(),
              run,
              door,
              finished -> {
                running.remove(finished);
                charge.close();
                audit.end(entry, door.outcome(), door.rows());
              });
      OptionalLong request = approved.stream().mapToLong(Approved::request).findFirst();
      running.add(answer, new RunningAnswers.Origin(question.session().id(), request));
      return answer;
    } catch (RuntimeException e) {
      charge.close();
      throw e;
    }
  }

  /**
   * Casts the values to the parameters' types where no row is read. Otherwise the engine would cast
   * one when the first row needs it, and its failure would tell that there is such a row.
   */
  private void checkTypes(Question question, Instant deadline) {
    BoundQuery bound = question.bound();
    List<RelDataType> types = bound.parameterTypes();
    if (types.isEmpty()) {
      return;
    }
    RelOptCluster cluster = bound.plan().getCluster();
    List<RexNode> values = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      values.add(cluster.getRexBuilder().makeDynamicParam(types.get(i), i));
      names.add("$" + (i + 1));
    }
    RelNode one =
        LogicalProject.create(
            LogicalValues.createOneRow(cluster), List.of(), values, names, Set.of());
    PrintedQuery casts = PlanPrinter.print(new GuardedPlan(one, names, List.of(), List.of()));
    try (Engine.Run run = engine.run(casts.sql(), casts.arrange(question.parameters()), deadline)) {
      run.batches().loadNextBatch();
    } catch (IOException e) {
      throw Incident.unexpected(e);
    } catch (GatewayException e) {
      throw e.code() == ErrorCode.ENGINE_FAILED
          ? new GatewayException(
              ErrorCode.WRONG_PARAMETER,
              "the value of a parameter does not fit its type; wanted are "
                  + String.join(", ", types.stream().map(DuckDbTypes::sql).toList()))
          : e;
    }
  }

  private void take(Approved approved) {
    // INVARIANT (one answer per approval use): taken before the first byte leaves.
    if (!queue.take(approved.request(), approved.query())) {
      throw new GatewayException(
          ErrorCode.HELD,
          "the last use of request " + approved.request() + " was taken; ask again");
    }
  }

  /** A schema probe never reaches data: it becomes an empty relation of the same columns. */
  private GuardedPlan guarded(BoundQuery bound, Obligations obligations) {
    if (!bound.probe()) {
      return defences.rewrite(bound, obligations);
    }
    return new GuardedPlan(
        LogicalValues.createEmpty(bound.plan().getCluster(), bound.plan().getRowType()),
        bound.columnNames(),
        List.of(),
        List.of());
  }

  private static Map<String, Policy.Limits> limits(Obligations obligations) {
    Map<String, Policy.Limits> limits = new TreeMap<>();
    obligations
        .guards()
        .forEach((dataset, guard) -> limits.put(dataset, guard.policy().release().limits()));
    return limits;
  }

  private BoundQuery bind(View view, Session session, String sql) {
    if (sql.getBytes(StandardCharsets.UTF_8).length > limits.statementBytes()) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "a statement may have " + limits.statementBytes() + " bytes; send a shorter one");
    }
    return view.front().bind(session.dataset(), sql);
  }

  private Duration allowed(RunOptions options) {
    Duration longest = limits.statementTimeout();
    return options.timeout().filter(asked -> asked.compareTo(longest) < 0).orElse(longest);
  }

  private static List<OutputColumn> columns(BoundQuery bound) {
    List<OutputColumn> columns = new ArrayList<>();
    List<RelDataTypeField> fields = bound.plan().getRowType().getFieldList();
    for (int i = 0; i < fields.size(); i++) {
      columns.add(
          new OutputColumn(
              bound.columnNames().get(i), DuckDbTypes.sql(fields.get(i).getType()), true));
    }
    return columns;
  }

  private static void checkCount(BoundQuery bound, List<? extends @Nullable Object> parameters) {
    int wanted = bound.parameterTypes().size();
    if (parameters.size() != wanted) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "the statement has " + wanted + " parameters. Given: " + parameters.size());
    }
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
