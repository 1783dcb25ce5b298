package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.conformance.Neighbour.Told;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random questions on a database, without its victim and with the victim changed: what is told
 * besides figures is the same, and each figure that leaves is about enough people, counted by bare
 * DuckDB.
 *
 * <p>It does not ask that a figure leaves whenever it may.
 */
class NeighbourFuzzTest {
  private static final long SEED = 20240505;
  private static final int QUESTIONS = 333;
  private static final long ENOUGH = 5;

  @TempDir Path directory;

  @Test
  void figuresAreAboutManyAndNothingElseIsTold() throws Exception {
    Random random = new Random(SEED);
    int released = 0;
    int withheld = 0;
    int refused = 0;
    try (Neighbour base = Neighbour.start(directory, "base", List.of());
        Neighbour absent = Neighbour.start(directory, "absent", Neighbour.ABSENT);
        Neighbour changed =
            Neighbour.start(
                directory,
                "changed",
                List.of(
                    "UPDATE emp SET salary = 31000, sex = 'M', sick = NULL WHERE id = 999",
                    "UPDATE visits SET clinic = 'south', cost = -5 WHERE uid = 'U999'"))) {
      for (int i = 0; i < QUESTIONS; i++) {
        NeighbourQuery query = NeighbourQuery.random(random);
        Told told = base.tells("", query.sql());
        refused += told.error().isEmpty() ? 0 : 1;
        for (Neighbour neighbour : List.of(absent, changed)) {
          Told there = neighbour.tells("", query.sql());
          assertThat(there.withoutRows())
              .as(neighbour.name() + ": " + query.sql())
              .isEqualTo(told.withoutRows());
          if (there.error().isEmpty()) {
            isAboutMany(neighbour, query, there);
            int keys = query.keys().size();
            assertThat(common(there, told, keys))
                .as(query.sql())
                .isEqualTo(common(told, there, keys));
          }
        }
        if (told.error().isEmpty()) {
          int figures = isAboutMany(base, query, told);
          released += figures;
          withheld += told.rows().size() * query.figures().size() - figures;
        }
      }
    }
    assertThat(refused).as("refused, because a key may not be grouped").isLessThan(QUESTIONS / 4);
    assertThat(released).as("figures that left").isGreaterThan(200);
    assertThat(withheld).as("figures that did not").isGreaterThan(50);
  }

  /** The groups that another answer has too, in the order in which they came. */
  private static List<List<String>> common(Told told, Told other, int keys) {
    Set<List<String>> groups = new HashSet<>();
    other.rows().forEach(row -> groups.add(row.subList(0, keys)));
    return told.rows().stream().map(row -> row.subList(0, keys)).filter(groups::contains).toList();
  }

  /** How many figures left; all of them about enough people, and all groups of enough people. */
  private static int isAboutMany(Neighbour neighbour, NeighbourQuery query, Told told)
      throws Exception {
    int keys = query.keys().size();
    Map<List<String>, List<String>> counts = new HashMap<>();
    Set<List<String>> large = new HashSet<>();
    for (List<String> row : neighbour.bare(query.counting())) {
      counts.put(row.subList(0, keys), row.subList(keys, row.size()));
      if (keys == 0 || Long.parseLong(row.get(keys)) >= ENOUGH) {
        large.add(row.subList(0, keys));
      }
    }
    String about = neighbour.name() + ": " + query.sql();
    assertThat(told.rows().stream().map(row -> row.subList(0, keys)))
        .as(about)
        .containsExactlyInAnyOrderElementsOf(large);
    int released = 0;
    for (List<String> row : told.rows()) {
      List<String> people = Objects.requireNonNull(counts.get(row.subList(0, keys)), about);
      int next = 1;
      for (int figure = 0; figure < query.figures().size(); figure++) {
        int arms = query.figures().get(figure).arms().size();
        if (!row.get(keys + figure).equals("NULL")) {
          released++;
          assertThat(people.subList(next, next + arms))
              .as(about + " released " + row)
              .allSatisfy(n -> assertThat(Long.parseLong(n)).isGreaterThanOrEqualTo(ENOUGH));
          assertThat(Long.parseLong(people.get(0))).as(about).isGreaterThanOrEqualTo(ENOUGH);
        }
        next += arms;
      }
    }
    return released;
  }
}
