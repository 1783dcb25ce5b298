package io.sallyport.policy.plan;

import io.sallyport.policy.plan.RowSources.Equality;
import io.sallyport.policy.plan.RowSources.Origin;
import io.sallyport.policy.plan.RowSources.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.core.AggregateCall;

/**
 * Refuses figures in which a query decides how often a person's row counts.
 *
 * <pre>
 * emp a JOIN emp b ON a.id &lt;&gt; 5 OR b.id = 1             sum(a.salary) counts one person once, the others often
 * emp e JOIN offices o ON o.dept = e.dept                 may stand: a key gives each row one partner
 * emp a JOIN emp b ON a.dept = b.dept                     may stand: people say how many, not the query
 * emp e JOIN exits x ON x.dept = e.dept                   refused: departments may differ in a thousand exits
 * … GROUP BY e.dept                                       may stand: they are as many for each of the group
 * emp e CROSS JOIN exits x WHERE e.sick AND x.n &lt; 3      may stand: it is the same for everybody
 * </pre>
 */
final class RowWeights {
  /** Of the same rows however often they come: the question is only whether they come. */
  private static final Set<String> OF_SETS = Set.of("min", "max", "approx_count_distinct");

  private final RowSources rows;
  private final Set<String> owners;
  private final List<Unit> units;

  /**
   * @param fixed the columns that are the same in all rows that are added up together
   */
  private RowWeights(Checked input, List<Integer> fixed) {
    this.rows = input.rows().within(fixed.stream().map(input.rows().columns()::get).toList());
    this.units = input.standing().units();
    this.owners = units.stream().flatMap(u -> u.datasets().stream()).collect(Collectors.toSet());
  }

  /**
   * Looks at an aggregate over protected rows, within units or across them. Groups that are added
   * up later, or merged, are weighed like one.
   */
  static void check(AggregateStep step) {
    boolean apart = !step.isPerUnit() && !ReleaseBoundary.isMerged(step);
    check(step, apart ? step.keys() : List.of());
  }

  /**
   * Looks at the coarsest of several grouping sets.
   *
   * @param fixed the keys that all of them have
   */
  static void check(AggregateStep step, List<Integer> fixed) {
    RowWeights weights = new RowWeights(step.input(), fixed);
    List<Set<Source>> choices = new ArrayList<>();
    step.keys().forEach(key -> weights.chosenBy(key).ifPresent(choices::add));
    if (weights.units.size() > 1) {
      // Rows of one person could bring others' rows into a group, and the group into the answer.
      weights.require("groups", choices, Set.of());
    }
    for (AggregateCall call : step.calls()) {
      weights.require(call, choices);
    }
    KeptRows.check(step);
  }

  /** Looks at windows over protected rows; they number and add up rows, too. */
  static void check(Checked input, Set<Source> read) {
    new RowWeights(input, List.of()).require("a window", List.of(read), read);
  }

  private Optional<Set<Source>> chosenBy(int column) {
    Origin origin = rows.columns().get(column);
    return origin.isPlain() ? Optional.empty() : Optional.of(origin.sources());
  }

  private void require(AggregateCall call, List<Set<Source>> choices) {
    String name = call.getAggregation().getName().toLowerCase(Locale.ROOT);
    List<Set<Source>> all = new ArrayList<>(choices);
    Set<Source> values = new LinkedHashSet<>();
    for (int argument : call.getArgList()) {
      values.addAll(rows.columns().get(argument).sources());
      chosenBy(argument).ifPresent(all::add);
    }
    if (call.hasFilter()) {
      all.add(rows.columns().get(call.filterArg).sources());
    }
    Set<Source> now = rows.now(values);
    now.remove(Source.OUTER);
    boolean ofSet = call.isDistinct() || OF_SETS.contains(name);
    boolean ofPeople = now.size() == 1 && now.stream().allMatch(Source::holdsPeople);
    if (!(ofSet && ofPeople && units.size() == 1)) {
      require("`" + name + "`", all, now);
    }
  }

