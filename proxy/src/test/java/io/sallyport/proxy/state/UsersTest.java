package io.sallyport.proxy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import io.sallyport.proxy.Login;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsersTest {
  private static final String TOKEN = Secrets.newToken();
  private static final User BOB =
      new User(
          "bob",
          Set.of(User.ANALYST),
          Optional.of(Secrets.hashPassword("correct h\u00f6rse")),
          List.of());
  private static final User ROBOT =
      new User(
          "robot",
          Set.of("nightly"),
          Optional.empty(),
          List.of(Secrets.hashToken(Secrets.newToken()), Secrets.hashToken(TOKEN)));

  private final FixedClock clock = new FixedClock();
  private final Users users = new Users(List.of(BOB, ROBOT), clock);

  @Test
  void passwordLetsItsUserIn() {
    assertThat(users.authenticate(new Login.Password("bob", "correct h\u00f6rse")))
        .isEqualTo(new Principal("bob", Set.of("analyst")));
  }

  @Test
  void tokenLetsItsUserIn() {
    assertThat(users.authenticate(new Login.Token(TOKEN)))
        .isEqualTo(new Principal("robot", Set.of("nightly")));
  }

  @Test
  void whatDoesNotFitSoundsTheSame() {
    for (Login login :
        List.of(
            new Login.Password("bob", "correct horse"),
            new Login.Password("bob", ""),
            new Login.Password("Bob", "correct h\u00f6rse"),
            new Login.Password("nobody", "correct h\u00f6rse"),
            new Login.Password("robot", TOKEN),
            new Login.Password("", ""),
            new Login.Token("correct h\u00f6rse"),
            new Login.Token(Secrets.hashToken(TOKEN)),
            new Login.Token(""),
            new Login.Token(Secrets.newToken()))) {
      wrong(login);
    }
  }

  @Test
  void unknownUserTakesAsLongAsAWrongPassword() {
    // Medians of a few, in turns; unequal by a factor of hundreds if no hash were made.
    long[] known = new long[7];
    long[] unknown = new long[7];
    for (int i = 0; i < known.length; i++) {
      known[i] = time(new Login.Password("bob", "wrong"));
      unknown[i] = time(new Login.Password("unknown", "wrong"));
    }
    Arrays.sort(known);
    Arrays.sort(unknown);

    assertThat((double) unknown[3] / known[3]).isBetween(0.5, 2.0);
  }

  @Test
  void tooManyGuessesShutEvenTheRightPasswordOutForAMinute() {
    for (int i = 0; i < 10; i++) {
      wrong(new Login.Password("bob", "guess " + i));
    }
    wrong(new Login.Password("bob", "correct h\u00f6rse"));
    assertThat(users.authenticate(new Login.Token(TOKEN)).name()).isEqualTo("robot");

    clock.advance(Duration.ofSeconds(59));
    wrong(new Login.Password("bob", "correct h\u00f6rse"));
    clock.advance(Duration.ofSeconds(1));
    users.authenticate(new Login.Password("bob", "correct h\u00f6rse"));
  }

  @Test
  void rightPasswordsAreNotGuesses() {
    for (int i = 0; i < 12; i++) {
      users.authenticate(new Login.Password("bob", "correct h\u00f6rse"));
    }
  }

  @Test
  void refusesTwoUsersOfOneName() {
    assertThatThrownBy(() -> new Users(List.of(BOB, BOB), clock))
        .hasMessage("the user `bob` is named twice");
  }

  @Test
  void refusesSecretsThatAreNotHashes() {
    String cheap = "$argon2id$v=19$m=16,t=1,p=1$c29tZXNhbHQ$" + "A".repeat(43);
    for (String hash : List.of("secret", cheap, "$2a$10$" + "a".repeat(53))) {
      assertThatThrownBy(() -> new User("bob", Set.of(), Optional.of(hash), List.of()))
          .hasMessageContaining("sallyport hash-password")
          .hasMessageNotContaining(hash);
    }
    assertThatThrownBy(() -> new User("bob", Set.of(), Optional.empty(), List.of(TOKEN)))
        .hasMessageContaining("sallyport new-token")
        .hasMessageNotContaining(TOKEN);
    assertThatThrownBy(() -> new User("a:b", Set.of(), Optional.empty(), List.of()))
        .hasMessageContaining("no colon");
  }

  @Test
  void printsNoSecret() {
    assertThat(BOB).hasToString("User[name=bob, roles=[analyst]]");
    assertThat(ROBOT).hasToString("User[name=robot, roles=[nightly]]");
  }

  private void wrong(Login login) {
    assertThatThrownBy(() -> users.authenticate(login))
        .isInstanceOfSatisfying(
            GatewayException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_CREDENTIALS))
        .hasMessage("the user, the password or the token is wrong");
  }

  private long time(Login login) {
    long start = System.nanoTime();
    wrong(login);
    return System.nanoTime() - start;
  }
}
