package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proxy.RunningAnswers.Origin;
import io.sallyport.proxy.RunningAnswers.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RunningAnswersTest {
  private final RunningAnswers running = new RunningAnswers();
  private final List<String> happened = new ArrayList<>();

  /** An answer that only writes down what is done to it. */
  private final Answer answer =
      new Answer() {
        @Override
        public List<OutputColumn> columns() {
          return List.of();
        }

        @Override
        public List<String> warnings() {
          return List.of();
        }

        @Override
        public ArrowReader batches() {
          throw new UnsupportedOperationException();
        }

        @Override
        public void cancel() {
          happened.add("cancelled");
        }

        @Override
        public void close() {
          happened.add("closed");
        }
      };

  @BeforeEach
  void open() {
    running.openSession("bob's");
  }

  private Place place() {
    return running.place(new Origin("bob's", OptionalLong.of(7)));
  }

  @Test
  void theEndOfASessionClosesItsAnswers() {
    place().take(answer);
    running.closeSession("eve's");
    assertThat(happened).isEmpty();
    running.closeSession("bob's");
    assertThat(happened).containsExactly("closed");
  }

  @Test
  void aSessionThatEndsBeforeTheAnswerHasItsPlaceLeavesNoneRunning() {
    Place place = place();
    place.holds(() -> happened.add("charge given back"));
    place.holds(() -> happened.add("run ended"));
    running.closeSession("bob's");
    assertThatThrownBy(() -> place.take(answer))
        .isInstanceOf(GatewayException.class)
        .hasMessage("the query was cancelled");
    place.leave();
    place.leave();
    assertThat(happened).containsExactly("run ended", "charge given back");
  }

  @Test
  void anApprovalThatIsTakenBackInBetweenStopsTheAnswer() {
    Place place = place();
    running.revoke(8);
    running.revoke(7);
    assertThatThrownBy(() -> place.take(answer)).isInstanceOf(GatewayException.class);
    Place other = place();
    other.take(answer);
    running.revoke(7);
    assertThat(happened).containsExactly("cancelled");
  }

  @Test
  void aClosedSessionBeginsNothing() {
    running.closeSession("bob's");
    assertThatThrownBy(this::place)
        .isInstanceOf(GatewayException.class)
        .hasMessage("the session is closed; open another");
  }

  @Test
  void aPlaceThatWasLeftIsNotFound() {
    Place place = place();
    place.take(answer);
    place.leave();
    running.closeAll();
    assertThat(happened).isEmpty();
  }
}
