package io.sallyport.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * An invented clinic, written as an owner would have it: {@code patients} in a DuckDB file, {@code
 * visits} as Parquet, {@code wards} as CSV. What privacy is hard about is in it: few people have
 * most of the visits, many diagnoses and zips have fewer than ten people, and a handful of stays
 * cost more than a whole ward.
 *
 * <pre>
 * ClinicData.write(Path.of("demo-state/data"), ClinicData.Size.DEMO);   // the same rows every time
 * </pre>
 *
 * <p>Nobody in it lives, and its distributions are plausible, not taken from any clinic.
 */
public final class ClinicData {
  public static final String PATIENTS = "clinic.duckdb";
  public static final String VISITS = "visits.parquet";
  public static final String WARDS = "wards.csv";

  private static final LocalDate FIRST_DAY = LocalDate.of(2023, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(2025, 12, 31);

  /** How many rows, and which of the many clinics with as many. */
  public record Size(int patients, int visits, long seed) {
    /** 100,000 patients and 1,000,000 visits. */
    public static final Size DEMO = new Size(100_000, 1_000_000, 2);

    /** 2,000 patients and 20,000 visits, made in less than a second. */
    public static final Size SMALL = new Size(2_000, 20_000, 2);

    public Size {
      if (patients < 1 || visits < 0) {
        throw new IllegalArgumentException(
            "a clinic has patients. Given: " + patients + " patients, " + visits + " visits");
      }
    }
  }

  private final Size size;
  private final RandomGenerator random;

  private ClinicData(Size size) {
    this.size = size;
    this.random = new SplittableRandom(size.seed());
  }

  /** Writes the three files into the directory, over those that are there. */
  public static void write(Path directory, Size size) {
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(directory.resolve(PATIENTS));
      new ClinicData(size).write(directory);
    } catch (SQLException e) {
      throw new IllegalStateException("the clinic cannot be written to " + directory, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Path directory) throws SQLException, IOException {
    List<Patient> patients = Patient.population(size.patients(), random);
    try (DuckDBConnection file = open(directory.resolve(PATIENTS).toString())) {
      fillPatients(file, patients);
    }
    try (DuckDBConnection memory = open("")) {
      fillVisits(memory, patients);
      export(memory, directory.resolve(VISITS));
    }
    Files.write(
        directory.resolve(WARDS),
        Stream.concat(
                Stream.of("ward_id,name,floor,beds"),
                Stream.of(Ward.values())
                    .map(w -> w.id() + "," + w.title + "," + w.floor + "," + w.beds))
            .toList());
  }

  private static DuckDBConnection open(String file) throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + file).unwrap(DuckDBConnection.class);
  }

  private static void fillPatients(DuckDBConnection database, List<Patient> patients)
      throws SQLException {
    execute(
        database,
        "CREATE TABLE patients (patient_id INTEGER PRIMARY KEY, name VARCHAR NOT NULL,"
            + " ssn VARCHAR NOT NULL, birth_date DATE NOT NULL, sex VARCHAR NOT NULL,"
            + " zip VARCHAR NOT NULL, insurance VARCHAR NOT NULL)");
    try (DuckDBAppender rows = database.createAppender("main", "patients")) {
      for (Patient patient : patients) {
        rows.beginRow()
            .append(patient.id())
            .append(patient.name())
            .append(patient.ssn())
            .append(patient.birthDate())
            .append(patient.sex())
            .append(patient.zip())
            .append(patient.insurance())
            .endRow();
      }
    }
  }

