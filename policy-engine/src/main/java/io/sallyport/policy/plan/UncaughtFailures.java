package io.sallyport.policy.plan;

import io.sallyport.policy.plan.FunctionList.Entry;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Finds calls that DuckDB fails in although TRY is around them, because to it they are not yet
 * implemented, or no right syntax: they fail just if there is a row, of which the failure would
 * tell.
 *
 * <pre>
 * week(INTERVAL 1 DAY)                          fails
 * date_part('timezone', day)                    fails
 * timezone(zone, moment)                        fails if there is no such zone
 * text LIKE pattern ESCAPE '!'                  fails if the pattern ends with !
 * regexp_extract(text, '(')                     fails, unless DuckDB sees that there is no row
 * date_part('week', day), year(day)             may stand
 * </pre>
 */
final class UncaughtFailures {
  private static final Pattern SPACES = Pattern.compile(" ");

  private static final Set<String> ESCAPING =
      Set.of("like_escape", "not_like_escape", "ilike_escape", "not_ilike_escape");

  /** Functions whose second argument is a regular expression. */
  private static final Set<String> MATCHING =
      names(
          "regexp_full_match regexp_matches regexp_extract regexp_replace regexp_extract_all",
          "regexp_split_to_array str_split_regex string_split_regex");

  private static final String ZONE =
      "a time zone by anything but its fixed name, such as 'Europe/Berlin',";

  private static final Pattern ESCAPE = Pattern.compile("\\p{ASCII}?");
  private static final Pattern WIDTH = Pattern.compile("[1-9][0-9]{0,5} [a-z]+");

  /** Functions whose first argument says which part of a time is meant. */
  private static final Set<String> EXTRACTING = Set.of("date_part", "datepart");

  private static final Set<String> TRUNCATING = Set.of("date_trunc", "datetrunc");
  private static final Set<String> SUBTRACTING =
      Set.of("date_diff", "datediff", "date_sub", "datesub");

  /** Parts, by all their names, that every type with hours has. */
  private static final Set<String> OF_CLOCKS =
      names(
          "hour hr hours hrs h minute min minutes mins m second sec seconds secs s epoch",
          "millisecond milliseconds ms msec msecs msecond mseconds",
          "microsecond microseconds us usec usecs usecond useconds");

  private static final Set<String> OF_CALENDARS =
      names(
          "year yr y years yrs month mon months mons day days d dayofmonth quarter quarters",
          "decade dec decades decs century cent centuries c",
          "millennium mil millenniums millennia mils millenium");

  private static final Set<String> OF_DATES =
      names(
          "week weeks w weekofyear yearweek isoyear dow dayofweek weekday isodow doy dayofyear",
          "julian jd");

  private static final Set<String> OF_ERAS = names("era");
  private static final Set<String> OF_ZONES = names("timezone timezone_hour timezone_minute");
  private static final Set<String> OF_ERAS_AND_ZONES =
      names("era timezone timezone_hour timezone_minute");

  private UncaughtFailures() {}

