package io.sallyport.examples;

/**
 * The clinic's wards, each with the chapter of diagnoses that it treats and what a visit there
 * typically costs. Beds and floors are what the public table shows.
 */
enum Ward {
  CARDIOLOGY("Cardiology", 'I', 3, 48, 620),
  PULMONOLOGY("Pulmonology", 'J', 3, 36, 280),
  ORTHOPAEDICS("Orthopaedics", 'M', 2, 52, 740),
  ENDOCRINOLOGY("Endocrinology", 'E', 4, 24, 190),
  GASTROENTEROLOGY("Gastroenterology", 'K', 4, 40, 430),
  PSYCHIATRY("Psychiatry", 'F', 6, 60, 240),
  UROLOGY("Urology", 'N', 4, 28, 380),
  NEUROLOGY("Neurology", 'G', 5, 32, 560),
  DERMATOLOGY("Dermatology", 'L', 1, 12, 120),
  GENERAL_MEDICINE("General medicine", 'R', 1, 44, 150),
  TRAUMA("Trauma surgery", 'S', 2, 38, 980),
  EYES_AND_EARS("Eyes and ears", 'H', 1, 16, 210),
  ONCOLOGY("Oncology", 'C', 5, 42, 2100),
  HAEMATOLOGY("Haematology", 'D', 5, 18, 890),
  OBSTETRICS("Obstetrics", 'O', 7, 30, 1250),
  NEONATAL("Neonatal care", 'P', 7, 14, 3400),
  TOXICOLOGY("Toxicology", 'T', 0, 10, 520),
  INFECTIOUS_DISEASES("Infectious diseases", 'A', 6, 22, 340),
  VIROLOGY("Virology", 'B', 6, 12, 310),
  PREVENTION("Prevention", 'Z', 1, 4, 90),
  EMERGENCY("Emergency", '-', 0, 26, 410);

  final String title;
  final char chapter;
  final int floor;
  final int beds;
  final int typicalCost;

  Ward(String title, char chapter, int floor, int beds, int typicalCost) {
    this.title = title;
    this.chapter = chapter;
    this.floor = floor;
    this.beds = beds;
    this.typicalCost = typicalCost;
  }

  int id() {
    return ordinal() + 1;
  }
}
