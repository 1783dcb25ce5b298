package io.sallyport.policy.plan;

import java.util.List;

/**
 * What the rows of a plan node are, and so what may be done with them.
 *
 * <pre>
 * wards                                    PUBLIC
 * visits                                   PROTECTED([patient])
 * visits v JOIN doctors d ON …             PROTECTED([patient, doctor])
 * SELECT zip, count(*) … GROUP BY zip      RELEASED
 * </pre>
 */
sealed interface Standing {
  Standing PUBLIC = new Public();
  Standing RELEASED = new Released();

  /** No protected row below. */
  record Public() implements Standing {}

  /** Each row belongs to these units: one for each reference of a protected table. */
  record Protected(List<Unit> units) implements Standing {
    public Protected {
      units = List.copyOf(units);
      if (units.isEmpty()) {
        throw new IllegalArgumentException("protected rows belong to someone");
      }
    }
  }

  /** Above a release boundary: what is computed from these rows alone is free. */
  record Released() implements Standing {}

  default boolean isProtected() {
    return this instanceof Protected;
  }

  /** The units that rows belong to; none unless they are protected. */
  default List<Unit> units() {
    return this instanceof Protected rows ? rows.units() : List.of();
  }

  /** Of rows made from rows of both, none of which is protected. */
  default Standing and(Standing other) {
    return this instanceof Public ? other : this;
  }
}
