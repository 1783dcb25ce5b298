package io.sallyport.examples;

/** Someone who answers what analysts may not get at once. */
interface Owner {
  /**
   * Lets a waiting question through once.
   *
   * @return the request's number
   */
  long approve(String sql, String reason);
}
