package io.sallyport.policy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.GuardedPlan;
import io.sallyport.policy.plan.StandingPass;
import io.sallyport.policy.plan.StandingPass.Assessment;
import io.sallyport.policy.plan.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalValues;

/**
 * Makes a verdict of what the policies of all datasets in a query say: the strictest wins.
 *
 * <pre>
 * Judge.judge(asking, query, policies)   →  Granted | Held | Refused
 * </pre>
 *
 * <p>It reads no data and knows no clock: the same question, policies and moment give the same
 * verdict. It does not charge, keep or run anything.
 */
public final class Judge {
  private final Asking asking;
  private final BoundQuery query;
  private final SortedMap<String, Read> datasets;
  private final Map<Map<String, Optional<AggregateOnly>>, Assessment> assessed = new HashMap<>();

  /** What the query reads of one dataset. */
  private record Read(Policy policy, SortedSet<TableName> tables) {
    String dataset() {
      return policy.dataset();
    }

    boolean protectedRows() {
      return tables.stream().anyMatch(policy.units()::containsKey);
    }

    /**
     * How the dataset is guarded while the rules of others are asked: as its own policy ever does.
     * Its own rules judge its functions and sizes.
     */
    Optional<AggregateOnly> loosest() {
      return policy.release().rules().flatMap(Rule::aggregates).reduce(AggregateOnly::looser);
    }
  }

  private Judge(Asking asking, BoundQuery query, SortedMap<String, Read> datasets) {
    this.asking = asking;
    this.query = query;
    this.datasets = datasets;
  }

  /**
   * Judges one question.
   *
   * @param policies by dataset name; one that is missing here answers nothing
   */
  public static Verdict judge(Asking asking, BoundQuery query, Map<String, Policy> policies) {
    Optional<SortedSet<TableName>> read = TablesRead.of(query.plan());
    if (read.isEmpty()) {
      return refused("the query reads something that no dataset publishes; leave that out");
    }
    SortedMap<String, SortedSet<TableName>> tables = new TreeMap<>();
    read.get()
        .forEach(table -> tables.computeIfAbsent(table.dataset(), d -> new TreeSet<>()).add(table));
    SortedMap<String, Read> datasets = new TreeMap<>();
    for (var dataset : tables.entrySet()) {
      Policy policy = policies.get(dataset.getKey());
      if (policy == null) {
        return refused(
            "the dataset `" + dataset.getKey() + "` has no policy, and so answers nothing");
      }
      for (TableName table : dataset.getValue()) {
        if (!policy.publishes(table)) {
          return refused("the table `" + table + "` is not published; leave it out");
        }
      }
      datasets.put(dataset.getKey(), new Read(policy, dataset.getValue()));
    }
    Judge judge = new Judge(asking, query, datasets);
    return query.probe() ? judge.probe() : judge.verdict();
  }

  /**
   * True if the verdict on this query holds whenever the same asker states the same purpose: no
   * rule that was asked looks at more.
   */
  public static boolean isLasting(BoundQuery query, Map<String, Policy> policies) {
    return TablesRead.of(query.plan()).stream()
        .flatMap(Set::stream)
        .map(table -> policies.get(table.dataset()))
        .flatMap(policy -> policy == null ? Stream.empty() : policy.release().rules())
        .allMatch(rule -> rule.isLasting(query));
  }

  private static Verdict refused(String sentence) {
    return new Verdict.Refused(new Explanation(sentence, List.of()));
  }

  private Verdict probe() {
    Map<String, Obligations.Guard> guards = new TreeMap<>();
    datasets.forEach(
        (name, read) -> guards.put(name, new Obligations.Guard(read.policy(), Optional.empty())));
    // A schema probe never reaches data: it becomes an empty relation of the same columns.
    RelNode empty = LogicalValues.createEmpty(query.plan().getCluster(), query.plan().getRowType());
    return new Verdict.Granted(
        new Obligations(guards, OptionalLong.empty()),
        new GuardedPlan(empty, query.columnNames(), List.of(), List.of()),
        new Explanation("only the columns are asked for, and no row", List.of()));
  }

  private Verdict verdict() {
    List<Opinion> opinions =
        datasets.values().stream().map(read -> Opinion.of(read.policy(), question(read))).toList();
    List<Explanation.Step> steps =
        opinions.stream().flatMap(opinion -> opinion.steps().stream()).toList();
    List<Opinion> refusing = only(Opinion.Kind.REFUSED, opinions);
    if (!refusing.isEmpty()) {
      return new Verdict.Refused(new Explanation(sentences(refusing), steps));
    }
    return only(Opinion.Kind.HELD, opinions).isEmpty()
        ? granted(opinions, steps)
        : held(unasked(opinions), steps);
  }

  /** What may run at once, whatever its groups are or unless one of them is too small. */
  private Verdict granted(List<Opinion> opinions, List<Explanation.Step> steps) {
    return guarded(
        opinions, steps, (obligations, plan) -> granted(opinions, steps, obligations, plan));
  }

