package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.Util;

/**
 * Keeps functions that make a text as long as they are told to from filling the memory: DuckDB does
 * not count such a text against its limit, nor look at the clock meanwhile.
 *
 * <pre>repeat('ab', 3), repeat('*', rating)   are fine
 * repeat('x', 1000000000), repeat('x', ?)    are refused</pre>
 *
 * <p>It does not bound what a column's value asks for, nor what many small steps grow to, such as a
 * chain of {@code replace}.
 */
final class Growth {
  private static final int LONGEST = 1_000;

  /** Which operand says how long the result becomes. */
  private static final Map<String, Integer> LENGTHS =
      Map.of("repeat", 1, "lpad", 1, "rpad", 1, "bitstring", 1, "to_base", 2, "bar", 3);

  /** A width that is long or comes from another operand. */
  private static final Pattern WIDE = Pattern.compile("\\d{4,}|\\*|\\{[^}]*\\{");

  private Growth() {}

  /** Refuses a call whose result may become long. */
  static void check(String function, List<SqlNode> operands) {
    Integer length = LENGTHS.get(function);
    if (length != null && length < operands.size()) {
      SqlNode count = operands.get(length);
      if (!isShort(count) && !Vocabulary.namesColumn(count) || grows(operands.get(0))) {
        throw Ast.unsupported(function + " to a length above " + LONGEST);
      }
    }
    boolean formats = function.equals("format") || function.equals("printf");
    if (formats && !operands.isEmpty() && !isNarrow(operands.get(0))) {
      throw Ast.unsupported(function + " with another form than a plain text of small widths");
    }
  }

  private static boolean grows(SqlNode text) {
    try {
      text.accept(
          new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
              if (LENGTHS.containsKey(call.getOperator().getName().toLowerCase(Locale.ROOT))) {
                throw Util.FoundOne.NULL;
              }
              return super.visit(call);
            }
          });
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }

  private static boolean isShort(SqlNode length) {
    return length instanceof SqlLiteral literal
        && (literal.getValue() == null
            || literal.getValue() instanceof BigDecimal number
                && number.compareTo(BigDecimal.valueOf(LONGEST)) <= 0);
  }

  private static boolean isNarrow(SqlNode form) {
    return form instanceof SqlLiteral literal
        && (literal.getValue() == null
            || literal.getValue() instanceof NlsString text
                && !WIDE.matcher(text.getValue()).find());
  }
}
