package io.sallyport.proxy.sql;

import java.util.HashMap;
import java.util.Map;

/**
 * How long a text, a list or the like may be, in units of one stored value (or 16 characters of the
 * statement): so much itself, and so often what a name stands for.
 *
 * <pre>acc || x || 'and so on'  →  2 + 1 · acc + 1 · x</pre>
 *
 * @param itself without any name
 * @param times by name; a name is a lambda's parameter or a column of a recursive query
 */
record Size(double itself, Map<Object, Double> times) {
  /** More than any statement may make, and still a number to calculate with. */
  private static final double WITHOUT_END = 1e30;

  static final Size NONE = of(0);
  static final Size STORED = of(1);

  Size {
    itself = Math.min(itself, WITHOUT_END);
    times = Map.copyOf(times);
  }

  static Size of(double itself) {
    return new Size(itself, Map.of());
  }

  static Size named(Object name) {
    return new Size(0, Map.of(name, 1.0));
  }

  Size plus(Size other) {
    Map<Object, Double> sum = new HashMap<>(times);
    other.times.forEach((name, factor) -> sum.merge(name, factor, Double::sum));
    return new Size(itself + other.itself, sum);
  }

  Size times(double factor) {
    Map<Object, Double> product = new HashMap<>();
    times.forEach((name, old) -> product.put(name, Math.min(old * factor, WITHOUT_END)));
    return new Size(itself * factor, product);
  }

  /** What is not linear in a name has no bound in it. */
  Size times(Size other) {
    if (other.times.isEmpty()) {
      return times(other.itself);
    }
    return times.isEmpty() ? other.times(itself) : plus(other).times(WITHOUT_END);
  }

  Size or(Size other) {
    Map<Object, Double> larger = new HashMap<>(times);
    other.times.forEach((name, factor) -> larger.merge(name, factor, Math::max));
    return new Size(Math.max(itself, other.itself), larger);
  }

  /** How often the name's value is in it. */
  double factor(Object name) {
    return times.getOrDefault(name, 0.0);
  }

  /** With the name's value in its place. */
  Size with(Object name, Size value) {
    Map<Object, Double> rest = new HashMap<>(times);
    Double factor = rest.remove(name);
    Size without = new Size(itself, rest);
    return factor == null ? without : without.plus(value.times(factor));
  }
}
