package io.sallyport.policy;

import io.sallyport.policy.plan.TableName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One dataset's policy, as its owner published it; immutable.
 *
 * @param version a hash of the published text, which changes with any change of it
 * @param units the protected tables with the kind of unit and its key columns
 * @param publicTables tables that are free for all who may see the dataset
 * @param columns what analysts may do with a column; a column that is not named may be used in
 *     every way
 */
public record Policy(
    String dataset,
    String owner,
    String version,
    Map<TableName, PrivacyUnit> units,
    Set<TableName> publicTables,
    Map<ColumnName, ColumnRight> columns,
    Release release) {
  /** No answer and no limit is longer. */
  public static final long MOST_ROWS = 1_000_000_000_000L;

  /**
   * Whom a protected table is about.
   *
   * @param kind such as {@code patient}, or {@code row}
   * @param key the columns that name the unit, in order; empty for the kind {@code row}
   * @param through present: the key, of one column, names no unit but a row of another protected
   *     table by this column of it, and that row's unit is meant
   */
  public record PrivacyUnit(String kind, List<String> key, Optional<ColumnName> through) {
    public static final String ROW = "row";

    public PrivacyUnit(String kind, List<String> key) {
      this(kind, key, Optional.empty());
    }

    public PrivacyUnit {
      key = List.copyOf(key);
      if (through.isPresent() && key.size() != 1) {
        throw new IllegalArgumentException("a path to a unit starts at one column. Given: " + key);
      }
      if (key.isEmpty() != kind.equals(ROW)) {
        throw new IllegalArgumentException("a unit has a key unless it is a row. Given: " + kind);
      }
    }
  }

  /** A column of a table, in the source's spelling. */
  public record ColumnName(TableName table, String column) {}

  /** What an analyst may do with a column. */
  public enum Use {
    FILTER,
    GROUP,
    JOIN,
    AGGREGATE
  }

  /** What is said of one column. */
  public sealed interface ColumnRight {
    /** Not in the catalogue at all. */
    record Hidden() implements ColumnRight {}

    /** In the catalogue, always {@code '*'}. */
    record Wiped() implements ColumnRight {}

    /** Only these uses; values outside the bounds count as the bound. */
    record Allowed(Set<Use> uses, Optional<Bounds> bounds) implements ColumnRight {
      public Allowed {
        uses = Set.copyOf(uses);
      }
    }
  }

  /** The least and the greatest value that enters a figure, both included. */
  public record Bounds(BigDecimal least, BigDecimal greatest) {
    public Bounds {
      if (least.compareTo(greatest) > 0) {
        throw new IllegalArgumentException(
            "bounds go from the least to the greatest. Given: " + least + ", " + greatest);
      }
    }
  }

  /**
   * Which rules release an answer.
   *
   * @param automatic all hold: granted at once
   * @param approval else all hold: the owner is asked; absent: nothing is held
   */
  public record Release(
      List<Rule> automatic, Optional<List<Rule>> approval, Approvals approvals, Limits limits) {
    public Release {
      automatic = List.copyOf(automatic);
      approval = approval.map(List::copyOf);
      if (automatic.isEmpty() || approval.filter(List::isEmpty).isPresent()) {
        throw new IllegalArgumentException(
            "a list of no rules would let everything out; write `always` for that");
      }
    }

    /** The rules of both sets. */
    Stream<Rule> rules() {
      return Stream.concat(automatic.stream(), approval.stream().flatMap(List::stream));
    }
  }

  /** How long and how often an approval serves unless the owner says otherwise. */
  public record Approvals(int uses, Duration expireAfter) {
    public static final int MOST_USES = 1_000_000;
    public static final Duration LONGEST = Duration.ofDays(3660);
    public static final Approvals DEFAULT = new Approvals(1, Duration.ofDays(7));

    public Approvals {
      if (uses < 1 || uses > MOST_USES) {
        throw new IllegalArgumentException(
            "an approval serves from 1 to " + MOST_USES + " times. Given: " + uses);
      }
      if (expireAfter.compareTo(Duration.ZERO) <= 0 || expireAfter.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "an approval lasts for some time, up to ten years. Given: " + expireAfter);
      }
    }
  }

  /** What one analyst may ask of the dataset; absent: as much as they like. */
  public record Limits(Optional<QueryRate> queries, OptionalInt running, OptionalLong resultRows) {
    public static final Limits NONE =
        new Limits(Optional.empty(), OptionalInt.empty(), OptionalLong.empty());
  }

  /** So many queries in so much time. */
  public record QueryRate(int queries, Duration per) {}

  public Policy {
    units = Map.copyOf(units);
    publicTables = Set.copyOf(publicTables);
    columns = Map.copyOf(columns);
    if (!Collections.disjoint(units.keySet(), publicTables)) {
      throw new IllegalArgumentException("a table is protected or public, not both");
    }
    for (TableName table : units.keySet()) {
      if (!leadsToUnit(table, units)) {
        throw new IllegalArgumentException("a path leads to no unit of its kind. Given: " + table);
      }
    }
  }

  /** True if a table's path ends at a table that names units of its kind itself. */
  static boolean leadsToUnit(TableName table, Map<TableName, PrivacyUnit> units) {
    PrivacyUnit unit = units.get(table);
    Set<TableName> passed = new HashSet<>(Set.of(table));
    while (unit != null && unit.through().isPresent()) {
      TableName next = unit.through().get().table();
      PrivacyUnit owner = units.get(next);
      boolean leads =
          owner != null
              && owner.kind().equals(unit.kind())
              && !owner.key().isEmpty()
              && passed.add(next);
      unit = leads ? owner : null;
    }
    return unit != null;
  }

  /** True if the policy names the table; it does not say who may see it. */
  public boolean publishes(TableName table) {
    return units.containsKey(table) || publicTables.contains(table);
  }
}
