package io.sallyport.policy.plan;

import com.google.common.collect.ImmutableList;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexWindowBounds;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.DateString;

/** Makes the expressions that a guard adds to a plan; nothing is simplified. */
final class Conditions {
  private static final SqlOperator TRY = function("try");
  private static final SqlOperator TRY_CAST = function("try_cast");
  private static final SqlOperator NULLIF = function("nullif");
  private static final SqlOperator ROW = function("row");
  private static final SqlOperator HASH = function("hash");
  private static final SqlOperator BIT_AND = function("&");
  private static final SqlOperator SHIFT = function("<<");
  private static final SqlOperator GREATEST = function("greatest");
  private static final SqlOperator BIT_COUNT = function("bit_count");
  private static final SqlOperator ABS = function("abs");
  private static final SqlOperator LOWER = function("lower");
  private static final SqlOperator PLUS = function("+");
  private static final SqlOperator MINUS = function("-");
  private static final SqlOperator TIMES = function("*");
  private static final SqlOperator DIVIDED = function("/");
  private static final SqlOperator REMAINDER = function("%");
  private static final SqlOperator LIST_SUM = function("list_sum");

  private static final Set<String> CASTS = Set.of("cast", "try_cast");

  private final RexBuilder rex;

  Conditions(RexBuilder rex) {
    this.rex = rex;
  }

