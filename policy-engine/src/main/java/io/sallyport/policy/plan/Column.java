package io.sallyport.policy.plan;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.Use;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * A column as the analyst sees it: where it is in the guarded row, and what it is made of.
 *
 * @param at its position in the guarded node's row
 */
record Column(int at, Facts facts) {
  /** A column of a protected table with less than all rights. */
  record Restricted(ColumnName column, Set<Use> uses) {
    Restricted {
      uses = Set.copyOf(uses);
    }
  }

  /**
   * One column of a unit's key.
   *
   * @param unit the unit's id
   * @param part its place in the key
   * @param padded true if it is NULL in some rows although they belong to the unit
   * @param name its name in the source, for messages
   */
  record KeyPart(int unit, int part, boolean padded, String name) {}

  /**
   * A column that names one row of a table, and so that row's unit.
   *
   * @param unit the unit's id
   * @param row the column that names it, unique in its table
   */
  record Link(int unit, ColumnName row) {}

  /**
   * What is known of a value.
   *
   * @param lineage the restricted columns that it depends on in any way
   * @param key the unit key that it is, unchanged
   * @param argument what it is as an aggregate's argument
   * @param link the row, and so the unit, that it names, unchanged
   * @param label the union of which it tells the branch, by a literal of its own in each
   */
  record Facts(
      Set<Restricted> lineage,
      Optional<KeyPart> key,
      Argument argument,
      Optional<Link> link,
      Optional<Object> label) {
    Facts {
      lineage = Set.copyOf(lineage);
    }

    Facts(Set<Restricted> lineage, Optional<KeyPart> key, Argument argument) {
      this(lineage, key, argument, Optional.empty());
    }

    Facts(Set<Restricted> lineage, Optional<KeyPart> key, Argument argument, Optional<Link> link) {
      this(lineage, key, argument, link, Optional.empty());
    }

    static Facts of(Argument argument) {
      return new Facts(Set.of(), Optional.empty(), argument);
    }

    Facts moved(IntUnaryOperator to) {
      return new Facts(lineage, key, argument.moved(to), link, label);
    }

    Facts withKey(Optional<KeyPart> other) {
      return new Facts(lineage, other, argument, link, label);
    }

    Facts withArgument(Argument other) {
      return new Facts(lineage, key, other, link, label);
    }

    Facts withLink(Optional<Link> other) {
      return new Facts(lineage, key, argument, other, label);
    }

    Facts withLabel(Optional<Object> other) {
      return new Facts(lineage, key, argument, link, other);
    }
  }

  Column moved(IntUnaryOperator to) {
    return new Column(to.applyAsInt(at), facts.moved(to));
  }

  static Set<Restricted> lineage(List<Facts> all) {
    Set<Restricted> together = new HashSet<>();
    all.forEach(facts -> together.addAll(facts.lineage()));
    return together;
  }
}
