package io.sallyport.flight;

import static io.sallyport.flight.OpenDoor.ANN;
import static io.sallyport.flight.OpenDoor.BOB;
import static io.sallyport.flight.OpenDoor.failure;
import static io.sallyport.flight.OpenDoor.rows;
import static io.sallyport.flight.OpenDoor.sqlState;
import static io.sallyport.flight.OpenDoor.stream;
import static io.sallyport.flight.OpenDoor.told;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayProducerTest {
  private OpenDoor open;
  private FlightSqlClient client;

  @BeforeEach
  void open() throws Exception {
    open = new OpenDoor();
    client = open.sqlWithCookies();
  }

  @AfterEach
  void close() throws Exception {
    open.close();
  }

  @Test
  void beginsWithTheTicketAndNotBefore() throws Exception {
    FlightInfo info = client.execute("ROWS 3", ANN);
    assertThat(open.gateway.begun).hasValue(0);
    assertThat(info.getRecords()).isEqualTo(-1);
    assertThat(info.getBytes()).isEqualTo(-1);
    assertThat(info.getEndpoints()).hasSize(1);
    assertThat(info.getEndpoints().get(0).getLocations()).isEmpty();
    assertThat(new String(info.getEndpoints().get(0).getTicket().getBytes()))
        .doesNotContain("ROWS");
    FlightStream stream = stream(client, info, ANN);
    assertThat(stream.getSchema()).isEqualTo(info.getSchemaOptional().orElseThrow());
    assertThat(rows(stream)).containsExactly("0, row 0", "1, row 1", "2, row 2");
    assertThat(open.gateway.begun).hasValue(1);
    OpenDoor.within(Duration.ofSeconds(1), () -> open.gateway.running.isEmpty());
  }

  @Test
  void tellsWhatClientsLookForInMetadata() throws Exception {
    Schema schema = client.execute("WARN 1", ANN).getSchemaOptional().orElseThrow();
    assertThat(schema.getCustomMetadata())
        .containsEntry("sallyport.warnings", "[\"small \\\"groups\\\" were left out\"]");
    assertThat(schema.getFields().get(0).getMetadata())
        .containsEntry("ARROW:FLIGHT:SQL:TYPE_NAME", "BIGINT")
        .containsEntry("ARROW:FLIGHT:SQL:IS_READ_ONLY", "1");
  }

  @Test
  void describesWithoutRunning() throws Exception {
    Schema schema = client.getExecuteSchema("ROWS 1", ANN).getSchema();
    assertThat(schema.findField("number").getType()).isEqualTo(new ArrowType.Int(64, true));
    assertThat(open.gateway.bound).isEmpty();
  }

  @Test
  void refusesWhenAskedNotWhenRead() throws Exception {
    assertThat(told(() -> client.execute("REFUSE", ANN)))
        .containsExactly("42501", "REFUSED", "`visits.name` cannot be shown; aggregate it");
    assertThat(failure(() -> client.execute("REFUSE", ANN)).status().code())
        .isEqualTo(FlightStatusCode.UNAUTHORIZED);
    assertThat(told(() -> client.execute("DROP", ANN)))
        .containsExactly("42601", "SYNTAX", "`DROP` is not known");
  }

  @Test
  void neverTellsAnUnexpectedFailuresText() throws Exception {
    List<String> told = told(() -> client.execute("MAYBE", ANN));
    assertThat(told.get(0)).isEqualTo("XX000");
    assertThat(told.get(2)).matches("the gateway failed; incident [0-9a-f]{10}");
    FlightInfo info = client.execute("CRASH", ANN);
    var inStream = failure(() -> rows(stream(client, info, ANN)));
    assertThat(inStream.status().metadata().get("sqlstate")).isEqualTo("XX000");
    assertThat(inStream.toString() + inStream.status()).doesNotContain(MemoryGateway.SECRET);
  }

  @Test
  void takesATicketOnce() throws Exception {
    FlightInfo info = client.execute("ROWS 1", ANN);
    rows(stream(client, info, ANN));
    List<String> used = told(() -> rows(stream(client, info, ANN)));
    assertThat(used.get(0)).isEqualTo("26000");

    FlightInfo foreign = client.execute("ROWS 1", ANN);
    FlightSqlClient other = open.sql();
    assertThat(told(() -> rows(stream(other, foreign, BOB)))).isEqualTo(used);
    assertThat(told(() -> rows(client.getStream(new Ticket(new byte[] {1, 2}), ANN))))
        .isEqualTo(used);
    assertThat(rows(stream(other, foreign, ANN))).as("still good for its user").hasSize(1);
  }

  @Test
  void forgetsATicketThatNobodyUses() throws Exception {
    FlightInfo info = client.execute("ROWS 1", ANN);
    assertThat(open.gateway.running).hasSize(1);
    open.clock.pass(Duration.ofSeconds(61));
    open.door.sweep();
    assertThat(open.gateway.running).isEmpty();
    assertThat(sqlState(() -> rows(stream(client, info, ANN)))).isEqualTo("26000");
  }

  @Test
  void bindsParameters() throws Exception {
    try (PreparedStatement statement = client.prepare("ECHO ? ?", ANN)) {
      assertThat(statement.getParameterSchema().getFields()).hasSize(2);
      assertThat(statement.getResultSetSchema().getFields()).hasSize(1);
      assertThat(rows(stream(client, statement.execute(ANN), ANN))).isEmpty();
      for (long number : new long[] {7, 8}) {
        BigIntVector first = new BigIntVector("1", open.allocator);
        VarCharVector second = new VarCharVector("2", open.allocator);
        first.setSafe(0, number);
        second.setNull(0);
        first.setValueCount(1);
        second.setValueCount(1);
        statement.setParameters(VectorSchemaRoot.of(first, second));
        assertThat(rows(stream(client, statement.execute(ANN), ANN)))
            .containsExactly(String.valueOf(number), "null");
      }
      statement.clearParameters();
      statement.close(ANN);
    }
    assertThat(open.gateway.bound.get(2)).isEqualTo(Arrays.asList(8L, null));
  }

  @Test
  void keepsAPreparedStatementToItsUser() throws Exception {
    PreparedStatement statement = client.prepare("ECHO", ANN);
    FlightDescriptor descriptor = statement.execute(ANN).getDescriptor();
    FlightClient other = open.client();
    List<String> foreign = told(() -> other.getInfo(descriptor, BOB));
    assertThat(foreign.get(0)).isEqualTo("26000");
    assertThat(rows(stream(client, other.getInfo(descriptor, ANN), ANN)))
        .as("the handle is its user's on any connection")
        .isEmpty();
    statement.close(ANN);
    assertThat(told(() -> other.getInfo(descriptor, ANN))).isEqualTo(foreign);
  }

  @Test
  void cancelsBeforeAndWhileItIsRead() throws Exception {
    FlightInfo waiting = client.execute("ROWS 5", ANN);
    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(waiting), ANN).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    assertThat(open.gateway.running).isEmpty();
    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(waiting), ANN).getStatus())
        .isEqualTo(CancelStatus.NOT_CANCELLABLE);

    FlightInfo slow = client.execute("SLOW", ANN);
    FlightStream stream = stream(client, slow, ANN);
    OpenDoor.within(Duration.ofSeconds(5), () -> open.gateway.begun.get() == 1);
    assertThat(open.sql().cancelFlightInfo(new CancelFlightInfoRequest(slow), BOB).getStatus())
        .isEqualTo(CancelStatus.NOT_CANCELLABLE);
    assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(slow), ANN).getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    assertThat(sqlState(() -> rows(stream))).isEqualTo("57014");
    OpenDoor.within(Duration.ofSeconds(1), () -> open.gateway.running.isEmpty());
  }

  @Test
  void changesNothing() throws Exception {
    assertThat(sqlState(() -> client.executeUpdate("DELETE", ANN))).isEqualTo("42501");
    try (PreparedStatement statement = client.prepare("ECHO ?", ANN)) {
      assertThat(sqlState(() -> statement.executeUpdate(ANN))).isEqualTo("42501");
      statement.close(ANN);
    }
    assertThat(sqlState(() -> client.beginTransaction(ANN))).isEqualTo("0A000");
    assertThat(
            sqlState(
                () ->
                    client.executeSubstrait(
                        new FlightSqlClient.SubstraitPlan(new byte[] {1}, "1"), ANN)))
        .isEqualTo("0A000");
  }

  @Test
  void showsTheCatalogue() throws Exception {
    assertThat(rows(stream(client, client.getCatalogs(ANN), ANN))).isEmpty();
    assertThat(rows(stream(client, client.getSchemas(null, null, ANN), ANN)))
        .containsExactly("null, clinic", "null, tpch");
    assertThat(rows(stream(client, client.getSchemas(null, "c%", ANN), ANN)))
        .containsExactly("null, clinic");
    assertThat(rows(stream(client, client.getTableTypes(ANN), ANN))).containsExactly("TABLE");
    assertThat(
            rows(stream(client, client.getTables(null, "clinic", "v_sits", null, false, ANN), ANN)))
        .containsExactly("null, clinic, visits, TABLE");
    assertThat(
            rows(
                stream(
                    client, client.getTables(null, null, null, List.of("VIEW"), false, ANN), ANN)))
        .isEmpty();
    assertThat(
            rows(
                stream(
                    client,
                    client.getPrimaryKeys(
                        org.apache.arrow.flight.sql.util.TableRef.of(null, "clinic", "visits"),
                        ANN),
                    ANN)))
        .containsExactly("null, clinic, visits, number, 1, null");
    var table = org.apache.arrow.flight.sql.util.TableRef.of(null, "clinic", "visits");
    assertThat(rows(stream(client, client.getExportedKeys(table, ANN), ANN))).isEmpty();
    assertThat(rows(stream(client, client.getImportedKeys(table, ANN), ANN))).isEmpty();
    assertThat(rows(stream(client, client.getCrossReference(table, table, ANN), ANN))).isEmpty();
  }

  @Test
  void showsTheSchemaOfATable() throws Exception {
    try (FlightStream stream =
        stream(client, client.getTables(null, "tpch", null, null, true, ANN), ANN)) {
      assertThat(stream.next()).isTrue();
      byte[] bytes = (byte[]) stream.getRoot().getVector("table_schema").getObject(0);
      Schema schema = Schema.deserializeMessage(java.nio.ByteBuffer.wrap(bytes));
      assertThat(schema.findField("number").getMetadata())
          .containsEntry("ARROW:FLIGHT:SQL:TABLE_NAME", "visits")
          .containsEntry("ARROW:FLIGHT:SQL:SCHEMA_NAME", "tpch");
    }
  }

  @Test
  void saysWhatItIs() throws Exception {
    assertThat(rows(stream(client, client.getSqlInfo(new int[0], ANN), ANN)))
        .hasSize(SqlInfo.values().length - 7)
        .contains("0, Memory", "1, 1.2", "3, true");
    assertThat(
            rows(stream(client, client.getSqlInfo(new SqlInfo[] {SqlInfo.SQL_KEYWORDS}, ANN), ANN)))
        .containsExactly("508, [\"ECHO\"]");
    assertThat(rows(stream(client, client.getSqlInfo(new int[] {99_999}, ANN), ANN))).isEmpty();
    assertThat(rows(stream(client, client.getXdbcTypeInfo(ANN), ANN))).hasSize(2);
    assertThat(rows(stream(client, client.getXdbcTypeInfo(12, ANN), ANN)))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("VARCHAR, 12, 2147483647, ', '");
  }
}
