package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SqlTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "'it''s' x ~ 'it''s'",
        "\"a\"\"b\"c ~ \"a\"\"b\"",
        "E'a\\'b' ~ E'a\\'b'",
        "e1 ~ e1",
        "/* a /* b */ c */ d ~ /* a /* b */ c */",
        "$$a'b$$ ~ $$a'b$$",
        "$x$ $$ $x$ ~ $x$ $$ $x$",
        "$1 ~ $1",
        "'open ~ 'open",
        "été(1) ~ été",
        "(1) ~ (",
      })
  void findsTheEndOfATokenAtTheStart(String sql, String token) {
    assertThat(sql.substring(0, SqlText.tokenEnd(sql, 0))).isEqualTo(token);
  }

  static Stream<String> tooLarge() {
    int many = 100_000;
    return Stream.of(
        "SELECT '" + "x".repeat(10_000_000) + "'",
        "SELECT " + "(".repeat(many) + "1" + ")".repeat(many),
        "SELECT " + "[".repeat(many),
        "SELECT * FROM (".repeat(many / 2) + "SELECT 1",
        "SELECT " + "NOT ".repeat(many) + "TRUE",
        "SELECT 1" + "+f(1,2)".repeat(many),
        "SELECT 1 FROM t" + ",t".repeat(many),
        "SELECT 1 FROM t" + " JOIN t ON f(1,2)".repeat(many / 2),
        "SELECT 1,2" + " EXCEPT SELECT 1,2".repeat(many / 2));
  }

  /** Most of these crash DuckDB's parser, and the process with it. */
  @ParameterizedTest
  @MethodSource("tooLarge")
  void refusesWhatWouldExhaustAParser(String sql) {
    assertThatThrownBy(() -> SqlText.check(sql))
        .isInstanceOfSatisfying(
            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE));
  }

  static Stream<String> large() {
    return Stream.of(
        "SELECT * FROM t WHERE a IN (1" + ", 1".repeat(100_000) + ")",
        "SELECT a" + ", a".repeat(100_000) + " FROM t",
        "SELECT " + "(".repeat(90) + "1" + ")".repeat(90),
        "SELECT '" + "(".repeat(1_000) + "', /* " + "(".repeat(1_000) + "*/ 1",
        "SELECT * FROM t WHERE a = 1" + " OR a = 1".repeat(1_000));
  }

  @ParameterizedTest
  @MethodSource("large")
  void letsWideStatementsPass(String sql) {
    assertThatCode(() -> SqlText.check(sql)).doesNotThrowAnyException();
  }

  @Test
  void numbersNamedParametersAndNothingElse() {
    Map<String, Integer> places = Map.of("least", 0, "city", 1);
    assertThat(
            SqlText.numbered(
                "SELECT '$least', \"$city\", $$ $city $$ -- $least\n, $least < $city, $other",
                places))
        .isEqualTo("SELECT '$least', \"$city\", $$ $city $$ -- $least\n, $1 < $2, $other");
  }

  @Test
  void itFindsWhereTheFirstStatementBegins() {
    assertThat(SqlText.withoutLead(" ; /* ; */ ;-- ;\n (SELECT ';') ;"))
        .isEqualTo("(SELECT ';') ;");
    assertThat(SqlText.withoutLead("; ")).isEmpty();
  }
}
