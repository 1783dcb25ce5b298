package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Bounds what one statement may make of one row: DuckDB counts neither the texts nor the lists
 * within a function against its memory, nor does it look at the clock meanwhile.
 *
 * <pre>repeat('ab', 3), repeat('*', least(rating, 9)), name || ', ' || city   are fine
 * repeat('x', rating), a text doubled in each of ten sub-queries           are refused</pre>
 *
 * <p>It estimates from above, with a stored value as the unit, and says nothing of how long stored
 * values are, nor of how many rows a group or an answer has: those the engine counts.
 */
final class Growth {
  /** The largest number that may tell how long a text becomes. */
  static final int LONGEST = 1_000;

  /** What a group's values make together; the engine bounds it, but not copies of it. */
  static final Size GROUP = Size.of(2048);

  /** A value of a type whose values are all short. */
  static final Size SHORT = Size.of(0.25);

  static final double CHARACTERS = 16;
  private static final double ELEMENTS = 4;

  /** Which operand says how long the result becomes. */
  private static final Map<String, Integer> LENGTHS =
      Map.of(
          "repeat",
          1,
          "lpad",
          1,
          "rpad",
          1,
          "bitstring",
          1,
          "to_base",
          2,
          "bar",
          3,
          "equi_width_bins",
          2,
          "list_resize",
          1,
          "array_resize",
          1);

  /** The last operand stands for each character or element of the first. */
  private static final Set<String> PRODUCTS =
      Set.of(
          "replace",
          "regexp_replace",
          "array_to_string",
          "list_string_agg",
          "list_select",
          "array_select",
          "json_pretty");

  /** One of the operands, or less. */
  private static final Set<String> CHOICES =
      Set.of("coalesce", "ifnull", "nullif", "if", "greatest", "least", "case");

  /** Functions that write each character as several. */
  private static final Set<String> SPELT_OUT =
      Set.of(
          "bin",
          "to_binary",
          "hex",
          "to_hex",
          "base64",
          "to_base64",
          "url_encode",
          "regexp_escape",
          "nfc_normalize");

  /** Functions that may put quotes and escapes into a text. */
  private static final Set<String> QUOTING =
      Set.of("cast", "try_cast", "to_json", "json_quote", "json_object", "json_array");

  /** Functions that make a list of numbers. */
  private static final Set<String> RANGES = Set.of("range", "generate_series");

  private static final Set<String> GATHERING =
      Set.of("list", "array_agg", "string_agg", "group_concat", "listagg", "histogram");

  /** A width that is long or comes from another operand. */
  private static final Pattern WIDE = Pattern.compile("\\d{4,}|\\*|\\{[^}]*\\{");

  /**
   * A part of an expression.
   *
   * @param most what its value, a number, is at most, if the statement says so
   * @param text if it is a literal
   */
  record Operand(Size size, OptionalDouble most, Optional<String> text) {
    static Operand of(Size size) {
      return new Operand(size, OptionalDouble.empty(), Optional.empty());
    }

    static Operand text(String text) {
      return new Operand(
          Size.of((text.length() + 1) / CHARACTERS), OptionalDouble.empty(), Optional.of(text));
    }

    static Operand number(double value) {
      return new Operand(SHORT, OptionalDouble.of(value), Optional.of(""));
    }

    private boolean isNumber() {
      return most.isPresent() && text.isPresent();
    }

    /** A NULL asks for nothing. */
    static Operand none() {
      return number(0);
    }
  }

  private final double most;
  private Size spent = Size.NONE;

  /**
   * @param most that all calls of a statement may make together
   */
  Growth(double most) {
    this.most = most;
  }

  /**
   * What a call makes.
   *
   * @param isShort true if every value of its type is
   */
  Operand call(String function, List<Operand> operands, boolean isShort) {
    Size made = made(function, operands);
    OptionalDouble bound = bound(function, operands);
    return new Operand(isShort ? SHORT : spend(function, made), bound, Optional.empty());
  }

  static boolean gathers(String aggregate) {
    return GATHERING.contains(aggregate);
  }

  private Size spend(String function, Size made) {
    spent = spent.plus(made);
    if (spent.itself() > most) {
      throw tooLong(function);
    }
    return made;
  }

  static GatewayException tooLong(String function) {
    return new GatewayException(
        ErrorCode.NOT_SUPPORTED,
        "`"
            + function
            + "` may make texts or lists too long here; make them shorter, or of fewer parts");
  }

  private static OptionalDouble bound(String function, List<Operand> operands) {
    List<Double> bounds =
        operands.stream().map(Operand::most).flatMap(most -> most.stream().boxed()).toList();
    boolean all = !bounds.isEmpty() && bounds.size() == operands.size();
    return switch (function) {
      case "least" -> bounds.stream().mapToDouble(Double::doubleValue).min();
      case "case", "coalesce", "greatest" ->
          all ? bounds.stream().mapToDouble(Double::doubleValue).max() : OptionalDouble.empty();
      case "-" ->
          all && operands.size() == 1 && operands.get(0).isNumber() && bounds.get(0) >= 0
              ? OptionalDouble.of(0)
              : OptionalDouble.empty();
      case "%", "mod" ->
          operands.size() == 2 && operands.get(1).isNumber()
              ? OptionalDouble.of(Math.abs(bounds.get(bounds.size() - 1)))
              : OptionalDouble.empty();
      default -> OptionalDouble.empty();
    };
  }

