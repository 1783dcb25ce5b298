package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sallyport.policy.PolicyFile;
import io.sallyport.policy.Principal;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.Publications.Publication;
import io.sallyport.proxy.Publications.View;
import io.sallyport.proxy.engine.PublishedTable;
import io.sallyport.proxy.sql.BrokenStatements;
import io.sallyport.proxy.sql.TpcdsTables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * Statements nobody would write: whatever the text, it is bound, judged and printed, or refused in
 * our own words, and soon.
 *
 * <p>{@code mvn verify} gives Jazzer a minute to break the statements that the project has, led by
 * what they reach in the code; CONTRIBUTING.md has the command for longer. There, what the front
 * end fails at within, where an analyst is told which constructs do not go together, is a failure
 * too: a word for it is wanted, and no build should turn red by the luck of finding one. Without
 * {@code JAZZER_FUZZ=1} in the environment the statements are only tried as they are.
 */
class StatementFuzzTest {
  /** True if what fails within is a failure, however it is told. */
  private static final boolean HUNT = Boolean.getBoolean("fuzz.hunt");

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Path DIALECT = Path.of("src/test/resources/dialect");
  private static final Path CONFORMANCE = Path.of("../conformance-tests/src/test/resources");

  /** What only an engine or a library would say. */
  private static final List<String> FOREIGN =
      List.of("error:", "exception", "duckdb", "calcite", "java.", "org.", "line 1", "candidate");

  /** In which the names of a statement are looked up; the first byte of an input says which. */
  private static final List<String> DATASETS =
      List.of("everyday", "tpch", "tpcds", "sealed", "care");

  private static final Principal BOB = new Principal("bob", Set.of("analyst"));
  private static final PolicyCheck CHECK =
      new PolicyCheck(new Defences() {}, () -> Instant.EPOCH, 1_000_000);

  /** The start of an input that is a script of {@link BrokenStatements}. */
  private static final byte SCRIPT = '#';

  /** Every statement that the project's tests have. */
  private static final List<Typed> STATEMENTS = new ArrayList<>();

  private static BrokenStatements broken;
  private static Publications publications;
  private static View view;

  private record Typed(String dataset, String sql) {}

  @BeforeAll
  static void open() throws Exception {
    Map<String, List<PublishedTable>> tables = new HashMap<>();
    tables.put("everyday", made("everyday", lines("dialect-setup.sql")));
    tables.put("tpch", made("tpch", scripts(Path.of("src/test/resources/tpch"), "schema.sql")));
    tables.put("tpcds", made("tpcds", TpcdsTables.created()));
    tables.put("sealed", made("sealed", scripts(CONFORMANCE.resolve("fixtures"), "hr.sql")));
    tables.put("care", made("care", scripts(CONFORMANCE.resolve("fixtures"), "care.sql")));
    Map<String, Publication> published = new HashMap<>();
    for (String dataset : DATASETS) {
      List<PublishedTable> own = tables.getOrDefault(dataset, List.of());
      Path file = CONFORMANCE.resolve("fixtures/" + dataset + ".policy.yaml");
      String policy = Files.exists(file) ? Files.readString(file) : open(dataset, own);
      try (OwnersStatements statements = new OwnersStatements(dataset, own)) {
        published.put(
            dataset,
            new Publication(
                PolicyFile.read(
                    dataset, policy, own.stream().map(PublishedTable::shape).toList(), statements),
                Audience.EVERYONE,
                () -> "epoch"));
      }
    }
    gather();
    broken = new BrokenStatements(STATEMENTS.stream().map(Typed::sql).toList());
    publications =
        new Publications(tables.values().stream().flatMap(List::stream).toList(), published);
    view = publications.view(BOB);
  }

  @AfterAll
  static void close() {
    publications.close();
  }

  private static String open(String dataset, List<PublishedTable> tables) {
    StringBuilder policy = new StringBuilder("dataset: " + dataset + "\nowner: alice\ntables:\n");
    tables.forEach(table -> policy.append("  \"" + table.name().table() + "\": public\n"));
    return policy + "automatic: [always]\n";
  }

