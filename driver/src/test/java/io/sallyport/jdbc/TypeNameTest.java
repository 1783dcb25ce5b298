package io.sallyport.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "JSON[] | JSON |",
        "HUGEINT[2][] | HUGEINT[2] |",
        "ENUM('a]', '[b')[3] | ENUM('a]', '[b') |",
        "MAP(VARCHAR, DECIMAL(38,2)) | VARCHAR | DECIMAL(38,2)",
        "TUPLE(INTEGER, STRUCT(a UUID)) | INTEGER | STRUCT(a UUID)",
        "STRUCT(a HUGEINT, \"b c\" JSON[]) | HUGEINT | JSON[]",
        "STRUCT(\"x, (y\" TIMESTAMP WITH TIME ZONE, \"c\"\"d e\" BLOB) | TIMESTAMP WITH TIME ZONE | BLOB",
        "UNION(e ENUM('it''s, (x)]', 'y'), m MAP(UUID, \"NULL\")) | ENUM('it''s, (x)]', 'y') | MAP(UUID, \"NULL\")",
      })
  void namesWhatIsInside(String type, String first, String second) {
    List<String> parts = second == null ? List.of(first) : List.of(first, second);
    assertThat(new TypeName(type).parts(parts.size())).isEqualTo(parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"VARCHAR", "DECIMAL(10,2)", "STRUCT(a INTEGER)", "STRUCT(", "STRUCT(a, b)", "MAP"})
  void saysNothingOfWhatDoesNotFit(String type) {
    assertThat(new TypeName(type).parts(3)).containsOnly("").hasSize(3);
  }

  @Test
  void isReplacedWhereTheServerGaveNone() {
    assertThat(new TypeName("").or("BLOB")).isEqualTo("BLOB");
    assertThat(new TypeName("GEOMETRY").or("BLOB")).isEqualTo("GEOMETRY");
  }
}
