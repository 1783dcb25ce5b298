package io.sallyport.proxy.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;
import org.jspecify.annotations.Nullable;

/**
 * A function of a list that applies an expression to its elements, such as {@code
 * list_transform(tags, lambda x : upper(x))}.
 *
 * <p>In a plan it is a call of two or three operands, of which the second is a {@link Body}. No
 * policy knows a body, so it never stands over protected rows.
 */
final class EngineLambda extends EngineFunction {
  /** A lambda's parameter, whose type its function tells when the statement is validated. */
  static final class Parameter extends EngineFunction {
    private @Nullable RelDataType type;

    Parameter(String name) {
      super(
          name,
          binding -> {
            throw Ast.unsupported("a lambda here");
          },
          true);
    }

    private RelDataType type() {
      if (type == null) {
        throw Ast.unsupported("a lambda here");
      }
      return type;
    }

    @Override
    public RelDataType inferReturnType(SqlOperatorBinding binding) {
      return type();
    }
  }

  /** A lambda: its only operand is what it computes. */
  static final class Body extends EngineFunction {
    private final List<Parameter> parameters;

    Body(List<Parameter> parameters) {
      super("lambda", ReturnTypes.ARG0, true);
      this.parameters = List.copyOf(parameters);
    }

    List<String> parameterNames() {
      return parameters.stream().map(Parameter::getName).toList();
    }
  }

  private final TypeOracle oracle;

  EngineLambda(String name, TypeOracle oracle) {
    super(name, oracle.scalar(name), true);
    this.oracle = oracle;
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    RelDataType list = validator.deriveType(scope, call.operand(0));
    SqlNode lambda = call.operand(1);
    if (!(lambda instanceof SqlCall made && made.getOperator() instanceof Body body)) {
      throw Ast.unsupported(getName() + " without a lambda");
    }
    RelDataType element = oracle.element(list);
    boolean reduces = getName().endsWith("reduce");
    int values = reduces ? 2 : 1;
    for (int i = 0; i < body.parameters.size(); i++) {
      // After the values comes the element's position.
      body.parameters.get(i).type = i < values ? element : oracle.named("BIGINT");
    }
    if (reduces && call.operandCount() == 3) {
      body.parameters.get(0).type = validator.deriveType(scope, call.operand(2));
    }
    RelDataType result = validator.deriveType(scope, lambda);
    return oracle.lambda(
        getName(), list, body.parameterNames(), result, initial(validator, scope, call));
  }

  /** The parameters get their types before Calcite looks at what stands inside. */
  @Override
  public void validateCall(
      SqlCall call,
      SqlValidator validator,
      SqlValidatorScope scope,
      SqlValidatorScope operandScope) {
    validator.deriveType(operandScope, call);
    super.validateCall(call, validator, scope, operandScope);
  }

  private static @Nullable RelDataType initial(
      SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    return call.operandCount() == 3 ? validator.deriveType(scope, call.operand(2)) : null;
  }
}
