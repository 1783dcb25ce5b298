package io.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.Policy.ColumnRight;
import io.sallyport.policy.Policy.PrivacyUnit;
import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PolicyFileTest {
  private static final List<TableShape> TABLES =
      List.of(
          shape("patients", "patient_id BIGINT", "Name VARCHAR", "ssn VARCHAR", "zip VARCHAR"),
          shape(
              "visits",
              "visit_id BIGINT",
              "patient_id BIGINT",
              "cost DECIMAL(9,2)",
              "pain TINYINT",
              "note VARCHAR"),
          shape("wards", "ward_id BIGINT", "city VARCHAR"),
          shape("Log.2026", "at TIMESTAMP", "site VARCHAR", "seq UINTEGER"));

  private static TableShape shape(String table, String... columns) {
    return new TableShape(
        table(table),
        Arrays.stream(columns)
            .map(column -> column.split(" ", 2))
            .map(parts -> new TableShape.Column(parts[0], parts[1]))
            .toList());
  }

  private static TableName table(String name) {
    return new TableName("clinic", name);
  }

  private static ColumnName column(String table, String column) {
    return new ColumnName(table(table), column);
  }

  private static Policy read(String text) {
    return PolicyFile.read("p.yaml", text, TABLES, new SampleStatements(TABLES));
  }

  private static List<Rule> automatic(String rules) {
    return read("dataset: clinic\nowner: alice\nautomatic:\n" + rules).release().automatic();
  }

  private static String problems(String text) {
    PolicyProblems problems = catchThrowableOfType(PolicyProblems.class, () -> read(text));
    assertThat(problems).as("the text has a problem").isNotNull();
    assertThat(problems).hasMessage(lines(problems));
    return lines(problems);
  }

  private static String lines(PolicyProblems problems) {
    return String.join(
        "\n", problems.problems().stream().map(PolicyProblems.Problem::toString).toList());
  }

  /** The policy of the contract, privacy.md section 2. */
  @Test
  void readsAWholePolicy() {
    String text =
        """
        dataset: clinic
        owner: alice
        units: { patient: { tables: { patients: patient_id, visits: patient_id } } }
        tables:
          wards: public
        columns:
          patients.name:   hidden              # not in the catalogue at all
          patients.ssn:    wiped               # in the catalogue; always '*'
          patients.zip:    { allow: [group] }
          visits.cost:     { allow: [aggregate], bounds: [0, 50000] }
        automatic:                              # all of these hold: released at once
          - aggregate_only: { min_group_size: 10, small_groups: leave_out }
        approval:                               # else all of these hold: the owner is asked
          - max_rows: 1000
        limits: { queries: 200 per day, running: 4, result_rows: 1000000 }
        approvals: { uses: 1, expire_after: 7d }
        """;
    Policy policy = read(text);
    assertThat(policy)
        .isEqualTo(
            new Policy(
                "clinic",
                "alice",
                policy.version(),
                Map.of(
                    table("patients"),
                    new PrivacyUnit("patient", List.of("patient_id")),
                    table("visits"),
                    new PrivacyUnit("patient", List.of("patient_id"))),
                Set.of(table("wards")),
                Map.of(
                    column("patients", "Name"),
                    new ColumnRight.Hidden(),
                    column("patients", "ssn"),
                    new ColumnRight.Wiped(),
                    column("patients", "zip"),
                    new ColumnRight.Allowed(Set.of(Use.GROUP), Optional.empty()),
                    column("visits", "cost"),
                    new ColumnRight.Allowed(
                        Set.of(Use.AGGREGATE),
                        Optional.of(
                            new Policy.Bounds(BigDecimal.ZERO, BigDecimal.valueOf(50000))))),
                new Policy.Release(
                    List.of(new AggregateOnly(10, Set.of())),
                    Optional.of(List.of(new Rule.MaxRows(1000))),
                    new Policy.Approvals(1, Duration.ofDays(7)),
                    new Policy.Limits(
                        Optional.of(new Policy.QueryRate(200, Duration.ofDays(1))),
                        OptionalInt.of(4),
                        OptionalLong.of(1_000_000)))));
    assertThat(policy.version()).matches("[0-9a-f]{64}");
    assertThat(read(text + "# more").version()).isNotEqualTo(policy.version());
    assertThat(read(text).version()).isEqualTo(policy.version());
  }

  @Test
  void anEmptyPolicyReleasesAggregatesOfTenAndHoldsTheRest() {
    Policy.Release release = read("dataset: clinic\nowner: alice\n").release();
    assertThat(release.automatic()).containsExactly(new AggregateOnly(10, Set.of()));
    assertThat(release.approval()).contains(List.of(new Rule.Always()));
    assertThat(release.approvals()).isEqualTo(new Policy.Approvals(1, Duration.ofDays(7)));
    assertThat(release.limits()).isEqualTo(Policy.Limits.NONE);
  }

  @Test
  void withoutAnApprovalSectionNothingIsHeld() {
    assertThat(read("dataset: clinic\nowner: alice\nautomatic: [never]\n").release().approval())
        .isEmpty();
  }

  @Test
  void anApprovalSectionAloneLeavesTheAutomaticDefault() {
    Policy.Release release =
        read("dataset: clinic\nowner: alice\napproval: [role_in: [nurse]]\n").release();
    assertThat(release.automatic()).containsExactly(AggregateOnly.DEFAULT);
    assertThat(release.approval()).contains(List.of(new Rule.RoleIn(Set.of("nurse"))));
  }

  @Test
  void namesMatchInAnyCaseAndKeepTheSourcesSpelling() {
    Policy policy =
        read(
            """
            dataset: CLINIC
            owner: alice
            units:
              patient: { tables: { PATIENTS: Patient_ID } }
              event: { tables: { log.2026: [SITE, Seq] } }
              row: { tables: [Visits] }
            columns:
              Patients.NAME: hidden
              LOG.2026.at: wiped
            """);
    assertThat(policy.dataset()).isEqualTo("clinic");
    assertThat(policy.units())
        .isEqualTo(
            Map.of(
                table("patients"),
                new PrivacyUnit("patient", List.of("patient_id")),
                table("Log.2026"),
                new PrivacyUnit("event", List.of("site", "seq")),
                table("visits"),
                new PrivacyUnit("row", List.of())));
    assertThat(policy.columns())
        .containsOnlyKeys(column("patients", "Name"), column("Log.2026", "at"));
  }

  @Test
  void readsEveryRule() {
    assertThat(
            automatic(
                """
                - always
                - never:
                - aggregate_only
                - aggregate_only: { min_group_size: 1_000, functions: [MEDIAN, max] }
                - aggregate_only: { dominance: off, round_to: 5 }
                - aggregate_only: { dominance: { units: 1, share: 0.50 } }
                - aggregate_only: { dominance: { share: 0.75 } }
                - user_in: [bob, 007]
                - role_in: [nurse]
                - purpose_in: ["clinical trial 12"]
                - max_rows: 5
                - tables_in: [Wards, visits]
                - custom: only_for
                - custom: { name: only_for, settings: { user: bob, n: 3 } }
                - not: { user_in: [eve] }
                - not: never
                - any_of: [always, { max_rows: 1 }]
                - all_of:
                    - at_least: { n: 2, of: [always, never, always] }
                """))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(
            new Rule.Always(),
            new Rule.Never(),
            AggregateOnly.DEFAULT,
            new AggregateOnly(1000, Set.of("median", "max")),
            new AggregateOnly(10, Set.of(), Optional.empty(), 5),
            dominance(1, "0.5"),
            dominance(2, "0.75"),
            new Rule.UserIn(Set.of("bob", "007")),
            new Rule.RoleIn(Set.of("nurse")),
            new Rule.PurposeIn(Set.of("clinical trial 12")),
            new Rule.MaxRows(5),
            new Rule.TablesIn(Set.of(table("wards"), table("visits"))),
            new Rule.Custom(new CustomRules.OnlyFor(), Map.of()),
            new Rule.Custom(new CustomRules.OnlyFor(), Map.of("user", "bob", "n", "3")),
            new Rule.Not(new Rule.UserIn(Set.of("eve"))),
            new Rule.Not(new Rule.Never()),
            Combination.anyOf(List.of(new Rule.Always(), new Rule.MaxRows(1))),
            Combination.allOf(
                List.of(
                    Combination.atLeast(
                        2, List.of(new Rule.Always(), new Rule.Never(), new Rule.Always())))));
  }

  @Test
  void readsTimes() {
    assertThat(
            automatic(
                """
                - between: { from: 2026-01-01T00:00:00Z, until: 2026-07-01T00:00:00+02:00 }
                - between: { daily: 22:00-06:00, zone: Europe/Berlin, days: [fri, sat] }
                - between: { daily: "08:00-18:00", zone: UTC }
                """))
        .containsExactly(
            new Between(
                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                Optional.of(Instant.parse("2026-06-30T22:00:00Z")),
                Optional.empty()),
            daily(
                "22:00",
                "06:00",
                "Europe/Berlin",
                EnumSet.of(DayOfWeek.FRIDAY, DayOfWeek.SATURDAY)),
            daily("08:00", "18:00", "UTC", EnumSet.allOf(DayOfWeek.class)));
  }

  private static AggregateOnly dominance(int units, String share) {
    return new AggregateOnly(
        10, Set.of(), Optional.of(new AggregateOnly.Dominance(units, new BigDecimal(share))), 1);
  }

  private static Between daily(String from, String until, String zone, Set<DayOfWeek> days) {
    return new Between(
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new Between.Daily(
                LocalTime.parse(from), LocalTime.parse(until), ZoneId.of(zone), days)));
  }

  @Test
  void readsRatesAndDurations() {
    Policy.Release release =
        read("dataset: clinic\nowner: alice\nlimits: { queries: 20 per 10m }\n"
                + "approvals: { uses: 3, expire_after: 2 weeks }\n")
            .release();
    assertThat(release.limits().queries())
        .contains(new Policy.QueryRate(20, Duration.ofMinutes(10)));
    assertThat(release.approvals()).isEqualTo(new Policy.Approvals(3, Duration.ofDays(14)));
  }

  /** One text that is wrong, and each line that must be said of it, without the file's name. */
  record Malformed(String name, String text, String problems) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Malformed> malformed() throws IOException {
    List<Malformed> cases = new ArrayList<>();
    try (InputStream stream = PolicyFileTest.class.getResourceAsStream("malformed.txt")) {
      String all =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      for (String one : all.substring(all.indexOf("=== ") + 4).split("\n=== ", -1)) {
        int name = one.indexOf('\n');
        int expected = one.indexOf("\n>>>\n");
        assertThat(expected).as("a case without an expectation: " + one).isPositive();
        cases.add(
            new Malformed(
                one.substring(0, name),
                one.substring(name + 1, expected + 1),
                one.substring(expected + 5).strip()));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void namesEveryProblemAtItsPlace(Malformed malformed) {
    assertThat(problems(malformed.text()))
        .isEqualTo("p.yaml:" + malformed.problems().replace("\n", "\np.yaml:"));
  }

  @Test
  void refusesHugeAndDeepTexts() {
    assertThat(problems("# " + "x".repeat(YamlText.LONGEST)))
        .isEqualTo("p.yaml:1:1: the file has more than 262144 characters; no policy needs so many");
    assertThat(problems("dataset: " + "[".repeat(100_000)))
        .isEqualTo("p.yaml:1:50: this is nested more than 40 deep");
    assertThat(problems("automatic:\n  - " + "{ not: ".repeat(60) + "always" + " }".repeat(60)))
        .contains("this is nested more than 40 deep");
  }

  @Test
  void neverFailsOtherwiseOnAnyPrefixOrMutationOfAPolicy() {
    String text =
        "dataset: clinic\nowner: alice\nunits: {patient: {tables: {patients: patient_id}}}\n"
            + "columns: {visits.cost: {allow: [group], bounds: [0, 5]}}\n"
            + "automatic: [any_of: [{between: {daily: '08:00-18:00', zone: UTC}}, max_rows: 3]]\n"
            + "limits: {queries: 2 per day}\napprovals: {uses: 1, expire_after: 7d}\n";
    for (int i = 0; i < text.length(); i += 3) {
      for (String mutant :
          List.of(
              text.substring(0, i),
              text.substring(0, i) + text.substring(i + 1),
              text.substring(0, i) + "[" + text.substring(i),
              text.substring(0, i) + "\t" + text.substring(i),
              text.substring(0, i) + "*&!" + text.substring(i),
              text.substring(0, i) + "\u0000" + text.substring(i))) {
        try {
          read(mutant);
        } catch (PolicyProblems problems) {
          assertThat(problems.problems()).isNotEmpty();
        }
      }
    }
  }
}
