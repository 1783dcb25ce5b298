package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case at the doors of one real gateway: the same outcome at each. Attacks are many, so each
 * is tried in process and at one of the other doors in turn; all other cases at every door.
 */
class ConformanceTest {
  private static final List<Case> CASES = Case.in("cases");

  @TempDir static Path directory;
  private static TestGateway gateway;
  private static List<Door> doors;

  @BeforeAll
  static void open() throws Exception {
    gateway = TestGateway.start(directory);
    doors = gateway.doors();
  }

  @AfterAll
  static void close() throws Exception {
    doors.forEach(Door::close);
    gateway.close();
  }

  @TestFactory
  Stream<DynamicNode> cases() {
    return IntStream.range(0, CASES.size())
        .mapToObj(
            number -> {
              Case one = CASES.get(number);
              return DynamicContainer.dynamicContainer(
                  one.family() + ": " + one.name(),
                  doors(one, number).stream()
                      .map(
                          door ->
                              DynamicTest.dynamicTest(door.name(), () -> checkNamed(one, door))));
            });
  }

  private static List<Door> doors(Case one, int number) {
    if (one.inProcess()) {
      return List.of(doors.get(0));
    }
    return one.attack() ? List.of(doors.get(0), doors.get(1 + number % (doors.size() - 1))) : doors;
  }

  @Test
  void areManyAndMostOfThemAttack() {
    assertThat(CASES).hasSizeGreaterThanOrEqualTo(280);
    assertThat(CASES.stream().filter(Case::attack)).hasSizeGreaterThanOrEqualTo(200);
    assertThat(CASES.stream().map(c -> c.family() + c.name())).doesNotHaveDuplicates();
  }

  /** Build logs show numbers in place of dynamic tests' names, so failures name themselves. */
  private static void checkNamed(Case one, Door door) throws Exception {
    try {
      check(gateway, one, door);
    } catch (AssertionError e) {
      throw new AssertionError(
          "[" + one.family() + ": " + one.name() + ", " + door.name() + "] " + e.getMessage(), e);
    }
  }

  static void check(TestGateway gateway, Case one, Door door) throws Exception {
    Door.User user = gateway.user(one.user(), one.purpose(), one.dataset());
    Outcome outcome = door.ask(user, one.sql(), one.parameters());
    if (one.sqlState().isPresent()) {
      Outcome.Failed failed =
          outcome.fold(
              rows -> {
                throw new AssertionError("answered " + rows);
              },
              f -> f);
      assertThat(failed.sqlState()).as(failed.message()).isEqualTo(one.sqlState().get());
      assertThat(failed.message().toLowerCase(Locale.ROOT))
          .contains(one.reason().toLowerCase(Locale.ROOT));
      return;
    }
    Outcome.Rows rows =
        outcome.fold(
            r -> r,
            failed -> {
              throw new AssertionError(failed.sqlState() + " " + failed.message());
            });
    List<List<String>> expected =
        one.rows().isPresent() ? one.rows().get() : gateway.bare(one.sameAs().orElseThrow());
    assertThat(arranged(rows.rows(), one)).isEqualTo(arranged(expected, one));
  }

  private static List<List<String>> arranged(List<List<String>> rows, Case one) {
    if (one.ordered()) {
      return rows;
    }
    List<List<String>> sorted = new ArrayList<>(rows);
    sorted.sort((a, b) -> a.toString().compareTo(b.toString()));
    return sorted;
  }
}
