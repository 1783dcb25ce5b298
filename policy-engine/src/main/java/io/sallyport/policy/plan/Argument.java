package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Column.Restricted;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/**
 * A value as an aggregate's argument: whether it may be one, and from which arms it can come.
 *
 * <pre>
 * CASE WHEN sick THEN cost ELSE 0 END   →  arms: [sick], [not sick: zero];  values: cost;  conditions: sick
 * </pre>
 *
 * @param refusal why it may not be an argument, and what would pass; empty if it may
 * @param arms the ways in which a row's value comes about; a NULL has none
 * @param values restricted columns whose values enter
 * @param conditions restricted columns that choose the arm
 * @param sources the tables whose values enter
 * @param form how it is computed
 * @param degree how many columns are multiplied
 * @param traits what else its form does not tell
 * @param reach by how many powers of ten the query's numbers scale it, up or down, at most
 */
record Argument(
    Optional<String> refusal,
    List<Arm> arms,
    Set<Restricted> values,
    Set<Restricted> conditions,
    Set<Source> sources,
    Form form,
    int degree,
    Set<Trait> traits,
    int reach) {

  /** What a value is besides. */
  enum Trait {
    /** Rounded, or without its sign: many values are one, and where that begins the query says. */
    STEPPED,
    /** Made with a number that the query says. */
    NUMBERED,
    /** A sum with such a number, which swallows the low digits of what it is added to. */
    SWALLOWING,
    /** A number of rows, or one for a row of which something is true. */
    COUNTED
  }

  /** How a value is computed, from the plainest on. */
  enum Form {
    /** As it is in a table. */
    COLUMN,
    /** From one column, so that it is zero only if that is. */
    SCALED,
    /** By arithmetic that may have made it zero, so that a zero brings nothing. */
    CANCELLING,
    /** By adding up the rows of one unit, which may cancel out as the query pleases. */
    FIGURE,
    /** By adding something to such a figure, which hides that it is zero. */
    SHIFTED;

    boolean mayCancel() {
      return compareTo(CANCELLING) >= 0;
    }

    Form and(Form other) {
      return compareTo(other) < 0 ? other : this;
    }
  }

  /**
   * One way in which a value comes about.
   *
   * @param when the rows that take this way; empty: all
   * @param zero true if the value is the literal 0 there
   * @param branches the branches of unions in which those rows are; none if in all
   */
  record Arm(Optional<RexNode> when, boolean zero, Set<Branch> branches) {
    static final Arm ALWAYS = new Arm(Optional.empty(), false);

    Arm {
      branches = Set.copyOf(branches);
    }

    Arm(Optional<RexNode> when, boolean zero) {
      this(when, zero, Set.of());
    }

    Arm zero(boolean other) {
      return new Arm(when, other, branches);
    }

    Arm when(Optional<RexNode> other) {
      return new Arm(other, zero, branches);
    }

    Arm branches(Set<Branch> other) {
      return new Arm(when, zero, other);
    }

    /** True if no row can take both ways, because they are in different branches of a union. */
    boolean excludes(Arm other) {
      return branches.stream().anyMatch(b -> other.branches.stream().anyMatch(b::excludes));
    }
  }

  /**
   * A branch of a union.
   *
   * @param union tells the union from others in the same plan
   * @param path its number; of a union inside a union, the numbers of both
   */
  record Branch(Object union, List<Integer> path) {
    boolean excludes(Branch other) {
      return union == other.union && !path.equals(other.path);
    }
  }

  /**
   * A table whose values enter.
   *
   * @param unit the unit to which its rows belong; -1 for a public table
   */
  record Source(String dataset, int unit) {
    static Source open(String dataset) {
      return new Source(dataset, -1);
    }

    boolean isOpen() {
      return unit < 0;
    }
  }

  Argument {
    arms = List.copyOf(arms);
    values = Set.copyOf(values);
    conditions = Set.copyOf(conditions);
    sources = Set.copyOf(sources);
    traits = Set.copyOf(traits);
  }

  static Argument refused(String why) {
    return new Argument(
        Optional.of(why),
        List.of(Arm.ALWAYS),
        Set.of(),
        Set.of(),
        Set.of(),
        Form.SCALED,
        0,
        Set.of(),
        0);
  }

  static Argument constant(List<Arm> arms) {
    return new Argument(
        Optional.empty(), arms, Set.of(), Set.of(), Set.of(), Form.SCALED, 0, Set.of(), 0);
  }

  static Argument column(Set<Restricted> values, Set<Source> sources) {
    return new Argument(
        Optional.empty(),
        List.of(Arm.ALWAYS),
        values,
        Set.of(),
        sources,
        Form.COLUMN,
        1,
        Set.of(),
        0);
  }

  Argument withArms(List<Arm> other) {
    return new Argument(refusal, other, values, conditions, sources, form, degree, traits, reach);
  }

  Argument withConditions(Set<Restricted> more) {
    return new Argument(
        refusal, arms, values, union(conditions, more), sources, form, degree, traits, reach);
  }

  Argument withForm(Form other) {
    return new Argument(
        refusal, arms, values, conditions, sources, form.and(other), degree, traits, reach);
  }

  Argument withTrait(Trait more) {
    return new Argument(
        refusal,
        arms,
        values,
        conditions,
        sources,
        form,
        degree,
        union(traits, Set.of(more)),
        reach);
  }

  Argument withReach(int other) {
    return new Argument(refusal, arms, values, conditions, sources, form, degree, traits, other);
  }

  Argument withSources(Set<Source> other) {
    return new Argument(refusal, arms, values, conditions, other, form, degree, traits, reach);
  }

  /** The datasets whose public tables give values that enter. */
  Set<String> owners() {
    return sources.stream().filter(Source::isOpen).map(Source::dataset).collect(Collectors.toSet());
  }

  /** True if a row's value is a table's own, without any choice. */
  boolean isPlain() {
    return refusal.isEmpty() && form == Form.COLUMN && arms.equals(List.of(Arm.ALWAYS));
  }

  Argument moved(IntUnaryOperator to) {
    return withArms(arms.stream().map(arm -> arm.when(arm.when().map(w -> moved(w, to)))).toList());
  }

  private static RexNode moved(RexNode condition, IntUnaryOperator to) {
    return condition.accept(
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef reference) {
            return new RexInputRef(to.applyAsInt(reference.getIndex()), reference.getType());
          }
        });
  }

  /** What two arguments have together, but for their arms and degree. */
  Argument with(Argument other, List<Arm> joined, int newDegree) {
    return new Argument(
        refusal.or(other::refusal),
        joined,
        union(values, other.values),
        union(conditions, other.conditions),
        union(sources, other.sources),
        form.and(other.form),
        newDegree,
        union(traits, other.traits),
        Math.max(reach, other.reach));
  }

  private static <T> Set<T> union(Set<T> one, Set<T> other) {
    Set<T> both = new HashSet<>(one);
    both.addAll(other);
    return both;
  }
}