  /** What fails; empty if TRY catches whatever can. */
  static Optional<String> in(String function, List<RexNode> operands) {
    if (EXTRACTING.contains(function)
        || TRUNCATING.contains(function)
        || SUBTRACTING.contains(function)) {
      return inPart(function, operands);
    }
    if (function.equals("timezone") && operands.size() > 1) {
      return unless(isZone(operands.get(0)), ZONE);
    }
    if (function.equals("make_timestamptz") && SqlTypeUtil.isCharacter(last(operands).getType())) {
      return unless(isZone(last(operands)), ZONE);
    }
    if (ESCAPING.contains(function)) {
      return unless(
          isPattern(text(operands.get(1)), text(last(operands))),
          "a pattern whose end, or what escapes in it, is not fixed,");
    }
    if (MATCHING.contains(function) && operands.size() > 1) {
      return unless(
          text(operands.get(1)).filter(RegularExpressions::arePlain).isPresent(),
          "a regular expression that is not fixed, or not a plain one,");
    }
    if (function.equals("time_bucket")) {
      boolean zoned = SqlTypeUtil.isCharacter(last(operands).getType());
      return !isWidth(operands.get(0))
          ? Optional.of("`time_bucket` of another width than a fixed one")
          : unless(!zoned || isZone(last(operands)), ZONE);
    }
    if (function.equals("strptime")) {
      return unless(
          texts(last(operands)).stream()
              .allMatch(f -> f.filter(UncaughtFailures::isOfNumbers).isPresent()),
          "`strptime` by a form that is not fixed, or names a time zone (write `try_strptime`),");
    }
    if (function.equals("array_length") && operands.size() > 1) {
      return unless(
          Conditions.isOne(last(operands)), "`array_length` of another dimension than the first");
    }
    boolean known =
        operands.size() > 1
            || !isOneOf(function, OF_DATES, OF_ERAS, OF_ZONES)
            || extracts(function, last(operands).getType());
    return known ? Optional.empty() : Optional.of(of(function, last(operands).getType()));
  }

  private static Optional<String> unless(boolean known, String what) {
    return known ? Optional.empty() : Optional.of(what);
  }

  private static RexNode last(List<RexNode> operands) {
    return operands.get(operands.size() - 1);
  }

  /**
   * True if DuckDB tries the function on the least and greatest value of a column while it plans,
   * and fails there. It knows no such values of what stands in a TRY of its own.
   *
   * <pre>TRY(week(day)) fails if one row's day is the first of all; TRY(week(TRY(day))) does not
   * </pre>
   */
  static boolean isEarly(RexCall call) {
    String function = call.getOperator().getName().toLowerCase(Locale.ROOT);
    boolean early = FunctionList.STANDARD.find(function).filter(Entry::early).isPresent();
    boolean plain =
        (EXTRACTING.contains(function) || TRUNCATING.contains(function))
            && part(call.getOperands())
                .filter(p -> isOneOf(p, OF_CLOCKS, OF_CALENDARS))
                .isPresent();
    return early && !plain;
  }

  private static Optional<String> part(List<RexNode> operands) {
    return text(operands.get(0)).map(part -> part.toLowerCase(Locale.ROOT));
  }

  private static Optional<String> text(RexNode value) {
    return value instanceof RexLiteral literal
            && !literal.isNull()
            && SqlTypeUtil.isCharacter(literal.getType())
        ? Optional.ofNullable(literal.getValueAs(String.class))
        : Optional.empty();
  }

  /**
   * A part that the query does not fix is NULL if it is none that a date has, as what fails is.
   *
   * <pre>date_part(part, day)   →   date_part(CASE WHEN lower(part) IN ('timezone', …) … END, day)
   * </pre>
   */
  static List<RexNode> checked(String function, List<RexNode> operands, Conditions make) {
    Set<String> failing = failing(function, operands);
    if (failing.isEmpty() || text(operands.get(0)).isPresent()) {
      return operands;
    }
    List<RexNode> checked = new ArrayList<>(operands);
    checked.set(0, make.unlessOneOf(failing, operands.get(0)));
    return checked;
  }

  private static Set<String> failing(String function, List<RexNode> operands) {
    if (EXTRACTING.contains(function)) {
      return last(operands).getType().getSqlTypeName() == SqlTypeName.DATE ? OF_ZONES : Set.of();
    }
    return TRUNCATING.contains(function) || SUBTRACTING.contains(function)
        ? OF_ERAS_AND_ZONES
        : Set.of();
  }

