package io.sallyport.policy;

import io.sallyport.policy.YamlNode.Items;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a column's bounds, which must be values that its type can hold. */
final class NumericColumn {
  private static final Map<String, Integer> SIGNED_BITS =
      Map.of("TINYINT", 8, "SMALLINT", 16, "INTEGER", 32, "BIGINT", 64, "HUGEINT", 128);
  private static final Map<String, Integer> UNSIGNED_BITS =
      Map.of("UTINYINT", 8, "USMALLINT", 16, "UINTEGER", 32, "UBIGINT", 64, "UHUGEINT", 128);
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\(([0-9]+),\\s*([0-9]+)\\)");

  private NumericColumn() {}

  static Optional<Policy.Bounds> bounds(
      Reading reading, Optional<SourceTables.Found> column, YamlNode node) {
    if (!(node instanceof Items list) || list.items().size() != 2) {
      reading.problem(
          node.mark(),
          "`bounds` are the least and the greatest value, such as `[0, 100]`. Given: "
              + Reading.given(node));
      return Optional.empty();
    }
    List<Optional<BigDecimal>> ends =
        list.items().stream().map(item -> reading.number(item, "each of `bounds`")).toList();
    if (ends.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    BigDecimal least = ends.get(0).orElseThrow();
    BigDecimal greatest = ends.get(1).orElseThrow();
    if (least.compareTo(greatest) > 0) {
      reading.problem(
          node.mark(),
          "`bounds` go from the least to the greatest. Given: "
              + Reading.given(list.items().get(0))
              + ", "
              + Reading.given(list.items().get(1)));
      return Optional.empty();
    }
    column.ifPresent(
        found -> {
          if (!numeric(found.type())) {
            reading.problem(
                node.mark(), "only numbers have `bounds`, and this column is " + found.type());
            return;
          }
          for (int end = 0; end < 2; end++) {
            if (!holds(found.type(), ends.get(end).orElseThrow())) {
              YamlNode item = list.items().get(end);
              reading.problem(item.mark(), found.type() + " cannot hold " + Reading.given(item));
            }
          }
        });
    return Optional.of(new Policy.Bounds(least, greatest));
  }

  static boolean numeric(String type) {
    return SIGNED_BITS.containsKey(type)
        || UNSIGNED_BITS.containsKey(type)
        || type.equals("FLOAT")
        || type.equals("DOUBLE")
        || DECIMAL.matcher(type).matches();
  }

  static boolean holds(String type, BigDecimal value) {
    Matcher decimal = DECIMAL.matcher(type);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = Integer.parseInt(decimal.group(2));
      BigDecimal limit = BigDecimal.ONE.movePointRight(precision - scale);
      return value.abs().compareTo(limit) < 0 && value.stripTrailingZeros().scale() <= scale;
    }
    if (type.equals("FLOAT")) {
      return Float.isFinite(value.floatValue());
    }
    if (type.equals("DOUBLE")) {
      return Double.isFinite(value.doubleValue());
    }
    if (value.stripTrailingZeros().scale() > 0) {
      return false;
    }
    BigInteger whole = value.toBigIntegerExact();
    Integer unsigned = UNSIGNED_BITS.get(type);
    return unsigned != null
        ? whole.signum() >= 0 && whole.bitLength() <= unsigned
        : whole.bitLength() < SIGNED_BITS.getOrDefault(type, 0);
  }
}
