package io.sallyport.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the whole tour, with little data, on free ports. */
class DemoGatewayTest {
  private static final DemoHouse.Scale SMALL = new DemoHouse.Scale(ClinicData.Size.SMALL, 0.01);

  @TempDir static Path templates;
  @TempDir static Path place;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @BeforeAll
  static void takeFreePorts() throws IOException {
    for (String file : List.of("gateway.yaml", "clinic.policy.yaml", "tpch.policy.yaml")) {
      String text = Files.readString(Path.of("demo").resolve(file));
      Files.writeString(
          templates.resolve(file),
          text.replace("http: 8765", "http: 0").replace("flight: 31337", "flight: 0"));
    }
  }

  private List<String> tour() {
    DemoHouse house = DemoHouse.prepare(templates, place, SMALL, out);
    try (DemoGateway gateway = DemoGateway.start(house)) {
      gateway.introduce(out);
      return gateway.tour(out);
    }
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everyStepDoesWhatItSaysTwice() {
    assertThat(tour()).as(printed()).isEmpty();
    // A second visitor finds the request that the first one left waiting.
    assertThat(tour()).as(printed()).isEmpty();
    assertThat(printed())
        .contains("jdbc:sallyport://localhost:", "grpc+tls://localhost:", "bob-demo", "ca.pem")
        .contains("request 1 is approved");
  }

  @Test
  void aLaxPolicyIsNoticed() throws IOException {
    Path policy = templates.resolve("clinic.policy.yaml");
    String strict = Files.readString(policy);
    Files.writeString(policy, strict.replace("min_group_size: 10", "min_group_size: 2"));
    try {
      assertThat(tour()).singleElement().asString().contains("Small groups are left out");
      assertThat(printed()).contains("THIS IS NOT WHAT SHOULD HAVE COME");
    } finally {
      Files.writeString(policy, strict);
    }
  }
}