  private void fillVisits(DuckDBConnection database, List<Patient> patients) throws SQLException {
    execute(
        database,
        "CREATE TABLE visits (visit_id BIGINT NOT NULL, patient_id INTEGER NOT NULL,"
            + " ward_id INTEGER NOT NULL, visited_at TIMESTAMP NOT NULL,"
            + " diagnosis VARCHAR NOT NULL, cost DECIMAL(10,2) NOT NULL,"
            + " days INTEGER NOT NULL)");
    int[] visitors = visitors(patients);
    int[] opened = shares(dayWeights(), size.visits());
    try (DuckDBAppender rows = database.createAppender("main", "visits")) {
      int visit = 0;
      for (int day = 0; day < opened.length; day++) {
        long midnight = FIRST_DAY.plusDays(day).toEpochSecond(LocalTime.MIN, ZoneOffset.UTC);
        for (int i = 0; i < opened[day]; i++) {
          Patient patient = patients.get(visitors[visit]);
          visit++;
          appendVisit(rows.beginRow().append((long) visit).append(patient.id()), patient, midnight);
          rows.endRow();
        }
      }
    }
  }

  private void appendVisit(DuckDBAppender row, Patient patient, long midnight) throws SQLException {
    Diagnosis diagnosis = random.nextDouble() < 0.4 ? patient.complaint() : Diagnosis.draw(random);
    Ward ward = random.nextDouble() < 0.12 ? Ward.EMERGENCY : diagnosis.ward();
    int days = random.nextDouble() < 0.74 ? 0 : 1 + (int) logNormal(3, 0.8);
    // Long tails: most stays cost about what the ward is used to, one in 20,000 forty times that.
    double cost =
        logNormal(ward.typicalCost, 0.7) * (random.nextInt(20_000) == 0 ? 40 : 1) + days * 380.0;
    row.append(ward.id())
        .appendEpochMicros((midnight + secondOfDay()) * 1_000_000)
        .append(diagnosis.code())
        .appendDecimal(Math.min(Math.round(cost * 100), 99_999_999_99L))
        .append(days);
  }

  private double logNormal(double median, double sigma) {
    return median * StrictMath.exp(sigma * random.nextGaussian());
  }

  /** Whole minutes, most of them before noon. */
  private int secondOfDay() {
    int minute = (int) (11 * 60 + random.nextGaussian() * 170);
    return Math.floorMod(minute, 24 * 60) * 60;
  }

  /** The index of the patient of every visit, in the order of time. */
  private int[] visitors(List<Patient> patients) {
    int[] often =
        shares(patients.stream().mapToLong(Patient::visitWeight).toArray(), size.visits());
    int[] visitors = new int[size.visits()];
    int next = 0;
    for (int patient = 0; patient < often.length; patient++) {
      for (int i = 0; i < often[patient]; i++) {
        visitors[next++] = patient;
      }
    }
    for (int i = visitors.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = visitors[i];
      visitors[i] = visitors[other];
      visitors[other] = swapped;
    }
    return visitors;
  }

  /** Weekends are quiet, winters are busy. */
  private static long[] dayWeights() {
    List<Long> weights = new ArrayList<>();
    for (LocalDate day = FIRST_DAY; !day.isAfter(LAST_DAY); day = day.plusDays(1)) {
      boolean weekend = day.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
      double winter = 1 + 0.2 * StrictMath.cos(2 * Math.PI * day.getDayOfYear() / 365);
      weights.add((long) ((weekend ? 350 : 1_000) * winter));
    }
    return weights.stream().mapToLong(Long::longValue).toArray();
  }

  /** Divides a total by weight into whole numbers that add up to it exactly. */
  private static int[] shares(long[] weights, int total) {
    long sum = Arrays.stream(weights).sum();
    int[] shares = new int[weights.length];
    long seen = 0;
    for (int i = 0; i < weights.length; i++) {
      long before = seen * total / sum;
      seen += weights[i];
      shares[i] = (int) (seen * total / sum - before);
    }
    return shares;
  }

  private static void export(DuckDBConnection database, Path file) throws SQLException {
    execute(
        database,
        "COPY visits TO '"
            + file.toString().replace("'", "''")
            + "' (FORMAT parquet, COMPRESSION zstd)");
  }

  private static void execute(DuckDBConnection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
