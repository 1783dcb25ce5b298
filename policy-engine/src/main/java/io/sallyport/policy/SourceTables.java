package io.sallyport.policy;

import io.sallyport.policy.Policy.ColumnName;
import io.sallyport.policy.YamlNode.Mark;
import io.sallyport.policy.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the tables and columns that a policy file names, without regard to letter case. */
final class SourceTables {
  /** A column that exists, and its type as DuckDB names it. */
  record Found(ColumnName name, String type) {}

  private final List<TableShape> tables;
  private final Reading reading;

  SourceTables(List<TableShape> tables, Reading reading) {
    this.tables = tables;
    this.reading = reading;
  }

  /** The table in its source's spelling, or a problem. */
  Optional<TableShape> table(Mark mark, String name) {
    Optional<TableShape> found = find(name);
    if (found.isEmpty()) {
      List<String> names = tables.stream().map(t -> t.name().table()).sorted().toList();
      reading.problem(
          mark,
          "the dataset has no table " + Reading.shown(name) + Spelling.suggestion(name, names));
    }
    return found;
  }

  private Optional<TableShape> find(String name) {
    return tables.stream()
        .filter(t -> t.name().table().equals(name))
        .findFirst()
        .or(
            () ->
                only(
                    tables.stream().filter(t -> t.name().table().equalsIgnoreCase(name)).toList()));
  }

  /** The column in its source's spelling, or a problem. */
  Optional<Found> column(Mark mark, TableShape table, String name) {
    Optional<Found> found = find(table, name);
    if (found.isEmpty()) {
      List<String> names = table.columns().stream().map(TableShape.Column::name).toList();
      reading.problem(
          mark,
          "the table `"
              + table.name().table()
              + "` has no column "
              + Reading.shown(name)
              + Spelling.suggestion(name, names));
    }
    return found;
  }

  private static Optional<Found> find(TableShape table, String name) {
    List<TableShape.Column> columns = table.columns();
    return columns.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .or(() -> only(columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).toList()))
        .map(c -> new Found(new ColumnName(table.name(), c.name()), c.type()));
  }

  /** The column of {@code table.column}, where either name may hold dots, or a problem. */
  Optional<Found> qualified(Mark mark, String name) {
    List<Found> found = new ArrayList<>();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      String column = name.substring(dot + 1);
      find(name.substring(0, dot)).flatMap(table -> find(table, column)).ifPresent(found::add);
    }
    if (found.size() == 1) {
      return Optional.of(found.get(0));
    }
    int dot = name.indexOf('.');
    if (dot < 0) {
      reading.problem(
          mark,
          "a column is named with its table, such as `patients.zip`. Given: "
              + Reading.shown(name));
    } else if (found.isEmpty()) {
      table(mark, name.substring(0, dot))
          .ifPresent(table -> column(mark, table, name.substring(dot + 1)));
    } else {
      reading.problem(mark, Reading.shown(name) + " may mean columns of several tables");
    }
    return Optional.empty();
  }

  private static <T> Optional<T> only(List<T> found) {
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  List<String> datasets() {
    return tables.stream().map(TableShape::name).map(TableName::dataset).distinct().toList();
  }
}
