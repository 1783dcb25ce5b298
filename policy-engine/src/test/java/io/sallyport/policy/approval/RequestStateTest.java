package io.sallyport.policy.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

final class RequestStateTest {
  @Test
  void whatHasEndedForGoodHasNoNextState() {
    for (RequestState state :
        EnumSet.of(
            RequestState.EXPIRED,
            RequestState.REVOKED,
            RequestState.WITHDRAWN,
            RequestState.STALE)) {
      assertThat(state.next()).isEmpty();
      assertThat(state.answers()).isFalse();
    }
  }

  @Test
  void nothingReturnsToPendingAndOnlyPendingBecomesApproved() {
    for (RequestState state : RequestState.values()) {
      assertThat(state.next()).doesNotContain(RequestState.PENDING, state);
      assertThat(state.next().contains(RequestState.APPROVED))
          .isEqualTo(state == RequestState.PENDING);
    }
  }

  @Test
  void readsAsPeopleSayIt() {
    assertThat(RequestState.USED_UP).hasToString("used up");
  }
}
