package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Asking;
import io.sallyport.policy.Policy;
import io.sallyport.policy.PolicyFile;
import io.sallyport.policy.Principal;
import io.sallyport.policy.Verdict;
import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import io.sallyport.proxy.Publications.Publication;
import io.sallyport.proxy.engine.PublishedTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A judgement is known again only where asking anew would give the same. */
final class PolicyCheckTest {
  private static final int STATEMENT_BYTES = 10_000;
  private static final List<PublishedTable> TABLES =
      List.of(
          new PublishedTable(
              new TableName("clinic", "visits"),
              List.of(
                  new OutputColumn("patient_id", "BIGINT", true),
                  new OutputColumn("zip", "VARCHAR", true)),
              List.of()));
  private static final Principal BOB = new Principal("bob", Set.of("nurse"));
  private static final String COUNT = "SELECT zip, count(*) FROM visits GROUP BY zip";

  private final List<Publications> opened = new ArrayList<>();
  private int judged;
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");

  private final Defences counting =
      new Defences() {
        @Override
        public Verdict judge(Asking asking, BoundQuery query, Map<String, Policy> policies) {
          judged++;
          return Defences.super.judge(asking, query, policies);
        }
      };
  private final PolicyCheck check = new PolicyCheck(counting, () -> now, STATEMENT_BYTES);

  @AfterEach
  void close() {
    opened.forEach(Publications::close);
  }

  private Publications published(String rest) {
    return published(rest, Audience.EVERYONE);
  }

  private Publications published(String rest, Audience audience) {
    String text =
        "dataset: clinic\nowner: alice\n"
            + "units: { patient: { tables: { visits: patient_id } } }\n"
            + rest;
    Policy policy;
    try (OwnersStatements statements = new OwnersStatements("clinic", TABLES)) {
      policy =
          PolicyFile.read(
              "p.yaml", text, TABLES.stream().map(PublishedTable::shape).toList(), statements);
    }
    Publications publications =
        new Publications(
            TABLES, Map.of("clinic", new Publication(policy, audience, () -> "epoch")));
    opened.add(publications);
    return publications;
  }

  private static Session session(Principal principal, Optional<String> purpose) {
    return new Session("s", principal, Optional.of("clinic"), purpose);
  }

  private String verdict(Publications publications, Session session, String sql, Object... values) {
    return check
        .judge(publications.view(session.principal()), session, sql, List.of(values))
        .verdict()
        .fold(granted -> "granted", held -> "held", refused -> "refused");
  }

  @Test
  void theSameQuestionOfTheSameAskerIsJudgedOnce() {
    Publications publications = published("automatic: [aggregate_only]");
    Session session = session(BOB, Optional.empty());
    Judgement first = check.judge(publications.view(BOB), session, COUNT, List.of());
    Session another = new Session("t", BOB, Optional.of("clinic"), Optional.empty(), false);
    assertThat(check.judge(publications.view(BOB), another, COUNT, List.of())).isSameAs(first);
    assertThat(judged).isEqualTo(1);
    assertThat(verdict(publications, session, "SELECT zip FROM visits")).isEqualTo("refused");
    assertThat(verdict(publications, session, "SELECT zip FROM visits")).isEqualTo("refused");
    assertThat(judged).isEqualTo(2);
  }

  @Test
  void rolesNameAndPurposeAreLookedAtEachTime() {
    Publications publications =
        published(
            "automatic:\n"
                + "  - any_of: [ role_in: [doctor], user_in: [eve], purpose_in: [care] ]");
    Principal promoted = new Principal("bob", Set.of("nurse", "doctor"));
    Principal eve = new Principal("eve", Set.of("nurse"));
    for (int round = 0; round < 2; round++) {
      assertThat(verdict(publications, session(BOB, Optional.empty()), COUNT)).isEqualTo("refused");
      assertThat(verdict(publications, session(promoted, Optional.empty()), COUNT))
          .isEqualTo("granted");
      assertThat(verdict(publications, session(eve, Optional.empty()), COUNT)).isEqualTo("granted");
      assertThat(verdict(publications, session(BOB, Optional.of("care")), COUNT))
          .isEqualTo("granted");
    }
    assertThat(judged).isEqualTo(4);
  }

