package io.sallyport.proxy;

import io.sallyport.policy.Verdict;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.policy.plan.Fingerprint;
import io.sallyport.proxy.state.ApprovalQueue;
import io.sallyport.proxy.state.Ruling;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What owners are shown of a held query, and what its asker is told of their answer. */
final class HeldQueries {
  private HeldQueries() {}

  /** An approval of which one use is to be taken. */
  record Approved(long request, HeldQuery query) {
    // INVARIANT (one answer per approval use): taken before the first byte leaves.
    void takeFrom(ApprovalQueue queue) {
      if (!queue.take(request, query)) {
        throw new GatewayException(
            ErrorCode.HELD, "the last use of request " + request + " was taken; ask again");
      }
    }
  }

  static HeldQuery of(
      Session session,
      Judgement judgement,
      Verdict.Held held,
      List<? extends @Nullable Object> parameters,
      Map<String, Publications.Publication> publications) {
    SortedMap<String, Pin> pins = new TreeMap<>();
    for (String dataset : held.datasets()) {
      Publications.Publication publication = publications.get(dataset);
      if (publication == null) {
        throw new IllegalStateException("a query is held for a dataset that is not published");
      }
      pins.put(
          dataset,
          new Pin(
              publication.policy().owner(),
              publication.version(),
              publication.policy().release().approvals()));
    }
    return new HeldQuery(
        session.principal().name(),
        Fingerprint.of(judgement.bound(), parameters, session.purpose(), held.obligations()),
        judgement.bound().sql(),
        judgement.readied().printed().sql(),
        parameters.stream().map(Fingerprint::told).toList(),
        pins,
        TouchedColumns.of(held.plan().plan()),
        held.explanation().sentence(),
        session.purpose());
  }

  static GatewayException waiting(HeldQuery query, Ruling.Pending pending) {
    List<String> owners =
        query.datasets().values().stream().map(Pin::owner).distinct().sorted().toList();
    return new GatewayException(
        ErrorCode.HELD,
        query.why()
            + "; it waits as request "
            + pending.number()
            + " for "
            + String.join(", ", owners)
            + ": ask again when it is approved");
  }

  static GatewayException denied(Ruling.Denied denied) {
    return new GatewayException(
        ErrorCode.REFUSED,
        "request " + denied.number() + " was denied by an owner, who wrote: " + denied.reason());
  }
}
