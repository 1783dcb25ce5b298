package io.sallyport.proxy.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/** Literals as DuckDB reads them: a number has the type that DuckDB gives to its text. */
final class Literals {
  /** A list that some function wants constant is short. */
  private static final int MOST_ELEMENTS = 100;

  private Literals() {}

  /** A number whose type DuckDB told. */
  static final class Number extends SqlNumericLiteral {
    private final RelDataType type;

    Number(BigDecimal value, RelDataType type) {
      super(
          value,
          type.getSqlTypeName() == SqlTypeName.DECIMAL ? type.getPrecision() : null,
          type.getSqlTypeName() == SqlTypeName.DECIMAL ? type.getScale() : null,
          type.getSqlTypeName() != SqlTypeName.DOUBLE,
          SqlParserPos.ZERO);
      this.type = type;
    }

    @Override
    public SqlNumericLiteral clone(SqlParserPos pos) {
      return this;
    }

    @Override
    public RelDataType createSqlType(RelDataTypeFactory factory) {
      return factory.createTypeWithNullability(type, false);
    }
  }

  /** The literal as DuckDB's SQL. */
  static String text(SqlLiteral literal) {
    Object value = literal.getValue();
    if (value == null) {
      return "NULL";
    }
    if (value instanceof NlsString text) {
      return CallSyntax.text(text.getValue());
    }
    if (value instanceof BigDecimal number) {
      return number(number, literal.getTypeName() == SqlTypeName.DOUBLE);
    }
    return String.valueOf(value);
  }

  /** A literal, or a list of literals, as DuckDB's SQL; else null. */
  static @Nullable String constant(SqlNode node) {
    if (node instanceof SqlLiteral literal) {
      return text(literal);
    }
    if (!(node instanceof SqlCall call && call.getOperator().getName().equals("list_value"))) {
      return null;
    }
    List<String> elements = new ArrayList<>();
    for (SqlNode element : call.getOperandList()) {
      if (!(element instanceof SqlLiteral literal) || elements.size() == MOST_ELEMENTS) {
        return null;
      }
      elements.add(text(literal));
    }
    return CallSyntax.call("list_value", elements, "");
  }

  /** A number so that DuckDB reads it back with the same type: a DOUBLE keeps its exponent. */
  static String number(BigDecimal value, boolean approximate) {
    if (!approximate) {
      return value.toPlainString();
    }
    String text = value.toString();
    return text.indexOf('E') >= 0 ? text : text + "E0";
  }
}