  /** A function of DuckDB; each call says its own type. */
  static SqlOperator function(String name) {
    return new SqlFunction(
        name,
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.ARG0_NULLABLE,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
  }

  /** A call of a DuckDB function. */
  RexNode call(RelDataType type, SqlOperator function, RexNode... operands) {
    return rex.makeCall(type, function, List.of(operands));
  }

  RexNode ref(RelNode input, int at) {
    return rex.makeInputRef(input, at);
  }

  /** A column of a join's second input. */
  RexNode ref(RelNode second, int at, int shift) {
    return new RexInputRef(shift + at, second.getRowType().getFieldList().get(at).getType());
  }

  RexNode isEqual(RexNode one, RexNode other) {
    return rex.makeCall(nullableBoolean(), SqlStdOperatorTable.EQUALS, List.of(one, other));
  }

  /** True of the rows in which all these columns have a value. */
  RexNode areKnown(RelNode input, List<Integer> columns) {
    return and(columns.stream().map(column -> isNotNull(ref(input, column))).toList());
  }

  RexNode and(List<RexNode> conditions) {
    if (conditions.isEmpty()) {
      return rex.makeLiteral(true);
    }
    return conditions.size() == 1
        ? conditions.get(0)
        : rex.makeCall(nullableBoolean(), SqlStdOperatorTable.AND, conditions);
  }

  /** A condition that is never NULL, as FILTER wants it. */
  RexNode asFilter(RexNode condition) {
    return condition.getType().isNullable() ? isTrue(condition) : condition;
  }

  RexNode or(List<RexNode> conditions) {
    return conditions.size() == 1
        ? conditions.get(0)
        : rex.makeCall(nullableBoolean(), SqlStdOperatorTable.OR, conditions);
  }

  RexNode plus(RexNode one, RexNode other) {
    return rex.makeCall(nullable(bigint()), PLUS, List.of(one, other));
  }

  RexNode minus(RexNode one, RexNode other) {
    return rex.makeCall(nullable(bigint()), MINUS, List.of(one, other));
  }

  /** 64 bits that follow from a column; NULL for NULL, so that nobody is counted for it. */
  RexNode hash(RelNode rows, int column) {
    return onlyIfKnown(rows, column, rex.makeCall(bits(), HASH, List.of(ref(rows, column))));
  }

  /** One of 64 places, as the last six bits of a hash say. */
  RexNode place(RexNode hash) {
    return rex.makeCall(someBits(), BIT_AND, List.of(hash, number(63)));
  }

  /** The bit at the hash's place. */
  RexNode bit(RexNode hash) {
    return rex.makeCall(someBits(), SHIFT, List.of(number(BigDecimal.ONE, bits()), place(hash)));
  }

  /** True where the bits of a hash under a mask have a value. */
  RexNode isPart(RexNode hash, long mask, long value) {
    RexNode masked = rex.makeCall(someBits(), BIT_AND, List.of(hash, number(mask)));
    return hash.getType().isNullable()
        ? isTrue(isEqual(masked, number(value)))
        : rex.makeCall(
            rex.getTypeFactory().createSqlType(SqlTypeName.BOOLEAN),
            SqlStdOperatorTable.EQUALS,
            List.of(masked, number(value)));
  }

  RexNode filledBits(RexNode bits) {
    return rex.makeCall(nullable(bigint()), BIT_COUNT, List.of(bits));
  }

  /** The greater of two counts, of which one may be NULL. */
  RexNode greater(RexNode one, RexNode other) {
    return rex.makeCall(nullable(bigint()), GREATEST, List.of(one, other));
  }

  /** Bits of a group, which may have none. */
  RelDataType someBits() {
    return nullable(bits());
  }

  private RelDataType bits() {
    return rex.getTypeFactory().createSqlType(SqlTypeName.UBIGINT);
  }

  RexNode always() {
    return rex.makeLiteral(true);
  }

  RexNode never() {
    return rex.makeLiteral(false);
  }

  RexNode isTrue(RexNode condition) {
    return test(SqlStdOperatorTable.IS_TRUE, condition);
  }

  RexNode isNotTrue(RexNode condition) {
    return test(SqlStdOperatorTable.IS_NOT_TRUE, condition);
  }

  RexNode isFalse(RexNode condition) {
    return test(SqlStdOperatorTable.IS_FALSE, condition);
  }

  RexNode isNull(RexNode value) {
    return test(SqlStdOperatorTable.IS_NULL, value);
  }

  RexNode isNotNull(RexNode value) {
    return test(SqlStdOperatorTable.IS_NOT_NULL, value);
  }

  private RexNode test(SqlOperator operator, RexNode value) {
    return rex.makeCall(
        rex.getTypeFactory().createSqlType(SqlTypeName.BOOLEAN), operator, List.of(value));
  }

  RexNode isSame(RexNode one, RexNode other) {
    return rex.makeCall(
        nullableBoolean(), SqlStdOperatorTable.IS_NOT_DISTINCT_FROM, List.of(one, other));
  }

  RexNode isNotZero(RexNode value) {
    return rex.makeCall(
        nullableBoolean(), SqlStdOperatorTable.NOT_EQUALS, List.of(value, number(0)));
  }

  /** Fails on NULL, because a comparison with NULL is not true. */
  RexNode isAtLeast(RexNode count, long least) {
    return rex.makeCall(
        nullableBoolean(),
        SqlStdOperatorTable.GREATER_THAN_OR_EQUAL,
        List.of(count, number(least)));
  }

  RexNode isBetween(RexNode value, RexNode least, RexNode greatest) {
    return and(
        List.of(
            rex.makeCall(
                nullableBoolean(),
                SqlStdOperatorTable.GREATER_THAN_OR_EQUAL,
                List.of(value, least)),
            rex.makeCall(
                nullableBoolean(),
                SqlStdOperatorTable.LESS_THAN_OR_EQUAL,
                List.of(value, greatest))));
  }

  RexNode isBelow(RexNode one, RexNode other) {
    return rex.makeCall(nullableBoolean(), SqlStdOperatorTable.LESS_THAN, List.of(one, other));
  }

  /** A policy's number. */
  RexNode bound(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    return rex.makeExactLiteral(plain);
  }

  /** Numbers the rows of a table, so that each is a unit of its own. */
  RexNode rowNumber() {
    return rex.makeOver(
        bigint(),
        SqlStdOperatorTable.ROW_NUMBER,
        List.of(),
        List.of(),
        ImmutableList.of(),
        RexWindowBounds.UNBOUNDED_PRECEDING,
        RexWindowBounds.CURRENT_ROW,
        RexWindowExclusion.EXCLUDE_NO_OTHER,
        true,
        true,
        false,
        false,
        false);
  }

  /** The value where the condition holds, else NULL. */
  RexNode onlyIf(RexNode condition, RexNode value) {
    return rex.makeCall(
        nullable(value.getType()),
        SqlStdOperatorTable.CASE,
        List.of(condition, value, rex.makeNullLiteral(nothing())));
  }

  /** A floating number, of which there is one zero and one NaN. */
  RexNode oneZero(RexNode value) {
    RexNode zero = tryCast(rex.makeLiteral("0"), value.getType());
    RexNode none = tryCast(rex.makeLiteral("NaN"), value.getType());
    return choose(
        value.getType(), List.of(isSame(value, zero), zero, isSame(value, none), none, value));
  }

  /** A text, or NULL if its small letters are one of these. */
  RexNode unlessOneOf(Set<String> texts, RexNode value) {
    RexNode small = rex.makeCall(nullable(text()), LOWER, List.of(value));
    List<RexNode> found =
        texts.stream().sorted().map(one -> isTrue(isSame(small, text(one)))).toList();
    return choose(value.getType(), List.of(or(found), nothing(nullable(value.getType())), value));
  }

  /** The value as a text, by which values differ that are equal and not alike. */
  RexNode text(RexNode value) {
    return tryCast(value, text());
  }

  /** The value in rows in which a column is known, else NULL. */
  RexNode onlyIfKnown(RelNode rows, int column, RexNode value) {
    return NeverNull.is(rows, column) ? value : onlyIf(isNotNull(ref(rows, column)), value);
  }

  RexNode choose(RelDataType type, List<RexNode> cases) {
    return rex.makeCall(nullable(type), SqlStdOperatorTable.CASE, cases);
  }

  /** NULL where the call fails. */
  RexNode total(RexNode call) {
    RexNode whole =
        call instanceof RexCall function && UncaughtFailures.isEarly(function)
            ? function.clone(function.getType(), tried(function.getOperands()))
            : call;
    return rex.makeCall(nullable(call.getType()), TRY, List.of(whole));
  }

  private List<RexNode> tried(List<RexNode> operands) {
    return operands.stream()
        .map(o -> o instanceof RexLiteral ? o : rex.makeCall(o.getType(), TRY, List.of(o)))
        .toList();
  }

  RexNode tryCast(RexNode value, RelDataType to) {
    return rex.makeCall(nullable(to), TRY_CAST, List.of(value));
  }

  RexNode nullIfZero(RexNode value) {
    return rex.makeCall(nullable(value.getType()), NULLIF, List.of(value, number(0)));
  }

  /** The size of a number without its sign: a DECIMAL stays one, others are DOUBLEs. */
  RexNode size(RexNode number) {
    RelDataType type = number.getType();
    return SqlTypeUtil.isDecimal(type)
        ? rex.makeCall(nullable(type), ABS, List.of(number))
        : rex.makeCall(number(), ABS, List.of(tryCast(number, number())));
  }

  /** The sum of a list of DOUBLEs. */
  RexNode sumOf(RexNode list) {
    return rex.makeCall(number(), LIST_SUM, List.of(list));
  }

  /** A truth value as a count that reaches 1 where it holds. */
  RexNode asCount(RexNode condition) {
    return rex.makeCall(
        bigint(), SqlStdOperatorTable.CASE, List.of(condition, number(1), number(0)));
  }

  RexNode difference(RexNode one, RexNode other) {
    return rex.makeCall(number(), MINUS, List.of(one, other));
  }

  /** NULL where the divisor is zero. */
  RexNode quotient(RexNode one, RexNode other) {
    return rex.makeCall(number(), DIVIDED, List.of(one, other));
  }

  RexNode isAtMost(RexNode part, BigDecimal share, RexNode whole) {
    return rex.makeCall(
        nullableBoolean(),
        SqlStdOperatorTable.LESS_THAN_OR_EQUAL,
        List.of(part, rex.makeCall(number(), TIMES, List.of(approximate(share), whole))));
  }

  /** A count that is not negative, to the nearest multiple, half away from zero. */
  RexNode rounded(RexNode count, long multiple) {
    RexNode above = rex.makeCall(count.getType(), PLUS, List.of(count, number(multiple / 2)));
    RexNode rest = rex.makeCall(count.getType(), REMAINDER, List.of(above, number(multiple)));
    return rex.makeCall(count.getType(), MINUS, List.of(above, rest));
  }

  /** One value for several; it is only ever counted, so the type that it claims is of no matter. */
  RexNode row(List<RexNode> parts) {
    RelDataType claimed = nullable(rex.getTypeFactory().createSqlType(SqlTypeName.VARCHAR));
    return rex.makeCall(claimed, ROW, parts);
  }

  RexNode number(long value) {
    return rex.makeExactLiteral(BigDecimal.valueOf(value));
  }

  RexNode number(BigDecimal value, RelDataType type) {
    return rex.makeExactLiteral(value, type);
  }

  RexNode approximate(BigDecimal value) {
    return rex.makeApproxLiteral(value);
  }

  RexNode nothing(RelDataType type) {
    return rex.makeNullLiteral(type);
  }

  RelDataType nothing() {
    return rex.getTypeFactory().createSqlType(SqlTypeName.NULL);
  }

  /** DOUBLE, in which contributions are weighed. */
  RelDataType number() {
    return nullable(rex.getTypeFactory().createSqlType(SqlTypeName.DOUBLE));
  }

  RexNode text(String value) {
    return rex.makeLiteral(value);
  }

  /** A text of any length. */
  RelDataType text() {
    return nullable(rex.getTypeFactory().createSqlType(SqlTypeName.VARCHAR));
  }

  RelDataType integer() {
    return rex.getTypeFactory().createSqlType(SqlTypeName.INTEGER);
  }

  RexNode date(DateString day) {
    return rex.makeDateLiteral(day);
  }

  RelDataType bigint() {
    return rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT);
  }

