package io.sallyport.proxy.sql;

import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Says what type a call has by asking DuckDB's binder for {@code SELECT f(CAST(NULL AS T1), …)},
 * prepared and never executed, and remembers the answer.
 *
 * <p>One serves one statement, which may ask so much and no more: each new question costs about a
 * millisecond, and nothing else ends a statement before it runs.
 */
final class TypeOracle implements AutoCloseable {
  /** TPC-DS, for comparison, asks a few hundred in all. */
  private static final int MOST_QUESTIONS = 2_000;

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}\\.\\d{1,9}");
  private static final Pattern WHOLE = Pattern.compile("\\d{1,18}");

  private final DuckDbBinder binder;
  private final DuckDbTypes types;
  private final List<Optional<String>> literals;
  private final Set<String> asked = new HashSet<>();

  TypeOracle(DuckDbBinder binder, DuckDbTypes types) {
    this(binder, types, List.of());
  }

  /**
   * @param literals what stands for a parameter whose value takes its type from its neighbours
   */
  TypeOracle(DuckDbBinder binder, DuckDbTypes types, List<Optional<String>> literals) {
    this.binder = binder;
    this.types = types;
    this.literals = List.copyOf(literals);
  }

  private Optional<String> typeOf(String question) {
    if (asked.add(question) && asked.size() > MOST_QUESTIONS) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "the statement has more than "
              + MOST_QUESTIONS
              + " different expressions; split it, or join with VALUES in place of them");
    }
    return binder.typeOf(question);
  }

  /** Plans outlive their statement and know this; the questions need not. */
  @Override
  public void close() {
    asked.clear();
  }

  DuckDbTypes types() {
    return types;
  }

  /** The inference of one call: the answer at validation is kept for the plan. */
  SqlReturnTypeInference scalar(String name) {
    return new Inference(name, "");
  }

  SqlReturnTypeInference windowed(String name) {
    return new Inference(name, " OVER ()");
  }

  /** The types of the columns of a table function. */
  List<SqlReturnTypeInference> rows(String name) {
    List<SqlReturnTypeInference> columns = new ArrayList<>();
    for (String column : EngineTableFunction.columns(name, name)) {
      columns.add(binding -> column(name, column, binding));
    }
    return columns;
  }

  private RelDataType column(String name, String column, SqlOperatorBinding binding) {
    List<String> operands = new ArrayList<>();
    for (RelDataType type : binding.collectOperandTypes()) {
      operands.add(sample(type));
    }
    String call = CallSyntax.call(name, operands, "");
    return typeOf(CallSyntax.identifier(column) + " FROM " + call)
        .map(types::type)
        .orElseThrow(() -> refused(name, binding));
  }

  /** The type of a list's elements. */
  RelDataType element(RelDataType list) {
    return typeOf("list_extract(" + sample(list) + ", 1)")
        .map(types::type)
        .orElseThrow(() -> doesNotTake("a lambda", List.of(DuckDbTypes.sql(list)), ""));
  }

  /**
   * The type of a function with a lambda.
   *
   * @param result what the lambda computes
   * @param initial the first value of a reduction, if it is given
   */
  RelDataType lambda(
      String name,
      RelDataType list,
      List<String> parameters,
      RelDataType result,
      @Nullable RelDataType initial) {
    List<String> operands = new ArrayList<>();
    operands.add(sample(list));
    operands.add(CallSyntax.lambda(parameters, sample(result)));
    if (initial != null) {
      operands.add(sample(initial));
    }
    return typeOf(CallSyntax.call(name, operands, ""))
        .map(types::type)
        .orElseThrow(
            () ->
                doesNotTake(
                    name,
                    List.of(DuckDbTypes.sql(list), "lambda of " + DuckDbTypes.sql(result)),
                    ""));
  }

  private static GatewayException refused(String name, SqlOperatorBinding binding) {
    List<String> names = new ArrayList<>();
    for (RelDataType type : binding.collectOperandTypes()) {
      names.add(DuckDbTypes.sql(type));
    }
    boolean parameter =
        binding instanceof SqlCallBinding call
            && call.getCall().getOperandList().stream().anyMatch(SqlDynamicParam.class::isInstance);
    return doesNotTake(
        name, names, parameter ? ", as in `?::INTEGER`, or write the value itself" : "");
  }

  private static GatewayException doesNotTake(String name, List<String> operands, String more) {
    if (name.equals("unnest") && operands.get(0).startsWith("STRUCT(")) {
      return Ast.unsupported("unnest of a struct", "each of its fields, as in s.a");
    }
    return new GatewayException(
        ErrorCode.WRONG_TYPE,
        "`"
            + name
            + "` does not take ("
            + String.join(", ", operands)
            + "); cast its arguments"
            + more);
  }

  /** The type of a number as typed, for example {@code 0.10}. */
  RelDataType literal(String text) {
    return typeOf(alike(text))
        .map(types::type)
        .orElseThrow(() -> new GatewayException(ErrorCode.SYNTAX, "a literal is not understood"));
  }

  /** One of the numbers that have the same type, so that a long list of them is one question. */
  private static String alike(String number) {
    if (WHOLE.matcher(number).matches()) {
      return Long.toString(
          Long.parseLong(number) > Integer.MAX_VALUE ? Long.MAX_VALUE : Integer.MAX_VALUE);
    }
    return DECIMAL.matcher(number).matches() ? number.replaceAll("\\d", "1") : number;
  }

  /** The type that DuckDB knows by the given name, as its catalogue spells it. */
  RelDataType named(String name) {
    return typeOf("CAST(NULL AS " + name + ")")
        .map(types::type)
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.NOT_SUPPORTED,
                    "the type `"
                        + name
                        + "` is not known here; write it out, as in ENUM ('a', 'b')"));
  }

  RelDataType common(RelDataType one, RelDataType other) {
    return typeOf(
            "* FROM (SELECT " + sample(one) + " UNION ALL SELECT " + sample(other) + ") AS t(c)")
        .map(types::type)
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.WRONG_TYPE,
                    "the types `"
                        + DuckDbTypes.sql(one)
                        + "` and `"
                        + DuckDbTypes.sql(other)
                        + "` have nothing in common; cast one of them"));
  }

  private static String sample(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.NULL
        ? "NULL"
        : "CAST(NULL AS " + DuckDbTypes.sql(type) + ")";
  }

  private final class Inference implements SqlReturnTypeInference {
    private final String name;
    private final String suffix;
    private @Nullable RelDataType known;

    Inference(String name, String suffix) {
      this.name = name;
      this.suffix = suffix;
    }

    @Override
    public RelDataType inferReturnType(SqlOperatorBinding binding) {
      if (binding instanceof SqlCallBinding call) {
        known = ask(call);
      } else if (known == null) {
        known = ask(binding);
      }
      return known;
    }

    /**
     * First with columns in place of values, because DuckDB folds a call on NULL to another type;
     * then with values, because some arguments must be constant.
     */
    private RelDataType ask(SqlOperatorBinding binding) {
      return typeOf(binding, true)
          .or(() -> typeOf(binding, false))
          .map(types::type)
          .map(type -> binding.getTypeFactory().createTypeWithNullability(type, true))
          .orElseThrow(() -> refused(name, binding));
    }

    private Optional<String> typeOf(SqlOperatorBinding binding, boolean asColumns) {
      List<String> operands = new ArrayList<>();
      List<String> columns = new ArrayList<>();
      for (int i = 0; i < binding.getOperandCount(); i++) {
        String literal = literal(binding, i);
        String sample = sample(binding.getOperandType(i));
        boolean column = asColumns && literal == null && !sample.equals("NULL");
        if (column) {
          columns.add(sample + " AS c" + i);
        }
        operands.add(literal != null ? literal : column ? "c" + i : sample);
      }
      String call = CallSyntax.call(name, operands, "VARCHAR") + suffix;
      return TypeOracle.this.typeOf(
          columns.isEmpty() ? call : call + " FROM (SELECT " + String.join(", ", columns) + ")");
    }

    private @Nullable String literal(SqlOperatorBinding binding, int i) {
      // The binding's own operand(i) copies all operands: minutes for a long IN list.
      if (!(binding instanceof SqlCallBinding call)) {
        return null;
      }
      SqlNode operand = call.getCall().getOperandList().get(i);
      return operand instanceof SqlDynamicParam parameter && parameter.getIndex() < literals.size()
          ? literals.get(parameter.getIndex()).orElse(null)
          : Literals.constant(operand);
    }
  }
}
