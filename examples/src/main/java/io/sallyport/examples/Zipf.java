package io.sallyport.examples;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Ranks from 0, of which the first are common and the last are rare: the weight of a rank is {@code
 * (rank + shift) ^ -exponent} (Zipf and Mandelbrot).
 *
 * <pre>
 * new Zipf(1200, 3, 1.25).draw(random)   // mostly below 50, now and then above 1000
 * </pre>
 */
final class Zipf {
  private final double[] cumulative;

  Zipf(int ranks, double shift, double exponent) {
    if (ranks < 1 || shift <= 0) {
      throw new IllegalArgumentException(
          "there is at least one rank, shifted by more than 0. Given: " + ranks + ", " + shift);
    }
    cumulative = new double[ranks];
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      sum += StrictMath.pow(rank + shift, -exponent);
      cumulative[rank] = sum;
    }
  }

  int draw(RandomGenerator random) {
    int found = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[last()]);
    return Math.min(found >= 0 ? found : -found - 1, last());
  }

  private int last() {
    return cumulative.length - 1;
  }
}
