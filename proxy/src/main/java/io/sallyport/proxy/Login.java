package io.sallyport.proxy;

/** What a client shows to get in; neither form prints its secret. */
public sealed interface Login {
  /** HTTP Basic or a Flight handshake. */
  record Password(String user, String password) implements Login {
    @Override
    public String toString() {
      return "Password[user=" + user + "]";
    }
  }

  /** A bearer token from the server's configuration. */
  record Token(String token) implements Login {
    @Override
    public String toString() {
      return "Token[]";
    }
  }
}