  @Test
  void noJudgementOutlivesItsPolicy() {
    Session session = session(BOB, Optional.empty());
    assertThat(verdict(published("automatic: [always]"), session, COUNT)).isEqualTo("granted");
    assertThat(verdict(published("automatic: [never]"), session, COUNT)).isEqualTo("refused");
    assertThat(verdict(published("automatic: [never]\napproval: [always]"), session, COUNT))
        .isEqualTo("held");
  }

  @Test
  void noJudgementOutlivesItsCatalogueOrItsAudience() {
    Session session = session(BOB, Optional.empty());
    assertThat(verdict(published("automatic: [always]"), session, COUNT)).isEqualTo("granted");
    Publications hidden = published("automatic: [always]\ncolumns: { visits.zip: hidden }");
    assertThatThrownBy(() -> verdict(hidden, session, COUNT))
        .isInstanceOf(GatewayException.class)
        .hasMessage("unknown column `zip`");
    Publications others =
        published(
            "automatic: [always]", new Audience(Optional.of(Set.of("eve")), Optional.empty()));
    assertThatThrownBy(() -> verdict(others, session, COUNT))
        .isInstanceOf(GatewayException.class)
        .hasMessage("unknown table `visits`");
  }

  @Test
  void whatDependsOnTheTimeIsJudgedAnew() {
    Publications publications =
        published("automatic: [ not: { between: { from: 2026-11-25T12:00:00Z } } ]");
    Session session = session(BOB, Optional.empty());
    assertThat(verdict(publications, session, COUNT)).isEqualTo("granted");
    now = now.plusSeconds(7200);
    assertThat(verdict(publications, session, COUNT)).isEqualTo("refused");
    assertThat(judged).isEqualTo(2);
  }

  @Test
  void whatDependsOnTheValuesOfParametersIsJudgedAnew() {
    Publications publications =
        published(
            "templates:\n"
                + "  by_zip:\n"
                + "    sql: SELECT count(*) FROM visits WHERE zip = $zip\n"
                + "    parameters: { zip: { type: VARCHAR, values: [A] } }\n"
                + "automatic: [ templates: [by_zip] ]");
    Session session = session(BOB, Optional.empty());
    String sql = "SELECT count(*) FROM visits WHERE zip = ?";
    assertThat(verdict(publications, session, sql, "A")).isEqualTo("granted");
    assertThat(verdict(publications, session, sql, "B")).isEqualTo("refused");
    assertThat(verdict(publications, session, sql.replace("?", "'A'"))).isEqualTo("granted");
    assertThat(verdict(publications, session, sql.replace("?", "'A'"))).isEqualTo("granted");
    assertThat(judged).isEqualTo(3);
  }

  @Test
  void theNumberOfParametersIsCheckedForKnownQuestionsToo() {
    Publications publications = published("automatic: [always]");
    Session session = session(BOB, Optional.empty());
    String sql = "SELECT count(*) FROM visits WHERE zip = ?";
    assertThat(verdict(publications, session, sql, "A")).isEqualTo("granted");
    assertThatThrownBy(() -> verdict(publications, session, sql))
        .isInstanceOf(GatewayException.class)
        .hasMessage("the statement has 1 parameters. Given: 0");
  }

  @Test
  void valuesAreNoLongerThanAStatement() {
    Publications publications = published("automatic: [always]");
    Session session = session(BOB, Optional.empty());
    String sql = "SELECT count(*) FROM visits WHERE zip = ? OR zip = ?";
    String half = "x".repeat(STATEMENT_BYTES / 2);
    assertThat(verdict(publications, session, sql, half, half)).isEqualTo("granted");
    assertThatThrownBy(() -> verdict(publications, session, sql, half, half + "x"))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
  }
}
