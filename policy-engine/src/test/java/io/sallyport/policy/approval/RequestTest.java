package io.sallyport.policy.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sallyport.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RequestTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final DatasetVersion CLINIC = new DatasetVersion("p1", "e1");
  private static final DatasetVersion SALES = new DatasetVersion("p9", "e9");
  private static final Map<String, DatasetVersion> CURRENT =
      Map.of("clinic", CLINIC, "sales", SALES);

  private static HeldQuery query(String requester, boolean both) {
    TreeMap<String, Pin> pins = new TreeMap<>();
    pins.put("clinic", new Pin("alice", CLINIC, new Policy.Approvals(1, Duration.ofDays(7))));
    if (both) {
      pins.put("sales", new Pin("bob", SALES, new Policy.Approvals(1, Duration.ofDays(2))));
    }
    return new HeldQuery(
        requester, "f", "SELECT 1", "SELECT 1", List.of(), pins, List.of(), "", Optional.empty());
  }

  private static Approval yes(String owner, int uses, int days) {
    return new Approval(owner, NOW, "study 12", uses, NOW.plus(Duration.ofDays(days)));
  }

  private static Request asked(boolean both) {
    return Request.of(7, query("carol", both), NOW);
  }

  @Test
  void waitsAsLongAsTheMostImpatientPolicySays() {
    assertThat(asked(false).expires()).isEqualTo(NOW.plus(Duration.ofDays(7)));
    assertThat(asked(true).expires()).isEqualTo(NOW.plus(Duration.ofDays(2)));
    assertThat(asked(true).state()).isEqualTo(RequestState.PENDING);
    assertThat(asked(true).usesLeft()).isEmpty();
  }

  @Test
  void needsEveryOwnerAndTakesTheStricterOfTheirTerms() {
    Request half = asked(true).approve(yes("alice", 5, 1));
    assertThat(half.state()).isEqualTo(RequestState.PENDING);

    Request whole = half.approve(yes("bob", 2, 30));
    assertThat(whole.state()).isEqualTo(RequestState.APPROVED);
    assertThat(whole.usesLeft()).isEqualTo(OptionalInt.of(2));
    assertThat(whole.expires()).isEqualTo(NOW.plus(Duration.ofDays(1)));
  }

  @Test
  void isUsedUpAfterItsLastUse() {
    Request once = asked(false).approve(yes("alice", 2, 1)).use(NOW);
    assertThat(once.state()).isEqualTo(RequestState.APPROVED);
    Request twice = once.use(NOW);
    assertThat(twice.state()).isEqualTo(RequestState.USED_UP);
    assertThatIllegalStateException()
        .isThrownBy(() -> twice.use(NOW))
        .withMessage("request `7` is used up and cannot be used; approved ones can");
  }

  @Test
  void nobodyApprovesTheirOwn() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Request.of(7, query("alice", true), NOW))
        .withMessageContaining("nobody approves a request of their own");
    // One that was kept from before its asker became an owner.
    Request kept =
        new Request(
            7,
            query("alice", true),
            RequestState.PENDING,
            NOW,
            NOW.plusSeconds(60),
            OptionalInt.empty(),
            List.of(),
            Optional.empty());
    assertThatIllegalStateException()
        .isThrownBy(() -> kept.approve(yes("alice", 1, 1)))
        .withMessage("nobody approves a request of their own; ask another owner");
  }

  @Test
  void strangersAndSecondApprovalsAreRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> asked(false).approve(yes("mallory", 1, 1)))
        .withMessage("request `7` is not yours to decide");
    assertThatIllegalStateException()
        .isThrownBy(() -> asked(false).deny("mallory", "no", NOW))
        .withMessage("request `7` is not yours to decide");
    assertThatIllegalStateException()
        .isThrownBy(() -> asked(true).approve(yes("alice", 1, 1)).approve(yes("alice", 1, 1)))
        .withMessage("you have approved request `7`; it waits for other owners");
  }

  @Test
  void deniedStaysDenied() {
    Request denied = asked(false).deny("alice", "too detailed", NOW);
    assertThat(denied.state()).isEqualTo(RequestState.DENIED);
    assertThat(denied.ending().map(Request.Ending::reason)).contains("too detailed");
    assertThatIllegalStateException()
        .isThrownBy(() -> denied.approve(yes("alice", 1, 1)))
        .withMessage("request `7` is denied and cannot be approved; pending ones can");
    assertThat(denied.settle(NOW.plus(Duration.ofDays(99)), CURRENT).state())
        .isEqualTo(RequestState.DENIED);
  }

  @Test
  void revokesWhatWasApprovedEvenWhenUsedUp() {
    Request approved = asked(false).approve(yes("alice", 1, 1));
    assertThat(approved.revoke("alice", "", NOW).state()).isEqualTo(RequestState.REVOKED);
    assertThat(approved.use(NOW).revoke("alice", "", NOW).state()).isEqualTo(RequestState.REVOKED);
    assertThatIllegalStateException()
        .isThrownBy(() -> asked(true).revoke("alice", "", NOW))
        .withMessage("you have not approved request `7`; deny it instead");
    assertThat(asked(true).approve(yes("alice", 1, 1)).revoke("alice", "", NOW).state())
        .isEqualTo(RequestState.REVOKED);
  }

  @Test
  void onlyTheAskerWithdraws() {
    assertThat(asked(false).withdraw("carol", NOW).state()).isEqualTo(RequestState.WITHDRAWN);
    assertThatIllegalStateException()
        .isThrownBy(() -> asked(false).withdraw("alice", NOW))
        .withMessage("only who made request `7` can withdraw it");
  }

  @Test
  void endsWithItsTime() {
    Request approved = asked(false).approve(yes("alice", 9, 1));
    Instant late = NOW.plus(Duration.ofDays(1));
    assertThat(approved.settle(late.minusMillis(1), CURRENT)).isEqualTo(approved);
    assertThat(approved.settle(late, CURRENT).state()).isEqualTo(RequestState.EXPIRED);
    assertThatIllegalStateException()
        .isThrownBy(() -> approved.use(late))
        .withMessage("the time of request `7` has passed");
  }

  @Test
  void isStaleOnceAPolicyOrTheDataMovedOn() {
    Request approved = asked(false).approve(yes("alice", 9, 1));
    for (Map<String, DatasetVersion> other :
        List.<Map<String, DatasetVersion>>of(
            Map.of(),
            Map.of("clinic", new DatasetVersion("p2", "e1")),
            Map.of("clinic", new DatasetVersion("p1", "e2")))) {
      assertThat(approved.settle(NOW, other).state()).isEqualTo(RequestState.STALE);
      assertThat(asked(false).deny("alice", "", NOW).settle(NOW, other).state())
          .isEqualTo(RequestState.STALE);
      Request used = asked(false).approve(yes("alice", 1, 1)).use(NOW);
      assertThat(used.settle(NOW, other)).isEqualTo(used);
    }
  }

  @Test
  void anApprovalHasSoundTerms() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> yes("alice", 0, 1))
        .withMessage("an approval serves from 1 to 1000000 times. Given: 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> yes("alice", 1, 0))
        .withMessageStartingWith("an approval ends in the future, within ten years.");
    assertThatIllegalArgumentException().isThrownBy(() -> yes("alice", 1, 4000));
  }
}
