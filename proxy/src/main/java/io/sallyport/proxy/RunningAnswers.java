package io.sallyport.proxy;

import io.sallyport.proxy.engine.Engine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The answers under way, so that the end of a session or of an approval ends them too.
 *
 * <p>An answer has its place from before its approval is taken and the engine is reached: whatever
 * ends in between still finds it.
 */
final class RunningAnswers {
  /**
   * Whose an answer is.
   *
   * @param request the number of the approved request that it serves, if any
   */
  record Origin(String session, OptionalLong request) {}

  private final Set<String> sessions = ConcurrentHashMap.newKeySet();
  private final Set<Place> places = ConcurrentHashMap.newKeySet();

  /** An answer's place, from the first step that must be undone; it holds what the answer uses. */
  final class Place {
    private final Origin origin;
    private final Deque<Runnable> held = new ArrayDeque<>();
    private Optional<Runnable> stop = Optional.empty();
    private Optional<Answer> answer = Optional.empty();
    private boolean ended;

    private Place(Origin origin) {
      this.origin = origin;
    }

    /** Undoes this last, when the place is left; what is held later is undone sooner. */
    synchronized void holds(Runnable undo) {
      held.push(undo);
    }

    /** Ends this run with the place; it is stopped if the session or the approval ends first. */
    synchronized void runs(Engine.Run run) {
      holds(run::close);
      if (ended) {
        throw cancelled();
      }
      stop = Optional.of(run::cancel);
    }

    private static GatewayException cancelled() {
      return new GatewayException(ErrorCode.CANCELLED, "the query was cancelled");
    }

    /** Gives the answer its place, unless the session or the approval has ended by now. */
    synchronized Answer take(Answer begun) {
      if (ended) {
        throw cancelled();
      }
      answer = Optional.of(begun);
      return begun;
    }

    private Optional<Answer> end() {
      Optional<Answer> begun;
      Optional<Runnable> unbegun;
      synchronized (this) {
        ended = true;
        begun = answer;
        unbegun = begun.isPresent() ? Optional.empty() : stop;
      }
      unbegun.ifPresent(Runnable::run);
      return begun;
    }

    /** Frees what the place holds; a second time nothing happens. */
    void leave() {
      places.remove(this);
      Deque<Runnable> undone;
      synchronized (this) {
        undone = new ArrayDeque<>(held);
        held.clear();
      }
      undone.forEach(Runnable::run);
    }
  }

  void openSession(String session) {
    sessions.add(session);
  }

  /** A place for an answer that is about to begin. */
  Place place(Origin origin) {
    Place place = new Place(origin);
    places.add(place);
    // Looked at only now: from here on, whoever closes the session finds the place.
    if (!sessions.contains(origin.session())) {
      places.remove(place);
      throw new GatewayException(ErrorCode.NO_CONNECTION, "the session is closed; open another");
    }
    return place;
  }

  /** Ends the answers of a session and frees them. */
  void closeSession(String session) {
    sessions.remove(session);
    matching(origin -> origin.session().equals(session))
        .forEach(place -> place.end().ifPresent(Answer::close));
  }

  /** Stops answers whose approval was taken back; whoever reads them is told so. */
  void revoke(long request) {
    matching(origin -> origin.request().equals(OptionalLong.of(request)))
        .forEach(place -> place.end().ifPresent(Answer::cancel));
  }

  void closeAll() {
    sessions.clear();
    matching(origin -> true).forEach(place -> place.end().ifPresent(Answer::close));
  }

  private List<Place> matching(Predicate<Origin> which) {
    return places.stream().filter(place -> which.test(place.origin)).toList();
  }
}
