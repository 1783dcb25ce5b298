package io.sallyport.policy.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rex.RexCall;

/**
 * The allow-list of scalar functions, as data: what is not on it does not exist for analysts.
 *
 * <pre>
 * FunctionList.STANDARD.find("upper")  →  Entry[upper, mayFail=false, early=false, argument=false, overProtected=true]
 * </pre>
 */
public final class FunctionList {
  /**
   * One function.
   *
   * @param mayFail true if some input raises an error, so that it runs inside TRY over protected
   *     rows
   * @param early true if it may do so while the engine plans
   * @param argument true if it may stand inside an aggregate's argument over protected rows
   * @param overProtected true if it may be applied to protected rows at all
   */
  public record Entry(
      String name, boolean mayFail, boolean early, boolean argument, boolean overProtected) {}

  public static final FunctionList STANDARD = new FunctionList();

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private FunctionList() {
    for (String[] row : rows("functions.csv", "name,fails,argument,protected")) {
      boolean early = row[1].equals("early");
      Entry entry =
          new Entry(
              row[0],
              early || choice(row, 1, "try", "never"),
              early,
              choice(row, 2, "yes", "no"),
              choice(row, 3, "yes", "no"));
      if (entries.put(entry.name(), entry) != null) {
        throw new IllegalStateException("functions.csv lists " + entry.name() + " twice");
      }
    }
  }

  /** The function by its lower-case name. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** True for chance, and for what else may answer otherwise each time it is asked. */
  boolean drawsLots(RexCall call) {
    return find(call.getOperator().getName().toLowerCase(Locale.ROOT))
        .filter(function -> !function.overProtected())
        .isPresent();
  }

  /** All names, in the order of the list. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  static boolean choice(String[] row, int column, String yes, String no) {
    if (row[column].equals(yes)) {
      return true;
    }
    if (row[column].equals(no)) {
      return false;
    }
    throw new IllegalStateException("the list says " + row[column] + " of " + row[0]);
  }

  static List<String[]> rows(String resource, String header) {
    try (InputStream stream = FunctionList.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the list " + resource + " is missing");
      }
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
      List<String[]> rows = new ArrayList<>();
      boolean headed = false;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isBlank() || line.startsWith("# ")) {
          continue;
        }
        if (!headed) {
          if (!line.equals(header)) {
            throw new IllegalStateException(resource + " has another header: " + line);
          }
          headed = true;
          continue;
        }
        String[] row = line.split(",", -1);
        if (row.length != header.split(",", -1).length) {
          throw new IllegalStateException(resource + " has a broken line: " + line);
        }
        rows.add(row);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
