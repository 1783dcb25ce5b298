package io.sallyport.proxy.sql;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.ReturnTypes;

/**
 * A cast to a type. Some of DuckDB's casts are refused, because a value that they do not take ends
 * more than the query: DuckDB then answers nothing any more until it is started again, or it fails
 * in a way that TRY does not catch.
 *
 * <pre>
 * CAST(BIGNUM '…' AS HUGEINT)      refused
 * CAST(json AS BIT)                refused
 * </pre>
 */
final class EngineCast extends EngineFunction {
  /** What is cast, to what, and what it may be in between; inside a list or struct, too. */
  private record Ending(Pattern from, Pattern to, String between) {
    Ending(String from, String to, String between) {
      this(DuckDbTypes.within(from), DuckDbTypes.within(to), between);
    }

    boolean is(String source, String target) {
      return !source.equals(target) && from.matcher(source).find() && to.matcher(target).find();
    }
  }

  private static final List<Ending> ENDINGS =
      List.of(
          new Ending("BIGNUM", "U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)", "VARCHAR"),
          new Ending("TIMESTAMP_MS", "TIMESTAMP_S", "TIMESTAMP"),
          new Ending("JSON", "(BIT|BIGNUM)", "VARCHAR"));

  /**
   * @param name {@code cast} or {@code try_cast}
   */
  EngineCast(String name, RelDataType to) {
    super(name, ReturnTypes.explicit(to), true);
  }

  @Override
  public RelDataType inferReturnType(SqlOperatorBinding binding) {
    RelDataType to = super.inferReturnType(binding);
    String source = DuckDbTypes.sql(binding.getOperandType(0));
    String target = DuckDbTypes.sql(to);
    for (Ending ending : ENDINGS) {
      if (ending.is(source, target)) {
        throw Ast.unsupported(
            "a cast from " + source + " to " + target,
            "a cast to " + ending.between() + " in between");
      }
    }
    return to;
  }
}
