package io.sallyport.policy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One condition of a policy.
 *
 * <pre>new Rule.RoleIn(Set.of("nurse")).decide(question)  →  holds, or fails: "it asks for …"</pre>
 *
 * <p>A rule decides from the plan, the asker and the time alone; it never reads data.
 */
public sealed interface Rule
    permits Between, Combination, Templates, Rule.Lasting, Rule.Custom, Rule.Not {
  /** A rule that decides from the plan, the asker and the stated purpose alone. */
  sealed interface Lasting extends Rule
      permits AggregateOnly, UserIn, RoleIn, PurposeIn, MaxRows, TablesIn, Always, Never {}

  /** As a policy file writes it, such as {@code aggregate_only}. */
  String name();

  /** What it says of a question; {@link #ask} also catches what it throws. */
  Decision decide(Question question);

  /** The rules inside, if it combines others. */
  default List<Rule> parts() {
    return List.of();
  }

  /** True if it says of the same query and asker what it says now whenever that comes again. */
  default boolean isLasting(BoundQuery query) {
    return this instanceof Lasting
        || !parts().isEmpty() && parts().stream().allMatch(part -> part.isLasting(query));
  }

  /** Every {@code aggregate_only} in it, however deep. */
  default Stream<AggregateOnly> aggregates() {
    return this instanceof AggregateOnly release
        ? Stream.of(release)
        : parts().stream().flatMap(Rule::aggregates);
  }

  /**
   * INVARIANT (a rule that throws refuses): whatever it throws names the rule, and ends judging.
   */
  default Decision ask(Question question) {
    try {
      return decide(question);
    } catch (BrokenRuleException inner) {
      throw inner;
    } catch (Throwable thrown) {
      throw new BrokenRuleException(name(), thrown);
    }
  }

  /** The asker is one of these users. */
  record UserIn(Set<String> users) implements Lasting {
    public UserIn {
      users = Set.copyOf(users);
    }

    @Override
    public String name() {
      return "user_in";
    }

    @Override
    public Decision decide(Question question) {
      return Decision.when(
          users.contains(question.asking().principal().name()),
          this,
          "you are not among the users that it names");
    }
  }

  /** The asker has one of these roles. */
  record RoleIn(Set<String> roles) implements Lasting {
    public RoleIn {
      roles = Set.copyOf(roles);
    }

    @Override
    public String name() {
      return "role_in";
    }

    @Override
    public Decision decide(Question question) {
      return Decision.when(
          question.asking().principal().roles().stream().anyMatch(roles::contains),
          this,
          "it asks for " + oneOf("role", roles));
    }
  }

  /** The asker states one of these purposes; nobody checks that it is true. */
  record PurposeIn(Set<String> purposes) implements Lasting {
    public PurposeIn {
      purposes = Set.copyOf(purposes);
    }

    @Override
    public String name() {
      return "purpose_in";
    }

    @Override
    public Decision decide(Question question) {
      return Decision.when(
          question.asking().purpose().filter(purposes::contains).isPresent(),
          this,
          "state " + oneOf("purpose", purposes));
    }
  }

  /** The answer has no more rows: it always holds, and the last door stops a longer answer. */
  record MaxRows(long most) implements Lasting {
    public MaxRows {
      if (most < 1) {
        throw new IllegalArgumentException("an answer has at least 1 row. Given: " + most);
      }
    }

    @Override
    public String name() {
      return "max_rows";
    }

    @Override
    public Decision decide(Question question) {
      return Decision.holds(this, Terms.ofRows(most));
    }
  }

  /** The query reads none but these tables of the dataset. */
  record TablesIn(Set<TableName> tables) implements Lasting {
    public TablesIn {
      tables = Set.copyOf(tables);
    }

    @Override
    public String name() {
      return "tables_in";
    }

    @Override
    public Decision decide(Question question) {
      Set<TableName> others = new TreeSet<>(question.tables());
      others.removeAll(tables);
      return Decision.when(
          others.isEmpty(), this, "it does not name " + quoted(others) + "; leave that out");
    }
  }

  /** Holds for every question, on no terms. */
  record Always() implements Lasting {
    @Override
    public String name() {
      return "always";
    }

    @Override
    public Decision decide(Question question) {
      return Decision.holds(this, Terms.FREE);
    }
  }

  /** Holds for no question. */
  record Never() implements Lasting {
    @Override
    public String name() {
      return "never";
    }

    @Override
    public Decision decide(Question question) {
      return Decision.fails(this, "it never holds");
    }
  }

  /** A rule that the owner programmed. */
  record Custom(CustomRule rule, Map<String, String> settings) implements Rule {
    public Custom {
      settings = Map.copyOf(settings);
    }

    @Override
    public String name() {
      return "custom: " + rule.name();
    }

    @Override
    public Decision decide(Question question) {
      return rule.objection(question, settings)
          .map(reason -> Decision.fails(this, reason))
          .orElseGet(() -> Decision.holds(this, Terms.FREE));
    }
  }

  /** Holds freely if the rule inside does not hold, whatever its terms. */
  record Not(Rule rule) implements Rule {
    @Override
    public String name() {
      return "not";
    }

    @Override
    public List<Rule> parts() {
      return List.of(rule);
    }

    @Override
    public Decision decide(Question question) {
      Decision inner = rule.ask(question);
      return inner.fold(
          holds ->
              new Decision.Fails(this, "`" + rule.name() + "` holds and must not", List.of(inner)),
          fails -> new Decision.Holds(this, Terms.FREE, List.of(inner)));
    }
  }

  private static String oneOf(String noun, Set<String> names) {
    return (names.size() == 1 ? "the " + noun + " " : "one of the " + noun + "s ")
        + quoted(new TreeSet<>(names));
  }

  private static String quoted(Set<?> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
