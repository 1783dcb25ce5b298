package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.conformance.Neighbour.Told;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verdicts never read data: for random statements of any shape, the verdict, its reasons, the
 * guarded outline, the charge, the columns, the warnings and the error are the same on a database
 * and on its neighbours.
 *
 * <p>It does not look at figures; {@link NeighbourFuzzTest} does.
 */
class NeighbourReasonsTest {
  private static final long SEED = 20261125;
  private static final int STATEMENTS = 400;

  @TempDir Path directory;

  @Test
  void theSameIsSaidWhoeverIsInTheData() throws Exception {
    RandomStatement statements = new RandomStatement(new Random(SEED));
    int granted = 0;
    int judged = 0;
    try (Neighbour base = Neighbour.start(directory, "base", List.of());
        Neighbour absent = Neighbour.start(directory, "absent", Neighbour.ABSENT);
        Neighbour changed =
            Neighbour.start(
                directory,
                "changed",
                List.of(
                    "UPDATE emp SET salary = 31000, zip = 'Z1', sick = NULL WHERE id = 999",
                    "UPDATE visits SET clinic = 'south', cost = -5 WHERE uid = 'U999'"))) {
      for (int i = 0; i < STATEMENTS; i++) {
        String sql = statements.next();
        Told reasons = base.tells("", "EXPLAIN POLICY FOR " + sql);
        Told told = base.tells("", sql);
        judged += reasons.rows().isEmpty() ? 0 : 1;
        granted += told.error().isEmpty() ? 1 : 0;
        for (Neighbour neighbour : List.of(absent, changed)) {
          String about = neighbour.name() + ": " + sql;
          assertThat(neighbour.tells("", "EXPLAIN POLICY FOR " + sql)).as(about).isEqualTo(reasons);
          assertThat(neighbour.tells("", sql).withoutRows())
              .as(about)
              .isEqualTo(told.withoutRows());
        }
      }
    }
    assertThat(granted).as("statements granted").isGreaterThan(STATEMENTS / 5);
    assertThat(judged).as("statements that a rule was asked about").isGreaterThan(STATEMENTS / 2);
  }
}
