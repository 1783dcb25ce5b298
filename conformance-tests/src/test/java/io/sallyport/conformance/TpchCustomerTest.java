package io.sallyport.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 22 queries of TPC-H with the customer as privacy unit, through our driver. */
class TpchCustomerTest {
  private static final Map<String, Expected> EXPECTED = expected();

  @TempDir static Path directory;
  private static TpchGateway gateway;
  private static Guarded ten;
  private static Guarded two;
  private static Connection bare;

  /** A session with one of the policies. */
  record Guarded(String dataset, int smallestGroup, Connection connection) {
    static Guarded of(String dataset, int smallestGroup) throws SQLException {
      return new Guarded(dataset, smallestGroup, gateway.connect(dataset));
    }
  }

  /** What {@code customer.yaml} says of one query. */
  record Expected(
      String because,
      boolean unguarded,
      Optional<String> sameAs,
      Optional<String> refused,
      boolean suppresses) {
    Expected {
      if (Stream.of(unguarded, sameAs.isPresent(), refused.isPresent()).filter(b -> b).count()
          != 1) {
        throw new IllegalArgumentException(
            "a query is one of unguarded, same_as and refused. Because: " + because);
      }
    }

    static Expected of(JsonNode query) {
      return new Expected(
          query.required("because").textValue(),
          query.path("unguarded").booleanValue(),
          Optional.ofNullable(query.get("same_as")).map(JsonNode::textValue),
          Optional.ofNullable(query.get("refused")).map(JsonNode::textValue),
          query.path("suppresses").booleanValue());
    }
  }

  private static Map<String, Expected> expected() {
    Map<String, Expected> expected = new TreeMap<>();
    try (InputStream file = TpchGateway.resource("customer.yaml")) {
      new ObjectMapper(new YAMLFactory())
          .readTree(file)
          .properties()
          .forEach(query -> expected.put(query.getKey(), Expected.of(query.getValue())));
    } catch (IOException e) {
      throw new IllegalStateException("customer.yaml cannot be read", e);
    }
    return expected;
  }

  @BeforeAll
  static void open() throws Exception {
    gateway = TpchGateway.start(directory);
    ten = Guarded.of(TpchGateway.CUSTOMER, 10);
    two = Guarded.of(TpchGateway.PAIR, 2);
    bare = gateway.bare();
  }

  @AfterAll
  static void close() throws Exception {
    ten.connection().close();
    two.connection().close();
    bare.close();
    gateway.close();
  }

  @Test
  void everyQueryHasItsExpectation() {
    assertThat(EXPECTED.keySet()).containsExactlyElementsOf(TpchGateway.queries());
    assertThat(EXPECTED.values().stream().filter(e -> e.sameAs().isPresent()))
        .hasSizeGreaterThanOrEqualTo(8);
  }

  static List<String> queries() {
    return TpchGateway.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void isAnsweredAboutTenCustomersOrRefused(String name) throws Exception {
    check(name, ten);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void isAnsweredAboutTwoCustomersOrRefused(String name) throws Exception {
    check(name, two);
  }

  private static void check(String name, Guarded session) throws Exception {
    Expected expected = expected(name);
    String sql = TpchGateway.query(name);
    if (expected.refused().isPresent()) {
      String reason = expected.refused().get().replace("`customer.", "`" + session.dataset() + ".");
      assertThatThrownBy(() -> rows(session.connection(), sql))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"))
          .hasMessageContaining(reason);
      return;
    }
    String byHand =
        expected.sameAs().orElse(sql).replace(":k", Integer.toString(session.smallestGroup()));
    assertThat(rows(session.connection(), sql)).isEqualTo(rows(bare, byHand));
  }

  private static Expected expected(String name) {
    return Objects.requireNonNull(EXPECTED.get(name), name);
  }

  /** An expectation that suppresses nothing would also be met without a guard. */
  @ParameterizedTest
  @MethodSource("queries")
  void leavesOutWhatTheFileSays(String name) throws Exception {
    Expected expected = expected(name);
    if (expected.refused().isEmpty()) {
      String sql = TpchGateway.query(name);
      boolean suppresses = !rows(ten.connection(), sql).equals(rows(bare, sql));
      assertThat(suppresses).isEqualTo(expected.suppresses());
    }
  }

  private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return JdbcDoor.read(rows, Cells.TWELVE_DIGITS).rows();
    }
  }
}
