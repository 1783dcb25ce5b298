package io.sallyport.examples;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * An invented diagnosis that looks like an ICD-10 code, and the ward that treats it. There are
 * 1,200; the most common makes about 9 % of all, and among the last few hundred are those that less
 * than ten people of a large clinic have.
 */
record Diagnosis(String code, Ward ward) {
  private static final List<Ward> CHAPTERS =
      List.of(Ward.values()).stream().filter(ward -> ward != Ward.EMERGENCY).toList();

  private static final List<Diagnosis> BY_RANK =
      IntStream.range(0, 1_200).mapToObj(Diagnosis::ranked).toList();

  private static final Zipf RANKS = new Zipf(BY_RANK.size(), 13, 2.2);

  static Diagnosis draw(RandomGenerator random) {
    return BY_RANK.get(RANKS.draw(random));
  }

  /** Neighbours by rank lie in different chapters; 617 has no factor in common with the places. */
  private static Diagnosis ranked(int rank) {
    int place = rank * 617 % (CHAPTERS.size() * 100);
    Ward ward = CHAPTERS.get(place % CHAPTERS.size());
    int number = place / CHAPTERS.size();
    return new Diagnosis(String.format("%c%02d.%d", ward.chapter, number, rank % 10), ward);
  }
}
