package io.sallyport.policy.approval;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A question that only its datasets' owners can let through, with all that they look at.
 *
 * <p>It holds no row of any table; it does not know whether anyone has answered.
 *
 * @param requester who asks
 * @param fingerprint hash over the checked plan, the parameters, the stated purpose, each policy's
 *     version and its terms; the same question again has the same
 * @param sql as typed
 * @param checkedSql the guarded plan printed back: what will run
 * @param parameters each {@code ?} as the owner reads it, in order
 * @param datasets what it pins of each dataset, by the dataset's name
 * @param touched the tables and columns that it reads, such as {@code clinic.visits.cost}
 * @param why which rule stopped it, in a sentence
 * @param purpose what the asker stated
 */
public record HeldQuery(
    String requester,
    String fingerprint,
    String sql,
    String checkedSql,
    List<String> parameters,
    SortedMap<String, Pin> datasets,
    List<String> touched,
    String why,
    Optional<String> purpose) {
  public HeldQuery {
    parameters = List.copyOf(parameters);
    datasets = Collections.unmodifiableSortedMap(new TreeMap<>(datasets));
    touched = List.copyOf(touched);
    if (datasets.isEmpty()) {
      throw new IllegalArgumentException("a held query waits for the owner of a dataset");
    }
  }

  /** True if this user owns a dataset that the query reads. */
  public boolean ownedBy(String user) {
    return datasets.values().stream().anyMatch(pin -> pin.owner().equals(user));
  }
}
