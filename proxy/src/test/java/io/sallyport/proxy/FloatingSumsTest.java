package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.policy.AggregateOnly;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whatever the order of rows, floating sums are those of exact numbers, to a step. */
class FloatingSumsTest {
  private static final AggregateOnly PAIRS = new AggregateOnly(2, Set.of(), Optional.empty(), 1);

  private static final String SUM = "SELECT sum(dose), avg(dose), count(dose) FROM clinic.visits";

  /** The figures of the values in an order. */
  private static List<String> figures(String sql, List<Double> doses, List<Integer> order)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    for (int at : order) {
      rows.add("('U" + at + "', 'W', 1, '" + doses.get(at) + "'::DOUBLE, TRUE)");
    }
    try (RandomVisits visits = RandomVisits.of(PAIRS, rows, List.of())) {
      String row = visits.guarded(sql).get(0);
      return List.of(row.substring(1, row.length() - 1).split(", "));
    }
  }

  private static BigDecimal exactly(List<Double> doses, Function<BigDecimal, BigDecimal> part) {
    return doses.stream().map(BigDecimal::new).map(part).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static List<Integer> shuffled(int size, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order;
  }

  /** Values of many kinds, some of them beside others that are huge and cancel out. */
  private static List<Double> values(int kind, Random random) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 20 + random.nextInt(300); i++) {
      double value = random.nextGaussian();
      values.add(
          switch (kind % 6) {
            case 0 -> value;
            case 1 -> value * Math.pow(10, random.nextInt(40) - 20);
            case 2 -> value * 1e-299;
            case 3 -> value * 1e94;
            case 4 -> i % 9 == 0 ? 1e30 : i % 9 == 4 ? -1e30 : value;
            default -> Math.abs(value) * 1e-320;
          });
    }
    return values;
  }

  @Test
  void aSumIsExactToAStepInAnyOrder() throws Exception {
    for (int seed = 0; seed < 24; seed++) {
      Random random = new Random(seed);
      List<Double> doses = values(seed, random);
      BigDecimal size = exactly(doses, BigDecimal::abs);
      BigDecimal most = size.multiply(new BigDecimal("1.5e-11")).add(new BigDecimal("1e-300"));
      for (int i = 0; i < 3; i++) {
        List<String> told = figures(SUM, doses, shuffled(doses.size(), random));
        BigDecimal sum = new BigDecimal(told.get(0));
        assertThat(sum.subtract(exactly(doses, d -> d)).abs())
            .as("%s of %s", told, doses)
            .isLessThanOrEqualTo(most);
        BigDecimal times = new BigDecimal(told.get(1)).multiply(new BigDecimal(told.get(2)));
        assertThat(times.subtract(sum).abs())
            .isLessThanOrEqualTo(
                sum.abs()
                    .multiply(new BigDecimal("1e-15"), MathContext.DECIMAL64)
                    .add(new BigDecimal("1e-300")));
      }
    }
  }

  @Test
  void whatIsAddedAndTakenAwayAgainHidesEverybodyInAnyOrder() throws Exception {
    Random random = new Random(7);
    for (double huge : List.of(1e19, 1e30, 1e60, 1e99)) {
      List<Double> doses = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        doses.add(i < 5 ? huge : i < 10 ? -huge : 30000 + i * 617.25);
      }
      for (int i = 0; i < 5; i++) {
        assertThat(figures(SUM, doses, shuffled(60, random))).containsExactly("0.0", "0.0", "60");
      }
    }
  }

  /** The control: a bare sum shows the order, so that the case above could fail. */
  @Test
  void aBareSumShowsTheOrder() {
    Random random = new Random(7);
    Set<Double> sums = new HashSet<>();
    List<Double> doses = List.of(1e30, 61234.5, -1e30, 5000.25);
    for (int i = 0; i < 20; i++) {
      double sum = 0;
      for (int at : shuffled(4, random)) {
        sum += doses.get(at);
      }
      sums.add(sum);
    }
    assertThat(sums).hasSizeGreaterThan(2);
  }

  @Test
  void decimalFractionsStayAsTheyAre() throws Exception {
    Random random = new Random(3);
    for (int seed = 0; seed < 10; seed++) {
      List<Double> doses = new ArrayList<>();
      long cents = 0;
      int size = 20 + random.nextInt(200);
      for (int i = 0; i < size; i++) {
        int value = random.nextInt(10_000_000) - 2_000_000;
        doses.add(value / 100.0);
        cents += value;
      }
      assertThat(figures(SUM, doses, shuffled(size, random)))
          .containsExactly(
              String.valueOf(cents / 100.0),
              String.valueOf(cents / 100.0 / size),
              String.valueOf(size));
    }
  }

  @Test
  void nothingFailsForTheSakeOfAValue() throws Exception {
    List<Integer> order = List.of(0, 1, 2, 3);
    assertThat(figures(SUM, List.of(0.0, -0.0, 0.0, 0.0), order))
        .containsExactly("0.0", "0.0", "4");
    assertThat(figures(SUM, List.of(Double.NaN, 2.0, Double.POSITIVE_INFINITY, 3.0), order))
        .containsExactly("5.0", "2.5", "4");
    assertThat(figures(SUM, List.of(5e-324, 5e-324, -5e-324, 5e-324), order))
        .containsExactly("0.0", "0.0", "4");
    assertThat(figures(SUM, List.of(1e100, 1e100, 1e101, 1e100), order).get(0))
        .isEqualTo("3.0E100");
    assertThat(figures(SUM + " WHERE cost > 1", List.of(1.0, 2.0, 3.0, 4.0), order))
        .containsExactly("null", "null", "null");
  }
}
