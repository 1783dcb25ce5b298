package io.sallyport.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over what DuckDB's parser makes of each literal. */
class ConstantIntervalTest {
  private static JsonNode parsed(String expression) throws Exception {
    try (Connection parser = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement ask =
            parser.prepareStatement(
                "SELECT json_serialize_sql(?, skip_null := true, skip_empty := true)")) {
      ask.setString(1, "SELECT " + expression);
      try (ResultSet tree = ask.executeQuery()) {
        tree.next();
        return new ObjectMapper()
            .readTree(tree.getString(1))
            .at("/statements/0/node/select_list/0");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INTERVAL '1' YEAR, 1",
    "INTERVAL 3 MONTH, 3",
    "INTERVAL '090' DAY, 90",
    "INTERVAL 999999 YEAR, 999999"
  })
  void readsWholeNumbers(String literal, String number) throws Exception {
    JsonNode call = parsed(literal);
    assertThat(ConstantInterval.number(call.path("function_name").asText(), call))
        .hasValueSatisfying(n -> assertThat(n).hasToString(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INTERVAL '1.5' YEAR",
        "INTERVAL '-1' YEAR",
        "INTERVAL ' 1' YEAR",
        "INTERVAL 1000000 YEAR",
        "INTERVAL 3 HOUR",
        "INTERVAL (x) MONTH",
        "INTERVAL (1 + 1) DAY",
        "to_years(TRY_CAST(trunc(CAST('1' AS DOUBLE)) AS INTEGER))",
        "to_years(CAST(round(CAST('1' AS DOUBLE)) AS INTEGER))",
        "to_years(CAST(trunc(CAST('1' AS FLOAT)) AS INTEGER))",
        "to_years(CAST('1' AS INTEGER))",
        "abs(CAST(trunc(CAST('1' AS DOUBLE)) AS INTEGER))",
        "to_years(1)"
      })
  void leavesWhatIsNotOne(String expression) throws Exception {
    JsonNode call = parsed(expression);
    assertThat(ConstantInterval.number(call.path("function_name").asText(), call)).isEmpty();
  }
}
