package io.sallyport.proxy.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One SELECT in the making: what it reads, and an expression for each column of its plan node.
 *
 * <p>It only grows in the order in which SQL evaluates: FROM, WHERE, GROUP BY, HAVING, ORDER BY,
 * LIMIT. Whoever needs an earlier step wraps it into a sub-query first.
 */
final class PrintedBlock {
  /** What an expression is made of, which says where it may be copied to. */
  enum Make {
    /** A column of FROM. */
    COLUMN,
    /** A literal, parameter or wiped column. */
    CONSTANT,
    /** Computed from columns; may be copied where it is short. */
    COMPUTED,
    /** Holds an aggregate of this block. */
    AGGREGATE,
    /**
     * Holds a window, a sub-query or something volatile; is never moved into another expression.
     */
    DELICATE
  }

  /**
   * One column.
   *
   * @param sql the expression as it stands alone, for example {@code 1}
   * @param inside the same inside another expression, where a literal must keep its type: {@code
   *     CAST(1 AS INTEGER)}
   */
  record Column(String sql, String inside, Make make) {
    static Column of(String sql, Make make) {
      return new Column(sql, sql, make);
    }
  }

  /** FROM is one query of so many columns, which are named by their position. */
  private record Positioned(String alias, int width) {
    boolean areFirst(List<Column> columns) {
      for (int i = 0; i < width; i++) {
        if (i == columns.size() || !columns.get(i).sql().equals(alias + ".c" + i)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final int SHORT = 100;

  /** Engines read long texts slowly: that of an aggregate is written once. */
  private static final int SHORT_AGGREGATE = 40;

  final List<Column> columns;
  private final String from;
  private final boolean joined;
  private final @Nullable Positioned positioned;
  private final List<String> where = new ArrayList<>();
  private @Nullable String groupBy;
  private final List<String> having = new ArrayList<>();
  private List<String> orderBy = List.of();
  private @Nullable String limit;
  private @Nullable String offset;

  private PrintedBlock(
      String from, boolean joined, @Nullable Positioned positioned, List<Column> columns) {
    this.from = from;
    this.joined = joined;
    this.positioned = positioned;
    this.columns = List.copyOf(columns);
  }

  /** A block without FROM: one row of constants. */
  static PrintedBlock row(List<Column> columns) {
    return new PrintedBlock("", false, null, columns);
  }

  static PrintedBlock from(String item, List<Column> columns) {
    return new PrintedBlock(item, false, null, columns);
  }

  /** Reads a query whose columns are named by their position. */
  static PrintedBlock positioned(String query, String alias, int width) {
    List<Column> plain = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      plain.add(Column.of(alias + ".c" + i, Make.COLUMN));
    }
    return new PrintedBlock(query + " AS " + alias, false, new Positioned(alias, width), plain);
  }

  static PrintedBlock joined(String items, List<Column> columns) {
    return new PrintedBlock(items, true, null, columns);
  }

  /** The same block with other columns. */
  PrintedBlock with(List<Column> other) {
    PrintedBlock copy = new PrintedBlock(from, joined, positioned, other);
    copy.where.addAll(where);
    copy.groupBy = groupBy;
    copy.having.addAll(having);
    copy.orderBy = orderBy;
    copy.limit = limit;
    copy.offset = offset;
    return copy;
  }

  PrintedBlock where(String condition) {
    PrintedBlock copy = with(columns);
    copy.where.add(condition);
    return copy;
  }

  PrintedBlock where(List<String> conditions) {
    PrintedBlock copy = with(columns);
    copy.where.addAll(conditions);
    return copy;
  }

  PrintedBlock having(String condition) {
    PrintedBlock copy = with(columns);
    copy.having.add(condition);
    return copy;
  }

  PrintedBlock grouped(String by, List<Column> results) {
    PrintedBlock copy = with(results);
    copy.groupBy = by;
    return copy;
  }

  PrintedBlock ordered(List<String> by) {
    PrintedBlock copy = with(columns);
    copy.orderBy = List.copyOf(by);
    return copy;
  }

  PrintedBlock limited(@Nullable String fetch, @Nullable String skip) {
    PrintedBlock copy = with(columns);
    copy.limit = fetch;
    copy.offset = skip;
    return copy;
  }

  boolean isGrouped() {
    return groupBy != null;
  }

  boolean isOrdered() {
    return !orderBy.isEmpty();
  }

  boolean isLimited() {
    return limit != null || offset != null;
  }

  boolean has(Make make) {
    return columns.stream().anyMatch(column -> column.make() == make);
  }

  boolean isOnly(Make make) {
    return columns.stream().allMatch(column -> column.make() == make);
  }

  /** True if a join may take FROM, and WHERE beside it, as they are. */
  boolean isJoinable() {
    return !from.isEmpty() && !isGrouped() && !isOrdered() && !isLimited() && !has(Make.DELICATE);
  }

  boolean isFiltered() {
    return !where.isEmpty();
  }

  List<String> conditions() {
    return where;
  }

  String leftItem() {
    return from;
  }

  String rightItem() {
    return joined ? "(" + from + ")" : from;
  }

  /** True if the column may be copied into as many places as given. */
  boolean copies(int column, int times) {
    Column source = columns.get(column);
    return switch (source.make()) {
      case COLUMN -> true;
      case CONSTANT, COMPUTED -> times <= 1 || isCheap(source.sql());
      case AGGREGATE ->
          times <= 1 || isCheap(source.sql()) && source.sql().length() <= SHORT_AGGREGATE;
      case DELICATE -> times == 0;
    };
  }

  /** The engine computes a TRY as often as it is written, even where it is the same. */
  private static boolean isCheap(String sql) {
    return sql.length() <= SHORT && !sql.contains("TRY(");
  }

  /** SELECT with columns named by their position. */
  String select() {
    List<String> items = new ArrayList<>();
    int first = 0;
    if (positioned != null
        && groupBy == null
        && positioned.width() > 1
        && positioned.areFirst(columns)) {
      items.add(positioned.alias() + ".*");
      first = positioned.width();
    }
    for (int i = first; i < columns.size(); i++) {
      items.add(columns.get(i).sql() + " AS c" + i);
    }
    return select(items);
  }

  /** The same without some of the columns; the others keep their names. */
  String selectBut(IntPredicate left) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!left.test(i)) {
        items.add(columns.get(i).sql() + " AS c" + i);
      }
    }
    return select(items);
  }

  String select(List<String> items) {
    StringBuilder sql = new StringBuilder("SELECT ");
    sql.append(items.isEmpty() ? "1 AS none" : String.join(", ", items));
    if (!from.isEmpty()) {
      sql.append(" FROM ").append(from);
    }
    if (!where.isEmpty()) {
      sql.append(" WHERE ").append(all(where));
    }
    if (groupBy != null) {
      sql.append(" GROUP BY ").append(groupBy);
    }
    if (!having.isEmpty()) {
      sql.append(" HAVING ").append(all(having));
    }
    if (!orderBy.isEmpty()) {
      sql.append(" ORDER BY ").append(String.join(", ", orderBy));
    }
    if (limit != null) {
      sql.append(" LIMIT ").append(limit);
    }
    if (offset != null) {
      sql.append(" OFFSET ").append(offset);
    }
    return sql.toString();
  }

  private static String all(List<String> conditions) {
    return conditions.stream().collect(Collectors.joining(" AND "));
  }
}
