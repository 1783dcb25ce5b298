package io.sallyport.examples;

/** Someone connected to a gateway by one of its doors. */
interface Analyst extends AutoCloseable {
  /** As in "bob asks over JDBC". */
  String door();

  /** An answer or a refusal; it throws only if the gateway cannot be reached. */
  Reply ask(String sql);

  @Override
  void close();
}