  RelDataType truth() {
    return nullableBoolean();
  }

  /** A reference to a truth value whose place is not known yet. */
  RexNode placeholder(int number) {
    return new RexInputRef(number, nullableBoolean());
  }

  private RelDataType nullableBoolean() {
    return nullable(rex.getTypeFactory().createSqlType(SqlTypeName.BOOLEAN));
  }

  RelDataType nullable(RelDataType type) {
    return rex.getTypeFactory().createTypeWithNullability(type, true);
  }

  /** True for a literal number other than zero, as it is or as a DOUBLE. */
  static boolean isNonZeroNumber(RexNode node) {
    boolean cast =
        node instanceof RexCall call
            && CASTS.contains(call.getOperator().getName().toLowerCase(Locale.ROOT))
            && call.getType().getSqlTypeName() == SqlTypeName.DOUBLE
            && call.getOperands().get(0) instanceof RexLiteral;
    return number(cast ? ((RexCall) node).getOperands().get(0) : node)
        .filter(value -> value.signum() != 0)
        .isPresent();
  }

  private static Optional<BigDecimal> number(RexNode node) {
    if (!(node instanceof RexLiteral literal)) {
      return Optional.empty();
    }
    if (literal.getValue() instanceof Double value) {
      return Double.isFinite(value) ? Optional.of(BigDecimal.valueOf(value)) : Optional.empty();
    }
    return literal.getValue() instanceof BigDecimal value ? Optional.of(value) : Optional.empty();
  }

  /** True for a literal whole number that is not negative. */
  static boolean isCount(RexNode node) {
    return node instanceof RexLiteral literal
        && literal.getValue() instanceof BigDecimal value
        && value.signum() >= 0
        && value.stripTrailingZeros().scale() <= 0;
  }

  static boolean isOne(RexNode node) {
    return number(node).filter(value -> value.compareTo(BigDecimal.ONE) == 0).isPresent();
  }

  static boolean isZero(RexNode node) {
    return number(node).filter(value -> value.signum() == 0).isPresent();
  }
}
