package io.sallyport.policy.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The allow-list of aggregate and window functions, as data. */
public final class AggregateList {
  /** When an aggregate may stand at a release boundary. */
  public enum Release {
    /** Always. */
    AUTOMATIC,
    /** Only if the policy names it, because it shows one unit's own value. */
    NAMED,
    /** Never; on public and released rows and in per-unit steps only. */
    NEVER
  }

  /** Whether an engine may fail in it for its values' sake. */
  public enum Failure {
    /** On no values. */
    NEVER,
    /** Not on numbers and times that are bounded. */
    UNBOUNDED,
    /** On values of any kind. */
    ALWAYS
  }

  /** Whether a figure depends on the order of the rows it is made of. */
  public enum Order {
    /** It does not. */
    NEVER,
    /** It shows one of its values: not where equal values are alike. */
    UNLIKE,
    /** It adds numbers up: not where those are exact. */
    FLOATING,
    /** It does. */
    ALWAYS,
    /** It does, and where two values are equal it shows one of them, in whatever order. */
    TIES,
    /** It does, and the engine takes no ORDER BY for it. */
    OPEN;

    boolean showsOneOfEquals() {
      return this == UNLIKE || this == TIES;
    }

    boolean isFixedByAnOrder() {
      return this == ALWAYS || this == TIES;
    }
  }

  /**
   * One function.
   *
   * @param windowOnly true if it only makes sense with OVER
   * @param sums true if contributions add up in it, so that one unit can dominate
   * @param fails on which values it fails
   * @param keepsRows true if it keeps every row until the end, so that its memory grows with them
   * @param order whether the order of the rows that it is made of decides what it gives
   */
  public record Entry(
      String name,
      Release release,
      boolean windowOnly,
      boolean sums,
      Failure fails,
      boolean keepsRows,
      Order order) {}

  public static final AggregateList STANDARD = new AggregateList();

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private AggregateList() {
    for (String[] row :
        FunctionList.rows("aggregates.csv", "name,release,kind,sums,fails,keeps,order")) {
      Entry entry =
          new Entry(
              row[0],
              Release.valueOf(row[1].toUpperCase(Locale.ROOT)),
              FunctionList.choice(row, 2, "window", "aggregate"),
              FunctionList.choice(row, 3, "yes", "no"),
              Failure.valueOf(row[4].toUpperCase(Locale.ROOT)),
              FunctionList.choice(row, 5, "rows", "little"),
              Order.valueOf(row[6].toUpperCase(Locale.ROOT)));
      if (entries.put(entry.name(), entry) != null) {
        throw new IllegalStateException("aggregates.csv lists " + entry.name() + " twice");
      }
    }
  }

  /** The function by its lower-case name. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** All names, in the order of the list. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }
}
