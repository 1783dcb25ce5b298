package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.conformance.Neighbour.Told;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nobody can tell from an answer whether one person is in the data, nor what is said of them: every
 * attack is told the same by gateways whose data differ in that person alone.
 *
 * <p>The cases that are declared as differencing must differ, so that the list holds no more than
 * it has to.
 */
class NeighbourTest {
  /** What may be different about the victim, who is person 999 of the fixtures. */
  private static final Map<String, List<String>> CHANGES = new LinkedHashMap<>();

  static {
    CHANGES.put(
        "changed",
        List.of(
            "UPDATE emp SET name = 'CANARY-NAME-OTHER', sex = 'M', salary = 99999.25, sick = false,"
                + " ssn = 'SSN-OTHER-CANARY', note = 'CANARY-NOTE-OTHER', bday = DATE '2001-02-03'"
                + " WHERE id = 999",
            "UPDATE visits SET clinic = 'south', cost = 4321.75, ts = TIMESTAMP '2031-01-01'"
                + " WHERE uid = 'U999'"));
    CHANGES.put(
        "moved",
        List.of(
            "UPDATE emp SET dept = 'D', zip = 'Z5', sex = 'X' WHERE id = 999",
            "UPDATE visits SET clinic = 'west' WHERE uid = 'U999'"));
    CHANGES.put(
        "extreme",
        List.of(
            "UPDATE emp SET salary = -9999999999.99, bday = DATE 'infinity', name = '999'"
                + " WHERE id = 999",
            "UPDATE visits SET cost = 'nan', ts = TIMESTAMP '-infinity' WHERE uid = 'U999'"));
    CHANGES.put(
        "empty",
        List.of(
            "UPDATE emp SET name = NULL, dept = NULL, zip = NULL, sex = NULL, salary = NULL,"
                + " ssn = NULL, note = NULL, bday = NULL, sick = NULL WHERE id = 999",
            "UPDATE visits SET clinic = NULL, cost = NULL, ts = NULL WHERE uid = 'U999'"));
    CHANGES.put("absent", Neighbour.ABSENT);
  }

  private static final List<Case> ATTACKS = Case.in("cases").stream().filter(Case::attack).toList();

  @TempDir static Path directory;
  private static Neighbour base;
  private static final List<Neighbour> NEIGHBOURS = new ArrayList<>();

  @BeforeAll
  static void open() throws Exception {
    base = Neighbour.start(directory, "base", List.of());
    for (Map.Entry<String, List<String>> change : CHANGES.entrySet()) {
      NEIGHBOURS.add(Neighbour.start(directory, change.getKey(), change.getValue()));
    }
  }

  @AfterAll
  static void close() throws Exception {
    base.close();
    for (Neighbour neighbour : NEIGHBOURS) {
      neighbour.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> attacks() {
    return ATTACKS.stream()
        .map(
            one ->
                DynamicTest.dynamicTest(one.family() + ": " + one.name(), () -> checkNamed(one)));
  }

  /** Build logs show numbers in place of dynamic tests' names, so failures name themselves. */
  private static void checkNamed(Case one) {
    Told told = base.tells(one);
    List<String> differing = new ArrayList<>();
    for (Neighbour neighbour : NEIGHBOURS) {
      Told there = neighbour.tells(one);
      if (!there.equals(told)) {
        differing.add(neighbour.name() + " " + there);
      }
    }
    String what = one.family() + ": " + one.name() + " (base " + told + ")";
    if (one.declared()) {
      assertThat(differing).as(what + " is declared, but tells nothing").isNotEmpty();
    } else {
      assertThat(differing).as(what).isEmpty();
    }
  }

  @Test
  void neighboursAreToldApartByWhatIsNotGuarded() {
    Told told = base.tells("open", "SELECT * FROM emp WHERE id = 999");
    assertThat(told.rows()).hasSize(1);
    for (Neighbour neighbour : NEIGHBOURS) {
      assertThat(neighbour.tells("open", "SELECT * FROM emp WHERE id = 999"))
          .as(neighbour.name())
          .isNotEqualTo(told);
    }
  }
}
