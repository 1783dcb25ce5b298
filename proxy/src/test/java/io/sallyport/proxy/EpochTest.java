package io.sallyport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.proxy.engine.Dataset;
import io.sallyport.proxy.engine.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochTest {
  @TempDir Path directory;

  @Test
  void changesWithTheFilesAndOnlyThen() throws Exception {
    Path one = Files.writeString(directory.resolve("one.csv"), "a\n1\n");
    Path two = Files.writeString(directory.resolve("two.csv"), "a\n2\n");
    Files.setLastModifiedTime(one, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    Dataset dataset = new Dataset("lab", List.of(new Source.Csv("t", List.of(one, two))));
    String before = Epoch.of(dataset);
    assertThat(Epoch.of(dataset)).isEqualTo(before);

    Files.writeString(one, "a\n3\n");
    String rewritten = Epoch.of(dataset);
    assertThat(rewritten).isNotEqualTo(before);

    Files.writeString(two, "a\n2\n4\n");
    String longer = Epoch.of(dataset);
    assertThat(longer).isNotEqualTo(rewritten);

    Files.delete(two);
    assertThat(Epoch.of(dataset)).isNotEqualTo(longer);
  }
}
