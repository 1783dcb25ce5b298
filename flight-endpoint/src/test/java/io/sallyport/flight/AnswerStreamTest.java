package io.sallyport.flight;

import static io.sallyport.flight.OpenDoor.ANN;
import static io.sallyport.flight.OpenDoor.failure;
import static io.sallyport.flight.OpenDoor.rows;
import static io.sallyport.flight.OpenDoor.stream;
import static io.sallyport.flight.OpenDoor.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AnswerStreamTest {
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
  void sendsEveryRowOnce() throws Exception {
    FlightInfo info = client.execute("ROWS 5000000", ANN);
    long count = 0;
    long sum = 0;
    try (FlightStream stream = stream(client, info, ANN)) {
      while (stream.next()) {
        BigIntVector numbers = (BigIntVector) stream.getRoot().getVector("number");
        for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
          sum += numbers.get(row);
        }
        count += stream.getRoot().getRowCount();
      }
    }
    assertThat(count).isEqualTo(5_000_000);
    assertThat(sum).isEqualTo(4_999_999L * 5_000_000 / 2);
  }

  @Test
  void waitsForASlowClient() throws Exception {
    FlightInfo info = client.execute("ROWS 100000000", ANN);
    try (FlightStream stream = stream(client, info, ANN)) {
      assertThat(stream.next()).isTrue();
      Thread.sleep(1500);
      long made = open.gateway.batchesMade.get();
      assertThat(made).as("batches made for a client that read one").isLessThan(100);
      Thread.sleep(500);
      assertThat(open.gateway.batchesMade).hasValue(made);
      stream.cancel("enough", null);
    }
    within(Duration.ofSeconds(1), () -> open.gateway.running.isEmpty());
  }

  @Test
  void sendsDictionaries() throws Exception {
    FlightInfo info = client.execute("ENUM 70000", ANN);
    int near = 0;
    try (FlightStream stream = stream(client, info, ANN)) {
      while (stream.next()) {
        FieldVector kinds = stream.getRoot().getVector("kind");
        var dictionary =
            stream.getDictionaryProvider().lookup(kinds.getField().getDictionary().getId());
        try (var decoded = DictionaryEncoder.decode(kinds, dictionary)) {
          for (int row = 0; row < decoded.getValueCount(); row++) {
            near += decoded.getObject(row).toString().equals("near") ? 1 : 0;
          }
        }
      }
    }
    assertThat(near).isEqualTo(35_000);
  }

  @Test
  void sendsAnEmptyAnswer() throws Exception {
    assertThat(rows(stream(client, client.execute("ENUM 0", ANN), ANN))).isEmpty();
    assertThat(rows(stream(client, client.execute("ROWS 0", ANN), ANN))).isEmpty();
  }

  @Test
  void tellsAFailureInMidStream() throws Exception {
    FlightInfo info = client.execute("BREAK", ANN);
    FlightStream stream = stream(client, info, ANN);
    assertThat(stream.next()).isTrue();
    var failure = failure(() -> rows(stream));
    assertThat(failure.status().metadata().get("sqlstate")).isEqualTo("XX000");
    assertThat(failure.status().description()).isEqualTo("the query could not be computed");
  }

  @Test
  void endsWithAClientThatGoesAway() throws Exception {
    FlightClient leaving = open.client();
    FlightSqlClient sql = new FlightSqlClient(leaving);
    FlightStream stream = stream(sql, sql.execute("ROWS 100000000", ANN), ANN);
    assertThat(stream.next()).isTrue();
    FlightStream waiting = stream(sql, sql.execute("SLOW", ANN), ANN);
    within(Duration.ofSeconds(5), () -> open.gateway.begun.get() == 2);
    waiting.cancel("gone", null);
    stream.cancel("gone", null);
    waiting.close();
    stream.close();
    leaving.close();
    within(Duration.ofSeconds(1), () -> open.gateway.running.isEmpty());
    within(Duration.ofSeconds(1), () -> open.door.answers() == 0);
  }

  @Test
  void endsWhenTheDoorCloses() throws Exception {
    FlightStream stream = stream(client, client.execute("SLOW", ANN), ANN);
    within(Duration.ofSeconds(5), () -> open.gateway.begun.get() == 1);
    open.door.close();
    assertThat(open.gateway.running).isEmpty();
    failure(() -> rows(stream));
  }
}
