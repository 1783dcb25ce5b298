package io.sallyport.policy;

import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a policy file, in the file's order; none of it is in force. */
public final class PolicyProblems extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One problem, where it stands, and what would be right; line and column count from 1. */
  public record Problem(String file, int line, int column, String sentence)
      implements java.io.Serializable {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column + ": " + sentence;
    }
  }

  private final List<Problem> problems;

  PolicyProblems(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
