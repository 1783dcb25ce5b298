package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients send for parameters: values of every type, each type beside itself and others. */
final class SampleValues {
  private static final List<@Nullable Object> ALL =
      Collections.unmodifiableList(
          Arrays.asList(
              "Oslo",
              3,
              30L,
              "ok",
              new BigDecimal("1037.251"),
              "30",
              1.5,
              LocalDate.of(1980, 5, 17),
              null,
              LocalDateTime.of(2024, 3, 1, 12, 0, 0, 123_456_000),
              true,
              "2024-03-01",
              3_000_000_000L,
              (byte) 1,
              new BigDecimal("1037.25"),
              30f,
              "day",
              new BigInteger("170141183460469231731687303715884105727"),
              LocalDateTime.of(2024, 3, 31, 0, 30).atOffset(ZoneOffset.UTC),
              ""));

  private SampleValues() {}

  /** Lists of so many values, among them each value in all places, and beside two others. */
  static List<List<@Nullable Object>> of(int count) {
    Set<List<@Nullable Object>> lists = new LinkedHashSet<>();
    for (int step : count < 2 ? new int[] {0} : new int[] {0, 1, 5}) {
      for (int first = 0; first < ALL.size(); first++) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          list.add(ALL.get((first + i * step) % ALL.size()));
        }
        lists.add(Collections.unmodifiableList(list));
      }
    }
    return List.copyOf(lists);
  }

  /** The values with their classes. */
  static String shown(List<? extends @Nullable Object> values) {
    List<String> shown = new ArrayList<>();
    for (Object value : values) {
      shown.add(value == null ? "NULL" : value.getClass().getSimpleName() + " " + value);
    }
    return shown.toString();
  }
}
