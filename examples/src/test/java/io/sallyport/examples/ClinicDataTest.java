package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClinicDataTest {
  private static final String CONTENT =
      "SELECT (SELECT bit_xor(hash(p)) FROM patients p), (SELECT bit_xor(hash(v)) FROM visits v)";

  @TempDir static Path directory;
  private static Rows clinic;

  @BeforeAll
  static void write() throws SQLException {
    ClinicData.write(directory, ClinicData.Size.SMALL);
    clinic = Rows.ofClinic(directory);
  }

  @AfterAll
  static void close() throws SQLException {
    clinic.close();
  }

  @Test
  void hasAsManyRowsAsAskedFor() throws SQLException {
    assertThat(clinic.ask("SELECT count(*), count(DISTINCT ssn) FROM patients"))
        .containsExactly(2_000L, 2_000L);
    assertThat(clinic.ask("SELECT count(*), count(DISTINCT visit_id) FROM visits"))
        .containsExactly(20_000L, 20_000L);
    assertThat(clinic.number("SELECT count(*) FROM wards")).isEqualTo(Ward.values().length);
  }

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother(@TempDir Path again, @TempDir Path other)
      throws SQLException {
    ClinicData.write(again, ClinicData.Size.SMALL);
    ClinicData.write(other, new ClinicData.Size(2_000, 20_000, 3));
    List<Object> content = clinic.ask(CONTENT);
    try (Rows same = Rows.ofClinic(again);
        Rows different = Rows.ofClinic(other)) {
      assertThat(same.ask(CONTENT)).isEqualTo(content);
      assertThat(different.ask(CONTENT)).doesNotContainAnyElementsOf(content);
    }
  }

  @Test
  void writesOverAnOlderClinic(@TempDir Path used) throws SQLException {
    ClinicData.write(used, ClinicData.Size.SMALL);
    ClinicData.write(used, new ClinicData.Size(30, 50, 1));
    try (Rows rows = Rows.ofClinic(used)) {
      assertThat(rows.number("SELECT count(*) FROM patients")).isEqualTo(30);
      assertThat(rows.number("SELECT count(*) FROM visits")).isEqualTo(50);
    }
  }

  @Test
  void everyVisitIsOfAPatientOnAWard() throws SQLException {
    assertThat(
            clinic.number(
                "SELECT count(*) FROM visits JOIN patients USING (patient_id)"
                    + " JOIN wards USING (ward_id)"))
        .isEqualTo(20_000);
  }

  @Test
  void aTenthOfThePatientsHaveMoreThanAThirdOfTheVisits() throws SQLException {
    assertThat(
            clinic.number(
                "SELECT sum(n) FROM (SELECT count(*) AS n FROM visits GROUP BY patient_id"
                    + " ORDER BY n DESC LIMIT 200)"))
        .isBetween(20_000L / 3, 20_000L * 2 / 3);
    assertThat(clinic.number("SELECT 2000 - count(DISTINCT patient_id) FROM visits"))
        .as("patients who never come")
        .isPositive();
  }

  @Test
  void manyDiagnosesAndZipsHaveFewerThanTenPeople() throws SQLException {
    String people =
        "SELECT count(*) FILTER (n < 10), count(*) FILTER (n = 1), count(*) FILTER (n >= 100)"
            + " FROM (SELECT count(DISTINCT patient_id) AS n FROM %s GROUP BY %s)";
    for (String groups :
        List.of(people.formatted("visits", "diagnosis"), people.formatted("patients", "zip"))) {
      assertThat(clinic.ask(groups)).allSatisfy(n -> assertThat((Long) n).isPositive());
    }
    assertThat(clinic.ask("SELECT DISTINCT sex FROM patients"))
        .containsExactlyInAnyOrder("F", "M", "X");
  }

  @Test
  void costsHaveALongTail() throws SQLException {
    assertThat(clinic.ask("SELECT min(cost) > 0, avg(cost) > 1.4 * median(cost) FROM visits"))
        .containsExactly(true, true);
    assertThat(clinic.number("SELECT max(cost) / median(cost) FROM visits")).isGreaterThan(30);
  }

  @Test
  void namesAndNumbersLookReal() throws SQLException {
    assertThat(
            clinic.number(
                "SELECT count(*) FROM patients WHERE regexp_full_match(ssn, '9\\d\\d-\\d\\d-\\d{4}')"
                    + " AND regexp_full_match(zip, '\\d{5}') AND name LIKE '% %'"
                    + " AND birth_date <= DATE '2023-01-01'"))
        .isEqualTo(2_000);
    assertThat(
            clinic.number(
                "SELECT count(*) FROM visits WHERE NOT regexp_full_match(diagnosis,"
                    + " '[A-Z]\\d\\d\\.\\d') OR visited_at NOT BETWEEN '2023-01-01' AND '2026-01-01'"))
        .isZero();
  }

  @Test
  void aClinicHasPatients() {
    assertThatThrownBy(() -> new ClinicData.Size(0, 10, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
