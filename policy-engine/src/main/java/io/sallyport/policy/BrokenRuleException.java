package io.sallyport.policy;

/**
 * A rule threw instead of deciding. It carries no message of the cause, which may hold anything.
 */
final class BrokenRuleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String rule;

  BrokenRuleException(String rule, Throwable cause) {
    super("the rule " + rule + " failed", cause);
    this.rule = rule;
  }

  String rule() {
    return rule;
  }
}
