package io.sallyport.proxy;

import io.sallyport.flight.FlightGateway.Dialect;
import io.sallyport.flight.FlightGateway.Type;
import io.sallyport.policy.plan.FunctionList;
import java.sql.Types;
import java.util.List;

/** What the gateway speaks, as Flight clients ask for it. */
final class FlightDialect {
  static final Dialect OURS =
      new Dialect(
          "Sallyport",
          "0.1",
          List.of("ANTI", "ASOF", "EXCLUDE", "ILIKE", "POSITIONAL", "QUALIFY", "SEMI"),
          known(
              "abs", "ceil", "exp", "floor", "ln", "log10", "mod", "power", "round", "sign",
              "sqrt"),
          known(
              "concat",
              "length",
              "lower",
              "lpad",
              "ltrim",
              "replace",
              "rpad",
              "rtrim",
              "substring",
              "trim",
              "upper"),
          known(
              "date_diff",
              "date_part",
              "date_trunc",
              "dayname",
              "extract",
              "last_day",
              "monthname"),
          List.of(
              new Type("BOOLEAN", Types.BIT, 1, 0, ""),
              new Type("TINYINT", Types.TINYINT, 3, 0, ""),
              new Type("SMALLINT", Types.SMALLINT, 5, 0, ""),
              new Type("INTEGER", Types.INTEGER, 10, 0, ""),
              new Type("BIGINT", Types.BIGINT, 19, 0, ""),
              new Type("HUGEINT", Types.NUMERIC, 39, 0, ""),
              new Type("DECIMAL", Types.DECIMAL, 38, 38, ""),
              new Type("FLOAT", Types.REAL, 7, 0, ""),
              new Type("DOUBLE", Types.DOUBLE, 15, 0, ""),
              new Type("VARCHAR", Types.VARCHAR, Integer.MAX_VALUE, 0, "'"),
              new Type("BLOB", Types.VARBINARY, Integer.MAX_VALUE, 0, "'"),
              new Type("DATE", Types.DATE, 10, 0, "'"),
              new Type("TIME", Types.TIME, 15, 6, "'"),
              new Type("TIMESTAMP", Types.TIMESTAMP, 26, 6, "'"),
              new Type("TIMESTAMP WITH TIME ZONE", Types.TIMESTAMP, 32, 6, "'"),
              new Type("UUID", Types.VARCHAR, 36, 0, "'")));

  private FlightDialect() {}

  /** Those names that analysts may use. */
  private static List<String> known(String... names) {
    return List.of(names).stream()
        .filter(name -> FunctionList.STANDARD.find(name).isPresent())
        .toList();
  }
}
