package io.sallyport.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tables that the server shows to this user, and JDBC's way to choose among them. */
final class CatalogTables {
  private CatalogTables() {}

  /** A table with its columns and the names of its key's. */
  static final class Table {
    final String dataset;
    final String name;
    final List<TableColumn> columns;
    final List<String> primaryKey;

    Table(JsonNode json) {
      this.dataset = json.path("dataset").asText();
      this.name = json.path("table").asText();
      List<TableColumn> read = new ArrayList<>();
      json.path("columns").forEach(column -> read.add(new TableColumn(column, read.size() + 1)));
      this.columns = Collections.unmodifiableList(read);
      this.primaryKey = Json.texts(json.path("primaryKey"));
    }
  }

  /** A column of a table. */
  static final class TableColumn {
    final String name;
    final SqlType type;
    final boolean nullable;
    final int place;

    TableColumn(JsonNode json, int place) {
      this.name = json.path("name").asText();
      this.type = SqlType.of(json.path("type").asText());
      this.nullable = json.path("nullable").asBoolean(true);
      this.place = place;
    }
  }

  /** In the server's order: by dataset and table. */
  static List<Table> of(SallyportConnection connection) throws SQLException {
    List<Table> tables = new ArrayList<>();
    connection.wire().catalog(connection.id).path("tables").forEach(t -> tables.add(new Table(t)));
    return tables;
  }

  /**
   * Whether a name fits JDBC's pattern of {@code %}, {@code _} and a backslash before either; a
   * missing pattern fits all. Case is ignored, as unquoted names in SQL ignore it.
   */
  static boolean matches(@Nullable String pattern, String name) {
    if (pattern == null || pattern.equals("%")) {
      return true;
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        i++;
        regex.append(Pattern.quote(pattern.substring(i, i + 1)));
      } else if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL;
    return Pattern.compile(regex.toString(), flags).matcher(name).matches();
  }
}
