package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proxy.GatewayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SentValueTest {
  /** The types are those of DuckDB's own driver. */
  @Test
  void hasTheTypeInWhichDuckDbsDriverBindsIt() throws Exception {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement = duckDb.prepareStatement("SELECT ?")) {
      for (List<?> values : SampleValues.of(1)) {
        SentValue sent = SentValue.of(values).get(0);
        for (Object bound : Arrays.asList(sent.value(), sent.sample())) {
          statement.setObject(1, bound);
          try (ResultSet row = statement.executeQuery()) {
            assertThat(row.getMetaData().getColumnTypeName(1)).isEqualTo(sent.type());
          }
        }
      }
    }
  }

  @Test
  void writesANumberWithoutItsExponent() {
    assertThat(SentValue.of(List.of(new BigDecimal("1E+3"))).get(0).type())
        .isEqualTo("DECIMAL(4,0)");
  }

  static List<Object> tooLarge() {
    return List.of(
        new BigDecimal("1E+40"),
        new BigDecimal("1E-39"),
        BigInteger.ONE.shiftLeft(127),
        LocalDate.of(5_881_580, 7, 11),
        LocalDateTime.of(294_247, 1, 11, 0, 0),
        LocalDateTime.of(2300, 1, 1, 0, 0, 0, 1),
        LocalTime.of(1, 1, 1, 1),
        new StringBuilder("x"));
  }

  @ParameterizedTest
  @MethodSource("tooLarge")
  void refusesWhatDuckDbCannotHold(Object value) {
    assertThatThrownBy(() -> SentValue.of(List.of("a", value)))
        .isInstanceOf(GatewayException.class)
        .hasMessageStartingWith("the value of parameter 2 ");
  }

  @Test
  void countsTheBytesOfTextsAlone() {
    assertThat(SentValue.of(List.of("ü")).get(0).bytes()).isEqualTo(2);
    assertThat(SentValue.of(List.of(7)).get(0).bytes()).isZero();
  }
}