  private static Size made(String function, List<Operand> operands) {
    Size sum = Size.of(1 / CHARACTERS);
    Size largest = Size.NONE;
    for (Operand operand : operands) {
      sum = sum.plus(operand.size());
      largest = largest.or(operand.size());
    }
    if (CHOICES.contains(function)) {
      return largest;
    }
    if (SPELT_OUT.contains(function)) {
      return sum.times(8);
    }
    if (QUOTING.contains(function)) {
      return sum.times(2);
    }
    if (RANGES.contains(function)) {
      return SHORT.times(range(function, operands));
    }
    Integer place = LENGTHS.get(function);
    if (place != null && place < operands.size()) {
      return sum.times(length(function, operands.get(place)));
    }
    if (PRODUCTS.contains(function)) {
      Size last =
          operands.size() < 2 ? SHORT : operands.get(Math.min(2, operands.size() - 1)).size();
      return operands.get(0).size().times(last.times(CHARACTERS).plus(Size.of(1)));
    }
    if (function.equals("format") || function.equals("printf")) {
      return sum.times(places(operands));
    }
    return sum;
  }

  private static double length(String function, Operand told) {
    if (told.most().isEmpty() || told.most().getAsDouble() > LONGEST) {
      throw Ast.unsupported(function + " to a length that may be above " + LONGEST);
    }
    double length = Math.max(1, told.most().getAsDouble());
    return function.equals("repeat") ? length : 1 + length / ELEMENTS;
  }

  /** From nought or a written number to one that is bounded. */
  private static double range(String function, List<Operand> operands) {
    if (operands.size() == 1) {
      return 1 + length(function, operands.get(0));
    }
    if (!operands.get(0).isNumber() || !isPositive(operands)) {
      throw Ast.unsupported(
          function + " as a list of anything but plain numbers", function + " in FROM");
    }
    double first = operands.get(0).most().orElse(0);
    OptionalDouble last = operands.get(1).most();
    return 1 + length(function, new Operand(SHORT, less(last, first), Optional.empty()));
  }

  private static boolean isPositive(List<Operand> operands) {
    return operands.size() == 2
        || operands.get(2).isNumber() && operands.get(2).most().orElse(0) >= 1;
  }

  private static OptionalDouble less(OptionalDouble number, double by) {
    return number.isPresent() ? OptionalDouble.of(number.getAsDouble() - Math.min(0, by)) : number;
  }

  /** A form may write each value in several places. */
  private static double places(List<Operand> operands) {
    if (operands.isEmpty() || operands.get(0).most().isPresent()) {
      return 1;
    }
    String form = operands.get(0).text().orElse("{{");
    if (WIDE.matcher(form).find() || operands.get(0).text().isEmpty()) {
      throw Ast.unsupported("format or printf with another form than a plain text of small widths");
    }
    return 1 + form.length() / 2.0;
  }

  /**
   * What a function makes that applies a lambda to each element of a list.
   *
   * @param initial where a reduction starts, if it is given
   * @param parameters the lambda's; a reduction's first is what it has so far
   * @param body what the lambda makes of them
   */
  Operand lambda(
      String function,
      Size list,
      Optional<Size> initial,
      List<?> parameters,
      Supplier<Operand> body) {
    Size before = spent;
    spent = Size.NONE;
    Size made = body.get().size();
    Size within = spent;
    spent = before;
    boolean reduces = function.endsWith("reduce");
    if (reduces && made.factor(parameters.get(0)) > 1) {
      throw Ast.unsupported(function + " whose lambda takes what it has so far twice");
    }
    spend(function, each(list, parameters, within));
    Size start = initial.orElse(reduces ? list : Size.NONE);
    Size result = function.endsWith("filter") ? list : each(list, parameters, made).plus(start);
    return Operand.of(spend(function, result));
  }

  /** So much for each element; all elements together are the list. */
  private static Size each(Size list, List<?> parameters, Size made) {
    Size elements = Size.NONE;
    Size beside = made;
    for (Object parameter : parameters) {
      elements = elements.plus(list.times(made.factor(parameter)));
      beside = beside.with(parameter, Size.NONE);
    }
    return elements.plus(list.times(ELEMENTS).times(beside));
  }

  /**
   * What the columns of a recursive query hold in the end, of which each step makes new ones.
   *
   * @param names by which the step knows its own columns
   */
  List<Size> recursion(List<Size> seed, List<?> names, Supplier<List<Size>> step) {
    Size before = spent;
    spent = Size.NONE;
    List<Size> made = step.get();
    Size within = spent;
    spent = before;
    List<Size> columns = new ArrayList<>();
    for (int i = 0; i < seed.size(); i++) {
      Size column = made.get(i);
      double factor = names.stream().mapToDouble(column::factor).sum();
      if (factor > 1) {
        throw Ast.unsupported("a recursive query whose step takes its own column twice");
      }
      columns.add(GROUP.or(seed.get(i)));
    }
    Size all = within;
    for (int i = 0; i < seed.size(); i++) {
      all = all.with(names.get(i), columns.get(i));
    }
    spend("WITH RECURSIVE", all);
    return columns;
  }
}
