package io.sallyport.policy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a published statement: its type and the values that may stand for it.
 *
 * <pre>least: { type: "DECIMAL(10,2)", between: [0, 1000] }</pre>
 *
 * <p>A value must have the type already; nothing is cast to make it fit, and NULL never does.
 *
 * @param name without its sign
 * @param type DuckDB's name of it
 * @param allowed as the policy says it, such as {@code from 0 to 1000}
 */
record TemplateParameter(String name, String type, Allowed allowed) {
  /** Which values pass. */
  sealed interface Allowed {
    boolean has(Value value);

    /** From one to the other, both included. */
    record Between(Value least, Value greatest) implements Allowed {
      @Override
      public boolean has(Value value) {
        return value.compareTo(least) >= 0 && value.compareTo(greatest) <= 0;
      }

      @Override
      public String toString() {
        return "from " + least + " to " + greatest;
      }
    }

    /** One of these. */
    record OneOf(List<Value> values) implements Allowed {
      public OneOf {
        values = List.copyOf(values);
      }

      @Override
      public boolean has(Value value) {
        return values.stream().anyMatch(one -> one.compareTo(value) == 0);
      }

      @Override
      public String toString() {
        return "one of " + String.join(", ", values.stream().map(Value::toString).toList());
      }
    }
  }

  /** What the values of a type are in Java, and which can be told apart by size. */
  enum Kind {
    NUMBER,
    TEXT,
    TRUTH,
    DAY,
    MOMENT;

    /** Empty for types that no parameter of a template has. */
    static Optional<Kind> of(String type) {
      return switch (type) {
        case "VARCHAR" -> Optional.of(TEXT);
        case "BOOLEAN" -> Optional.of(TRUTH);
        case "DATE" -> Optional.of(DAY);
        case "TIMESTAMP" -> Optional.of(MOMENT);
        default -> NumericColumn.numeric(type) ? Optional.of(NUMBER) : Optional.empty();
      };
    }

    boolean ordered() {
      return this == NUMBER || this == DAY || this == MOMENT;
    }
  }

  /** A value that can be compared with those of the same kind: 1.0 and 1 are one number. */
  record Value(Comparable<?> value) implements Comparable<Value> {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // values of one parameter have one class
    public int compareTo(Value other) {
      return ((Comparable) value).compareTo(other.value);
    }

    @Override
    public String toString() {
      return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }
  }

  /** ISO and nothing else, because DuckDB reads other forms in ways of its own. */
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private static final Pattern MOMENT =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?");

  Kind kind() {
    return Kind.of(type)
        .orElseThrow(() -> new IllegalStateException("a template's parameter has a kind"));
  }

  /**
   * The value that a query has in the parameter's place; empty if it is of another type.
   *
   * @param constant as the plan has it
   * @param values of the query's own parameters
   */
  Optional<Value> value(RexNode constant, List<? extends @Nullable Object> values) {
    if (constant instanceof RexLiteral literal) {
      return literal(literal);
    }
    if (constant instanceof RexDynamicParam parameter) {
      return sent(values.get(parameter.getIndex()));
    }
    RexCall call = (RexCall) constant;
    RexNode inner = call.getOperands().get(0);
    if (call.getOperator().getName().equals("-")) {
      return kind() == Kind.NUMBER
          ? value(inner, values).map(value -> new Value(((BigDecimal) value.value()).negate()))
          : Optional.empty();
    }
    // A day or a moment is written as a text that is cast: DATE '2026-01-01'.
    boolean written =
        kind() == Kind.DAY && call.getType().getSqlTypeName() == SqlTypeName.DATE
            || kind() == Kind.MOMENT && call.getType().getSqlTypeName() == SqlTypeName.TIMESTAMP;
    if (!written || !call.getOperator().getName().equals("cast")) {
      return Optional.empty();
    }
    return inner instanceof RexLiteral literal
        ? Optional.ofNullable(text(literal)).flatMap(this::read)
        : value(inner, values);
  }

  private Optional<Value> literal(RexLiteral literal) {
    return switch (kind()) {
      case NUMBER -> number(literal.getValue());
      case TEXT -> Optional.ofNullable(text(literal)).map(Value::new);
      case TRUTH ->
          literal.getValue() instanceof Boolean truth
              ? Optional.of(new Value(truth))
              : Optional.empty();
      case DAY, MOMENT -> Optional.empty();
    };
  }

  private static @Nullable String text(RexLiteral literal) {
    return literal.getTypeName() == SqlTypeName.CHAR ? literal.getValueAs(String.class) : null;
  }

  /** A value that came beside the text of a prepared query. */
  private Optional<Value> sent(@Nullable Object value) {
    return switch (kind()) {
      case NUMBER -> number(value);
      case TEXT -> value instanceof String text ? Optional.of(new Value(text)) : Optional.empty();
      case TRUTH ->
          value instanceof Boolean truth ? Optional.of(new Value(truth)) : Optional.empty();
      case DAY ->
          value instanceof LocalDate day
              ? Optional.of(new Value(day))
              : value instanceof String text ? read(text) : Optional.empty();
      case MOMENT ->
          value instanceof LocalDateTime moment
              ? Optional.of(new Value(moment))
              : value instanceof String text ? read(text) : Optional.empty();
    };
  }

  /** An exact number, or a finite floating one for a parameter that is floating as well. */
  private Optional<Value> number(@Nullable Object number) {
    boolean floating = type.equals("DOUBLE") || type.equals("FLOAT");
    Optional<BigDecimal> exact =
        number instanceof BigDecimal decimal
            ? Optional.of(decimal)
            : number instanceof BigInteger whole
                ? Optional.of(new BigDecimal(whole))
                : number instanceof Number whole && isWhole(whole)
                    ? Optional.of(BigDecimal.valueOf(whole.longValue()))
                    : number instanceof Number real && isReal(real) && floating
                        ? Optional.of(new BigDecimal(real.doubleValue()))
                        : Optional.empty();
    return exact.filter(value -> NumericColumn.holds(type, value)).map(Value::new);
  }

  private static boolean isWhole(Number number) {
    return number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte;
  }

  private static boolean isReal(Number number) {
    return (number instanceof Double || number instanceof Float)
        && Double.isFinite(number.doubleValue());
  }

  /** A value of the parameter's type as a policy or a query writes it in a text. */
  Optional<Value> read(String text) {
    return switch (kind()) {
      case DAY -> parsed(DAY, text, LocalDate::parse);
      case MOMENT -> parsed(MOMENT, text, moment -> LocalDateTime.parse(moment.replace(' ', 'T')));
      case TEXT -> Optional.of(new Value(text));
      case TRUTH ->
          text.equals("true") || text.equals("false")
              ? Optional.of(new Value(Boolean.valueOf(text)))
              : Optional.empty();
      case NUMBER -> Optional.empty();
    };
  }

  private static Optional<Value> parsed(
      Pattern form, String text, Function<String, Comparable<?>> parse) {
    try {
      return form.matcher(text).matches()
          ? Optional.of(new Value(parse.apply(text)))
          : Optional.empty();
    } catch (DateTimeException e) {
      // Such as the 30th of February.
      return Optional.empty();
    }
  }
}
