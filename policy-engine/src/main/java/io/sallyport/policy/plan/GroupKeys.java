package io.sallyport.policy.plan;

import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Makes equal group keys alike: an engine shows a group's key as its first row has it, so what
 * differs between equal keys would be that one row's own.
 *
 * <pre>
 * INTERVAL 30 DAY, INTERVAL 1 MONTH     equal, not alike: refused
 * 0.0, -0.0 and the several NaNs        equal, not alike: made one
 * </pre>
 */
final class GroupKeys {
  private static final Set<SqlTypeName> ALIKE =
      Set.of(
          SqlTypeName.BOOLEAN,
          SqlTypeName.CHAR,
          SqlTypeName.VARCHAR,
          SqlTypeName.BINARY,
          SqlTypeName.VARBINARY,
          SqlTypeName.DATE,
          SqlTypeName.TIME,
          SqlTypeName.TIMESTAMP,
          SqlTypeName.TIMESTAMP_TZ,
          SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE,
          SqlTypeName.UUID,
          SqlTypeName.NULL);

  private static final Pattern UNLIKE =
      Pattern.compile("\\b(INTERVAL|DOUBLE|FLOAT|VARIANT|UNION|GEOMETRY)\\b");

  private GroupKeys() {}

  /** The key as it may be grouped by at a release boundary. */
  static RexNode alike(RexNode key, String dataset, Conditions make) {
    return alike(key, "a group key", "over protected rows", dataset, make);
  }

  /**
   * The value as all that are equal to it.
   *
   * @param what it is, and what it is made of, for the refusal if its type has no such form
   */
  static RexNode alike(RexNode value, String what, String madeOf, String dataset, Conditions make) {
    RelDataType type = value.getType();
    if (SqlTypeUtil.isApproximateNumeric(type)) {
      return make.oneZero(value);
    }
    if (areAlike(type)) {
      return value;
    }
    throw new NotReleasedException(
        dataset,
        what + " of type `" + type + "` " + madeOf + ", whose equal values may differ; cast it");
  }

  /** True if values of the type that are equal are the same. */
  static boolean areAlike(RelDataType type) {
    return !SqlTypeUtil.isApproximateNumeric(type)
        && (SqlTypeUtil.isNumeric(type) || ALIKE.contains(type.getSqlTypeName()) || isOther(type));
  }

  /** DuckDB's own types, and what is made of such parts. */
  private static boolean isOther(RelDataType type) {
    String name = type.toString();
    boolean plain =
        name.endsWith("HUGEINT")
            || name.equals("UUID")
            || name.equals("JSON")
            || name.equals("BIT")
            || name.startsWith("ENUM(")
            || name.startsWith("TIME");
    boolean made = name.endsWith("]") || name.startsWith("STRUCT(") || name.startsWith("MAP(");
    return type.getSqlTypeName() == SqlTypeName.OTHER
        && (plain || made && !UNLIKE.matcher(name).find());
  }
}
