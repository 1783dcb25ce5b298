package io.sallyport.proxy.sql;

import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlTableFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * A function in FROM that makes rows of its arguments alone, such as {@code range(5)}, {@code
 * unnest(tags)} or {@code json_each(js)}; its columns' types are what DuckDB says.
 *
 * <p>Functions that read files, settings or the engine's catalogue are not among them.
 */
final class EngineTableFunction extends SqlFunction implements SqlTableFunction {
  private static final Set<String> KNOWN =
      Set.of("range", "generate_series", "unnest", "json_each", "json_tree");

  private static final List<String> OF_JSON =
      List.of("key", "value", "type", "atom", "id", "parent", "fullkey", "path");

  private final List<SqlReturnTypeInference> columns;
  private final boolean numbered;

  /**
   * @param columns the types of its columns
   * @param numbered true if a column with the row's number comes last: WITH ORDINALITY
   */
  EngineTableFunction(String name, List<SqlReturnTypeInference> columns, boolean numbered) {
    super(
        name,
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.CURSOR,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_TABLE_FUNCTION);
    this.columns = List.copyOf(columns);
    this.numbered = numbered;
  }

  /** True for WITH ORDINALITY. */
  boolean numbered() {
    return numbered;
  }

  /** True if its rows are as long as its argument is. */
  static boolean passesOn(String name) {
    return name.equals("unnest") || OF_JSON.equals(columns(name, ""));
  }

  /**
   * What DuckDB calls its columns.
   *
   * @param alias the relation's, by which an only column goes
   */
  static List<String> columns(String name, String alias) {
    return switch (name) {
      case "json_each", "json_tree" -> OF_JSON;
      default -> List.of(alias);
    };
  }

  static boolean isKnown(String name) {
    return KNOWN.contains(name);
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    call.getOperandList().forEach(operand -> validator.deriveType(scope, operand));
    return validator.getTypeFactory().createSqlType(SqlTypeName.CURSOR);
  }

  @Override
  public SqlReturnTypeInference getRowTypeInference() {
    return this::row;
  }

  private RelDataType row(SqlOperatorBinding binding) {
    RelDataTypeFactory.Builder row = binding.getTypeFactory().builder();
    for (int i = 0; i < columns.size(); i++) {
      row.add("c" + i, columns.get(i).inferReturnType(binding));
    }
    if (numbered) {
      row.add("c" + columns.size(), SqlTypeName.BIGINT);
    }
    return row.build();
  }
}
