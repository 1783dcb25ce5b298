package io.sallyport.policy;

import io.sallyport.policy.plan.BoundQuery;
import io.sallyport.policy.plan.TableName;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** What a rule of one dataset may look at: who asks, the plan, and the dataset's tables in it. */
public final class Question {
  private final Asking asking;
  private final BoundQuery query;
  private final SortedSet<TableName> tables;
  private final Function<AggregateOnly, Optional<String>> assessor;

  Question(
      Asking asking,
      BoundQuery query,
      Set<TableName> tables,
      Function<AggregateOnly, Optional<String>> assessor) {
    this.asking = asking;
    this.query = query;
    this.tables = Collections.unmodifiableSortedSet(new TreeSet<>(tables));
    this.assessor = assessor;
  }

  public Asking asking() {
    return asking;
  }

  public BoundQuery query() {
    return query;
  }

  /** The tables of this dataset that the query reads; never empty. */
  public SortedSet<TableName> tables() {
    return tables;
  }

  /** What keeps the answer in although this dataset's people are guarded so; empty: nothing. */
  Optional<String> assess(AggregateOnly release) {
    return assessor.apply(release);
  }
}