  private void require(String what, List<Set<Source>> choices, Set<Source> values) {
    List<Set<Source>> read = new ArrayList<>(choices);
    read.addAll(rows.conditions());
    for (Equality equality : rows.equalities()) {
      if (!equality.isPlain() || equality.sources().size() == 1) {
        read.add(equality.sources());
      }
    }
    read.replaceAll(rows::now);
    if (values.size() > 1) {
      throw refused(what, values);
    }
    for (Set<Source> tied : together(read)) {
      Set<Source> together = withoutOuter(tied);
      boolean aboutPeople =
          together.contains(Source.OUTER) || together.stream().anyMatch(Source::holdsPeople);
      if (together.size() > 1 && aboutPeople) {
        if (isChosen(together, read)) {
          throw refused(what, together);
        }
        refuseMultiplied(what, together);
      }
    }
  }

  /**
   * Without the row outside, unless it is a person's and rows beside that person's own hang on it:
   * figures about each person are added up later, so they count how many of these there are.
   */
  private Set<Source> withoutOuter(Set<Source> together) {
    Set<Source> rest = new LinkedHashSet<>(together);
    boolean sameUnit = rest.remove(Source.OUTER) && units.stream().anyMatch(Unit::isTied);
    boolean ownRows = rest.size() <= 1 && rest.stream().allMatch(Source::holdsPeople);
    if (sameUnit && !ownRows) {
      rest.add(Source.OUTER);
    }
    return rest;
  }

  /**
   * Of a table in which one value has a row and another one thousand, a figure would tell how many
   * people have each value, even one.
   */
  private void refuseMultiplied(String what, Set<Source> together) {
    for (Source source : together) {
      if (!source.holdsPeople() && source != Source.OUTER) {
        throw new NotReleasedException(
            units.get(0).dataset(),
            what
                + " over people whose rows meet several of "
                + source.name()
                + ", so that the rows there decide how often a person counts; join by a key of it,"
                + " group by the columns that are set equal, or look it up with `in (select …)`");
      }
    }
  }

  /** True if the query says more than by which equal columns such rows meet. */
  private boolean isChosen(Set<Source> together, List<Set<Source>> read) {
    Set<Source> chosen = new HashSet<>();
    together.stream()
        .filter(source -> source != Source.OUTER && source.isChosen(owners))
        .forEach(chosen::add);
    for (Set<Source> condition : read) {
      Set<Source> here = new HashSet<>(condition);
      here.retainAll(together);
      if (here.size() > 1) {
        return true;
      }
      chosen.addAll(here);
    }
    return together.stream()
        .filter(Source::holdsPeople)
        .anyMatch(people -> chosen.stream().anyMatch(source -> source != people));
  }

  /** The sources in sets that conditions tie together; between the sets any two rows meet. */
  private List<Set<Source>> together(List<Set<Source>> read) {
    List<Set<Source>> ties = new ArrayList<>(read);
    rows.equalities().forEach(equality -> ties.add(rows.now(equality.sources())));
    rows.sources().forEach(source -> ties.add(Set.of(source)));
    List<Set<Source>> sets = new ArrayList<>();
    for (Set<Source> tie : ties) {
      Set<Source> joined = new LinkedHashSet<>(tie);
      List<Set<Source>> apart = new ArrayList<>();
      for (Set<Source> set : sets) {
        if (set.stream().anyMatch(tie::contains)) {
          joined.addAll(set);
        } else {
          apart.add(set);
        }
      }
      apart.add(joined);
      sets = apart;
    }
    return sets;
  }

  private NotReleasedException refused(String what, Set<Source> together) {
    String names =
        together.stream()
            .filter(source -> source != Source.OUTER)
            .map(Source::name)
            .distinct()
            .sorted()
            .collect(Collectors.joining(" and "));
    return new NotReleasedException(
        units.get(0).dataset(),
        what
            + " over joined rows of "
            + names
            + ", where a condition decides how often a person counts; join by a declared key, or"
            + " look the other table up with `in (select …)`");
  }
}
