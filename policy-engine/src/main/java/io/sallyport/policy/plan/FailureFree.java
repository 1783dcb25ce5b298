package io.sallyport.policy.plan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Tells whether DuckDB can bring values of several types to a common one without ever failing.
 *
 * <pre>
 * INTEGER with BIGINT                    cannot fail
 * DATE with the literal '2024-01-01'     fails on the first row if the literal is no DATE
 * INTEGER with DECIMAL(38,37)            fails on 10, so a row would show in the error
 * </pre>
 */
final class FailureFree {
  private static final int DIGITS = 38;

  /** Functions whose operands are texts, or may be anything: no text is read as something else. */
  private static final Set<String> OF_TEXTS =
      Set.of(
          "lower",
          "lcase",
          "upper",
          "ucase",
          "length",
          "len",
          "strlen",
          "char_length",
          "character_length",
          "trim",
          "ltrim",
          "rtrim",
          "replace",
          "reverse",
          "strpos",
          "instr",
          "position",
          "starts_with",
          "ends_with",
          "suffix",
          "prefix",
          "contains",
          "^@",
          "~~",
          "!~~",
          "~~*",
          "!~~*",
          "~~~",
          "translate",
          "concat",
          "concat_ws",
          "string_split",
          "str_split",
          "ascii",
          "unicode",
          "ord",
          "md5",
          "sha256",
          "hash",
          "typeof",
          "bit_length",
          "octet_length",
          "strip_accents",
          "nfc_normalize",
          "struct_pack",
          "struct_extract",
          "union_value",
          "row",
          "try",
          "try_cast");

  /** Aggregates that take a text between values. */
  private static final Set<String> OF_SEPARATORS = Set.of("string_agg", "group_concat", "listagg");

  /** Of these some take lists too, whose elements a text would be read as. */
  private static final Set<String> OF_TEXTS_OR_LISTS = Set.of("contains", "len", "length");

  private FailureFree() {}

  static boolean together(List<? extends RexNode> operands) {
    List<RelDataType> types = beside(operands);
    for (RelDataType type : types) {
      if (!types(types.get(0), type) || !SqlTypeUtil.isCharacter(type) && hasText(operands)) {
        return false;
      }
    }
    return decimals(types);
  }

  private static boolean hasText(List<? extends RexNode> operands) {
    return operands.stream().anyMatch(FailureFree::isText);
  }

  /** The types that a text, which takes one from its neighbours, has to choose from. */
  private static List<RelDataType> beside(List<? extends RexNode> operands) {
    return operands.stream().filter(o -> !isText(o) && !isNull(o)).map(RexNode::getType).toList();
  }

  /**
   * A text that stands for a value of its neighbours' type as that value, or NULL if it is none:
   * else the first row that is looked at would show in the error.
   *
   * <pre>id = 'x'   →   id = TRY_CAST('x' AS INTEGER)</pre>
   */
  static List<RexNode> texts(List<RexNode> operands, Conditions make) {
    List<RelDataType> types = beside(operands);
    if (types.isEmpty()
        || SqlTypeUtil.isCharacter(types.get(0))
        || !hasText(operands)
        || !types.stream().allMatch(type -> isSame(types.get(0), type))) {
      return operands;
    }
    return operands.stream()
        .map(node -> isText(node) ? make.tryCast(node, types.get(0)) : node)
        .toList();
  }

  private static boolean isSame(RelDataType one, RelDataType other) {
    return one.getSqlTypeName() == other.getSqlTypeName()
        && one.toString().equals(other.toString());
  }

  /** True if a function that never fails by itself may have to read a text as something else. */
  static boolean readsText(String function, List<RexNode> operands) {
    return hasText(operands)
        && !(OF_TEXTS.contains(function)
            && (!OF_TEXTS_OR_LISTS.contains(function)
                || beside(operands).stream().allMatch(SqlTypeUtil::isCharacter)));
  }

  /** True if the condition of an {@code if} is none, and has to become one. */
  static boolean readsCondition(String function, List<RexNode> operands) {
    return function.equals("if")
        && operands.get(0).getType().getSqlTypeName() != SqlTypeName.BOOLEAN;
  }

  /** True of a division that is not one of numbers: an INTERVAL may become too large. */
  static boolean overflows(String function, List<RexNode> operands) {
    return function.equals("/") && !SqlTypeUtil.isNumeric(operands.get(0).getType());
  }

  /**
   * A DATE beside a TIMESTAMP as one: those that are too large for it are NULL, one by one. An
   * engine then still knows what the comparison asks of the column, which a TRY around it hides.
   *
   * <pre>day &lt; DATE '2024-01-01' + INTERVAL 1 MONTH   →   TRY_CAST(day AS TIMESTAMP) &lt; …
   * </pre>
   */
  static List<RexNode> instants(List<RexNode> compared, Conditions make) {
    Optional<RelDataType> instant =
        compared.stream().map(RexNode::getType).filter(FailureFree::isInstant).findFirst();
    return instant.isEmpty()
        ? compared
        : compared.stream()
            .map(
                node ->
                    node.getType().getSqlTypeName() == SqlTypeName.DATE
                        ? make.tryCast(node, instant.get())
                        : node)
            .toList();
  }

  private static boolean isInstant(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.TIMESTAMP && type.getPrecision() == 6;
  }

  /**
   * True if a window may have to read a text as a number of rows, or as a value of another type.
   */
  static boolean windowReadsText(String function, List<RexNode> operands) {
    for (int i = 0; i < operands.size(); i++) {
      boolean asText =
          i == 0 && !function.equals("ntile")
              || OF_SEPARATORS.contains(function)
              || i == 2 && SqlTypeUtil.isCharacter(operands.get(0).getType());
      if (isText(operands.get(i)) && !asText) {
        return true;
      }
    }
    return false;
  }

  /** A literal or parameter that takes its type from its neighbours. */
  static boolean isText(RexNode node) {
    return (node instanceof RexLiteral || node instanceof RexDynamicParam)
        && !isNull(node)
        && SqlTypeUtil.isCharacter(node.getType());
  }

  private static boolean isNull(RexNode node) {
    return node instanceof RexLiteral literal && literal.isNull()
        || node instanceof RexDynamicParam && node.getType().getSqlTypeName() == SqlTypeName.NULL;
  }

  static boolean types(RelDataType one, RelDataType other) {
    if (SqlTypeUtil.isNumeric(one) && SqlTypeUtil.isNumeric(other)) {
      return true;
    }
    return one.getSqlTypeName() == other.getSqlTypeName()
        && (one.getSqlTypeName() != SqlTypeName.OTHER || one.toString().equals(other.toString()))
        && one.getPrecision() == other.getPrecision();
  }

  /** All digits before and after the point fit into one DECIMAL, unless a DOUBLE takes them all. */
  static boolean decimals(List<RelDataType> types) {
    int before = 0;
    int after = 0;
    boolean exact = false;
    for (RelDataType type : types) {
      if (SqlTypeUtil.isApproximateNumeric(type)) {
        return true;
      }
      if (SqlTypeUtil.isDecimal(type)) {
        exact = true;
        after = Math.max(after, type.getScale());
        before = Math.max(before, type.getPrecision() - type.getScale());
      } else if (SqlTypeUtil.isIntType(type)) {
        before = Math.max(before, type.getSqlTypeName() == SqlTypeName.UBIGINT ? 20 : 19);
      }
    }
    return !exact || before + after <= DIGITS;
  }
}
