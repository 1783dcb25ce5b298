package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import io.sallyport.policy.AggregateOnly.Dominance;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random small tables under random terms: the guarded answer of a real DuckDB is the one that is
 * worked out here, row by row, from section 6 of the semantics.
 */
@SuppressWarnings("NullAway") // cells may be NULL, and functions over rows give them on
class BoundaryLawsTest {
  private static final int ROUNDS = 120;

  private record Visit(
      @Nullable String uid,
      @Nullable String ward,
      @Nullable Integer cost,
      @Nullable Double dose,
      boolean sick) {}

  private record Owner(String oid, String ward) {}

  private final Random random = new Random(20261125);

  private AggregateOnly terms() {
    BigDecimal share =
        List.of(new BigDecimal("0.5"), new BigDecimal("0.75"), new BigDecimal("0.9"))
            .get(random.nextInt(3));
    Optional<Dominance> dominance =
        random.nextInt(6) == 0
            ? Optional.empty()
            : Optional.of(new Dominance(1 + random.nextInt(3), share));
    return new AggregateOnly(
        2 + random.nextInt(3), Set.of(), dominance, List.of(1, 1, 2, 5).get(random.nextInt(4)));
  }

  private List<Visit> visits() {
    List<Visit> visits = new ArrayList<>();
    int size = random.nextInt(40);
    for (int i = 0; i < size; i++) {
      int scale = random.nextInt(5) == 0 ? 2000 : 20;
      double dose =
          switch (random.nextInt(12)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            default -> random.nextInt(scale) - 5;
          };
      visits.add(
          new Visit(
              random.nextInt(15) == 0 ? null : "U" + random.nextInt(9),
              random.nextInt(10) == 0 ? null : "W" + random.nextInt(3),
              random.nextInt(7) == 0 ? null : random.nextInt(scale) - 4,
              random.nextInt(9) == 0 ? null : dose,
              random.nextBoolean()));
    }
    return visits;
  }

  private List<Owner> owners() {
    List<Owner> owners = new ArrayList<>();
    int size = 2 + random.nextInt(5);
    for (int i = 0; i < size; i++) {
      owners.add(new Owner("O" + random.nextInt(4), "W" + random.nextInt(2)));
    }
    return owners;
  }

