package io.sallyport.policy.approval;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a request is in its life, and where it may go from there. */
public enum RequestState {
  /** Waits for at least one owner. */
  PENDING,
  /** Every owner approved; uses are left and the time has not passed. */
  APPROVED,
  /** An owner said no; the same question gets the same no until policy or data move on. */
  DENIED,
  /** The last use was taken; its answer may still be under way. */
  USED_UP,
  /** Its time passed. */
  EXPIRED,
  /** An owner took the approval back. */
  REVOKED,
  /** The asker took the request back. */
  WITHDRAWN,
  /** A policy or the data moved on since the request was made. */
  STALE;

  /** The states that may follow this one. */
  public Set<RequestState> next() {
    return switch (this) {
      case PENDING -> EnumSet.of(APPROVED, DENIED, EXPIRED, REVOKED, WITHDRAWN, STALE);
      case APPROVED -> EnumSet.of(USED_UP, EXPIRED, REVOKED, WITHDRAWN, STALE);
      case DENIED -> EnumSet.of(STALE);
      case USED_UP -> EnumSet.of(REVOKED);
      case EXPIRED, REVOKED, WITHDRAWN, STALE -> EnumSet.noneOf(RequestState.class);
    };
  }

  /** True while an owner, the asker or time can still change what it answers. */
  public boolean open() {
    return this == PENDING || this == APPROVED;
  }

  /** True if the same question asked again is answered by this request and makes no new one. */
  public boolean answers() {
    return open() || this == DENIED;
  }

  /** As people read it, such as {@code used up}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
