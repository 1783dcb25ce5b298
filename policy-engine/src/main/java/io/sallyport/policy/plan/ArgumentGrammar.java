package io.sallyport.policy.plan;

import com.google.common.collect.Sets;
import io.sallyport.policy.plan.Argument.Arm;
import io.sallyport.policy.plan.Argument.Trait;
import io.sallyport.policy.plan.Column.Facts;
import io.sallyport.policy.plan.Column.Restricted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * What may stand inside an aggregate over protected rows, and by which arms its value comes about.
 *
 * <pre>
 * cost * (1 + tax)                          columns, literals, + - *
 * coalesce(cost, 0)                         arms: [cost IS NOT NULL]; the other is zero
 * (dept = 'A')::INTEGER * cost              arms: [dept = 'A']
 * hash(name), cost % 10, power(cost, 3)     refused
 * </pre>
 *
 * <p>It judges an expression by its parts' judgements and counts nothing; {@link Contributors}
 * counts.
 */
final class ArgumentGrammar {
  private static final int MOST_ARMS = 24;
  private static final int HIGHEST_DEGREE = 3;

  /** So far, floating numbers can be scaled to and fro. */
  private static final int LONG_REACH = 60;

  private static final int SHORT_REACH = 15;

  /** So far, numbers that divide do not make others lose digits that a figure would show. */
  private static final int STEADY_REACH = 6;

  private static final int ANY_REACH = 50;
  private static final int DECIMAL_REACH = 38;

  private static final Set<String> DAYS = Set.of("day", "days", "d");

  /** One operand: its guarded expression and what is known of it. */
  record Operand(RexNode rex, Facts facts) {
    Argument argument() {
      return facts.argument();
    }
  }

  private final Conditions make;

  ArgumentGrammar(Conditions make) {
    this.make = make;
  }

  Argument literal(RexLiteral literal) {
    if (literal.isNull()) {
      return Argument.constant(List.of());
    }
    if (literal.getType().getSqlTypeName() == SqlTypeName.BOOLEAN) {
      return Argument.constant(List.of(new Arm(Optional.empty(), literal.isAlwaysFalse())));
    }
    return Conditions.isZero(literal)
        ? Argument.constant(List.of(new Arm(Optional.empty(), true)))
        : number().withReach(reach(literal));
  }

  private static int reach(RexLiteral literal) {
    if (SqlTypeUtil.isCharacter(literal.getType())) {
      return ANY_REACH;
    }
    if (literal.getValue() instanceof Number number) {
      double size = Math.abs(number.doubleValue());
      return size == 0 ? DECIMAL_REACH : 1 + (int) Math.abs(Math.log10(size));
    }
    return 0;
  }

  /** A parameter may be any number; alone it scales nothing to and fro. */
  Argument parameter() {
    return number().withReach(ANY_REACH);
  }

  private static Argument number() {
    return Argument.constant(List.of(Arm.ALWAYS)).withTrait(Trait.NUMBERED);
  }

  /** A column's argument where it is named: a truth value is a choice of 1 or 0. */
  Argument column(RexNode reference, Argument known) {
    return known.refusal().isEmpty() && isBoolean(reference.getType())
        ? known.withArms(truth(reference)).withTrait(Trait.COUNTED)
        : known;
  }

  /** A condition used as a value. */
  Argument condition(RexNode condition, List<Operand> operands) {
    List<Facts> facts = operands.stream().map(Operand::facts).toList();
    return Argument.constant(truth(condition)).withConditions(Column.lineage(facts));
  }

  private List<Arm> truth(RexNode condition) {
    return List.of(
        new Arm(Optional.of(make.isTrue(condition)), false),
        new Arm(Optional.of(make.isFalse(condition)), true));
  }

  static boolean isBoolean(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.BOOLEAN;
  }

