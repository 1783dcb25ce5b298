package io.sallyport.policy;

import java.util.Map;
import java.util.Optional;

/**
 * A condition that its owner programs, found by {@link java.util.ServiceLoader} and used in a
 * policy as {@code custom: name}.
 *
 * <pre>
 * public final class NotOnSundays implements CustomRule {
 *   public String name() { return "not_on_sundays"; }
 *   public Optional&lt;String&gt; objection(Question question, Map&lt;String, String&gt; settings) {
 *     return question.asking().at().atZone(ZoneOffset.UTC).getDayOfWeek() == DayOfWeek.SUNDAY
 *         ? Optional.of("ask on another day")
 *         : Optional.empty();
 *   }
 * }
 * </pre>
 *
 * <p>It cannot demand anything of the answer: combine it with {@code aggregate_only} or {@code
 * max_rows} for that. It must follow from its arguments alone, never from data, and it must be safe
 * for use by several threads. If it throws, the question is refused.
 */
public interface CustomRule {
  /** By what a policy names it, unique among all that are found. */
  String name();

  /**
   * Empty if the rule holds; else why not and what would pass, in a few words for the analyst.
   *
   * @param settings what the policy says under {@code settings}; may be empty
   */
  Optional<String> objection(Question question, Map<String, String> settings);
}
