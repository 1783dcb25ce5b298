package io.sallyport.proxy.state;

/** Where a request is in its life. Only the first three answer the same question again. */
public enum RequestState {
  /** Waits for at least one owner. */
  PENDING,
  /** Every owner approved; uses are left and the time has not passed. */
  APPROVED,
  /** An owner said no. */
  DENIED,
  USED_UP,
  EXPIRED,
  /** An owner took the approval back. */
  REVOKED,
  /** The asker took the request back. */
  WITHDRAWN,
  /** A policy or the data moved on since the request was made. */
  STALE
}
