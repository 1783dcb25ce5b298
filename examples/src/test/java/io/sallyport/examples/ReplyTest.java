package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyTest {
  @Test
  void rowsAreColumnsUnderEachOtherWithNumbersToTheRight() {
    Reply.Rows rows =
        new Reply.Rows(
            List.of("ward", "visits"),
            List.of(List.of("Cardiology", "5"), List.of("Emergency", "12345678")),
            List.of("small groups were left out"));
    assertThat(rows.text())
        .isEqualTo(
            """
            ward          visits
            Cardiology         5
            Emergency   12345678
            warning: small groups were left out
            """);
    assertThat(rows.number(1, "visits")).isEqualTo(12_345_678);
  }

  @Test
  void noRowsAreTheNamesOfTheColumns() {
    assertThat(new Reply.Rows(List.of("a", "b"), List.of(), List.of()).text()).isEqualTo("a  b\n");
  }

  @Test
  void aRefusalShowsItsCode() {
    assertThat(new Reply.Refusal("42501", "not this").text()).isEqualTo("[42501] not this\n");
  }
}
