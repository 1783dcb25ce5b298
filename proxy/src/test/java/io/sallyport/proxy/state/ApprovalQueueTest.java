package io.sallyport.proxy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Policy;
import io.sallyport.policy.approval.Approval;
import io.sallyport.policy.approval.DatasetVersion;
import io.sallyport.policy.approval.HeldQuery;
import io.sallyport.policy.approval.Pin;
import io.sallyport.policy.approval.Request;
import io.sallyport.policy.approval.RequestState;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalQueueTest {
  private static final Policy.Approvals ONCE_IN_A_WEEK =
      new Policy.Approvals(1, Duration.ofDays(7));

  @TempDir Path directory;

  private final FixedClock clock = new FixedClock();
  private final Map<String, DatasetVersion> current = new HashMap<>();
  private StateStore store;
  private ApprovalQueue queue;

  @BeforeEach
  void open() {
    current.put("clinic", new DatasetVersion("p1", "e1"));
    current.put("bank", new DatasetVersion("p9", "e9"));
    reopen();
  }

  private void reopen() {
    store = StateStore.in(StateDirectory.at(directory.resolve("state")));
    queue = new ApprovalQueue(store, clock, dataset -> Optional.ofNullable(current.get(dataset)));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void sameQuestionGetsTheSamePendingRequest() {
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(1));
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(1));
    assertThat(queue.ask(query("bob", "f2"))).isEqualTo(new Ruling.Pending(2));
    assertThat(queue.ask(query("carol", "f1"))).isEqualTo(new Ruling.Pending(3));
  }

  @Test
  void ownerSeesAllThatTheRequestSays() {
    HeldQuery query = query("bob", "f1");
    queue.ask(query);

    Request view = queue.show(1, "alice");

    assertThat(view.query()).isEqualTo(query);
    assertThat(view.state()).isEqualTo(RequestState.PENDING);
    assertThat(view.asked()).isEqualTo(clock.instant());
    assertThat(view.expires()).isEqualTo(clock.instant().plus(Duration.ofDays(7)));
    assertThat(view.usesLeft()).isEmpty();
    assertThat(queue.openFor("alice")).containsExactly(view);
    assertThat(queue.openFor("olga")).isEmpty();
  }

  @Test
  void approvalServesAsOftenAsThePolicySays() {
    queue.ask(query("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.empty(), Optional.empty(), "for the paper");

    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Approved(1));
    assertThat(queue.take(1, query("bob", "f1"))).isTrue();
    assertThat(queue.take(1, query("bob", "f1"))).isFalse();
    assertThat(queue.show(1, "alice").state()).isEqualTo(RequestState.USED_UP);
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(2));
  }

  @Test
  void approvalRecordsWhoWhenAndWhy() {
    queue.ask(query("bob", "f1"));
    Instant end = clock.instant().plus(Duration.ofHours(1));
    Request view = queue.approve(1, "alice", OptionalInt.of(3), Optional.of(end), "for the paper");

    assertThat(view.usesLeft()).hasValue(3);
    assertThat(view.expires()).isEqualTo(end);
    assertThat(view.approvals())
        .containsExactly(new Approval("alice", clock.instant(), "for the paper", 3, end));
    assertThat(queue.show(1, "alice")).isEqualTo(view);
  }

  @Test
  void anotherQuestionCannotTakeTheUse() {
    queue.ask(query("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.of(5), Optional.empty(), "");

    assertThat(queue.take(1, query("bob", "f2"))).isFalse();
    assertThat(queue.take(1, query("carol", "f1"))).isFalse();
    assertThat(queue.take(2, query("bob", "f1"))).isFalse();
    assertThat(queue.show(1, "alice").usesLeft()).hasValue(5);
  }

  @Test
  void pendingRequestReleasesNothing() {
    queue.ask(query("bob", "f1"));

    assertThat(queue.take(1, query("bob", "f1"))).isFalse();
  }

  @Test
  void concurrentRunsReleaseAsManyAnswersAsWereApproved() throws Exception {
    queue.ask(query("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.of(20), Optional.empty(), "");

    List<Boolean> taken = atOnce(8, 6, () -> queue.take(1, query("bob", "f1")));

    assertThat(taken).hasSize(48);
    assertThat(taken.stream().filter(took -> took)).hasSize(20);
    assertThat(queue.show(1, "alice").usesLeft()).hasValue(0);
  }

  @Test
  void concurrentAskingMakesOneRequest() throws Exception {
    List<Ruling> rulings = atOnce(8, 1, () -> queue.ask(query("bob", "f1")));

    assertThat(rulings).hasSize(8).containsOnly(rulings.get(0));
    assertThat(queue.openFor("alice")).hasSize(1);
  }

  @Test
  void concurrentOwnersBothCount() throws Exception {
    queue.ask(queryOfBoth("bob", "f1"));
    List<String> owners = new ArrayList<>(List.of("alice", "olga"));

    atOnce(
        2,
        1,
        () -> {
          String owner;
          synchronized (owners) {
            owner = owners.remove(0);
          }
          return queue.approve(1, owner, OptionalInt.empty(), Optional.empty(), "");
        });

    assertThat(queue.ask(queryOfBoth("bob", "f1"))).isEqualTo(new Ruling.Approved(1));
  }

  @Test
  void everyOwnerMustApprove() {
    queue.ask(queryOfBoth("bob", "f1"));

    queue.approve(1, "alice", OptionalInt.of(5), Optional.empty(), "");
    assertThat(queue.ask(queryOfBoth("bob", "f1"))).isEqualTo(new Ruling.Pending(1));
    refused(() -> queue.approve(1, "alice", OptionalInt.of(5), Optional.empty(), ""))
        .contains("waits for other owners");
    Instant end = clock.instant().plus(Duration.ofDays(1));
    Request view = queue.approve(1, "olga", OptionalInt.of(2), Optional.of(end), "");

    assertThat(view.state()).isEqualTo(RequestState.APPROVED);
    assertThat(view.usesLeft()).as("the fewest uses").hasValue(2);
    assertThat(view.expires()).as("the earliest end").isEqualTo(end);
  }

  @Test
  void oneOwnerDeniesForAll() {
    queue.ask(queryOfBoth("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.empty(), Optional.empty(), "");
    queue.deny(1, "olga", "not for marketing");

    assertThat(queue.ask(queryOfBoth("bob", "f1")))
        .isEqualTo(new Ruling.Denied(1, "not for marketing"));
    refused(() -> queue.approve(1, "olga", OptionalInt.empty(), Optional.empty(), ""))
        .isEqualTo("request `1` is denied and cannot be approved; pending ones can");
  }

  @Test
  void nobodyApprovesTheirOwn() {
    refused(() -> queue.ask(query("alice", "f1"))).contains("request of their own");
    assertThat(queue.openFor("alice")).isEmpty();
  }

  @Test
  void requestOfOthersSoundsLikeNone() {
    queue.ask(query("bob", "f1"));

    for (ThrowingCallable act :
        List.<ThrowingCallable>of(
            () -> queue.show(1, "olga"),
            () -> queue.approve(1, "olga", OptionalInt.empty(), Optional.empty(), ""),
            () -> queue.deny(1, "olga", ""),
            () -> queue.revoke(1, "olga", ""),
            () -> queue.withdraw(1, "olga"))) {
      assertThatThrownBy(act)
          .isInstanceOfSatisfying(
              GatewayException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_REQUEST))
          .hasMessage("there is no request `1` of yours");
    }
    assertThatThrownBy(() -> queue.show(2, "alice")).hasMessage("there is no request `2` of yours");
  }

  @Test
  void approvalEndsWithItsTime() {
    queue.ask(query("bob", "f1"));
    Instant end = clock.instant().plus(Duration.ofHours(1));
    queue.approve(1, "alice", OptionalInt.of(9), Optional.of(end), "");

    clock.advance(Duration.ofHours(1).minusNanos(1000));
    assertThat(queue.take(1, query("bob", "f1"))).isTrue();
    clock.advance(Duration.ofNanos(1000));
    assertThat(queue.take(1, query("bob", "f1"))).isFalse();
    assertThat(queue.show(1, "alice").state()).isEqualTo(RequestState.EXPIRED);
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(2));
  }

  @Test
  void requestThatNobodyAnswersEndsToo() {
    queue.ask(query("bob", "f1"));
    clock.advance(Duration.ofDays(7));

    assertThat(queue.openFor("alice")).isEmpty();
    refused(() -> queue.approve(1, "alice", OptionalInt.empty(), Optional.empty(), ""))
        .contains("is expired");
  }

  @Test
  void approvalIsStaleOnceTheDataMovesOn() {
    queue.ask(query("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.of(9), Optional.empty(), "");
    HeldQuery before = query("bob", "f1");
    current.put("clinic", new DatasetVersion("p1", "e2"));

    assertThat(queue.take(1, before)).isFalse();
    assertThat(queue.take(1, query("bob", "f1"))).as("judged on the new data").isFalse();
    assertThat(queue.show(1, "alice").state()).isEqualTo(RequestState.STALE);
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(2));
    refused(() -> queue.ask(before)).contains("ask again");
  }

  @Test
  void denialEndsWithThePolicyThatItWasAbout() {
    queue.ask(query("bob", "f1"));
    queue.deny(1, "alice", "no");
    clock.advance(Duration.ofDays(700));
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Denied(1, "no"));

    current.put("clinic", new DatasetVersion("p2", "e1"));
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(2));
  }

  @Test
  void datasetThatIsGoneMakesItsRequestsStale() {
    queue.ask(query("bob", "f1"));
    current.remove("clinic");

    refused(() -> queue.approve(1, "alice", OptionalInt.empty(), Optional.empty(), ""))
        .contains("is stale");
  }

  @Test
  void revokingEndsAnApprovalAndTellsThoseWhoStream() {
    List<Long> told = new ArrayList<>();
    queue.onRevoke(told::add);
    queue.ask(query("bob", "f1"));
    refused(() -> queue.revoke(1, "alice", "")).contains("deny it instead");
    queue.approve(1, "alice", OptionalInt.of(2), Optional.empty(), "");
    queue.take(1, query("bob", "f1"));

    queue.revoke(1, "alice", "a mistake");

    assertThat(told).containsExactly(1L);
    assertThat(queue.take(1, query("bob", "f1"))).isFalse();
    assertThat(queue.ask(query("bob", "f1"))).isEqualTo(new Ruling.Pending(2));
  }

  @Test
  void usedUpApprovalCanBeRevokedBecauseItsAnswerMayStillStream() {
    List<Long> told = new ArrayList<>();
    queue.onRevoke(told::add);
    queue.ask(query("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.of(1), Optional.empty(), "");
    queue.take(1, query("bob", "f1"));

    assertThat(queue.revoke(1, "alice", "").state()).isEqualTo(RequestState.REVOKED);
    assertThat(told).containsExactly(1L);
  }

  @Test
  void askerWithdraws() {
    queue.ask(query("bob", "f1"));

    assertThat(queue.withdraw(1, "bob").state()).isEqualTo(RequestState.WITHDRAWN);
    assertThat(queue.openFor("alice")).isEmpty();
    refused(() -> queue.withdraw(1, "bob")).contains("is withdrawn");
  }

  @Test
  void refusesUsesAndEndsThatMakeNoSense() {
    queue.ask(query("bob", "f1"));

    assertThatThrownBy(() -> queue.approve(1, "alice", OptionalInt.of(0), Optional.empty(), ""))
        .hasMessage("an approval serves from 1 to 1000000 times. Given: 0");
    assertThatThrownBy(
            () -> queue.approve(1, "alice", OptionalInt.empty(), Optional.of(clock.instant()), ""))
        .hasMessageContaining("ends in the future");
    assertThat(queue.show(1, "alice").approvals()).isEmpty();
  }

  @Test
  void outlivesTheServer() {
    queue.ask(query("bob", "f1"));
    queue.approve(1, "alice", OptionalInt.of(2), Optional.empty(), "");
    queue.take(1, query("bob", "f1"));
    store.close();
    reopen();

    assertThat(queue.take(1, query("bob", "f1"))).isTrue();
    assertThat(queue.take(1, query("bob", "f1"))).isFalse();
  }

  private HeldQuery query(String requester, String fingerprint) {
    return query(requester, fingerprint, Map.of("clinic", "alice"));
  }

  private HeldQuery queryOfBoth(String requester, String fingerprint) {
    return query(requester, fingerprint, Map.of("clinic", "alice", "bank", "olga"));
  }

  private HeldQuery query(String requester, String fingerprint, Map<String, String> owners) {
    TreeMap<String, Pin> pins = new TreeMap<>();
    owners.forEach(
        (dataset, owner) ->
            pins.put(
                dataset,
                new Pin(owner, Objects.requireNonNull(current.get(dataset)), ONCE_IN_A_WEEK)));
    return new HeldQuery(
        requester,
        fingerprint,
        "SELECT zip, ssn FROM patients WHERE zip = ?",
        "SELECT \"zip\", '*' FROM \"clinic\".\"patients\" WHERE \"zip\" = ?",
        List.of("VARCHAR"),
        pins,
        List.of("clinic.patients.ssn", "clinic.patients.zip"),
        "rows of `clinic` leave only as figures about groups",
        Optional.of("research"));
  }

  private static org.assertj.core.api.AbstractStringAssert<?> refused(ThrowingCallable act) {
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(act);
    assertThat(thrown)
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REFUSED));
    return assertThat(String.valueOf(thrown.getMessage()));
  }

  private static <T> List<T> atOnce(int threads, int times, Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<List<T>>> runs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        runs.add(
            pool.submit(
                () -> {
                  start.await();
                  List<T> results = new ArrayList<>();
                  for (int n = 0; n < times; n++) {
                    results.add(work.call());
                  }
                  return results;
                }));
      }
      List<T> all = new ArrayList<>();
      for (Future<List<T>> run : runs) {
        all.addAll(run.get());
      }
      return all;
    } finally {
      pool.shutdownNow();
    }
  }
}
