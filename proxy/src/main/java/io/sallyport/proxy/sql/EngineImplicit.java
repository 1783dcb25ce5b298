package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.StandardConvertletTable;

/**
 * What DuckDB reads into an expression by its type, written out in the plan.
 *
 * <pre>WHERE age     →  WHERE CAST(age AS BOOLEAN)
 * js.street     →  json_extract(js, '$."street"')
 * addr.street   →  struct_extract(addr, 'street')</pre>
 *
 * <p>In a plan there is no such operator: it is either gone or a function of the policy's list.
 */
abstract class EngineImplicit extends EngineFunction {
  private static final SqlParserPos AT = SqlParserPos.ZERO;

  final TypeOracle oracle;

  private EngineImplicit(String name, TypeOracle oracle) {
    super(name, ReturnTypes.ARG0, true);
    this.oracle = oracle;
  }

  /** What stands in the plan. */
  abstract RexNode meant(RexBuilder rex, List<RexNode> operands);

  /** Calcite's convertlets, and those of these operators. */
  static SqlRexConvertletTable convertlets() {
    return call ->
        call.getOperator() instanceof EngineImplicit
            ? EngineImplicit::converted
            : call instanceof SqlCase
                ? EngineImplicit::choice
                : StandardConvertletTable.INSTANCE.get(call);
  }

  /** CASE with the type that DuckDB gives it; Calcite would find its own. */
  private static RexNode choice(SqlRexContext context, SqlCall call) {
    SqlCase choice = (SqlCase) call;
    RexBuilder rex = context.getRexBuilder();
    RelDataType type = context.getValidator().getValidatedNodeType(call);
    List<RexNode> operands = new ArrayList<>();
    for (int i = 0; i < choice.getWhenOperands().size(); i++) {
      operands.add(context.convertExpression(choice.getWhenOperands().get(i)));
      operands.add(branch(context, choice.getThenOperands().get(i), type));
    }
    operands.add(branch(context, Objects.requireNonNull(choice.getElseOperand()), type));
    return rex.makeCall(type, SqlStdOperatorTable.CASE, operands);
  }

  private static RexNode branch(SqlRexContext context, SqlNode branch, RelDataType type) {
    RexBuilder rex = context.getRexBuilder();
    if (SqlUtil.isNullLiteral(branch, false)) {
      return rex.makeNullLiteral(type);
    }
    RexNode value = context.convertExpression(branch);
    if (DuckDbTypes.sql(value.getType()).equals(DuckDbTypes.sql(type))) {
      return value;
    }
    return type instanceof EngineType || value.getType() instanceof EngineType
        ? rex.makeCall(castTo(type), List.of(value))
        : rex.ensureType(type, value, false);
  }

  private static RexNode converted(SqlRexContext context, SqlCall call) {
    List<RexNode> operands =
        call.getOperandList().stream().map(context::convertExpression).toList();
    return ((EngineImplicit) call.getOperator()).meant(context.getRexBuilder(), operands);
  }

  /**
   * A value where DuckDB wants a condition. IN and ANY are not looked into, because Calcite would
   * turn their negation round by its own rules of types.
   */
  static SqlNode condition(SqlNode value, TypeOracle oracle) {
    if (value instanceof Literals.Number number) {
      return SqlLiteral.createBoolean(number.bigDecimalValue().signum() != 0, AT);
    }
    boolean certain =
        value instanceof SqlCall call && call.getOperator() instanceof EngineComparison
            || value.getKind() == SqlKind.AND
            || value.getKind() == SqlKind.OR
            || value.getKind() == SqlKind.NOT
            || value.getKind() == SqlKind.EXISTS
            || value.getKind() == SqlKind.IS_NULL
            || value.getKind() == SqlKind.IS_NOT_NULL;
    return certain ? value : new SqlBasicCall(new Condition(oracle), List.of(value), AT);
  }

  /** A field of a struct, a member of a JSON object, or what a map has for a key. */
  static SqlNode field(SqlNode value, SqlNode name, TypeOracle oracle) {
    return new SqlBasicCall(new Field(oracle), List.of(value, name), AT);
  }

  static SqlNode cast(SqlNode value, RelDataType type) {
    return new SqlBasicCall(castTo(type), List.of(value), AT);
  }

  private static EngineCast castTo(RelDataType type) {
    return new EngineCast("cast", type);
  }

  private static final class Condition extends EngineImplicit {
    Condition(TypeOracle oracle) {
      super("condition", oracle);
    }

    @Override
    public RelDataType inferReturnType(SqlOperatorBinding binding) {
      RelDataType given = binding.getOperandType(0);
      return given.getSqlTypeName() == SqlTypeName.BOOLEAN ? given : oracle.named("BOOLEAN");
    }

    @Override
    RexNode meant(RexBuilder rex, List<RexNode> operands) {
      RexNode given = operands.get(0);
      if (RexLiteral.isNullLiteral(given)) {
        return rex.makeNullLiteral(oracle.named("BOOLEAN"));
      }
      return given.getType().getSqlTypeName() == SqlTypeName.BOOLEAN
          ? given
          : rex.makeCall(castTo(oracle.named("BOOLEAN")), operands);
    }
  }

  private static final class Field extends EngineImplicit {
    private final Map<String, EngineFunction> functions = new HashMap<>();

    Field(TypeOracle oracle) {
      super("struct_extract", oracle);
      for (String name :
          List.of("struct_extract", "json_extract", "array_extract", "union_extract")) {
        functions.put(name, new EngineFunction(name, oracle.scalar(name), true));
      }
    }

    private EngineFunction function(RelDataType type) {
      String name = DuckDbTypes.sql(type);
      String function =
          name.equals("JSON")
              ? "json_extract"
              : name.endsWith("]")
                  ? "struct_extract"
                  : name.startsWith("MAP(")
                      ? "array_extract"
                      : name.startsWith("UNION(") ? "union_extract" : "struct_extract";
      return Objects.requireNonNull(functions.get(function));
    }

    @Override
    public RelDataType inferReturnType(SqlOperatorBinding binding) {
      EngineFunction function = function(binding.getOperandType(0));
      return function.getName().equals("json_extract")
          ? oracle.named("JSON")
          : function.inferReturnType(binding);
    }

    @Override
    RexNode meant(RexBuilder rex, List<RexNode> operands) {
      EngineFunction function = function(operands.get(0).getType());
      if (!function.getName().equals("json_extract")) {
        return rex.makeCall(function, operands);
      }
      String name = String.valueOf(RexLiteral.stringValue(operands.get(1)));
      if (name.contains("\"") || name.contains("\\")) {
        throw Ast.unsupported("a member of a JSON object with this name");
      }
      RexNode path = rex.makeLiteral("$.\"" + name + "\"");
      return rex.makeCall(oracle.named("JSON"), function, List.of(operands.get(0), path));
    }
  }
}
