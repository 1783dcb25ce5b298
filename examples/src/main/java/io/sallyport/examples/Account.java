package io.sallyport.examples;

import java.util.List;

/** The demo's people. Their passwords are in everyone's clone, hashed in the configuration. */
record Account(String user, String password, String what) {
  static final Account ALICE = new Account("alice", "alice-demo", "owns the clinic");
  static final Account CAROL = new Account("carol", "carol-demo", "owns TPC-H");
  static final Account BOB = new Account("bob", "bob-demo", "an analyst");

  static final List<Account> ALL = List.of(ALICE, CAROL, BOB);

  @Override
  public String toString() {
    return "Account[user=" + user + "]";
  }
}
