package io.sallyport.proxy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.policy.Policy;
import io.sallyport.policy.Principal;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final Principal BOB = new Principal("bob", Set.of("analyst"));
  private static final Principal EVE = new Principal("eve", Set.of("analyst"));

  @TempDir Path directory;
  private StateStore store;
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");
  private Ledger ledger;

  @BeforeEach
  void open() {
    store = StateStore.in(StateDirectory.at(directory.resolve("state")));
    ledger = new Ledger(store, () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Map<String, Policy.Limits> perDay(int queries) {
    return Map.of(
        "clinic",
        new Policy.Limits(
            Optional.of(new Policy.QueryRate(queries, Duration.ofDays(1))),
            OptionalInt.empty(),
            OptionalLong.empty()));
  }

  private static Map<String, Policy.Limits> atATime(int running) {
    return Map.of(
        "clinic",
        new Policy.Limits(Optional.empty(), OptionalInt.of(running), OptionalLong.empty()));
  }

  private void assertReached(Principal principal, Map<String, Policy.Limits> limits) {
    assertThatThrownBy(() -> ledger.reserve(principal, limits))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED));
  }

  @Test
  void countsEachUsersQueriesUntilTheWindowEnds() {
    ledger.reserve(BOB, perDay(2)).close();
    ledger.reserve(BOB, perDay(2)).close();
    assertReached(BOB, perDay(2));
    ledger.reserve(EVE, perDay(2)).close();
    now = now.plus(Duration.ofDays(1));
    ledger.reserve(BOB, perDay(2)).close();
  }

  @Test
  void givesBackThePlaceAmongTheRunningButOnlyOnce() {
    Ledger.Charge first = ledger.reserve(BOB, atATime(1));
    assertReached(BOB, atATime(1));
    first.close();
    first.close();
    Ledger.Charge second = ledger.reserve(BOB, atATime(1));
    assertReached(BOB, atATime(1));
    second.close();
  }

  @Test
  void neverOverspendsWhenManyAskAtOnce() throws Exception {
    ExecutorService many = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> asked = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        asked.add(
            many.submit(
                () -> {
                  try {
                    ledger.reserve(BOB, perDay(40)).close();
                    return true;
                  } catch (GatewayException e) {
                    return false;
                  }
                }));
      }
      int granted = 0;
      for (Future<Boolean> one : asked) {
        granted += one.get() ? 1 : 0;
      }
      assertThat(granted).isEqualTo(40);
    } finally {
      many.shutdownNow();
    }
  }
}
