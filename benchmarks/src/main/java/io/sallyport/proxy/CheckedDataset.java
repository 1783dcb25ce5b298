package io.sallyport.proxy;

import io.sallyport.policy.Policy;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.Publications.Publication;
import io.sallyport.proxy.engine.PublishedTable;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One dataset behind a server's policy check, without doors, users or records. */
public final class CheckedDataset implements AutoCloseable {
  private static final Principal BOB = new Principal("bob", Set.of("analyst"));

  private final Publications publications;
  private final PolicyCheck check = new PolicyCheck(Defences.REAL, Clock.systemUTC(), 1_000_000);
  private final Session session;

  public CheckedDataset(List<PublishedTable> tables, Policy policy) {
    String name = policy.dataset();
    publications =
        new Publications(
            tables, Map.of(name, new Publication(policy, Audience.EVERYONE, () -> "epoch")));
    session = new Session("benchmark", BOB, Optional.of(name), Optional.empty());
  }

  /** From text to printed SQL, as each query of a server goes; the SQL is empty if refused. */
  public String check(String sql) {
    return check
        .judge(publications.view(BOB), session, sql, List.of())
        .ready()
        .map(ready -> ready.printed().sql())
        .orElse("");
  }

  @Override
  public void close() {
    publications.close();
  }
}
