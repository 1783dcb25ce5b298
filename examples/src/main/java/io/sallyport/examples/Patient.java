package io.sallyport.examples;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One invented person. Numbers of the form 9xx-xx-xxxx were never given to anybody.
 *
 * @param complaint the diagnosis that this person comes back with
 * @param visitWeight how often this person comes, against the others
 */
record Patient(
    int id,
    String name,
    String ssn,
    LocalDate birthDate,
    String sex,
    String zip,
    String insurance,
    Diagnosis complaint,
    long visitWeight) {

  private static final LocalDate KNOWN_ON = LocalDate.of(2023, 1, 1);
  private static final Zipf ZIPS = new Zipf(1_200, 3, 1.25);

  private static final List<String> FIRST =
      List.of(
          "Ada", "Amir", "Bea", "Carlos", "Chiara", "Dana", "Elif", "Emeka", "Farid", "Greta",
          "Hana", "Henrik", "Ines", "Ivan", "Jonas", "Katya", "Lea", "Luca", "Maja", "Mohan",
          "Nadia", "Noah", "Olga", "Pedro", "Quentin", "Rosa", "Samir", "Tara", "Uwe", "Vera",
          "Wen", "Xenia", "Yusuf", "Zoe");

  private static final List<String> LAST =
      List.of(
          "Adler",
          "Baptiste",
          "Castro",
          "Demir",
          "Eriksen",
          "Fontana",
          "Grau",
          "Haddad",
          "Ito",
          "Jansen",
          "Kowalski",
          "Lindt",
          "Moreau",
          "Novak",
          "Okafor",
          "Petrov",
          "Quist",
          "Rossi",
          "Sato",
          "Tanaka",
          "Ulrich",
          "Varga",
          "Weber",
          "Ximenez",
          "Yilmaz",
          "Zhou");

  /** So many patients, with the numbers from 1. */
  static List<Patient> population(int patients, RandomGenerator random) {
    List<Patient> population = new ArrayList<>(patients);
    for (int id = 1; id <= patients; id++) {
      population.add(of(id, random));
    }
    return population;
  }

  private static Patient of(int id, RandomGenerator random) {
    int age = age(random);
    LocalDate born = KNOWN_ON.minusDays(age * 365L + random.nextInt(365));
    // Log-normal: most come a few times, a few come hundreds of times; age doubles it.
    double often = StrictMath.exp(1.1 * random.nextGaussian()) * (1 + age / 80.0);
    return new Patient(
        id,
        FIRST.get(random.nextInt(FIRST.size())) + " " + LAST.get(random.nextInt(LAST.size())),
        ssn(id),
        born,
        sex(random.nextDouble()),
        zip(ZIPS.draw(random)),
        insurance(random.nextDouble()),
        Diagnosis.draw(random),
        1 + (long) (often * 1_000));
  }

  /** Whole years; a clinic's patients are older than the town. */
  private static int age(RandomGenerator random) {
    double share = random.nextDouble();
    if (share < 0.13) {
      return random.nextInt(18);
    }
    if (share < 0.55) {
      return 18 + random.nextInt(42);
    }
    return 60 + Math.min(45, (int) Math.abs(random.nextGaussian() * 15));
  }

  /** Unique for up to 100 million people, and not in the order of their numbers. */
  private static String ssn(int id) {
    long mixed = id * 61_803_399L % 100_000_000L;
    return String.format(
        "9%02d-%02d-%04d", mixed / 1_000_000, mixed / 10_000 % 100, mixed % 10_000);
  }

  private static String sex(double share) {
    return share < 0.509 ? "F" : share < 0.996 ? "M" : "X";
  }

  private static String zip(int rank) {
    return String.valueOf(10_000 + rank * 7_919 % 90_000);
  }

  private static String insurance(double share) {
    return share < 0.81
        ? "statutory"
        : share < 0.94 ? "private" : share < 0.992 ? "self-payer" : "none";
  }
}
