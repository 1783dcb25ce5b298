package io.sallyport.policy.plan;

/** A plan whose answer may not leave; the message is meant for the analyst and holds no data. */
public final class NotReleasedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String dataset;
  private final String reason;

  NotReleasedException(String dataset, String reason) {
    super(reason, null, false, false);
    this.dataset = dataset;
    this.reason = reason;
  }

  /** Whose policy stopped it; empty if no single one did. */
  public String dataset() {
    return dataset;
  }

  /** Which construct stopped it and what would pass. */
  public String reason() {
    return reason;
  }
}
