package io.sallyport.flight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sallyport.flight.FlightGateway.Column;
import io.sallyport.flight.FlightGateway.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Columns as schemas that carry what Flight SQL clients look for in metadata, and the gateway's
 * warnings as a JSON array under {@value #WARNINGS}.
 */
final class ColumnSchemas {
  static final String WARNINGS = "sallyport.warnings";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ColumnSchemas() {}

  static Schema of(List<Column> columns, List<String> warnings) {
    List<Field> fields = new ArrayList<>();
    for (Column column : columns) {
      fields.add(described(column.field(), new FlightSqlColumnMetadata.Builder(), column));
    }
    return new Schema(fields, metadata(warnings));
  }

  static Schema of(Table table) {
    List<Field> fields = new ArrayList<>();
    for (Column column : table.columns()) {
      FlightSqlColumnMetadata.Builder place =
          new FlightSqlColumnMetadata.Builder().schemaName(table.schema()).tableName(table.name());
      fields.add(described(column.field(), place, column));
    }
    return new Schema(fields);
  }

  /** The same columns as a batch has them: dictionary-encoded ones as their indices. */
  static Schema ofBatch(Schema batch, List<Column> columns, List<String> warnings) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      fields.add(
          described(
              batch.getFields().get(i), new FlightSqlColumnMetadata.Builder(), columns.get(i)));
    }
    return new Schema(fields, metadata(warnings));
  }

  private static Field described(
      Field field, FlightSqlColumnMetadata.Builder facts, Column column) {
    facts
        .typeName(column.typeName())
        .isAutoIncrement(false)
        .isCaseSensitive(column.field().getType() instanceof ArrowType.Utf8)
        .isReadOnly(true)
        .isSearchable(true);
    if (column.field().getType() instanceof ArrowType.Decimal decimal) {
      facts.precision(decimal.getPrecision()).scale(decimal.getScale());
    }
    Map<String, String> metadata = new HashMap<>(field.getMetadata());
    metadata.putAll(facts.build().getMetadataMap());
    return new Field(
        field.getName(),
        new FieldType(field.isNullable(), field.getType(), field.getDictionary(), metadata),
        field.getChildren());
  }

  private static Map<String, String> metadata(List<String> warnings) {
    try {
      return warnings.isEmpty() ? Map.of() : Map.of(WARNINGS, JSON.writeValueAsString(warnings));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("sentences make a JSON array", e);
    }
  }
}
