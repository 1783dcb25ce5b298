package io.sallyport.proxy.sql;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many fields one type may get: twenty sub-queries that each put a column into a struct
 * twice would make a million of them.
 *
 * <p>It estimates from the syntax alone, as if each query's structs held those of all queries that
 * it reads.
 */
final class TypeGrowth {
  private static final double MOST = 10_000;

  /** Functions whose type holds the types of several operands. */
  private static final Set<String> HOLDERS =
      Set.of("struct_pack", "row", "map", "list_zip", "array_zip", "struct_concat");

  private TypeGrowth() {}

  static void check(SqlNode statement) {
    fields(statement);
  }

  private static double fields(@Nullable SqlNode node) {
    if (node instanceof SqlSelect select) {
      Stream<SqlNode> clauses =
          select.getOperandList().stream()
              .filter(clause -> clause != select.getFrom())
              .filter(Objects::nonNull);
      return bounded(fields(select.getFrom()) * most(clauses));
    }
    if (node instanceof SqlWith with) {
      double product = fields(with.body);
      for (SqlNode item : with.withList) {
        product = bounded(product * fields(((SqlWithItem) item).query));
      }
      return product;
    }
    if (node instanceof SqlNodeList list) {
      return most(list.stream());
    }
    if (node instanceof SqlCall call) {
      List<SqlNode> operands = call.getOperandList();
      String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
      int held = name.equals("struct_pack") ? operands.size() / 2 : operands.size();
      return bounded(most(operands.stream()) * (HOLDERS.contains(name) ? Math.max(1, held) : 1));
    }
    return 1;
  }

  private static double most(Stream<SqlNode> nodes) {
    return nodes.mapToDouble(TypeGrowth::fields).max().orElse(1);
  }

  private static double bounded(double fields) {
    if (fields > MOST) {
      throw Ast.unsupported("a struct of more than " + (int) MOST + " fields");
    }
    return fields;
  }
}
