package io.sallyport.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a connection may say, in the URL ({@code ?purpose=research&approval=wait}) or in the
 * properties that come with it; the URL wins. A name that is not here is refused.
 */
public enum SallyportProperty {
  USER("user", "The name to log in with.", ""),
  PASSWORD("password", "The password to log in with.", ""),
  TOKEN("token", "A token to log in with, in place of user and password.", ""),
  TLS(
      "tls",
      "Whether to encrypt; without a word, everywhere but on the loopback.",
      "",
      "true",
      "false"),
  CA_FILE(
      "caFile",
      "A PEM file of the only authorities that may vouch for the server; without it, Java's.",
      ""),
  CLIENT_CERT("clientCert", "A PEM file with the certificate that the client shows.", ""),
  CLIENT_KEY("clientKey", "A PEM file with the client certificate's PKCS #8 key.", ""),
  DATASET("dataset", "The dataset that table names without one belong to.", ""),
  PURPOSE("purpose", "What the questions are for, where a policy asks.", ""),
  APPROVAL(
      "approval",
      "What to do with a query that an owner must approve first: file a request and fail with its"
          + " number, fail without one, or file it and wait.",
      "request",
      "request",
      "refuse",
      "wait"),
  APPROVAL_TIMEOUT("approvalTimeout", "How many seconds `approval=wait` waits.", "3600"),
  CONNECT_TIMEOUT("connectTimeout", "How many seconds connecting may take.", "10");

  private final String key;
  private final String sentence;
  private final String fallback;
  private final List<String> choices;

  SallyportProperty(String key, String sentence, String fallback, String... choices) {
    this.key = key;
    this.sentence = sentence;
    this.fallback = fallback;
    this.choices = List.of(choices);
  }

  /** Its name in a URL. */
  public String key() {
    return key;
  }

  /** What it means, for {@link java.sql.Driver#getPropertyInfo}. */
  public String sentence() {
    return sentence;
  }

  /** Its value if nobody gives one; may be empty. */
  public String fallback() {
    return fallback;
  }

  /** The only values that it may have; empty if it is free. */
  public List<String> choices() {
    return choices;
  }

  static Optional<SallyportProperty> of(String key) {
    return Arrays.stream(values()).filter(property -> property.key.equals(key)).findFirst();
  }
}