  @Test
  void groupsAndFiguresAreTheOnesWorkedOutByHand() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      AggregateOnly terms = terms();
      List<Visit> visits = visits();
      try (RandomVisits database = RandomVisits.of(terms, rows(visits), List.of())) {
        Map<String, List<Visit>> wards = new TreeMap<>();
        visits.stream()
            .filter(v -> v.uid() != null)
            .forEach(v -> wards.computeIfAbsent("" + v.ward(), w -> new ArrayList<>()).add(v));
        List<String> expected = new ArrayList<>();
        wards.forEach(
            (ward, group) -> {
              if (units(group, v -> true, Visit::uid) >= terms.minGroupSize()) {
                expected.add("[" + ward + ", " + figures(terms, group) + "]");
              }
            });
        assertThat(
                database.guarded(
                    "SELECT ward, count(*), count(cost), sum(cost), CAST(sum(dose) AS BIGINT),"
                        + " sum(CASE WHEN sick THEN cost ELSE 0 END) FROM clinic.visits"
                        + " GROUP BY ward"))
            .as("round %s under %s of %s", round, terms, visits)
            .containsExactlyInAnyOrderElementsOf(expected);
        List<Visit> all = wards.values().stream().flatMap(List::stream).toList();
        boolean enough = units(all, v -> true, Visit::uid) >= terms.minGroupSize();
        assertThat(
                database.guarded(
                    "SELECT count(*), count(cost), sum(cost), CAST(sum(dose) AS BIGINT),"
                        + " sum(CASE WHEN sick THEN cost ELSE 0 END) FROM clinic.visits"))
            .as("round %s under %s of %s", round, terms, visits)
            .containsExactly(
                enough ? "[" + figures(terms, all) + "]" : "[null, null, null, null, null]");
      }
    }
  }

  /** No group can be had by subtraction: what a shown row holds beyond shown ones passes itself. */
  @Test
  void totalsAreShownIfWhatTheyHoldBeyondShownGroupsPasses() throws Exception {
    int hidden = 0;
    for (int round = 0; round < ROUNDS; round++) {
      AggregateOnly terms = terms();
      List<Visit> visits = visits();
      List<Function<Visit, List<String>>> sets =
          List.of(
              v -> List.of("" + v.ward(), "" + v.sick(), "0"),
              v -> List.of("" + v.ward(), "null", "1"),
              v -> List.of("null", "null", "3"));
      List<Visit> rest = visits.stream().filter(v -> v.uid() != null).toList();
      List<Visit> all = rest;
      List<String> expected = new ArrayList<>();
      for (Function<Visit, List<String>> set : sets) {
        Map<List<String>, List<Visit>> beyond = rest.stream().collect(Collectors.groupingBy(set));
        Map<List<String>, List<Visit>> groups = all.stream().collect(Collectors.groupingBy(set));
        Predicate<List<String>> shown =
            key ->
                passes(terms, groups.getOrDefault(key, List.of()))
                    && (!beyond.containsKey(key)
                        || passes(terms, beyond.getOrDefault(key, List.of())));
        for (var group : groups.entrySet()) {
          if (shown.test(group.getKey())) {
            List<String> row = new ArrayList<>(group.getKey());
            row.add(rounded(group.getValue().size(), terms));
            row.add("" + group.getValue().stream().mapToLong(v -> cost(v)).sum());
            expected.add(row.toString());
          } else if (passes(terms, group.getValue())) {
            hidden++;
          }
        }
        rest = rest.stream().filter(v -> !shown.test(set.apply(v))).toList();
      }
      try (RandomVisits database = RandomVisits.of(terms, rows(visits), List.of())) {
        assertThat(
                database.guarded(
                    "SELECT ward, sick, grouping(ward, sick), count(*), sum(cost)"
                        + " FROM clinic.visits GROUP BY ROLLUP (ward, sick)"))
            .as("round %s under %s of %s", round, terms, visits)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
    assertThat(hidden).as("totals hidden for a small group below them").isGreaterThan(10);
  }

  private static long cost(Visit visit) {
    return visit.cost() == null ? 0 : visit.cost();
  }

  private static boolean passes(AggregateOnly terms, List<Visit> group) {
    return units(group, v -> v.cost() != null, Visit::uid) >= terms.minGroupSize()
        && undominated(terms, group, Visit::uid, v -> v.cost() == null ? null : (double) v.cost());
  }

  /** Both the patient of the visit and the owner of the ward are counted and weighed. */
  @Test
  void eachOfSeveralUnitsIsCountedAndWeighed() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      AggregateOnly terms = terms();
      List<Visit> visits = visits();
      List<Owner> owners = owners();
      try (RandomVisits database = RandomVisits.of(terms, rows(visits), rowsOf(owners))) {
        record Pair(Visit visit, Owner owner) {}
        Map<String, List<Pair>> wards = new TreeMap<>();
        for (Visit visit : visits) {
          for (Owner owner : owners) {
            if (visit.uid() != null && owner.ward().equals(visit.ward())) {
              wards
                  .computeIfAbsent(owner.ward(), w -> new ArrayList<>())
                  .add(new Pair(visit, owner));
            }
          }
        }
        List<String> expected = new ArrayList<>();
        Function<Pair, Double> cost =
            p -> p.visit().cost() == null ? null : (double) p.visit().cost();
        wards.forEach(
            (ward, group) -> {
              int k = terms.minGroupSize();
              boolean enough = true;
              boolean shown = true;
              List<Function<Pair, String>> kinds =
                  List.of(p -> p.visit().uid(), p -> p.owner().oid());
              for (Function<Pair, String> unit : kinds) {
                enough &= units(group, p -> true, unit) >= k;
                shown &= units(group, p -> cost.apply(p) != null, unit) >= k;
                shown &= undominated(terms, group, unit, cost);
              }
              long sum =
                  group.stream()
                      .map(cost)
                      .filter(Objects::nonNull)
                      .mapToLong(Double::longValue)
                      .sum();
              if (enough) {
                expected.add("[" + ward + ", " + (shown ? sum : null) + "]");
              }
            });
        assertThat(
                database.guarded(
                    "SELECT o.ward, sum(v.cost) FROM clinic.visits v JOIN clinic.owners o"
                        + " ON v.ward = o.ward GROUP BY o.ward"))
            .as("round %s under %s of %s and %s", round, terms, visits, owners)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  private static List<String> rows(List<Visit> visits) {
    return visits.stream()
        .map(
            v ->
                String.format(
                    "(%s, %s, %s, %s, %s)",
                    quoted(v.uid()),
                    quoted(v.ward()),
                    v.cost(),
                    v.dose() == null ? null : "'" + v.dose() + "'::DOUBLE",
                    v.sick()))
        .toList();
  }

  private static List<String> rowsOf(List<Owner> owners) {
    return owners.stream().map(o -> "(" + quoted(o.oid()) + ", " + quoted(o.ward()) + ")").toList();
  }

  private static String quoted(@Nullable String value) {
    return value == null ? "NULL" : "'" + value + "'";
  }

  private static <R> long units(List<R> rows, Predicate<R> enters, Function<R, String> unit) {
    return rows.stream().filter(enters).map(unit).distinct().count();
  }

  private static <R> boolean undominated(
      AggregateOnly terms, List<R> rows, Function<R, String> unit, Function<R, Double> value) {
    if (terms.dominance().isEmpty()) {
      return true;
    }
    Map<String, Double> brought = new HashMap<>();
    for (R row : rows) {
      Double entering = value.apply(row);
      if (entering != null) {
        brought.merge(unit.apply(row), Math.abs(entering), Double::sum);
      }
    }
    double all = brought.values().stream().mapToDouble(d -> d).sum();
    double largest =
        brought.values().stream()
            .sorted(Comparator.reverseOrder())
            .limit(terms.dominance().get().units())
            .mapToDouble(d -> d)
            .sum();
    return largest <= terms.dominance().get().share().doubleValue() * all;
  }

  private static String figures(AggregateOnly terms, List<Visit> group) {
    int k = terms.minGroupSize();
    List<String> figures = new ArrayList<>();
    figures.add(rounded(group.size(), terms));
    long known = group.stream().filter(v -> v.cost() != null).count();
    figures.add(
        units(group, v -> v.cost() != null, Visit::uid) >= k ? rounded(known, terms) : "null");
    figures.add(sum(terms, group, v -> v.cost() == null ? null : (double) v.cost()));
    figures.add(
        sum(terms, group, v -> v.dose() == null || !Double.isFinite(v.dose()) ? null : v.dose()));
    figures.add(sum(terms, group, v -> v.cost() == null || !v.sick() ? null : (double) v.cost()));
    return figures.stream().collect(Collectors.joining(", "));
  }

  private static String sum(AggregateOnly terms, List<Visit> group, Function<Visit, Double> value) {
    boolean shown =
        units(group, v -> value.apply(v) != null, Visit::uid) >= terms.minGroupSize()
            && undominated(terms, group, Visit::uid, value);
    long sum =
        group.stream().map(value).filter(Objects::nonNull).mapToLong(Double::longValue).sum();
    return shown ? Long.toString(sum) : "null";
  }

  private static String rounded(long count, AggregateOnly terms) {
    return Long.toString(Math.round((double) count / terms.roundTo()) * terms.roundTo());
  }
}
