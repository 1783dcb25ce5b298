package io.sallyport.proxy.state;

import java.util.function.Function;

/**
 * What the owners have said of a held query so far, for its asker.
 *
 * <pre>
 * queue.ask(query).fold(pending -> hold(pending.number()), approved -> take(approved), denied -> tell(denied))
 * </pre>
 *
 * <p>An {@link Approved} ruling releases nothing by itself: the use must still be taken.
 */
public sealed interface Ruling {
  /** The request's number, by which asker and owners speak of it. */
  long number();

  /** At least one owner has not answered yet. */
  record Pending(long number) implements Ruling {}

  /** Every owner approved, and a use was left a moment ago. */
  record Approved(long number) implements Ruling {}

  /** An owner said no, in these words. */
  record Denied(long number, String reason) implements Ruling {}

  /** One arm for each ruling, so that a forgotten one does not compile. */
  default <T> T fold(
      Function<Pending, T> pending, Function<Approved, T> approved, Function<Denied, T> denied) {
    if (this instanceof Pending ruling) {
      return pending.apply(ruling);
    }
    if (this instanceof Approved ruling) {
      return approved.apply(ruling);
    }
    return denied.apply((Denied) this);
  }
}