  /** {@code CASE WHEN c1 THEN v1 … ELSE v END}: conditions and values in turn. */
  Argument choice(List<Operand> operands) {
    Argument chosen = Argument.constant(List.of());
    List<Arm> arms = new ArrayList<>();
    List<RexNode> before = new ArrayList<>();
    for (int i = 0; i < operands.size(); i += 2) {
      boolean last = i == operands.size() - 1;
      Operand value = operands.get(last ? i : i + 1);
      List<RexNode> path = new ArrayList<>(before);
      if (!last) {
        Operand condition = operands.get(i);
        chosen = chosen.withConditions(condition.facts().lineage());
        path.add(make.isTrue(condition.rex()));
        before.add(make.isNotTrue(condition.rex()));
      }
      arms.addAll(along(path, value.argument().arms()));
      chosen =
          chosen.with(value.argument(), arms, Math.max(chosen.degree(), value.argument().degree()));
    }
    return limited(chosen.withArms(arms));
  }

  private List<Arm> along(List<RexNode> path, List<Arm> arms) {
    List<Arm> longer = new ArrayList<>();
    for (Arm arm : arms) {
      List<RexNode> all = new ArrayList<>(path);
      arm.when().ifPresent(all::add);
      longer.add(arm.when(all.isEmpty() ? Optional.empty() : Optional.of(make.and(all))));
    }
    return longer;
  }

  /** A call of a function by its lower-case name; {@code call} is the guarded call itself. */
  Argument call(String name, RexNode call, List<Operand> operands) {
    if (isBoolean(call.getType())
        && !Set.of("coalesce", "ifnull", "if", "nullif", "greatest", "least").contains(name)) {
      return condition(call, operands);
    }
    return switch (name) {
      case "+", "-" -> computed(call, operands.size(), sum(call.getType(), operands));
      case "*" -> scaled(call, operands, product(operands));
      case "/" ->
          operands.size() == 2 && Conditions.isNonZeroNumber(operands.get(1).rex())
              ? divided(scaled(call, operands, operands.get(0).argument()))
              : refused("division by anything but a number");
      case "cast", "try_cast" -> cast(call, operands.get(0));
      case "round", "floor", "ceil", "ceiling" ->
          literalsAfter(operands, 1) ? steps(call, operands.get(0).argument()) : refused(name);
      case "abs" -> steps(call, operands.get(0).argument());
      case "try" -> operands.get(0).argument();
      case "date_diff", "datediff", "date_sub", "datesub" ->
          operands.size() == 3 && operands.get(0).rex() instanceof RexLiteral
              ? difference(call, operands)
              : refused(name);
      case "coalesce", "ifnull" -> firstNotNull(operands);
      case "if" -> operands.size() == 3 ? choice(operands) : refused(name);
      case "nullif" -> operands.get(0).argument().withConditions(lineage(operands));
      case "greatest", "least" -> selected(call, operands);
      default -> refused("`" + name + "`");
    };
  }

  /** Days between two dates are what their subtraction gives; other parts are rounded. */
  private Argument difference(RexNode call, List<Operand> operands) {
    boolean days =
        operands.get(0).rex() instanceof RexLiteral part
            && DAYS.contains(String.valueOf(part.getValueAs(String.class)).toLowerCase(Locale.ROOT))
            && operands.stream()
                .skip(1)
                .allMatch(o -> o.rex().getType().getSqlTypeName() == SqlTypeName.DATE);
    Argument difference = rounded(call, sum(call.getType(), operands.subList(1, 3)));
    return days ? difference : difference.withTrait(Trait.STEPPED);
  }

  private static Set<Restricted> lineage(List<Operand> operands) {
    return Column.lineage(operands.stream().map(Operand::facts).toList());
  }

  static Argument refused(String what) {
    return Argument.refused(
        what
            + " inside an aggregate over protected rows; columns, numbers, + - *, / by a number,"
            + " CASE, coalesce, rounding and date differences may stand there");
  }

  private static boolean literalsAfter(List<Operand> operands, int first) {
    return operands.stream().skip(first).allMatch(o -> o.rex() instanceof RexLiteral);
  }

