package io.sallyport.policy.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.calcite.rel.core.JoinRelType;

/**
 * Which rows of tables a node's rows are put together from: what decides how often one person's row
 * is there.
 *
 * <pre>
 * visits v JOIN wards w ON w.ward_id = v.ward_id     one source, v: a key gives each visit its ward
 * visits v JOIN wards w ON w.floor = v.floor         two sources: a visit may have many partners
 * visits v JOIN wards w ON w.ward_id &lt;= v.cost       two sources, mixed by a condition
 * </pre>
 *
 * <p>It refuses nothing; {@link RowWeights} says which figures may be made of such rows.
 *
 * @param columns of each of the analyst's columns, where its value comes from
 * @param sources the tables and sub-queries of which each row holds one row
 * @param taken sources that are no longer counted, because another one's row decides which of their
 *     rows is there; or nothing does, for there is one only
 * @param equalities what the rows were joined by
 * @param conditions of each other condition, the sources that it reads
 */
record RowSources(
    List<Origin> columns,
    Set<Source> sources,
    Map<Source, Optional<Source>> taken,
    List<Equality> equalities,
    List<Set<Source>> conditions) {

  /** One column of one source, told from others by its identity. */
  static final class Cell {}

  /**
   * A table or sub-query, told from others by its identity.
   *
   * @see RowSources#scan
   */
  static final class Source {
    /** The row of an outer query, which is one row wherever its columns are named. */
    static final Source OUTER = new Source("the outer row", "", false, false);

    private final String name;
    private final String dataset;
    private final boolean holdsPeople;
    private final boolean made;
    private final boolean oneNull;
    private final Set<Set<Cell>> keys = new HashSet<>();

    private Source(String name, String dataset, boolean holdsPeople, boolean made) {
      this(name, dataset, holdsPeople, made, false);
    }

    /**
     * @param oneNull true if no two rows are alike in a key, even where it is NULL
     */
    private Source(
        String name, String dataset, boolean holdsPeople, boolean made, boolean oneNull) {
      this.name = name;
      this.dataset = dataset;
      this.holdsPeople = holdsPeople;
      this.made = made;
      this.oneNull = oneNull;
    }

    String name() {
      return name;
    }

    /** True if its rows belong to units. */
    boolean holdsPeople() {
      return holdsPeople;
    }

    /** True if the query chose its rows, or an owner who is none of these. */
    boolean isChosen(Set<String> owners) {
      return made || !holdsPeople && !owners.contains(dataset);
    }
  }

  /**
   * Where a value comes from.
   *
   * @param cell the column that it is, unchanged
   * @param padded true if an outer join may have made it NULL, by a condition of the query's
   */
  record Origin(Set<Source> sources, Optional<Cell> cell, boolean padded) {
    static final Origin NONE = computed(Set.of());

    Origin {
      sources = Set.copyOf(sources);
    }

    static Origin computed(Set<Source> sources) {
      return new Origin(sources, Optional.empty(), false);
    }

    private static Origin cell(Source source) {
      return new Origin(Set.of(source), Optional.of(new Cell()), false);
    }

    /** True if it is what the table says, without any choice of the query's. */
    boolean isPlain() {
      return cell.isPresent() && !padded;
    }

    /** A column of the outer row. */
    static Origin outer() {
      return cell(Source.OUTER);
    }
  }

  /**
   * Two values that are the same in every row in which both tables have one.
   *
   * @param decides true if it may still show that one source's row decides which of another's is
   *     there; after an outer join it may not, for that keeps rows without a partner
   */
  record Equality(Origin one, Origin other, boolean decides) {
    static Equality of(Origin one, Origin other) {
      return new Equality(one, other, true);
    }

    /** True if it sets two columns equal, neither of them computed. */
    boolean isPlain() {
      return one.isPlain() && other.isPlain();
    }

    Set<Source> sources() {
      Set<Source> both = new LinkedHashSet<>(one.sources());
      both.addAll(other.sources());
      return both;
    }

    private Equality spent() {
      return new Equality(one, other, false);
    }

    /** What the cell is equal to by this. */
    private List<Origin> beside(Cell cell) {
      List<Origin> others = new ArrayList<>();
      if (one.cell().filter(cell::equals).isPresent()) {
        others.add(other);
      }
      if (other.cell().filter(cell::equals).isPresent()) {
        others.add(one);
      }
      return others;
    }
  }

  RowSources {
    columns = List.copyOf(columns);
    sources = new LinkedHashSet<>(sources);
    taken = Map.copyOf(taken);
    equalities = List.copyOf(equalities);
    conditions = conditions.stream().map(Set::copyOf).toList();
  }

  private static RowSources of(List<Origin> columns, Set<Source> sources) {
    return new RowSources(columns, sources, Map.of(), List.of(), List.of());
  }

  /** At most one row, of values that are written in the query or decided by it. */
  static RowSources one(int width) {
    return of(Stream.generate(() -> Origin.NONE).limit(width).toList(), Set.of());
  }

  /**
   * The rows of a table.
   *
   * @param names its columns; absent where a value is not the source's own
   * @param keys sets of columns of which the owner says that no two rows are alike
   */
  static RowSources scan(
      TableName table, boolean holdsPeople, List<Optional<String>> names, List<List<String>> keys) {
    Source source = new Source("`" + table + "`", table.dataset(), holdsPeople, false);
    List<Origin> columns = new ArrayList<>();
    Map<String, Cell> cells = new HashMap<>();
    for (Optional<String> name : names) {
      Origin origin = name.isPresent() ? Origin.cell(source) : Origin.computed(Set.of(source));
      columns.add(origin);
      origin.cell().ifPresent(cell -> cells.put(name.orElseThrow(), cell));
    }
    for (List<String> key : keys) {
      if (!key.isEmpty() && cells.keySet().containsAll(key)) {
        source.keys.add(Set.copyOf(key.stream().map(cells::get).toList()));
      }
    }
    return of(columns, Set.of(source));
  }

  /**
   * Rows that the query makes out of others.
   *
   * @param key columns in which no two rows are alike; empty if there are none
   */
  static RowSources made(int width, List<Integer> key, boolean holdsPeople, List<RowSources> of) {
    return made(width, key, new Source("a sub-query", "", holdsPeople, true, true), of);
  }

  /** Rows of groups with a remainder, whose keys are NULL like those of the group of NULL. */
  static RowSources merged(int width, List<Integer> key, List<RowSources> of) {
    return made(width, key, new Source("a sub-query", "", false, true), of);
  }

  private static RowSources made(int width, List<Integer> key, Source source, List<RowSources> of) {
    List<Origin> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      columns.add(Origin.cell(source));
    }
    if (!key.isEmpty()) {
      source.keys.add(Set.copyOf(key.stream().map(i -> columns.get(i).cell().get()).toList()));
    }
    boolean tied = of.stream().anyMatch(RowSources::namesOuterRow);
    List<Set<Source>> conditions = tied ? List.of(Set.of(source, Source.OUTER)) : List.of();
    return new RowSources(columns, Set.of(source), Map.of(), List.of(), conditions);
  }

  private boolean namesOuterRow() {
    return conditions.stream().anyMatch(c -> c.contains(Source.OUTER))
        || equalities.stream()
            .anyMatch(
                e ->
                    e.one().sources().contains(Source.OUTER)
                        || e.other().sources().contains(Source.OUTER));
  }

  /** The rows of several nodes after each other; only rows of single sources stay one. */
  static RowSources united(int width, boolean holdPeople, List<RowSources> branches) {
    RowSources all = made(width, List.of(), holdPeople, branches);
    if (branches.stream().allMatch(branch -> branch.sources.size() <= 1)) {
      return all;
    }
    // What was told apart in a branch is not any more, so no figure may be made of it.
    Source inside = new Source("a branch of a union", "", false, true);
    Set<Source> both = new LinkedHashSet<>(all.sources);
    both.add(inside);
    List<Set<Source>> mixed = new ArrayList<>(all.conditions);
    mixed.add(both);
    return new RowSources(all.columns, both, Map.of(), List.of(), mixed);
  }

  /** Each row of this with each row of the other. */
  RowSources beside(RowSources other) {
    Set<Source> both = new LinkedHashSet<>(sources);
    both.addAll(other.sources);
    Map<Source, Optional<Source>> gone = new HashMap<>(taken);
    gone.putAll(other.taken);
    return new RowSources(
        joined(columns, other.columns),
        both,
        gone,
        joined(equalities, other.equalities),
        joined(conditions, other.conditions));
  }

  /** The same rows with other columns. */
  RowSources with(List<Origin> others) {
    return new RowSources(others, sources, taken, equalities, conditions);
  }

  /** The rows that meet further conditions. */
  RowSources where(List<Equality> equal, List<Set<Source>> others) {
    return meeting(equal, others).settled(sources);
  }

  private RowSources meeting(List<Equality> equal, List<Set<Source>> others) {
    return new RowSources(
        columns, sources, taken, joined(equalities, equal), joined(conditions, others));
  }

  /**
   * The rows of an outer join, of which this is every row of the left with every row of the right.
   *
   * @param left the sources of the left side
   */
  RowSources outer(
      JoinRelType type, Set<Source> left, List<Equality> equal, List<Set<Source>> others) {
    Set<Source> right = new LinkedHashSet<>(sources);
    right.removeAll(left);
    Set<Source> kept = new LinkedHashSet<>();
    Set<Source> padded = new LinkedHashSet<>();
    (type.generatesNullsOnLeft() ? padded : kept).addAll(left);
    (type.generatesNullsOnRight() ? padded : kept).addAll(right);
    if (type == JoinRelType.FULL) {
      kept.addAll(padded);
      padded.clear();
    }
    List<Set<Source>> read = new ArrayList<>(others);
    List<Equality> across = new ArrayList<>();
    List<Equality> within = new ArrayList<>();
    for (Equality equality : equal) {
      Set<Source> sides = now(equality.sources());
      if (!meets(sides, kept)) {
        within.add(equality);
      } else if (meets(sides, left) && meets(sides, right)) {
        across.add(equality);
      } else {
        read.add(equality.sources());
      }
    }
    // A kept row that fails such a condition has one partner, nothing, instead of many.
    Set<Source> all = new LinkedHashSet<>(sources);
    all.add(Source.OUTER);
    read.replaceAll(
        condition -> {
          Set<Source> sides = now(condition);
          return meets(sides, kept) || sides.contains(Source.OUTER) ? all : condition;
        });
    RowSources matched = where(within, read).meeting(across, List.of()).settled(padded);
    Set<Source> nullable = type == JoinRelType.FULL ? sources : padded;
    return matched.keeping(kept, left, across).spent().with(padded(nullable));
  }

  private List<Origin> padded(Set<Source> nullable) {
    List<Origin> origins = new ArrayList<>();
    for (Origin origin : columns) {
      Set<Source> from = now(origin.sources());
      boolean pads = from.isEmpty() || meets(from, nullable);
      origins.add(new Origin(origin.sources(), origin.cell(), origin.padded() || pads));
    }
    return origins;
  }

  /**
   * The rows of one group, whose keys are the same in all of them: rows of tables without people
   * that the keys fix come with each of the others alike.
   *
   * @param keys where the keys come from
   */
  RowSources within(List<Origin> keys) {
    Map<Cell, Origin> fixed = new HashMap<>();
    Deque<Origin> open = new ArrayDeque<>(keys);
    while (!open.isEmpty()) {
      Origin at = open.pop();
      if (at.isPlain() && fixed.putIfAbsent(at.cell().orElseThrow(), at) == null) {
        for (Equality equality : equalities) {
          if (equality.decides()) {
            open.addAll(equality.beside(at.cell().orElseThrow()));
          }
        }
      }
    }
    List<Equality> same = new ArrayList<>();
    fixed.values().forEach(origin -> same.add(Equality.of(origin, Origin.NONE)));
    Set<Source> free = new LinkedHashSet<>(sources);
    free.removeIf(Source::holdsPeople);
    RowSources settled = meeting(same, List.of()).settled(free);
    List<Equality> rest = new ArrayList<>(equalities);
    rest.removeIf(e -> isFixed(e.one(), fixed) && isFixed(e.other(), fixed));
    return new RowSources(columns, settled.sources, settled.taken, rest, conditions);
  }

  private static boolean isFixed(Origin origin, Map<Cell, Origin> fixed) {
    return origin.cell().filter(fixed::containsKey).isPresent();
  }

  /** True if no two rows are alike in these columns. */
  boolean areToldApartBy(Collection<Integer> some) {
    List<Equality> same = new ArrayList<>();
    for (int column : some) {
      Origin origin = columns.get(column);
      if (origin.isPlain() && origin.sources().stream().allMatch(source -> source.oneNull)) {
        same.add(Equality.of(origin, Origin.NONE));
      }
    }
    return meeting(same, List.of()).settled(sources).sources.isEmpty();
  }

  private static boolean meets(Set<Source> some, Set<Source> others) {
    return some.stream().anyMatch(others::contains);
  }

  /**
   * One kept source goes into one of the other side that decides its row: what is there then is a
   * row of that, or a kept row without a partner. A second one would not, for rows without a
   * partner hold any two of them.
   */
  private RowSources keeping(Set<Source> kept, Set<Source> left, List<Equality> across) {
    for (Source source : sources) {
      for (Source by : kept.contains(source) ? sources : Set.<Source>of()) {
        if (left.contains(by) != left.contains(source)
            && mayDecide(by, source)
            && source.keys.stream().anyMatch(key -> isCovered(key, by, across))) {
          return without(source, Optional.of(by));
        }
      }
    }
    return this;
  }

  private boolean isCovered(Set<Cell> key, Source by, List<Equality> across) {
    return key.stream()
        .allMatch(
            cell ->
                across.stream()
                    .flatMap(equality -> equality.beside(cell).stream())
                    .anyMatch(other -> now(other.sources()).equals(Set.of(by))));
  }

  private RowSources spent() {
    return new RowSources(
        columns, sources, taken, equalities.stream().map(Equality::spent).toList(), conditions);
  }

  /** The rows that a condition on all of their values left. */
  RowSources cut() {
    return where(List.of(), List.of(sources));
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /** The sources that are counted, of these. */
  Set<Source> now(Set<Source> some) {
    Set<Source> found = new LinkedHashSet<>();
    some.forEach(source -> now(source).ifPresent(found::add));
    return found;
  }

  private Optional<Source> now(Source source) {
    Optional<Source> found = Optional.of(source);
    while (found.isPresent() && taken.containsKey(found.get())) {
      found = taken.get(found.get());
    }
    return found;
  }

  private RowSources without(Source source, Optional<Source> by) {
    Set<Source> rest = new LinkedHashSet<>(sources);
    rest.remove(source);
    Map<Source, Optional<Source>> gone = new HashMap<>(taken);
    gone.put(source, by);
    return new RowSources(columns, rest, gone, equalities, conditions);
  }

  /** The same with each of these sources gone whose row is decided by another one's. */
  private RowSources settled(Set<Source> some) {
    for (Source source : sources) {
      for (Set<Cell> key : some.contains(source) ? source.keys : Set.<Set<Cell>>of()) {
        Optional<Deciding> by = deciding(source, key);
        if (by.isPresent()) {
          return without(source, by.get().source()).settled(some);
        }
      }
    }
    return this;
  }

  /** What decides a source's row; no source if values do that are the same in all rows. */
  private record Deciding(Optional<Source> source) {}

  private Optional<Deciding> deciding(Source source, Set<Cell> key) {
    Set<Source> candidates = new LinkedHashSet<>(sources);
    boolean fixed = true;
    boolean outer = false;
    for (Cell cell : key) {
      Deciders deciders = deciders(source, cell);
      outer |= deciders.outer();
      if (!deciders.fixed()) {
        fixed = false;
        candidates.retainAll(deciders.sources());
      }
    }
    return fixed
        ? Optional.of(new Deciding(outer ? Optional.of(Source.OUTER) : Optional.empty()))
        : candidates.stream()
            .filter(by -> mayDecide(by, source))
            .min(Comparator.comparing(by -> !by.holdsPeople()))
            .map(by -> new Deciding(Optional.of(by)));
  }

  /**
   * People's rows may only be decided by other people's rows: rows of a public table that each name
   * a person could repeat the person as often as whoever wrote them pleased.
   */
  private static boolean mayDecide(Source by, Source source) {
    return by.holdsPeople() || !source.holdsPeople();
  }

  /**
   * What a cell is equal to.
   *
   * @param fixed true if to a value that is the same in all rows
   * @param outer true if to a value of the row outside
   * @param sources those that hold such a value
   */
  private record Deciders(boolean fixed, boolean outer, Set<Source> sources) {}

  private Deciders deciders(Source source, Cell cell) {
    boolean fixed = false;
    boolean outer = false;
    Set<Source> found = new LinkedHashSet<>();
    Set<Cell> seen = new HashSet<>(Set.of(cell));
    Deque<Cell> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Cell at = open.pop();
      for (Equality equality : equalities) {
        for (Origin other : equality.decides() ? equality.beside(at) : List.<Origin>of()) {
          Set<Source> from = now(other.sources());
          boolean named = from.remove(Source.OUTER);
          fixed |= from.isEmpty();
          outer |= named && from.isEmpty();
          if (from.size() == 1 && !from.contains(source)) {
            found.addAll(from);
          }
          other.cell().filter(seen::add).ifPresent(open::add);
        }
      }
    }
    return new Deciders(fixed, outer, found);
  }
}