  private static List<PublishedTable> made(String dataset, List<String> statements)
      throws SQLException {
    Map<String, List<OutputColumn>> tables = new LinkedHashMap<>();
    try (Connection owner = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = owner.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      try (ResultSet columns =
          statement.executeQuery(
              "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
                  + " WHERE NOT internal ORDER BY table_oid, column_index")) {
        while (columns.next()) {
          tables
              .computeIfAbsent(columns.getString(1), name -> new ArrayList<>())
              .add(
                  new OutputColumn(
                      columns.getString(2), columns.getString(3), columns.getBoolean(4)));
        }
      }
    }
    return tables.entrySet().stream()
        .map(t -> new PublishedTable(new TableName(dataset, t.getKey()), t.getValue(), List.of()))
        .toList();
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(DIALECT.resolve(file)).stream().filter(l -> !l.isBlank()).toList();
  }

  /** The files of a directory whose names start so. */
  private static List<String> scripts(Path directory, String start) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().startsWith(start)) {
          texts.add(Files.readString(file));
        }
      }
    }
    return texts;
  }

  private static void gather() throws IOException {
    for (String file : List.of("traps", "flavour", "bi", "more", "wide")) {
      for (String line : lines("dialect-" + file + ".txt")) {
        STATEMENTS.add(new Typed("everyday", line.substring(line.indexOf('|') + 1)));
      }
    }
    for (String benchmark : List.of("tpch", "tpcds")) {
      for (String sql : scripts(Path.of("src/test/resources", benchmark), "q")) {
        STATEMENTS.add(new Typed(benchmark, sql));
      }
    }
    for (String cases : scripts(CONFORMANCE.resolve("cases"), "")) {
      gather(new Yaml().load(cases));
    }
  }

  private static void gather(Object node) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key.equals("sql") && value instanceof String sql) {
              STATEMENTS.add(new Typed("sealed", sql));
            } else {
              gather(value);
            }
          });
    } else if (node instanceof List<?> list) {
      list.forEach(StatementFuzzTest::gather);
    }
  }

  /** Each statement as its text, and as a script that breaks nothing yet. */
  static Stream<byte[]> statements() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < STATEMENTS.size(); i++) {
      Typed typed = STATEMENTS.get(i);
      String text = DATASETS.indexOf(typed.dataset()) + typed.sql();
      seeds.add(text.getBytes(StandardCharsets.UTF_8));
      seeds.add(ByteBuffer.allocate(3).put(SCRIPT).putShort((short) i).array());
    }
    return seeds.stream();
  }

  private static Typed typed(byte[] input) {
    if (input[0] == SCRIPT && input.length > 2) {
      ByteBuffer script = ByteBuffer.wrap(input, 1, input.length - 1);
      String dataset = STATEMENTS.get(broken.index(script.getShort(script.position()))).dataset();
      return new Typed(dataset, broken.text(script));
    }
    return new Typed(
        DATASETS.get(Math.floorMod(input[0] - '0', DATASETS.size())),
        new String(input, 1, input.length - 1, StandardCharsets.UTF_8));
  }

  @MethodSource("statements")
  @FuzzTest
  void survives(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Typed typed = typed(input);
    String sql = typed.sql();
    Session session = new Session("s", BOB, Optional.of(typed.dataset()), Optional.empty());
    Instant begun = Instant.now();
    try {
      int parameters = CHECK.prepare(view, session, sql).parameterTypes().size();
      CHECK.judge(view, session, sql, Collections.nCopies(parameters, null));
    } catch (GatewayException e) {
      boolean named = e.code() == ErrorCode.NOT_SUPPORTED && !HUNT;
      if (e.getCause() != null && !named) {
        fail("%s fails within: %s".formatted(sql, e.getMessage()), e.getCause());
      }
      // The user's own words stand in backticks.
      String ours = e.getMessage().replaceAll("(?s)`.*`", "").toLowerCase(Locale.ROOT);
      if (FOREIGN.stream().anyMatch(ours::contains)) {
        fail("%s is refused in foreign words: %s".formatted(sql, e.getMessage()));
      }
    }
    assertThat(Duration.between(begun, Instant.now())).as(sql).isLessThan(SOON);
  }
}
