package io.sallyport.policy;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Custom rules for tests. */
final class CustomRules {
  private CustomRules() {}

  /** One made of a function. */
  record Named(String name, Function<Question, Optional<String>> rule) implements CustomRule {
    @Override
    public Optional<String> objection(Question question, Map<String, String> settings) {
      return rule.apply(question);
    }
  }

  /** The one that {@code META-INF/services} names. */
  public static final class OnlyFor implements CustomRule {
    @Override
    public String name() {
      return "only_for";
    }

    @Override
    public Optional<String> objection(Question question, Map<String, String> settings) {
      return settings.getOrDefault("user", "").equals(question.asking().principal().name())
          ? Optional.empty()
          : Optional.of("it is for another user");
    }
  }
}