  private Verdict granted(
      List<Opinion> opinions,
      List<Explanation.Step> steps,
      Obligations obligations,
      GuardedPlan plan) {
    String sentence =
        datasets.isEmpty()
            ? "it reads no dataset"
            : "every automatic rule of " + names(datasets.keySet()) + " holds";
    if (plan.question().isEmpty()) {
      return new Verdict.Granted(obligations, plan, new Explanation(sentence, steps));
    }
    Verdict otherwise = held(opinions.stream().map(Opinion::ofSmallGroups).toList(), steps);
    if (!(otherwise instanceof Verdict.Held held)) {
      return granted(unasked(opinions), steps);
    }
    sentence += "; if a group is too small, it waits for " + owners(held.datasets());
    return new Verdict.Granted(
        obligations, plan, new Explanation(sentence, steps), Optional.of(held));
  }

  /** What is let through, or the refusal if the policies cannot be kept together. */
  private Verdict guarded(
      List<Opinion> opinions,
      List<Explanation.Step> steps,
      BiFunction<Obligations, GuardedPlan, Verdict> through) {
    Obligations obligations = obligations(opinions);
    // INVARIANT (nothing unguarded runs): what is let through can be guarded as all policies ask
    // together, although each was asked alone.
    Assessment together = assess(obligations.guards());
    return together
        .plan()
        .map(plan -> through.apply(obligations, plan))
        .orElseGet(() -> apart(together, steps));
  }

  private static List<Opinion> unasked(List<Opinion> opinions) {
    return opinions.stream().map(Opinion::unasked).toList();
  }

  private Verdict apart(Assessment together, List<Explanation.Step> steps) {
    return new Verdict.Refused(
        new Explanation(
            "the policies of "
                + names(datasets.keySet())
                + " cannot be kept together: "
                + together.reason(),
            steps));
  }

  private static String owners(Set<String> asked) {
    return (asked.size() == 1 ? "the owner of " : "the owners of ") + names(asked);
  }

  private Verdict held(List<Opinion> opinions, List<Explanation.Step> steps) {
    List<Opinion> holding = only(Opinion.Kind.HELD, opinions);
    Set<String> asked = asked(holding);
    String sentence = owners(asked) + " must approve this first: " + sentences(holding);
    return guarded(
        opinions,
        steps,
        (obligations, plan) ->
            new Verdict.Held(obligations, plan, asked, new Explanation(sentence, steps)));
  }

  private Question question(Read read) {
    return new Question(asking, query, read.tables(), release -> objection(read, release));
  }

  /** All whose people are in the answer: one owner's yes must not speak for another. */
  private Set<String> asked(List<Opinion> holding) {
    Set<String> asked = new TreeSet<>();
    holding.forEach(opinion -> asked.add(opinion.policy().dataset()));
    datasets.values().stream()
        .filter(Read::protectedRows)
        .forEach(read -> asked.add(read.dataset()));
    return asked;
  }

  private Obligations obligations(List<Opinion> opinions) {
    Map<String, Obligations.Guard> guards = new TreeMap<>();
    OptionalLong rows = OptionalLong.empty();
    for (Opinion opinion : opinions) {
      Policy policy = opinion.policy();
      guards.put(policy.dataset(), new Obligations.Guard(policy, opinion.terms().release()));
      rows = Terms.stricter(rows, opinion.terms().resultRows());
      rows = Terms.stricter(rows, policy.release().limits().resultRows());
    }
    return new Obligations(guards, rows);
  }

  /**
   * Why this dataset's rule keeps the answer in, the others being protected if ever they are; empty
   * if it lets it out.
   */
  private Optional<String> objection(Read dataset, AggregateOnly release) {
    if (!dataset.protectedRows()) {
      return Optional.empty();
    }
    Map<String, Obligations.Guard> guards = new TreeMap<>();
    datasets.forEach(
        (name, read) ->
            guards.put(
                name,
                new Obligations.Guard(read.policy(), read.loosest().map(AggregateOnly::unasked))));
    guards.put(dataset.dataset(), new Obligations.Guard(dataset.policy(), Optional.of(release)));
    Assessment found = assess(guards);
    return found.released() ? Optional.empty() : Optional.of(found.reason());
  }

  private Assessment assess(Map<String, Obligations.Guard> guards) {
    Map<String, Optional<AggregateOnly>> releases = new TreeMap<>();
    guards.forEach((name, guard) -> releases.put(name, guard.release()));
    return assessed.computeIfAbsent(releases, same -> StandingPass.assess(query, guards));
  }

  private static List<Opinion> only(Opinion.Kind kind, List<Opinion> opinions) {
    return opinions.stream().filter(opinion -> opinion.kind() == kind).toList();
  }

  private static String sentences(List<Opinion> opinions) {
    return opinions.stream().map(Opinion::sentence).collect(Collectors.joining("; "));
  }

  private static String names(Set<String> datasets) {
    String quoted =
        datasets.stream().map(name -> "`" + name + "`").collect(Collectors.joining(" and "));
    return (datasets.size() == 1 ? "dataset " : "datasets ") + quoted;
  }
}
