package io.sallyport.policy;

import java.util.List;

/**
 * Why a verdict is what it is, without data.
 *
 * @param sentence what was refused or held, by which rule of which dataset, and what would pass, in
 *     one sentence
 * @param steps the same at length, rule by rule, in a fixed order
 */
public record Explanation(String sentence, List<Step> steps) {
  /** What one rule of one dataset's policy said. */
  public record Step(String dataset, String section, String rule, boolean holds, String reason) {}

  public Explanation {
    steps = List.copyOf(steps);
  }
}
