package io.sallyport.policy.plan;

import io.sallyport.policy.Policy.Use;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.Restricted;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;

/** Enforces column rights and keeps unit keys out of expressions. */
final class Rights {
  private Rights() {}

  /** Refuses a value that depends on a column without the right to this use. */
  static void require(Facts facts, Use use) {
    require(facts.lineage(), use);
  }

  static void require(Collection<Restricted> lineage, Use use) {
    for (Restricted column : lineage) {
      if (!column.uses().contains(use)) {
        throw new NotReleasedException(
            column.column().table().dataset(),
            "the column `"
                + column.column().column()
                + "` of `"
                + column.column().table()
                + "` may not be used "
                + phrase(use)
                + "; its policy allows it "
                + allowed(column));
      }
    }
  }

  private static String allowed(Restricted column) {
    return column.uses().isEmpty()
        ? "nowhere"
        : column.uses().stream()
            .sorted(Comparator.naturalOrder())
            .map(Rights::phrase)
            .collect(Collectors.joining(" and "));
  }

  private static String phrase(Use use) {
    return switch (use) {
      case FILTER -> "in a condition";
      case GROUP -> "as a group key";
      case JOIN -> "in a join";
      case AGGREGATE -> "inside an aggregate";
    };
  }

  /** Refuses a unit key where a value is computed or compared. */
  static void notKey(Facts facts, Scope scope) {
    facts
        .key()
        .ifPresent(
            key -> {
              throw new NotReleasedException(
                  dataset(key.unit(), scope),
                  "the unit key `"
                      + key.name().toLowerCase(Locale.ROOT)
                      + "` names single persons; it may only be counted with count(distinct …),"
                      + " grouped by in an inner query, or set equal to the same key of another"
                      + " table");
            });
  }

  private static String dataset(int unit, Scope scope) {
    return scope
        .unit(unit)
        .or(() -> scope.outers().values().stream().flatMap(s -> s.unit(unit).stream()).findFirst())
        .map(Unit::dataset)
        .orElse("");
  }
}