  private Argument sum(RelDataType type, List<Operand> operands) {
    Argument sum = Argument.constant(List.of());
    boolean alone = operands.size() == 1;
    boolean numbered = !alone && hasTrait(operands, Trait.NUMBERED);
    if (numbered && isSwallowing(type, operands)) {
      return refused("a number beside floating numbers, of which it may hide the low digits,");
    }
    for (Operand operand : operands) {
      Argument term = operand.argument();
      if (!alone && term.traits().contains(Trait.STEPPED)) {
        return refused("a term beside one that is rounded or an absolute value");
      }
      if (!alone
          && term.form().mayCancel()
          && !SqlTypeUtil.isNumeric(operand.rex().getType())
          && !isBoolean(operand.rex().getType())) {
        return refused("arithmetic with a time that is computed");
      }
      if (!alone && term.form() == Argument.Form.SHIFTED) {
        return refused("a third term beside figures about one unit");
      }
      // Beside another term a zero is a value: 1 - (id <> 5)::INTEGER is 1 for one row. And what
      // cancels out would not be seen to: sum(a - b + 1).
      List<RexNode> enters =
          !alone && term.form().mayCancel() ? List.of(make.isNotZero(operand.rex())) : List.of();
      LinkedHashSet<Arm> arms = new LinkedHashSet<>(sum.arms());
      for (Arm arm : term.arms()) {
        Arm way = arm.zero() ? arm : along(enters, List.of(arm)).get(0);
        arms.add(way.zero(way.zero() && alone));
      }
      sum =
          sum.with(
              operand.argument(),
              List.copyOf(arms),
              Math.max(sum.degree(), operand.argument().degree()));
    }
    sum = numbered ? sum.withTrait(Trait.SWALLOWING) : sum;
    return limited(
        !alone && sum.form() == Argument.Form.FIGURE ? sum.withForm(Argument.Form.SHIFTED) : sum);
  }

  private static boolean hasTrait(List<Operand> operands, Trait trait) {
    return operands.stream().anyMatch(o -> o.argument().traits().contains(trait));
  }

  /**
   * {@code (x + 1e20) - 1e20} is x in steps, and where they begin the query says. A short number
   * shows its steps without being taken away again.
   */
  private static boolean isSwallowing(RelDataType type, List<Operand> operands) {
    return type.getSqlTypeName() == SqlTypeName.REAL
        || SqlTypeUtil.isApproximateNumeric(type) && hasTrait(operands, Trait.SWALLOWING);
  }

  /** Zero in one factor is zero in the product, so arms are met pair by pair. */
  Argument product(List<Operand> operands) {
    Argument product = Argument.constant(List.of(Arm.ALWAYS));
    if (operands.stream().anyMatch(o -> o.argument().traits().contains(Trait.STEPPED))
        && operands.stream().filter(o -> o.argument().degree() > 0).count() > 1) {
      return refused("a product with a factor that is rounded or an absolute value");
    }
    for (Operand operand : operands) {
      LinkedHashSet<Arm> arms = new LinkedHashSet<>();
      for (Arm one : product.arms()) {
        for (Arm other : operand.argument().arms()) {
          if (one.excludes(other)) {
            continue;
          }
          List<RexNode> both = new ArrayList<>();
          one.when().ifPresent(both::add);
          other.when().filter(w -> !both.contains(w)).ifPresent(both::add);
          arms.add(
              new Arm(
                  both.isEmpty() ? Optional.empty() : Optional.of(make.and(both)),
                  one.zero() || other.zero(),
                  Sets.union(one.branches(), other.branches())));
        }
      }
      product =
          product.with(
              operand.argument(),
              List.copyOf(arms),
              product.degree() + operand.argument().degree());
    }
    return product.degree() > HIGHEST_DEGREE
        ? refused("a product of more than " + HIGHEST_DEGREE + " columns")
        : limited(product);
  }

  /**
   * The smallest floating numbers are few, so that what is scaled down to them and up again is in
   * steps, of which the query says where they begin.
   */
  private static Argument scaled(RexNode call, List<Operand> operands, Argument product) {
    int reach = operands.stream().mapToInt(o -> o.argument().reach()).sum();
    RelDataType type = call.getType();
    int most = type.getSqlTypeName() == SqlTypeName.REAL ? SHORT_REACH : LONG_REACH;
    return SqlTypeUtil.isApproximateNumeric(type) && product.degree() > 0 && reach > most
        ? refused("a product of a floating number with numbers beyond 1e-" + most + " to 1e" + most)
        : computed(call, 1, product.withReach(reach));
  }

