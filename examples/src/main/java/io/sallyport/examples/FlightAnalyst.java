package io.sallyport.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Apache's {@code FlightSqlClient}: nothing of Sallyport is needed on this side. */
final class FlightAnalyst implements Analyst {
  private final BufferAllocator allocator;
  private final FlightSqlClient client;
  private final CallOption login;

  private FlightAnalyst(BufferAllocator allocator, FlightSqlClient client, CallOption login) {
    this.allocator = allocator;
    this.client = client;
    this.login = login;
  }

  static FlightAnalyst connect(String host, int port, Path caFile, Account account) {
    BufferAllocator allocator = new RootAllocator();
    try (InputStream ca = Files.newInputStream(caFile)) {
      FlightClient transport =
          FlightClient.builder(allocator, Location.forGrpcTls(host, port))
              .trustedCertificates(ca)
              .build();
      CallOption login =
          transport
              .authenticateBasicToken(account.user(), account.password())
              .orElseThrow(() -> new IllegalStateException("the handshake gave no token"));
      return new FlightAnalyst(allocator, new FlightSqlClient(transport), login);
    } catch (IOException e) {
      throw new IllegalStateException("no CA certificate in " + caFile, e);
    }
  }

  @Override
  public String door() {
    return "Arrow Flight SQL";
  }

  @Override
  public Reply ask(String sql) {
    List<String> columns = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    try {
      for (FlightEndpoint part : client.execute(sql, login).getEndpoints()) {
        try (FlightStream stream = client.getStream(part.getTicket(), login)) {
          columns = stream.getSchema().getFields().stream().map(Field::getName).toList();
          while (stream.next()) {
            addRows(stream.getRoot(), rows);
          }
        }
      }
      return new Reply.Rows(columns, rows, List.of());
    } catch (FlightRuntimeException e) {
      ErrorFlightMetadata metadata = e.status().metadata();
      return new Reply.Refusal(
          metadata == null ? "none" : String.valueOf(metadata.get("sqlstate")),
          String.valueOf(e.status().description()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the stream does not close", e);
    }
  }

  private static void addRows(VectorSchemaRoot batch, List<List<String>> rows) {
    for (int i = 0; i < batch.getRowCount(); i++) {
      List<String> row = new ArrayList<>();
      for (FieldVector column : batch.getFieldVectors()) {
        row.add(String.valueOf(column.getObject(i)));
      }
      rows.add(row);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception e) {
      throw new IllegalStateException("the connection does not close", e);
    }
    allocator.close();
  }
}
