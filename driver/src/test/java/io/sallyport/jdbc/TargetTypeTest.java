package io.sallyport.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TargetTypeTest {
  static Stream<Arguments> conversions() {
    LocalDateTime noon = LocalDateTime.of(2024, 2, 29, 12, 0);
    return Stream.of(
        Arguments.of("7", Types.TINYINT, (byte) 7),
        Arguments.of(7L, Types.SMALLINT, (short) 7),
        Arguments.of(" 7 ", Types.INTEGER, 7),
        Arguments.of(7.9, Types.INTEGER, 7),
        Arguments.of(7, Types.BIGINT, 7L),
        Arguments.of(true, Types.INTEGER, 1),
        Arguments.of(0.1, Types.REAL, 0.1f),
        Arguments.of("1.5", Types.DOUBLE, 1.5),
        Arguments.of(7, Types.NUMERIC, new BigDecimal("7")),
        Arguments.of("1.50", Types.DECIMAL, new BigDecimal("1.50")),
        Arguments.of("TRUE", Types.BOOLEAN, true),
        Arguments.of(0, Types.BIT, false),
        Arguments.of(new BigDecimal("1E+3"), Types.VARCHAR, "1000"),
        Arguments.of(Timestamp.valueOf(noon), Types.DATE, noon.toLocalDate()),
        Arguments.of(noon, Types.DATE, noon.toLocalDate()),
        Arguments.of(
            Date.valueOf("2024-02-29"), Types.TIMESTAMP, LocalDateTime.of(2024, 2, 29, 0, 0)),
        Arguments.of(LocalDate.EPOCH, Types.TIMESTAMP, LocalDateTime.of(1970, 1, 1, 0, 0)),
        Arguments.of("2024-02-29", Types.DATE, "2024-02-29"),
        Arguments.of(7, Types.OTHER, 7));
  }

  @ParameterizedTest
  @MethodSource("conversions")
  void isWhatTheTypeSays(Object value, int type, Object wanted) throws SQLException {
    assertThat(TargetType.of(value, type)).isEqualTo(wanted);
  }

  @Test
  void noValueHasNoType() throws SQLException {
    assertThat(TargetType.of(null, Types.INTEGER)).isNull();
  }

  @Test
  void whatDoesNotFitIsRefusedWithoutTheValue() {
    assertThatThrownBy(() -> TargetType.of(300, Types.TINYINT))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22003"));
    assertThatThrownBy(() -> TargetType.of("seven", Types.INTEGER))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22018"))
        .hasMessageNotContaining("seven");
  }
}
