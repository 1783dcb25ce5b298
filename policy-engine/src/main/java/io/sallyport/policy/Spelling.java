package io.sallyport.policy;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses which word was meant. */
final class Spelling {
  private Spelling() {}

  /** {@code ; did you mean `x`?}, or the words there are if none is near. */
  static String suggestion(String word, Collection<String> known) {
    String near = near(word, known);
    return near.isEmpty() && !known.isEmpty() ? "; there is " + list(known) : near;
  }

  /** {@code ; did you mean `x`?}, or nothing if none is near. */
  static String near(String word, Collection<String> known) {
    int allowed = Math.max(1, Math.min(3, word.length() / 3));
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= allowed)
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .map(near -> "; did you mean `" + near + "`?")
        .orElse("");
  }

  private static String list(Collection<String> known) {
    int most = 12;
    String words = String.join("`, `", known.stream().limit(most).toList());
    return "`" + words + "`" + (known.size() > most ? " …" : "");
  }

  /** Letters to insert, drop, change or swap with their neighbour (Damerau, restricted). */
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    if (Math.abs(a.length() - b.length()) > 3) {
      return Integer.MAX_VALUE;
    }
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        steps[i][j] =
            Math.min(steps[i - 1][j - 1] + change, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
      }
    }
    return steps[a.length()][b.length()];
  }
}
