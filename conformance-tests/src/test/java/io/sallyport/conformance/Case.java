package io.sallyport.conformance;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One case: a question, who asks, and what must come back at every door.
 *
 * @param attack true if it tries to get what the policy keeps
 * @param declared true if its answer may tell one person's presence or values, because it is a
 *     total or a difference of totals, which a minimum group size does not stop
 * @param inProcess true if clients refuse to send it, so that only the gateway itself can be tried
 * @param dataset what unqualified names mean; {@code sealed} unless given
 * @param rows the exact answer, as text
 * @param sameAs SQL over the bare data whose answer must be the same
 * @param ordered true if the order of rows counts
 * @param sqlState of the error that must come
 * @param reason a part of the error's sentence
 */
record Case(
    String name,
    String family,
    boolean attack,
    boolean declared,
    boolean inProcess,
    String user,
    String dataset,
    String purpose,
    String sql,
    List<@Nullable Object> parameters,
    Optional<List<List<String>>> rows,
    Optional<String> sameAs,
    boolean ordered,
    Optional<String> sqlState,
    String reason) {

  Case {
    long expectations =
        Stream.of(rows.isPresent(), sameAs.isPresent(), sqlState.isPresent())
            .filter(given -> given)
            .count();
    if (expectations != 1) {
      throw new IllegalArgumentException(
          "a case has one expectation of rows, same_as and sqlstate. Given "
              + expectations
              + ": "
              + name);
    }
    if (sqlState.isPresent() && reason.isEmpty()) {
      throw new IllegalArgumentException("a refusal has its reason: " + name);
    }
  }

  /** All cases of a folder of resources, file by file. */
  static List<Case> in(String folder) {
    URL url = Objects.requireNonNull(Case.class.getResource("/" + folder), folder);
    try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
      List<Case> cases = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        cases.addAll(read(file));
      }
      return cases;
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("the cases cannot be read: " + folder, e);
    }
  }

  private static List<Case> read(Path file) throws IOException {
    ObjectMapper yaml =
        new ObjectMapper(new YAMLFactory())
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
            .configure(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, true)
            .configure(DeserializationFeature.USE_LONG_FOR_INTS, true);
    Sheet sheet = yaml.readValue(file.toFile(), Sheet.class);
    List<Case> cases = new ArrayList<>();
    for (Sheet.Line line : Objects.requireNonNull(sheet.cases, file.toString())) {
      cases.add(line.toCase(sheet));
    }
    return cases;
  }

  /** A file of cases as it is written. */
  private static final class Sheet {
    @JsonProperty String family = "";
    @JsonProperty boolean attack;
    @JsonProperty boolean declared;
    @JsonProperty String dataset = "sealed";
    @JsonProperty @Nullable List<Line> cases;

    private static final class Line {
      @JsonProperty String name = "";

      @JsonProperty("in_process")
      boolean inProcess;

      @JsonProperty String user = "bob";
      @JsonProperty @Nullable String dataset;
      @JsonProperty String purpose = "";
      @JsonProperty String sql = "";
      @JsonProperty List<@Nullable Object> parameters = List.of();
      @JsonProperty @Nullable List<List<@Nullable Object>> rows;

      @JsonProperty("same_as")
      @Nullable String sameAs;

      @JsonProperty boolean ordered;
      @JsonProperty @Nullable String sqlstate;
      @JsonProperty String reason = "";

      Case toCase(Sheet sheet) {
        return new Case(
            name,
            sheet.family,
            sheet.attack,
            sheet.declared,
            inProcess,
            user,
            dataset == null ? sheet.dataset : dataset,
            purpose,
            sql,
            parameters,
            Optional.ofNullable(rows)
                .map(
                    all ->
                        all.stream()
                            .map(row -> row.stream().map(Cells.TWELVE_DIGITS::text).toList())
                            .toList()),
            Optional.ofNullable(sameAs),
            ordered,
            Optional.ofNullable(sqlstate),
            reason);
      }
    }
  }
}
