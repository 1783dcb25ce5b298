package io.sallyport.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.proxy.Answer;
import io.sallyport.proxy.OutputColumn;
import io.sallyport.proxy.engine.DuckDbEngine;
import io.sallyport.proxy.engine.Engine;
import io.sallyport.proxy.engine.EngineSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAnswerTest {
  private record OfEngine(Engine.Run run) implements Answer {
    @Override
    public List<OutputColumn> columns() {
      return List.of(new OutputColumn("x", "VARCHAR", true));
    }

    @Override
    public List<String> warnings() {
      return List.of();
    }

    @Override
    public ArrowReader batches() {
      return run.batches();
    }

    @Override
    public void cancel() {
      run.cancel();
    }

    @Override
    public void close() {
      run.close();
    }
  }

  /** Whoever closes it, and whoever has read its last batch. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givesAllMemoryBackWhenAnotherThreadCloses(boolean arrow, @TempDir Path directory)
      throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (DuckDbEngine engine =
        DuckDbEngine.open(
            new EngineSettings(512L << 20, 1, directory.resolve("spill"), 64L << 20), List.of())) {
      Engine.Run run =
          engine.run(
              "SELECT 'row ' || i AS x FROM range(2000000) t(i)",
              List.of(),
              Instant.now().plusSeconds(60));
      OpenAnswer open = OpenAnswer.begin(new OfEngine(run), arrow, reader);
      assertThat(open.begunWithin(Duration.ofSeconds(60))).isTrue();
      BufferAllocator memory = run.batches().getVectorSchemaRoot().getVector(0).getAllocator();
      assertThat(memory.getAllocatedMemory()).isPositive();
      // Until its task ends the reader may hold the answer, and would free it then.
      reader.submit(() -> {}).get();
      open.close();
      assertThat(memory.getAllocatedMemory()).isZero();
    } finally {
      reader.shutdownNow();
    }
  }
}
