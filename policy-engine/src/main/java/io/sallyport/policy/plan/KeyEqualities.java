package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Argument.Source;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.KeyPart;
import io.sallyport.policy.plan.Column.Link;
import io.sallyport.policy.plan.Unit.Outer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/**
 * Collects equalities of unit keys from conditions that all rows meet, and merges the units.
 *
 * <pre>p.patient_id = v.patient_id   →  the rows belong to one patient, not to two</pre>
 */
final class KeyEqualities {
  private record Pair(int one, int other) {}

  private final Scope scope;
  private final Map<Pair, Set<Integer>> parts = new LinkedHashMap<>();

  KeyEqualities(Scope scope) {
    this.scope = scope;
  }

  static boolean isOfColumns(RexNode condition) {
    return condition instanceof RexCall call
        && call.getOperands().size() == 2
        && call.getOperands().stream()
            .allMatch(o -> o instanceof RexInputRef || o instanceof RexFieldAccess);
  }

  /** The condition as it runs, if it sets keys of one kind of unit equal. */
  Optional<RexNode> take(RexNode condition, Expressions expressions) {
    if (!scope.isStrict() || !condition.isA(SqlKind.EQUALS) || !isOfColumns(condition)) {
      return Optional.empty();
    }
    RexCall call = (RexCall) condition;
    List<Operand> sides = expressions.of(call.getOperands());
    Optional<KeyPart> one = sides.get(0).facts().key();
    Optional<KeyPart> other = sides.get(1).facts().key();
    if (one.isEmpty() || other.isEmpty()) {
      sides
          .get(0)
          .facts()
          .link()
          .ifPresent(a -> sides.get(1).facts().link().ifPresent(b -> link(a, b)));
      return Optional.empty();
    }
    Unit left = unit(one.get().unit());
    Unit right = unit(other.get().unit());
    boolean same = left.isComparable(right) && one.get().part() == other.get().part();
    if (!same || !FailureFree.together(Expressions.rex(sides))) {
      throw new NotReleasedException(
          left.dataset(),
          "the key of a "
              + left.kind()
              + " set equal to the key of a "
              + right.kind()
              + "; only keys of one kind and type may be joined");
    }
    parts
        .computeIfAbsent(new Pair(left.id(), right.id()), p -> new HashSet<>())
        .add(one.get().part());
    return Optional.of(call.clone(call.getType(), Expressions.rex(sides)));
  }

  /** Rows that name one row of a third, or are it, belong to its unit. */
  private void link(Link one, Link other) {
    Unit unit = unit(one.unit());
    if (one.row().equals(other.row()) && unit.isComparable(unit(other.unit()))) {
      Set<Integer> all =
          parts.computeIfAbsent(new Pair(one.unit(), other.unit()), p -> new HashSet<>());
      for (int part = 0; part < unit.parts(); part++) {
        all.add(part);
      }
    }
  }

  private Unit unit(int id) {
    return scope
        .unit(id)
        .or(() -> scope.outers().values().stream().flatMap(s -> s.unit(id).stream()).findFirst())
        .orElseThrow(() -> new NotReleasedException("", "a unit key that is not in sight"));
  }

  /** True if the two units are the same in every row that meets the conditions. */
  boolean joins(Unit one, Unit other) {
    return complete(new Pair(one.id(), other.id()), one)
        || complete(new Pair(other.id(), one.id()), one);
  }

  private boolean complete(Pair pair, Unit unit) {
    return parts.getOrDefault(pair, Set.of()).size() == unit.parts();
  }

  /** The rows that meet the conditions, with equal units merged and tied to outer rows. */
  Checked apply(Checked rows) {
    if (parts.isEmpty() || !rows.standing().isProtected()) {
      return rows;
    }
    Map<Integer, Unit> units = new LinkedHashMap<>();
    rows.standing().units().forEach(u -> units.put(u.id(), u));
    Map<Integer, Integer> became = new HashMap<>();
    for (Pair pair : parts.keySet()) {
      if (!complete(pair, unit(pair.one()))) {
        continue;
      }
      int one = last(pair.one(), became);
      int other = last(pair.other(), became);
      Unit left = units.get(one);
      Unit right = units.get(other);
      if (left != null && right != null && one != other) {
        units.put(one, merged(left, right));
        units.remove(other);
        became.put(other, one);
      } else if (left != null && right == null) {
        tie(left, other, units);
      } else if (right != null && left == null) {
        tie(right, one, units);
      }
    }
    return new Checked(
        rows.rel(),
        renamed(rows.columns(), became),
        new Standing.Protected(new ArrayList<>(units.values())),
        rows.counts(),
        rows.rows());
  }

  private static Unit merged(Unit left, Unit right) {
    return left.isTied() || !right.isTied()
        ? left.merged(right)
        : left.merged(right).tied(right.outer().orElseThrow());
  }

  private void tie(Unit unit, int outer, Map<Integer, Unit> units) {
    scope.outers().entrySet().stream()
        .filter(e -> e.getValue().unit(outer).isPresent())
        .findFirst()
        .ifPresent(e -> units.put(unit.id(), unit.tied(new Outer(e.getKey(), outer))));
  }

  private static int last(int id, Map<Integer, Integer> became) {
    int found = id;
    while (became.containsKey(found)) {
      found = became.get(found);
    }
    return found;
  }

  /** Columns whose key and values now belong to another unit. */
  static List<Column> renamed(List<Column> columns, Map<Integer, Integer> became) {
    return columns.stream()
        .map(column -> new Column(column.at(), renamed(column.facts(), became)))
        .toList();
  }

  private static Facts renamed(Facts facts, Map<Integer, Integer> became) {
    Optional<KeyPart> key =
        facts.key().map(k -> new KeyPart(last(k.unit(), became), k.part(), k.padded(), k.name()));
    Set<Source> sources = new HashSet<>();
    for (Source source : facts.argument().sources()) {
      sources.add(new Source(source.dataset(), last(source.unit(), became)));
    }
    Optional<Link> link = facts.link().map(l -> new Link(last(l.unit(), became), l.row()));
    return facts.withKey(key).withLink(link).withArgument(facts.argument().withSources(sources));
  }
}
