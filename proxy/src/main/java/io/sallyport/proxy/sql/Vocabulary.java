package io.sallyport.proxy.sql;

import io.sallyport.policy.plan.AggregateList;
import io.sallyport.policy.plan.FunctionList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/** Which functions exist at all for analysts, by their lower-case DuckDB names. */
final class Vocabulary {
  private static final Set<String> TRIES = Set.of("try", "try_cast");

  private Vocabulary() {}

  /** Functions that give another value at each call. */
  private static final Set<String> VOLATILE =
      Set.of("random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7");

  private static final Set<String> LAMBDAS =
      Set.of(
          "list_transform",
          "list_apply",
          "array_transform",
          "array_apply",
          "list_filter",
          "array_filter",
          "list_reduce",
          "array_reduce");

  static boolean deterministic(String name) {
    return !VOLATILE.contains(name);
  }

  static boolean scalar(String name) {
    return FunctionList.STANDARD.find(name).isPresent();
  }

  /** True for a function whose second argument is a lambda. */
  static boolean takesLambda(String name) {
    return LAMBDAS.contains(name);
  }

  static boolean aggregate(String name) {
    return AggregateList.STANDARD.find(name).filter(e -> !e.windowOnly()).isPresent();
  }

  static boolean window(String name) {
    return AggregateList.STANDARD.find(name).isPresent();
  }

  static boolean windowOnly(String name) {
    return AggregateList.STANDARD.find(name).filter(AggregateList.Entry::windowOnly).isPresent();
  }

  /** True if the expression names a column, its own or one of a sub-query. */
  static boolean namesColumn(SqlNode expression) {
    try {
      expression.accept(
          new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlIdentifier name) {
              throw Util.FoundOne.NULL;
            }
          });
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }

  /** The columns that the expression names outside its aggregates. */
  static List<SqlIdentifier> columnsBesideAggregates(SqlNode expression) {
    List<SqlIdentifier> columns = new ArrayList<>();
    expression.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlIdentifier name) {
            columns.add(name);
            return null;
          }

          @Override
          public @Nullable Void visit(SqlCall call) {
            return call.getOperator() instanceof SqlAggFunction ? null : super.visit(call);
          }
        });
    return columns;
  }

  /** The places of the parameters that do not stand in TRY or TRY_CAST. */
  static Set<Integer> untriedParameters(SqlNode query) {
    Set<Integer> places = new HashSet<>();
    query.accept(
        new SqlBasicVisitor<@Nullable Void>() {
          @Override
          public @Nullable Void visit(SqlDynamicParam parameter) {
            places.add(parameter.getIndex());
            return null;
          }

          @Override
          public @Nullable Void visit(SqlCall call) {
            return TRIES.contains(call.getOperator().getName()) ? null : super.visit(call);
          }
        });
    return places;
  }

  /** True if the expression holds a function over a window. */
  static boolean windows(SqlNode expression) {
    try {
      expression.accept(
          new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
              if (call.getKind() == SqlKind.OVER) {
                throw Util.FoundOne.NULL;
              }
              return call.isA(SqlKind.QUERY) ? null : super.visit(call);
            }
          });
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }

  /** True if the expression holds an aggregate, be it within a window. */
  static boolean aggregatesAnywhere(SqlNode expression) {
    try {
      expression.accept(
          new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
              if (call.isA(SqlKind.QUERY)) {
                return null;
              }
              if (call.getKind() != SqlKind.OVER) {
                if (call.getOperator() instanceof SqlAggFunction) {
                  throw Util.FoundOne.NULL;
                }
                return super.visit(call);
              }
              // The function over the window is no aggregate of the rows.
              SqlNode function = call.operand(0);
              if (function instanceof SqlCall over) {
                over.getOperandList().forEach(operand -> operand.accept(this));
              }
              call.operand(1).accept(this);
              return null;
            }
          });
      return false;
    } catch (Util.FoundOne found) {
      return true;
    }
  }

  /** True if the expression holds an aggregate that is not over a window. */
  static boolean aggregates(SqlNode expression) {
    try {
      expression.accept(
          new SqlBasicVisitor<Void>() {
            @Override
            public Void visit(SqlCall call) {
              if (call.getKind() == SqlKind.OVER || call.isA(SqlKind.QUERY)) {
                return null;
              }
              if (call.getOperator() instanceof SqlAggFunction) {
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
}
