package io.sallyport.policy.plan;

import io.sallyport.policy.plan.Argument.Trait;
import io.sallyport.policy.plan.ArgumentGrammar.Operand;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Rounds what floating numbers add up to so far that nothing shows of the order in which they were
 * added: beside a huge number, which is taken away again, the low digits of those added before it
 * are lost, and of those added after it are not.
 *
 * <pre>
 * before: sum(x)
 * after:  round(fsum(x) + (u / 2 - 0.25) * pow(10, -places), places) + 0
 *         places = 11 - floor(log10(sum(abs(x))) + u / 16), 300 at most
 *         u = a number from 0 to 1, made of a secret of the engine and both sums
 * </pre>
 *
 * <p>A compensated sum ({@code fsum}, Kahan's) loses some 2^-52 of {@code sum(abs(x))}, however
 * many rows there are (Higham, Accuracy and Stability of Numerical Algorithms, 4.3); a bare one may
 * lose half of that with each row. The step of the figure is 10^-12 to 10^-11 of it: some ten
 * thousand times as much, and more than a parallel sum leaves open. A sum that is a multiple of the
 * step stays as it is. Where two multiples are equally near, a bare rounding would show on which
 * side the sum is, as exactly as one asks; so the border is moved by up to a quarter of a step,
 * differently for each sum, and nobody can tell where to. Sums of exact numbers are no business of
 * this class.
 */
public final class FloatingSums {
  /** The variable of an engine's connection that holds its secret. */
  public static final String SECRET = "sallyport_rounding";

  /** Figures that are sums but for a factor. */
  static final Set<String> NAMES = Set.of("sum", "avg", "mean");

  /**
   * What is read beside a figure.
   *
   * @param first where the sum of absolute values is
   * @param average true if the figure is a sum by a count, which is behind that
   */
  record Beside(int first, boolean average) {}

  private static final SqlOperator VARIABLE = Conditions.function("getvariable");
  private static final SqlOperator CONCAT = Conditions.function("concat");
  private static final SqlOperator DIGEST = Conditions.function("md5_number_upper");
  private static final SqlOperator LOG = Conditions.function("log10");
  private static final SqlOperator FLOOR = Conditions.function("floor");
  private static final SqlOperator LEAST = Conditions.function("least");
  private static final SqlOperator POWER = Conditions.function("pow");
  private static final SqlOperator ROUND = Conditions.function("round");
  private static final SqlOperator PLUS = Conditions.function("+");
  private static final SqlOperator MINUS = Conditions.function("-");
  private static final SqlOperator TIMES = Conditions.function("*");

  /** What refuses it where the figure is not rounded. */
  static final String CHOICE = "a choice between values of type DOUBLE that are made with a number";

  private static final long DIGITS = 11;
  private static final int DOUBLE_DIGITS = 15;

  /** What is smaller than a step at this place is nothing; 10^300 is still a DOUBLE. */
  private static final long MOST_PLACES = 300;

  private static final BigDecimal DIGESTS = new BigDecimal(BigInteger.TWO.pow(64));

  private final Conditions make;

  FloatingSums(Conditions make) {
    this.make = make;
  }

  /** True if an engine adds up the argument as floating numbers. */
  static boolean is(String aggregate, List<Operand> arguments) {
    return NAMES.contains(aggregate) && isAddedAsFloating(type(arguments));
  }

  static boolean isAddedAsFloating(RelDataType type) {
    return SqlTypeUtil.isApproximateNumeric(type) || isUnsignedHuge(type);
  }

  /**
   * True if numbers that the query writes may be added to floating numbers and taken away again.
   *
   * @param branches true if the rows come from several branches of a union
   */
  static boolean isChoiceWithNumber(Operand argument, boolean branches) {
    long ways = argument.argument().arms().stream().filter(arm -> !arm.zero()).count();
    return (branches || ways > 1)
        && SqlTypeUtil.isApproximateNumeric(argument.rex().getType())
        && argument.argument().traits().contains(Trait.NUMBERED);
  }

  /** True if what a number was added to is brought to a DOUBLE, where it loses its low digits. */
  static boolean isShifted(Operand argument) {
    RelDataType type = argument.rex().getType();
    boolean isShort =
        SqlTypeUtil.isDecimal(type) && type.getPrecision() <= DOUBLE_DIGITS
            || SqlTypeUtil.isIntType(type) && type.getSqlTypeName() != SqlTypeName.BIGINT;
    return !isShort && argument.argument().traits().contains(Trait.SWALLOWING);
  }

  private static RelDataType type(List<Operand> arguments) {
    return arguments.get(0).rex().getType();
  }

  private static boolean isUnsignedHuge(RelDataType type) {
    return BoundedValues.isHuge(type) && type.toString().startsWith("U");
  }

  /**
   * The sum as it may be seen.
   *
   * @param size that of absolute values; NULL where the sum is
   */
  RexNode rounded(RexNode sum, RexNode size) {
    RelDataType number = make.number();
    RexNode secret = make.call(make.text(), VARIABLE, make.text(SECRET));
    RexNode seen = make.call(make.text(), CONCAT, secret, sum, make.text("/"), size);
    RexNode digest = make.call(make.someBits(), DIGEST, seen);
    RexNode shift = make.quotient(digest, make.approximate(DIGESTS));
    RexNode power =
        make.call(
            number,
            FLOOR,
            make.call(number, PLUS, make.call(number, LOG, size), times(shift, "0.0625")));
    RexNode places =
        make.tryCast(
            make.call(
                number,
                LEAST,
                make.difference(make.number(DIGITS), power),
                make.number(MOST_PLACES)),
            make.integer());
    RexNode step = make.call(number, POWER, make.number(10), negative(places));
    RexNode border = make.difference(times(shift, "0.5"), make.approximate(new BigDecimal("0.25")));
    RexNode moved = make.call(number, PLUS, sum, make.call(number, TIMES, border, step));
    // A zero has no sign that would tell on which side of it the sum is.
    RexNode unsigned =
        make.call(number, PLUS, make.call(number, ROUND, moved, places), make.number(0));
    return make.choose(number, List.of(make.isBelow(make.number(0), size), unsigned, sum));
  }

  private RexNode times(RexNode value, String factor) {
    return make.call(make.number(), TIMES, value, make.approximate(new BigDecimal(factor)));
  }

  private RexNode negative(RexNode places) {
    return make.call(make.nullable(make.integer()), MINUS, make.number(0), places);
  }
}
