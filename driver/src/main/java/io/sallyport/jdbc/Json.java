package io.sallyport.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the server says in JSON: errors, warnings, the catalogue. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static JsonNode tree(byte[] json) throws IOException {
    return MAPPER.readTree(json);
  }

  /** An array of texts. */
  static List<String> texts(String json) throws JsonProcessingException {
    return texts(MAPPER.readTree(json));
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** {@code {"sqlState": "42501", "message": "…"}} as the exception that it stands for. */
  static SQLException error(byte[] json) {
    try {
      JsonNode error = MAPPER.readTree(json);
      if (error.path("sqlState").isTextual() && error.path("message").isTextual()) {
        return Failure.of(error.path("sqlState").asText(), error.path("message").asText());
      }
    } catch (IOException e) {
      return Failure.broken("the server sent an error that cannot be read", e);
    }
    return Failure.broken("the server sent an error that cannot be read");
  }
}
