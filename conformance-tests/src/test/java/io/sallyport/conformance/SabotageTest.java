package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.proxy.SabotagedServer.Defence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tests of the tests: without a defence its attacks get through, so the cases can fail. The
 * attack that stands for a defence is named; all cases must pass when nothing is turned off.
 */
class SabotageTest {
  /** Small queries only: without a judge, an attack on time or memory would run in earnest. */
  private static final Set<String> FAMILIES = Set.of("suppressed", "refused");

  @TempDir Path directory;

  /** The names of the attack cases that do not end as they must. */
  private List<String> failing(Defence without) throws Exception {
    List<String> failing = new ArrayList<>();
    Path place = directory.resolve(without.name());
    java.nio.file.Files.createDirectories(place);
    try (TestGateway gateway = TestGateway.startWithout(place, without);
        Door door = gateway.inProcess()) {
      for (Case one : Case.in("cases")) {
        if (FAMILIES.contains(one.family())) {
          try {
            ConformanceTest.check(gateway, one, door);
          } catch (AssertionError e) {
            failing.add(one.name());
          }
        }
      }
    }
    return failing;
  }

  @Test
  void everyDefenceInPlaceStopsEveryAttack() throws Exception {
    assertThat(failing(Defence.NONE)).isEmpty();
  }

  @Test
  void withoutTheJudgeRowsLeave() throws Exception {
    assertThat(failing(Defence.JUDGE))
        .contains("rows of people", "one row", "min and max", "a literal on the unit key", "list");
  }

  @Test
  void withoutTheGuardRewriteSmallGroupsLeave() throws Exception {
    assertThat(failing(Defence.GUARD_REWRITE))
        .contains(
            "a group of one is absent",
            "filtered to one person",
            "CASE that lets one person in",
            "FILTER that lets one person in",
            "a scalar sub-query about one person",
            "DISTINCT shows no value of few");
  }

  @Test
  void withoutColumnRightsWipedColumnsAreRead() throws Exception {
    assertThat(failing(Defence.COLUMN_RIGHTS))
        .contains("group by a wiped column", "a part of a wiped column");
  }

  @Test
  void aWeakerThresholdLetsSmallGroupsLeave() throws Exception {
    assertThat(failing(Defence.GROUP_SIZE)).contains("a group of three people");
  }

  @Test
  void withoutRoundingHugeNumbersSwallowAllButOne() throws Exception {
    assertThat(failing(Defence.ROUNDING))
        .containsExactly("huge numbers that are taken away again show nobody");
  }

  @Test
  void theLastDoorStopsWhatThePlanLetsThrough() throws Exception {
    List<String> behindTheDoor = failing(Defence.GUARDS_BUT_LAST_DOOR);
    List<String> withoutIt = failing(Defence.LAST_DOOR);
    assertThat(withoutIt).contains("a group of three people");
    assertThat(behindTheDoor).contains("a group of three people");
    assertThat(answer(Defence.GUARDS_BUT_LAST_DOOR)).startsWith("Failed[sqlState=XX000");
    assertThat(answer(Defence.LAST_DOOR)).startsWith("Rows");
  }

  private String answer(Defence without) throws Exception {
    Path place = directory.resolve("answer-" + without);
    java.nio.file.Files.createDirectories(place);
    try (TestGateway gateway = TestGateway.startWithout(place, without);
        Door door = gateway.inProcess()) {
      Case three =
          Case.in("cases").stream()
              .filter(one -> one.name().equals("a group of three people"))
              .findFirst()
              .orElseThrow();
      return door.ask(gateway.user("bob", "", three.dataset()), three.sql(), List.of()).toString();
    }
  }
}
