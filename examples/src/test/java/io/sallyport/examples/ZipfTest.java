package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ZipfTest {
  @Test
  void ranksComeAsOftenAsTheirWeights() {
    Zipf zipf = new Zipf(3, 1, 1); // weights 1, 1/2, 1/3
    int[] drawn = new int[3];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 110_000; i++) {
      drawn[zipf.draw(random)]++;
    }
    assertThat(drawn[0]).isCloseTo(60_000, within(600));
    assertThat(drawn[1]).isCloseTo(30_000, within(600));
    assertThat(drawn[2]).isCloseTo(20_000, within(600));
  }

  @Test
  void oneRankIsAlwaysDrawn() {
    assertThat(new Zipf(1, 3, 2).draw(new SplittableRandom(1))).isZero();
  }
}
