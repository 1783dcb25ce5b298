package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thousands of random queries, each answered exactly as DuckDB answers it, or refused by name.
 *
 * <p>{@code -Drandom.seed=7 -Drandom.queries=100000} asks others, and more.
 */
class RandomQueryTest {
  private static final Logger LOG = LoggerFactory.getLogger(RandomQueryTest.class);
  private static final int QUERIES = Integer.getInteger("random.queries", 5_000);
  private static final long SEED = Long.getLong("random.seed", 1L);
  private static final int STREAMS = 2;

  /** Of the queries that DuckDB answers, so many in a hundred may be refused; it only falls. */
  private static final int MOST_REFUSED = 18;

  /** What came of a stream of queries. */
  private record Tally(int answered, Map<String, Integer> refused, List<String> different) {
    int refusals() {
      return refused.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  private static List<String> lines(String file) throws Exception {
    try (InputStream stream = RandomQueryTest.class.getResourceAsStream("/random/" + file)) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  private static Tally ask(long seed, int queries) throws Exception {
    RandomQuery source = new RandomQuery(seed, lines("grammar.txt"));
    return ask(
        source::next, List.of(String.join("\n", lines("tables.sql")).split(";\n?")), queries);
  }

  private static Tally ask(Supplier<RandomQuery.Text> source, List<String> tables, int queries)
      throws Exception {
    Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement setup = duckDb.createStatement()) {
      setup.execute("SET TimeZone = 'UTC'");
      setup.execute("SET threads = 1");
      for (String statement : tables) {
        setup.execute(statement);
      }
    }
    int answered = 0;
    Map<String, Integer> refused = new TreeMap<>();
    List<String> different = new ArrayList<>();
    try (Differential differential = new Differential(duckDb)) {
      for (int i = 0; i < queries; i++) {
        RandomQuery.Text query = source.get();
        Differential.Outcome outcome =
            differential.compare(query.sql(), query.sql(), query.ordered());
        switch (outcome.kind()) {
          case EQUAL -> answered++;
          case REFUSED -> {
            refused.merge(outcome.detail(), 1, Integer::sum);
            LOG.debug("refused: {}\n  {}", outcome.detail(), query.sql());
          }
          case DIFFERENT -> different.add(query.sql() + "\n  " + outcome.detail());
        }
      }
    }
    return new Tally(answered, refused, different);
  }

  @Test
  void isNeverDifferent() throws Exception {
    List<Future<Tally>> streams = new ArrayList<>();
    ExecutorService workers = Executors.newFixedThreadPool(STREAMS);
    try {
      for (int i = 0; i < STREAMS; i++) {
        long seed = SEED * STREAMS + i;
        streams.add(workers.submit(() -> ask(seed, QUERIES / STREAMS)));
      }
      int answered = 0;
      int refusals = 0;
      for (Future<Tally> stream : streams) {
        Tally tally = stream.get();
        LOG.info("{} alike; refused: {}", tally.answered(), tally.refused());
        assertThat(tally.different()).as("silently different").isEmpty();
        answered += tally.answered();
        refusals += tally.refusals();
      }
      assertThat(answered + refusals).isEqualTo(QUERIES / STREAMS * STREAMS);
      assertThat(refusals * 100 / QUERIES).as("per cent refused").isLessThan(MOST_REFUSED);
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void namesMeanWhatTheyMeanInDuckDb() throws Exception {
    Tally tally = ask(new RandomNames(SEED)::next, RandomNames.SETUP, QUERIES / 2);
    LOG.info("names: {} alike; refused: {}", tally.answered(), tally.refused());
    assertThat(tally.different()).as("silently different").isEmpty();
    assertThat(tally.refusals() * 200 / QUERIES).as("per cent refused").isLessThan(MOST_REFUSED);
  }
}
