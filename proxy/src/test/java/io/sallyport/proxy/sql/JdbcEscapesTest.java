package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcEscapesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "SELECT {d '2024-01-01'} ~ SELECT DATE '2024-01-01'",
        "SELECT { t '10:00:00' }, {TS '2024-01-01 10:00:00'} ~"
            + " SELECT TIME '10:00:00', TIMESTAMP '2024-01-01 10:00:00'",
        "SELECT {fn UCASE({fn RTRIM(a)})} FROM t ~ SELECT upper(RTRIM(a)) FROM t",
        "SELECT {fn YEAR(x)} ~ SELECT YEAR(x)",
        "SELECT {fn LOG(x)}, {fn CONCAT(a, 'b,(')} ~ SELECT ln(x), (a || 'b,(')",
        "SELECT {fn TIMESTAMPADD(SQL_TSI_DAY, n + 1, f(a, b))} ~"
            + " SELECT (f(a, b) + (n + 1) * INTERVAL '1' day)",
        "SELECT {fn TIMESTAMPDIFF(SQL_TSI_MONTH, a, b)} ~ SELECT date_sub('month', a, b)",
        "SELECT {fn CONVERT(a, SQL_VARCHAR)} ~ SELECT CAST(a AS VARCHAR)",
        "SELECT {fn LOCATE('x', a)}, {fn DAYOFWEEK(d)} ~ SELECT strpos(a, 'x'), (dayofweek(d) + 1)",
        "SELECT * FROM {oj a LEFT OUTER JOIN b ON a.x = b.x} ~"
            + " SELECT * FROM a LEFT OUTER JOIN b ON a.x = b.x",
        "SELECT a LIKE 'x' {escape '!'} ~ SELECT a LIKE 'x' ESCAPE '!'",
        "SELECT a FROM t {limit 5} ~ SELECT a FROM t LIMIT 5",
      })
  void writesEscapesOut(String typed, String written) {
    assertThat(JdbcEscapes.translate(typed)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT {'a': 1, 'b': {'c': 2}}",
        "SELECT {d: 1, ts : 2}",
        "SELECT '{fn UCASE(x)}', \"{d '1'}\", E'\\'{fn UCASE(x)}'",
        "SELECT 1 -- {fn UCASE(x)}\n, /* {d /* '1'} */ {t} */ 2",
        "SELECT $$ {fn UCASE(x)} $$, $a$ {d '1'} $$ $a$, $1",
        "SELECT MAP {'a': 1}"
      })
  void leavesOtherBracesAlone(String typed) {
    assertThat(JdbcEscapes.translate(typed)).isEqualTo(typed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{call f(1)}", "{? = call f(1)}", "SELECT {fn CONVERT(a, SQL_ARRAY)}"})
  void refusesWhatIsNotAQuery(String typed) {
    refused(typed, ErrorCode.NOT_SUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT {fn UCASE(x)", "SELECT {d x}", "SELECT {d '1' || '2'}"})
  void refusesBrokenEscapes(String typed) {
    refused(typed, ErrorCode.SYNTAX);
  }

  @Test
  void refusesEscapesNestedTooDeeply() {
    refused("{fn f(".repeat(50_000), ErrorCode.TOO_LARGE);
  }

  private static void refused(String typed, ErrorCode code) {
    assertThatThrownBy(() -> JdbcEscapes.translate(typed))
        .isInstanceOfSatisfying(GatewayException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
