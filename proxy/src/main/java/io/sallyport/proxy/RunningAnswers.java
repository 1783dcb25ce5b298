package io.sallyport.proxy;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The answers under way, so that the end of a session or of an approval ends them too. */
final class RunningAnswers {
  /**
   * Whose an answer is.
   *
   * @param request the number of the approved request that it serves, if any
   */
  record Origin(String session, OptionalLong request) {}

  private final Map<Answer, Origin> running = new ConcurrentHashMap<>();

  void add(Answer answer, Origin origin) {
    running.put(answer, origin);
  }

  void remove(Answer answer) {
    running.remove(answer);
  }

  /** Ends the answers of a session and frees them. */
  void closeSession(String session) {
    matching(origin -> origin.session().equals(session), Answer::close);
  }

  /** Stops answers whose approval was taken back; whoever reads them is told so. */
  void revoke(long request) {
    matching(origin -> origin.request().equals(OptionalLong.of(request)), Answer::cancel);
  }

  void closeAll() {
    matching(origin -> true, Answer::close);
  }

  private void matching(Predicate<Origin> which, java.util.function.Consumer<Answer> action) {
    running.forEach(
        (answer, origin) -> {
          if (which.test(origin)) {
            action.accept(answer);
          }
        });
  }
}
