package io.sallyport.proxy.sql;

import org.apache.calcite.rel.type.RelDataTypeFamily;
import org.apache.calcite.sql.type.AbstractSqlType;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * A DuckDB type that Calcite has no word for, such as {@code HUGEINT}, {@code VARCHAR[]} or an
 * enum: known by its name alone, so that nothing but DuckDB computes with it.
 */
final class EngineType extends AbstractSqlType {
  private static final long serialVersionUID = 1L;

  private final String name;

  EngineType(String name, boolean nullable) {
    super(SqlTypeName.OTHER, nullable, null);
    this.name = name;
    computeDigest();
  }

  String duckDbName() {
    return name;
  }

  EngineType withNullable(boolean nullable) {
    return nullable == isNullable() ? this : new EngineType(name, nullable);
  }

  @Override
  public RelDataTypeFamily getFamily() {
    return this;
  }

  @Override
  protected void generateTypeString(StringBuilder sb, boolean withDetail) {
    sb.append(name);
  }
}