  /** What is divided by a very small number is as large as one with a large number added. */
  private static Argument divided(Argument quotient) {
    return quotient.reach() > STEADY_REACH ? quotient.withTrait(Trait.NUMBERED) : quotient;
  }

  private static Argument limited(Argument argument) {
    return argument.arms().size() > MOST_ARMS
        ? refused("a choice of more than " + MOST_ARMS + " values")
        : argument;
  }

  private Argument cast(RexNode call, Operand operand) {
    RelDataType to = call.getType();
    RelDataType from = operand.rex().getType();
    boolean value = SqlTypeUtil.isNumeric(to) || SqlTypeUtil.isDatetime(to);
    if (!value) {
      return refused("a cast to this type");
    }
    boolean keeps =
        to.getSqlTypeName() == SqlTypeName.DOUBLE
            || isBoolean(from)
            || SqlTypeUtil.isDatetime(to)
            || SqlTypeUtil.isIntType(from)
            || SqlTypeUtil.isDecimal(from)
                && SqlTypeUtil.isDecimal(to)
                && to.getScale() >= from.getScale();
    Argument argument = operand.argument();
    if (SqlTypeUtil.isExactNumeric(to)) {
      argument = argument.withReach(Math.min(argument.reach(), DECIMAL_REACH));
    }
    return keeps ? argument : steps(call, argument);
  }

  /**
   * Rounding what was computed is a choice: {@code ceil(abs(id - 5) / 1e7)} is 0 for one row. So is
   * its absolute value: {@code abs(x - 5) + x} is the same for all rows below 5.
   */
  private Argument steps(RexNode call, Argument argument) {
    return argument.degree() == 0 || argument.isPlain()
        ? rounded(call, argument).withTrait(Trait.STEPPED)
        : refused("rounding of what is computed, or its absolute value,");
  }

  /** What is rounded to zero does not enter. */
  private Argument rounded(RexNode call, Argument argument) {
    if (argument.degree() == 0) {
      return argument;
    }
    return argument
        .withForm(Argument.Form.SCALED)
        .withArms(along(List.of(make.isNotZero(call)), argument.arms()));
  }

  /** What arithmetic makes of an argument: it may cancel out, vanish in a product or underflow. */
  private static Argument computed(RexNode call, int columns, Argument argument) {
    boolean cancels =
        columns > 1
            || argument.degree() > 1
            || argument.degree() > 0 && SqlTypeUtil.isApproximateNumeric(call.getType());
    return argument.withForm(cancels ? Argument.Form.CANCELLING : Argument.Form.SCALED);
  }

  private Argument firstNotNull(List<Operand> operands) {
    Argument first = Argument.constant(List.of());
    List<Arm> arms = new ArrayList<>();
    List<RexNode> before = new ArrayList<>();
    for (Operand operand : operands) {
      List<RexNode> path = new ArrayList<>(before);
      path.add(make.isNotNull(operand.rex()));
      before.add(make.isNull(operand.rex()));
      arms.addAll(along(path, operand.argument().arms()));
      first =
          first.with(
              operand.argument(), arms, Math.max(first.degree(), operand.argument().degree()));
    }
    return limited(first.withArms(arms));
  }

  /** GREATEST and LEAST: the arm is whichever operand the result equals. */
  private Argument selected(RexNode call, List<Operand> operands) {
    Argument selected = Argument.constant(List.of());
    List<Arm> arms = new ArrayList<>();
    for (Operand operand : operands) {
      arms.addAll(along(List.of(make.isSame(call, operand.rex())), operand.argument().arms()));
      selected =
          selected.with(
              operand.argument(), arms, Math.max(selected.degree(), operand.argument().degree()));
    }
    return limited(selected.withArms(arms).withConditions(lineage(operands)));
  }
}