  private static Optional<String> inPart(String function, List<RexNode> operands) {
    RelDataType type = last(operands).getType();
    Optional<String> part = part(operands);
    if (part.isEmpty()) {
      boolean date =
          type.getSqlTypeName() == SqlTypeName.DATE
              || type.getSqlTypeName() == SqlTypeName.TIMESTAMP
              || type.getSqlTypeName() == SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
      return unless(
          date && !SubQueries.in(operands.get(0)),
          "`" + function + "` with a part that is not fixed, of a value of type `" + type + "`");
    }
    boolean known =
        EXTRACTING.contains(function)
            ? extracts(part.get(), type)
            : isOneOf(part.get(), OF_CLOCKS)
                || !(SUBTRACTING.contains(function) && isClock(type))
                    && isOneOf(part.get(), OF_CALENDARS, OF_DATES);
    return unless(known, of(function + "('" + part.get() + "', …)", type));
  }

  private static String of(String function, RelDataType type) {
    return "`" + function + "` of a value of type `" + type + "`";
  }

  private static boolean extracts(String part, RelDataType type) {
    if (isClock(type)) {
      return isOneOf(part, OF_CLOCKS, OF_ZONES);
    }
    if (type.toString().equals("INTERVAL")) {
      return isOneOf(part, OF_CLOCKS, OF_CALENDARS);
    }
    return isOneOf(part, OF_CLOCKS, OF_CALENDARS, OF_DATES, OF_ERAS)
        || type.getSqlTypeName() != SqlTypeName.DATE && isOneOf(part, OF_ZONES);
  }

  private static boolean isClock(RelDataType type) {
    String name = type.toString();
    return type.getSqlTypeName() == SqlTypeName.TIME
        || name.startsWith("TIME_NS")
        || name.startsWith("TIME WITH");
  }

  @SafeVarargs
  private static boolean isOneOf(String part, Set<String>... lists) {
    return Stream.of(lists).anyMatch(list -> list.contains(part));
  }

  private static Set<String> names(String... lines) {
    return Stream.of(lines).flatMap(SPACES::splitAsStream).collect(Collectors.toSet());
  }

  /** One text, or those of a list. */
  private static List<Optional<String>> texts(RexNode value) {
    if (!(value instanceof RexCall call)) {
      return List.of(text(value));
    }
    return switch (call.getOperator().getName().toLowerCase(Locale.ROOT)) {
      case "try" -> texts(last(call.getOperands()));
      case "list_value" -> call.getOperands().stream().map(UncaughtFailures::text).toList();
      default -> List.of(Optional.empty());
    };
  }

  /** True if a form of a time holds no name of a zone. */
  private static boolean isOfNumbers(String form) {
    return !form.contains("%Z") && !form.contains("%-Z");
  }

  private static boolean isZone(RexNode value) {
    return text(value).filter(ZoneId.getAvailableZoneIds()::contains).isPresent();
  }

  /** What escapes is one letter, which escapes something wherever it stands. */
  private static boolean isPattern(Optional<String> pattern, Optional<String> escape) {
    if (pattern.isEmpty() || escape.isEmpty() || !ESCAPE.matcher(escape.get()).matches()) {
      return false;
    }
    String rest = pattern.get();
    int at = escape.get().isEmpty() ? -1 : rest.indexOf(escape.get());
    while (at >= 0 && at + 1 < rest.length()) {
      at = rest.indexOf(escape.get(), at + 2);
    }
    return at < 0;
  }

  /**
   * {@code to_days(7)} or {@code CAST('7 days' AS INTERVAL)}: more than nothing, and of one unit.
   */
  private static boolean isWidth(RexNode value) {
    if (!(value instanceof RexCall call)) {
      return false;
    }
    if (call.getOperator().getName().equalsIgnoreCase("try") && call.getOperands().size() == 1) {
      return isWidth(call.getOperands().get(0));
    }
    RexNode only = last(call.getOperands());
    boolean counted =
        call.getOperator().getName().startsWith("to_")
            && Conditions.isCount(only)
            && !Conditions.isZero(only);
    return call.getOperands().size() == 1
        && (counted || text(only).filter(text -> WIDTH.matcher(text).matches()).isPresent());
  }
}
