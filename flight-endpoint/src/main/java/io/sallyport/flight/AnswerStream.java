package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.Answer;
import org.apache.arrow.flight.BackpressureStrategy.CallbackBackpressureStrategy;
import org.apache.arrow.flight.BackpressureStrategy.WaitResult;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Sends one answer as fast as the client reads it, a batch at a time and without copying.
 *
 * <p>Make it on gRPC's thread and run it on another: gRPC says that a client is ready on the thread
 * that called, which must therefore not wait for it.
 */
final class AnswerStream implements Runnable {
  private static final long PATIENCE_MILLIS = 300_000;

  private final Answers.Held held;
  private final ServerStreamListener client;
  private final CallbackBackpressureStrategy pace;

  AnswerStream(Answers.Held held, ServerStreamListener client) {
    this.held = held;
    this.client = client;
    this.pace =
        new CallbackBackpressureStrategy() {
          @Override
          protected void cancelCallback() {
            held.answer().cancel();
          }
        };
    pace.register(client);
  }

  @Override
  public void run() {
    try (held) {
      send(held.answer());
    } catch (RuntimeException e) {
      client.error(e);
      return;
    }
    client.completed();
  }

  private void send(Answer answer) {
    // The dictionaries come with the first batch and have to go out before it.
    boolean more = answer.next();
    VectorSchemaRoot batch = answer.batch();
    VectorSchemaRoot sent =
        new VectorSchemaRoot(
            ColumnSchemas.ofBatch(batch.getSchema(), answer.columns(), answer.warnings()),
            batch.getFieldVectors(),
            batch.getRowCount());
    client.setUseZeroCopy(true);
    client.start(sent, answer.dictionaries());
    while (more) {
      awaitClient();
      sent.setRowCount(batch.getRowCount());
      client.putNext();
      more = answer.next();
    }
  }

  private void awaitClient() {
    WaitResult result = pace.waitForListener(PATIENCE_MILLIS);
    if (result == WaitResult.TIMEOUT) {
      throw new FlightError(
          "57014",
          "TIMED_OUT",
          FlightError.Kind.TIMED_OUT,
          "the answer was not read for too long; read it faster or ask for less");
    }
    if (result != WaitResult.READY) {
      throw FlightError.cancelled();
    }
  }
}
