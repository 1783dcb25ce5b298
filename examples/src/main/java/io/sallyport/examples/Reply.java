package io.sallyport.examples;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What came back of a question, at whichever door it was asked. */
sealed interface Reply {
  <T> T fold(Function<Rows, T> rows, Function<Refusal, T> refusal);

  /** As a person reads it, each line with a line feed. */
  String text();

  /**
   * An answer.
   *
   * @param warnings what the gateway says of it, such as that small groups were left out
   */
  record Rows(List<String> columns, List<List<String>> rows, List<String> warnings)
      implements Reply {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

    public Rows {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
      warnings = List.copyOf(warnings);
    }

    @Override
    public <T> T fold(Function<Rows, T> rows, Function<Refusal, T> refusal) {
      return rows.apply(this);
    }

    /** Columns under each other, numbers to the right. */
    @Override
    public String text() {
      List<String> formats =
          IntStream.range(0, columns.size()).mapToObj(this::format).collect(Collectors.toList());
      StringBuilder text = new StringBuilder();
      line(text, formats, columns);
      rows.forEach(row -> line(text, formats, row));
      warnings.forEach(warning -> text.append("warning: ").append(warning).append('\n'));
      return text.toString();
    }

    private String format(int column) {
      List<String> cells = rows.stream().map(row -> row.get(column)).toList();
      int width =
          IntStream.concat(
                  IntStream.of(columns.get(column).length()),
                  cells.stream().mapToInt(String::length))
              .max()
              .orElseThrow();
      boolean numbers = cells.stream().allMatch(cell -> NUMBER.matcher(cell).matches());
      return "%" + (numbers ? "" : "-") + width + "s";
    }

    private static void line(StringBuilder text, List<String> formats, List<String> cells) {
      String line =
          IntStream.range(0, cells.size())
              .mapToObj(i -> String.format(formats.get(i), cells.get(i)))
              .collect(Collectors.joining("  "));
      text.append(line.stripTrailing()).append('\n');
    }

    /** The cell as a number; it fails where there is none. */
    long number(int row, String column) {
      return Long.parseLong(rows.get(row).get(columns.indexOf(column)));
    }
  }

  /** No answer, and why. */
  record Refusal(String sqlState, String message) implements Reply {
    @Override
    public <T> T fold(Function<Rows, T> rows, Function<Refusal, T> refusal) {
      return refusal.apply(this);
    }

    @Override
    public String text() {
      return "[" + sqlState + "] " + message + "\n";
    }
  }
}
