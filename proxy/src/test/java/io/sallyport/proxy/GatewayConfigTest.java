package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.policy.Principal;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.GatewayConfig.Listen;
import io.sallyport.proxy.GatewayConfig.Tls;
import io.sallyport.proxy.engine.EngineSettings;
import io.sallyport.proxy.engine.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayConfigTest {
  private static final String HASH =
      "$argon2id$v=19$m=19456,t=2,p=1$C14WqovhXyWHLkakHpej+A$"
          + "YEm41SB/LDBLKbr9gITknvtzogNAdCpZ7W/8s2qwq9Y";
  private static final String USERS =
      "users:\n  - { name: bob, roles: [analyst], password_hash: \"" + HASH + "\" }\n";
  private static final String DATASETS =
      "datasets:\n  - { name: clinic, policy: p.yaml, sources: [{ duckdb: { file: c.duckdb } }] }\n";
  private static final String REST = "state: s\n" + USERS + DATASETS;

  @TempDir Path directory;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name : List.of("p.yaml", "c.duckdb", "v1.parquet", "v2.parquet", "w.csv")) {
      Files.createFile(directory.resolve(name));
    }
    Files.writeString(directory.resolve("hash.txt"), HASH + "\n");
  }

  @Test
  void readsAllOfIt() throws IOException {
    GatewayConfig config =
        read(
            """
            listen: { host: 0.0.0.0, http: 1, flight: 0 }
            tls: { mode: generated, names: [gate.example.com] }
            state: somewhere/state
            engine: { memory: 512MiB, threads: 3, spill: /tmp/spill, spill_limit: 4GB }
            limits: { statement_timeout: 90s, statement_size: 2MB }
            users:
              - name: alice
                roles: [owner, analyst]
                password_hash: { file: hash.txt }
              - name: robot
                roles: [nightly]
                tokens: [%s]
            datasets:
              - name: clinic
                policy: p.yaml
                visible_to: { users: [bob], roles: [nightly] }
                sources:
                  - parquet: { table: visits, files: [v1.parquet, v2.parquet], key: [visit_id] }
                  - csv: { table: wards, files: [w.csv], key: [[ward_id], [floor, door]] }
                  - duckdb: { file: c.duckdb, keys: { patients: [patient_id] } }
            """
                .formatted("ab".repeat(32)));

    assertThat(config.listen()).isEqualTo(new Listen("0.0.0.0", 1, 0));
    assertThat(config.tls()).isEqualTo(new Tls.Generated(List.of("gate.example.com")));
    assertThat(config.state()).isEqualTo(directory.resolve("somewhere/state"));
    assertThat(config.engine())
        .isEqualTo(new EngineSettings(512 << 20, 3, Path.of("/tmp/spill"), 4_000_000_000L));
    assertThat(config.limits())
        .isEqualTo(new GatewayConfig.Limits(Duration.ofSeconds(90), 2_000_000));
    assertThat(config.users().get(0).passwordHash()).hasValue(HASH);
    assertThat(config.users().get(1).roles()).containsExactly("nightly");
    GatewayConfig.DatasetConfig clinic = config.datasets().get(0);
    assertThat(clinic.policy()).isEqualTo(directory.resolve("p.yaml"));
    assertThat(clinic.dataset().sources())
        .containsExactly(
            new Source.Parquet(
                "visits",
                List.of(directory.resolve("v1.parquet"), directory.resolve("v2.parquet"))),
            new Source.Csv("wards", List.of(directory.resolve("w.csv"))),
            new Source.DuckDbFile(directory.resolve("c.duckdb")));
    assertThat(clinic.keys())
        .containsEntry(new TableName("clinic", "visits"), List.of(List.of("visit_id")))
        .containsEntry(
            new TableName("clinic", "wards"), List.of(List.of("ward_id"), List.of("floor", "door")))
        .containsEntry(new TableName("clinic", "patients"), List.of(List.of("patient_id")));
  }

  @Test
  void audienceIsWhoIsNamedByUserOrRole() throws IOException {
    Audience named = new Audience(Optional.of(Set.of("bob")), Optional.of(Set.of("nightly")));

    assertThat(named.includes(new Principal("bob", Set.of()))).isTrue();
    assertThat(named.includes(new Principal("robot", Set.of("nightly")))).isTrue();
    assertThat(named.includes(new Principal("carol", Set.of("bob")))).isFalse();
    assertThat(read(REST).datasets().get(0).audience()).isEqualTo(Audience.EVERYONE);
  }

  @Test
  void hasDefaultsForTheRest() throws IOException {
    GatewayConfig config = read(REST);

    assertThat(config.listen()).isEqualTo(new Listen("127.0.0.1", 8765, 31337));
    assertThat(config.tls()).isEqualTo(new Tls.Generated(List.of()));
    assertThat(config.engine().spillDirectory()).isEqualTo(directory.resolve("s/spill"));
    assertThat(config.limits().statementTimeout()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void printsNoHash() throws IOException {
    assertThat(read(REST).toString()).contains("bob").doesNotContain("argon2id");
  }

  @Test
  void tellsAllProblemsAtOnceWithTheirPlaces() throws IOException {
    List<String> problems =
        problems(
            """
            listen: { host: 127.0.0.1, http: 70000, port: 1 }
            tls: { mode: sometimes }
            engine: { memory: lots, threads: 0 }
            limits: { statement_timeout: 0s }
            users:
              - { name: "a:b", roles: [owner], password_hash: secret }
              - { roles: owner, tokens: [short] }
              - { name: eve, roles: [], password_hash: { env: NO_SUCH_VARIABLE_HERE } }
            datasets:
              - name: main
                policy: missing.yaml
                visible_to: {}
                sources:
                  - sqlite: { file: c.db }
                  - parquet: { table: v, files: [v1.parquet, gone.parquet] }
                  - csv: { table: w, files: [] }
            colour: blue
            """);

    assertThat(problems)
        .containsExactly(
            "1:1: `state` is missing",
            "1:34: `listen.http` is a number from 0 to 65535. Given: `70000`",
            "1:41: unknown key `listen.port`; here stand `flight`, `host`, `http`",
            "2:6: `tls.mode` is `generated`, `files` or `off`. Given: `sometimes`",
            "3:19: `engine.memory` is a size, such as `512MiB` or `4GB`. Given: `lots`",
            "3:34: `engine.threads` is a number from 1 to 1024. Given: `0`",
            "4:30: `limits.statement_timeout` is longer than nothing. Given: `0s`",
            "6:5: a user's name is not blank and has no colon. Given: `a:b`",
            "7:5: `name` is missing in `users[1]`",
            "7:14: `users[1].roles` is a list, as in `[a, b]`",
            "8:44: the environment has no `NO_SUCH_VARIABLE_HERE`",
            "10:5: a dataset cannot be called `main`; choose a name that the engine does not use",
            "11:13: the file `" + directory.resolve("missing.yaml") + "` does not exist",
            "12:17: `visible_to` names `users` or `roles`; leave it out for everyone",
            "14:9: unknown key `datasets[0].sources[0].sqlite`; here stand `csv`, `duckdb`,"
                + " `parquet`",
            "15:50: the file `" + directory.resolve("gone.parquet") + "` does not exist",
            "16:14: the table `w` names no file; name at least one",
            "17:1: unknown key `colour`; here stand `datasets`, `engine`, `limits`, `listen`,"
                + " `state`, `tls`, `users`");
  }

  @Test
  void secretsThatAreNotHashesAreRefusedWithoutShowingThem() throws IOException {
    assertThat(
            problems(
                "state: s\nusers: [{ name: b, roles: [], password_hash: s3cret }]\n" + DATASETS))
        .singleElement()
        .asString()
        .startsWith("2:9: a password is kept as a hash")
        .doesNotContain("s3cret");
    assertThat(problems("state: s\nusers: [{ name: b, roles: [], tokens: [s3cret] }]\n" + DATASETS))
        .singleElement()
        .asString()
        .startsWith("2:9: a token is kept as 64 hexadecimal digits")
        .doesNotContain("s3cret");
    assertThat(problems(REST.replace('"', ' ')))
        .hasSize(3)
        .allSatisfy(problem -> assertThat(problem).doesNotContain("C14WqovhX"))
        .last()
        .asString()
        .contains("unknown key; here stand");
    assertThat(problems("state: s\nusers: [{ name: b, roles: [] }]\n" + DATASETS))
        .containsExactly("2:9: a user has a `password_hash` or `tokens`");
  }

  @Test
  void withoutTlsItListensToThisMachineAlone() throws IOException {
    for (String host : List.of("127.0.0.1", "127.9.9.9", "::1", "localhost")) {
      assertThat(read("listen: { host: '" + host + "' }\ntls: { mode: off }\n" + REST).tls())
          .isEqualTo(new Tls.Off());
    }
    for (String host : List.of("0.0.0.0", "::", "192.0.2.1", "gate.example.com", "localhost.")) {
      assertThat(problems("listen: { host: '" + host + "' }\ntls: { mode: off }\n" + REST))
          .containsExactly(
              "1:9: without TLS the server listens to this machine alone, such as `127.0.0.1`."
                  + " Given: `"
                  + host
                  + "`");
    }
  }

  @Test
  void tlsFilesNeedBothFiles() throws IOException {
    assertThat(problems("tls: { mode: files, certificate: p.yaml, names: [a] }\n" + REST))
        .containsExactly("1:6: `tls.mode: files` has no `names`", "1:6: `key` is missing in `tls`");
    assertThat(read("tls: { mode: files, certificate: p.yaml, key: c.duckdb }\n" + REST).tls())
        .isEqualTo(new Tls.Files(directory.resolve("p.yaml"), directory.resolve("c.duckdb")));
  }

  @Test
  void refusesNamesThatComeTwice() throws IOException {
    assertThat(problems("state: s\n" + USERS + USERS.substring(7).replace("bob", "BOB") + DATASETS))
        .containsExactly("4:5: `BOB` is named twice in `users`; keep one");
    assertThat(problems(REST + "state: t\n"))
        .containsExactly("6:1: `state` is there twice; keep one");
    assertThat(problems("state: s\nusers: []\n" + DATASETS))
        .containsExactly("2:8: `users` names at least one");
  }

  @Test
  void refusesWhatIsNoYaml() throws IOException {
    assertThat(problems("state: s\nusers: [s3cret\nx: }"))
        .singleElement()
        .asString()
        .isEqualTo("3:2: is not YAML from here on");
    assertThat(problems("- a\n").get(0)).contains("is not a configuration");
    assertThat(problems("").get(0)).contains("is not a configuration");
    assertThat(problems("state: &s s\nusers: *s\ndatasets: *t\n").get(0))
        .contains("is not YAML from here on");
    ConfigException missing =
        catchThrowableOfType(
            ConfigException.class, () -> GatewayConfig.read(directory.resolve("none.yaml")));
    assertThat(missing.problems())
        .containsExactly(directory.resolve("none.yaml") + ": cannot be read");
  }

  private GatewayConfig read(String yaml) throws IOException {
    return GatewayConfig.read(Files.writeString(directory.resolve("gateway.yaml"), yaml));
  }

  private List<String> problems(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("gateway.yaml"), yaml);
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> GatewayConfig.read(file));
    assertThat(thrown).as("no problem was found").isNotNull();
    assertThat(thrown.problems()).allMatch(problem -> problem.startsWith(file + ":"));
    return thrown.problems().stream()
        .map(problem -> problem.substring(file.toString().length() + 1).strip())
        .toList();
  }
}
