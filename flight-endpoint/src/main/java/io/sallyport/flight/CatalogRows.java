package io.sallyport.flight;

import io.sallyport.flight.FlightGateway.Table;
import io.sallyport.flight.FlightGateway.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue in the shapes that Flight SQL prescribes: schemas without a catalogue above them.
 *
 * <p>It shows what it is given; what a user may see is the gateway's question.
 */
final class CatalogRows {
  private static final String TABLE = "TABLE";
  private static final int NULLABLE = 1;
  private static final int SEARCHABLE = 3;

  private final BufferAllocator allocator;

  CatalogRows(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  void schemas(CommandGetDbSchemas command, List<Table> tables, ServerStreamListener client) {
    Pattern wanted =
        like(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : "%");
    List<Object[]> rows = new ArrayList<>();
    if (!command.hasCatalog() || command.getCatalog().isEmpty()) {
      tables.stream()
          .map(Table::schema)
          .distinct()
          .filter(name -> wanted.matcher(name).matches())
          .forEach(name -> rows.add(row(null, name)));
    }
    send(Schemas.GET_SCHEMAS_SCHEMA, rows, client);
  }

  void tables(CommandGetTables command, List<Table> tables, ServerStreamListener client) {
    Pattern schema =
        like(command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : "%");
    Pattern name =
        like(command.hasTableNameFilterPattern() ? command.getTableNameFilterPattern() : "%");
    boolean none =
        (command.hasCatalog() && !command.getCatalog().isEmpty())
            || (command.getTableTypesCount() > 0 && !command.getTableTypesList().contains(TABLE));
    List<Object[]> rows = new ArrayList<>();
    for (Table table : none ? List.<Table>of() : tables) {
      if (schema.matcher(table.schema()).matches() && name.matcher(table.name()).matches()) {
        rows.add(
            command.getIncludeSchema()
                ? row(
                    null,
                    table.schema(),
                    table.name(),
                    TABLE,
                    ColumnSchemas.of(table).serializeAsMessage())
                : row(null, table.schema(), table.name(), TABLE));
      }
    }
    send(
        command.getIncludeSchema()
            ? Schemas.GET_TABLES_SCHEMA
            : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA,
        rows,
        client);
  }

  void tableTypes(ServerStreamListener client) {
    List<Object[]> rows = new ArrayList<>();
    rows.add(row(TABLE));
    send(Schemas.GET_TABLE_TYPES_SCHEMA, rows, client);
  }

  void primaryKeys(CommandGetPrimaryKeys command, List<Table> tables, ServerStreamListener client) {
    List<Object[]> rows = new ArrayList<>();
    for (Table table : tables) {
      boolean wanted =
          table.name().equals(command.getTable())
              && (!command.hasDbSchema() || table.schema().equals(command.getDbSchema()))
              && (!command.hasCatalog() || command.getCatalog().isEmpty());
      List<String> key = wanted ? table.primaryKey() : List.of();
      for (int i = 0; i < key.size(); i++) {
        rows.add(row(null, table.schema(), table.name(), key.get(i), i + 1, null));
      }
    }
    send(Schemas.GET_PRIMARY_KEYS_SCHEMA, rows, client);
  }

  void types(CommandGetXdbcTypeInfo command, List<Type> types, ServerStreamListener client) {
    Optional<Integer> wanted =
        command.hasDataType() ? Optional.of(command.getDataType()) : Optional.empty();
    List<Object[]> rows = new ArrayList<>();
    for (Type type : types) {
      if (wanted.isEmpty() || wanted.get() == type.jdbcType()) {
        String quote = type.quote().isEmpty() ? null : type.quote();
        rows.add(
            row(
                type.name(),
                type.jdbcType(),
                type.size(),
                quote,
                quote,
                null,
                NULLABLE,
                "VARCHAR".equals(type.name()),
                SEARCHABLE,
                false,
                false,
                false,
                type.name(),
                0,
                type.scale(),
                type.jdbcType(),
                null,
                quote == null ? 10 : null,
                null));
      }
    }
    send(Schemas.GET_TYPE_INFO_SCHEMA, rows, client);
  }

  void none(Schema schema, ServerStreamListener client) {
    send(schema, List.of(), client);
  }

  private static Object[] row(@Nullable Object... cells) {
    return cells;
  }

  /** SQL's LIKE with {@code \} as its escape; unlike SQL's names it minds upper and lower case. */
  private static Pattern like(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        if (c == '\\' && i + 1 < pattern.length()) {
          c = pattern.charAt(++i);
        }
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private void send(Schema schema, List<Object[]> rows, ServerStreamListener client) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      root.allocateNew();
      for (int row = 0; row < rows.size(); row++) {
        Object[] cells = rows.get(row);
        for (int column = 0; column < cells.length; column++) {
          set(root.getVector(column), row, cells[column]);
        }
      }
      root.setRowCount(rows.size());
      client.start(root);
      client.putNext();
    }
    client.completed();
  }

  private static void set(FieldVector vector, int row, @Nullable Object cell) {
    if (cell == null) {
      vector.setNull(row);
    } else if (vector instanceof VarCharVector texts && cell instanceof String text) {
      texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof VarBinaryVector bytes && cell instanceof byte[] value) {
      bytes.setSafe(row, value);
    } else if (vector instanceof IntVector ints && cell instanceof Integer number) {
      ints.setSafe(row, number);
    } else if (vector instanceof BitVector bits && cell instanceof Boolean bit) {
      bits.setSafe(row, bit ? 1 : 0);
    } else {
      throw new IllegalArgumentException(
          vector.getField().getName() + " cannot hold " + cell.getClass().getSimpleName());
    }
  }
}
